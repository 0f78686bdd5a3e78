package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/match"
)

// verdicts are what topics make of labelled entries.
type verdicts struct {
	topics  []feed.Topic
	entries []*Labelled
	rules   *match.Matcher
	hide    bool        // the languages of the entries
	of      [][]verdict // each topic's, by entry
	all     []int       // the numbers of all entries
}

// A verdict is what a topic makes of an entry, beside what its label says.
type verdict struct {
	match.Scored
	wanted bool // has the label
	counts bool // tells right from wrong: not where editors would not agree
}

func newVerdicts(ctx context.Context, topics []feed.Topic, entries []*Labelled, hide bool) (*verdicts, error) {
	m, problems := match.Compile(topics)
	if m == nil {
		return nil, &RulesError{problems}
	}
	v := &verdicts{topics: topics, entries: entries, rules: m, hide: hide, of: make([][]verdict, len(topics)), all: numbers(len(entries))}
	for t := range topics {
		v.of[t] = make([]verdict, len(entries))
	}
	err := inParallel(ctx, len(entries), func(i int) {
		l := entries[i]
		for t, s := range m.Scores(l.from(), &l.Entry, l.read(hide)) {
			v.of[t][i] = verdict{Scored: s, wanted: l.has(topics[t].ID), counts: l.counts(topics[t].ID)}
		}
	})
	return v, err
}

// tally counts what a topic does with some of the entries.
func (v *verdicts) tally(t int, some []int, takes func(*verdict) bool) Tally {
	var labelled, matched, right int
	for _, i := range some {
		if x := &v.of[t][i]; x.counts {
			took := takes(x)
			labelled += oneIf(x.wanted)
			matched += oneIf(took)
			right += oneIf(x.wanted && took)
		}
	}
	return newTally(labelled, matched, right)
}

// misses explains what a topic got wrong.
func (v *verdicts) misses(ctx context.Context, t int, s *TopicScore) error {
	which := slices.DeleteFunc(slices.Clone(v.all), func(i int) bool { x := &v.of[t][i]; return !x.counts || x.wanted == x.Matches() })
	why := make([]string, len(which))
	err := inParallel(ctx, len(which), func(n int) {
		l := v.entries[which[n]]
		if x, ok := v.rules.Explain(v.topics[t].ID, l.from(), &l.Entry, l.read(v.hide)); ok {
			why[n] = Brief(x)
		}
	})
	for n, i := range which {
		l, to := v.entries[i], &s.Missed
		if v.of[t][i].Matches() {
			to = &s.False
		}
		*to = append(*to, Miss{l.ID, l.Line, l.Entry.Title, why[n]})
	}
	return err
}

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

// parts measures the entries of each name apart, but not those of none: those
// with the most by number first, of equal ones those with the most entries.
func (v *verdicts) parts(name func(*Labelled) string, number func(*PartScore) int) []PartScore {
	out := []PartScore{}
	names, members := byName(len(v.entries), func(i int) string { return name(v.entries[i]) })
	for _, s := range names {
		p := PartScore{Name: s, Entries: len(members[s])}
		for t := range v.topics {
			one := TopicTally{v.topics[t].ID, v.tally(t, members[s], (*verdict).Matches)}
			p.add(one.Tally)
			p.Topics = append(p.Topics, one)
		}
		out = append(out, p)
	}
	feed.SortBy(out, func(a, b PartScore) int {
		return cmp.Or(number(&b)-number(&a), b.Entries-a.Entries, strings.Compare(a.Name, b.Name))
	})
	return out
}
