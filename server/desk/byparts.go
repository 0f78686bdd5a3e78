package desk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// A PartScore is how topics do on a part of the labelled entries: those in one
// language, or of one source.
type PartScore struct {
	// Name is a source's, or a language as BCP 47 names it without the country;
	// Uzbek is uz-Cyrl or uz-Latn, by its letters.
	Name    string       `json:"name"`
	Entries int          `json:"entries"`
	Tally                // of all topics together: of pairs of an entry and a topic
	Topics  []TopicTally `json:"topics"` // in the order of the configuration
}

// A TopicTally is a topic's part of a PartScore.
type TopicTally struct {
	Topic feed.TopicID `json:"topic"`
	Tally
}

// byLanguage measures apart what is labelled with a language, most entries
// first.
func (v *verdicts) byLanguage() []PartScore {
	out := v.parts(languageOf)
	slices.SortFunc(out, func(a, b PartScore) int {
		return cmp.Or(cmp.Compare(b.Entries, a.Entries), strings.Compare(a.Name, b.Name))
	})
	return out
}

// bySource measures the sources apart, those with the most mistakes first.
func (v *verdicts) bySource() []PartScore {
	out := v.parts(func(l *Labelled) string { return string(l.Source) })
	slices.SortFunc(out, func(a, b PartScore) int {
		return cmp.Or(cmp.Compare(b.Mistakes(), a.Mistakes()), cmp.Compare(b.Entries, a.Entries), strings.Compare(a.Name, b.Name))
	})
	return out
}

// parts measures the entries of each name apart, but not those of none.
func (v *verdicts) parts(name func(*Labelled) string) []PartScore {
	numbers := make(map[string]int)
	var entries [][]int
	var names []string
	for i, l := range v.entries {
		s := name(l)
		if s == "" {
			continue
		}
		n, ok := numbers[s]
		if !ok {
			n = len(names)
			numbers[s] = n
			names, entries = append(names, s), append(entries, nil)
		}
		entries[n] = append(entries[n], i)
	}
	out := make([]PartScore, len(names))
	for n, s := range names {
		p := &out[n]
		p.Name, p.Entries = s, len(entries[n])
		for t := range v.topics {
			one := TopicTally{v.topics[t].ID, v.tally(t, entries[n])}
			p.add(one.Tally)
			p.Topics = append(p.Topics, one)
		}
	}
	return out
}

// languageOf is the language that a line names, with the script where it is
// Uzbek; "" where it names none.
func languageOf(l *Labelled) string {
	tag := declaredLanguage(l)
	if tag != "uz" {
		return tag
	}
	cyrillic, latin := 0, 0
	for _, s := range []string{l.Entry.Title, html.Text(l.Entry.Summary), html.Text(l.Entry.Content)} {
		for _, r := range s {
			switch {
			case unicode.Is(unicode.Cyrillic, r):
				cyrillic++
			case unicode.Is(unicode.Latin, r):
				latin++
			}
		}
	}
	switch {
	case cyrillic > latin:
		return "uz-Cyrl"
	case latin > 0:
		return "uz-Latn"
	}
	return tag
}

// declaredLanguage is the language that a line names, as its primary subtag; "" where
// it names none.
func declaredLanguage(l *Labelled) string {
	tag := strings.ToLower(text.Primary(strings.TrimSpace(l.Entry.Language)))
	if tag == "und" {
		return ""
	}
	return tag
}
