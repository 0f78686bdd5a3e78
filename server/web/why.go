package web

import (
	"slices"
	"strings"

	"topicwire/feed"
)

// A why says in the words of an entry for what it is in a topic.
type why struct {
	Words []string // that were found, as they stand in the entry, no one twice
	More  int      // words that are not in Words
	Terms []term
	Rest  int    // terms that are not in Terms
	Score string // "8 of 6", or ""
	// Included says that an operator put the entry here, in spite of the rules.
	Included bool
}

// A term is a pattern of the configuration and where it was found.
type term struct {
	Pattern string
	List    string // "$name", or ""
	Weight  string // with its sign, or ""
	Places  []place
}

// A place is the words found in one field.
type place struct {
	Field string
	Words []string
}

// What a page shows of one entry's reasons at most. Long texts hit often, and
// the first few say enough.
const (
	shownWords      = 6
	shownTerms      = 12
	shownPlaceWords = 5
)

// newWhy puts together the reasons of a group's members, the lead's first, as
// far as the topic lets the public see them: everything, the words of the entry
// alone, or nothing.
func newWhy(reasons []feed.Reason, detail feed.ReasonDetail) why {
	var w why
	if detail == feed.ReasonNone {
		return w
	}
	seen := map[string]bool{}
	for _, r := range reasons {
		for _, h := range r.Hits {
			w.Terms = addHit(w.Terms, h)
			// A tag of the source is no word of the entry.
			if folded := strings.ToLower(h.Text); h.Text != "" && h.Field != feed.FieldTag && !seen[folded] {
				seen[folded] = true
				w.Words = append(w.Words, h.Text)
			}
		}
	}
	if n := len(w.Words) - shownWords; n > 0 {
		w.Words, w.More = w.Words[:shownWords], n
	}
	if detail != feed.ReasonFull {
		w.Terms = nil
		return w
	}
	if n := len(w.Terms) - shownTerms; n > 0 {
		w.Terms, w.Rest = w.Terms[:shownTerms], n
	}
	if len(reasons) > 0 && reasons[0].Threshold != 0 {
		w.Score = number(reasons[0].Score) + " of " + number(reasons[0].Threshold)
	}
	return w
}

// addHit files a hit under its term and field.
func addHit(terms []term, h feed.Hit) []term {
	list := h.List
	if list != "" {
		list = "$" + strings.TrimPrefix(list, "$")
	}
	i := slices.IndexFunc(terms, func(t term) bool { return t.Pattern == h.Pattern && t.List == list })
	if i < 0 {
		i = len(terms)
		t := term{Pattern: h.Pattern, List: list}
		switch {
		case h.Weight > 0:
			t.Weight = "+" + number(h.Weight)
		case h.Weight < 0:
			t.Weight = number(h.Weight)
		}
		terms = append(terms, t)
	}
	t := &terms[i]
	field := h.Field.String()
	j := slices.IndexFunc(t.Places, func(p place) bool { return p.Field == field })
	if j < 0 {
		j = len(t.Places)
		t.Places = append(t.Places, place{Field: field})
	}
	p := &t.Places[j]
	if len(p.Words) < shownPlaceWords && !slices.ContainsFunc(p.Words, func(w string) bool { return strings.EqualFold(w, h.Text) }) {
		p.Words = append(p.Words, h.Text)
	}
	return terms
}
