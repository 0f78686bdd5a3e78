package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"topicwire/feed/match"
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

// wordsAlone are a labelled entry's, read as if nobody named its language.
func wordsAlone(l *Labelled) *text.Words {
	e := l.Entry
	e.Language = ""
	return match.Read(anywhere(), &e, "")
}

// evaluateLanguages reads once more what is labelled with a language, without
// it.
func evaluateLanguages(ctx context.Context, all []*Labelled, o EvaluateOptions, out *Evaluation) error {
	named := slices.DeleteFunc(slices.Clone(all), func(l *Labelled) bool { return declaredLanguage(l) == "" })
	if len(named) == 0 {
		return nil
	}
	told := make([]string, len(named))
	if err := inParallel(ctx, len(named), func(i int) {
		told[i] = text.Primary(wordsAlone(named[i]).Language)
	}); err != nil {
		return err
	}
	s := &LanguagesTold{Entries: len(named), Confusions: []Confusion{}}
	for i, l := range named {
		want := declaredLanguage(l)
		if told[i] == want {
			s.Right++
			continue
		}
		if told[i] == "" {
			s.Unknown++
		}
		s.confuse(want, told[i])
		if o.Misses {
			s.Wrong = append(s.Wrong, Misread{l.ID, l.Line, l.Entry.Title, want, told[i]})
		}
	}
	slices.SortFunc(s.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Entries, a.Entries), strings.Compare(a.Wanted, b.Wanted), strings.Compare(a.Told, b.Told))
	})
	out.LanguagesTold = s
	return nil
}

func (s *LanguagesTold) confuse(wanted, told string) {
	i := slices.IndexFunc(s.Confusions, func(c Confusion) bool { return c.Wanted == wanted && c.Told == told })
	if i < 0 {
		i = len(s.Confusions)
		s.Confusions = append(s.Confusions, Confusion{Wanted: wanted, Told: told})
	}
	s.Confusions[i].Entries++
}
