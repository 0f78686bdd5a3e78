package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// LanguagesTold says how well languages are told from the texts alone, of the
// lines that name one.
type LanguagesTold struct {
	Entries int `json:"entries"`
	Right   int `json:"right"`
	// Unknown are those that no language was told of: no mistake, but a topic
	// with `unknown: drop` does not take them.
	Unknown    int         `json:"unknown"`
	Confusions []Confusion `json:"confusions"`      // the most frequent first
	Wrong      []Misread   `json:"wrong,omitempty"` // where misses are asked for, in the order of the file
}

// A Confusion is how often texts in one language were taken for another.
// Languages are primary subtags of BCP 47.
type Confusion struct {
	Wanted  string `json:"wanted"`
	Told    string `json:"told"` // "" for none
	Entries int    `json:"entries"`
}

// A Misread is an entry whose language was not told.
type Misread struct {
	ID     string `json:"id"`
	Line   int    `json:"line"`
	Title  string `json:"title"`
	Wanted string `json:"wanted"`
	Told   string `json:"told"`
}

// evaluateLanguages reads once more what is labelled with a language, without
// it.
func evaluateLanguages(ctx context.Context, entries []*Labelled, o EvaluateOptions, out *Evaluation) error {
	named := slices.DeleteFunc(entries, func(l *Labelled) bool { return l.language() == "" })
	if len(named) == 0 {
		return nil
	}
	told := make([]string, len(named))
	if err := inParallel(ctx, len(named), func(i int) { told[i] = text.Primary(named[i].read(true).Language) }); err != nil {
		return err
	}
	s := &LanguagesTold{Entries: len(named), Confusions: []Confusion{}}
	confused := make(map[Confusion]int)
	for i, l := range named {
		c := Confusion{Wanted: l.language(), Told: told[i]}
		if c.Wanted == c.Told {
			s.Right++
			continue
		}
		s.Unknown += oneIf(c.Told == "")
		confused[c]++
		if o.Misses {
			s.Wrong = append(s.Wrong, Misread{l.ID, l.Line, l.Entry.Title, c.Wanted, c.Told})
		}
	}
	for c, n := range confused {
		c.Entries = n
		s.Confusions = append(s.Confusions, c)
	}
	feed.SortBy(s.Confusions, func(a, b Confusion) int {
		return cmp.Or(b.Entries-a.Entries, strings.Compare(a.Wanted, b.Wanted), strings.Compare(a.Told, b.Told))
	})
	out.LanguagesTold = s
	return nil
}

// language is the language that a line names, as its primary subtag; "" where it
// names none.
func (l *Labelled) language() string {
	tag := strings.ToLower(text.Primary(strings.TrimSpace(l.Entry.Language)))
	if tag == "und" {
		return ""
	}
	return tag
}

// written is the language that a line names, with the script where it is Uzbek.
func (l *Labelled) written() string {
	tag := l.language()
	if tag != "uz" {
		return tag
	}
	cyrillic, latin := 0, 0
	for _, r := range l.Entry.Title + html.Text(l.Entry.Summary) + html.Text(l.Entry.Content) {
		cyrillic += oneIf(unicode.Is(unicode.Cyrillic, r))
		latin += oneIf(unicode.Is(unicode.Latin, r))
	}
	switch {
	case cyrillic > latin:
		return "uz-Cyrl"
	case latin > 0:
		return "uz-Latn"
	}
	return tag
}
