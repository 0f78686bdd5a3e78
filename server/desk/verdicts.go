package desk

import (
	"context"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/text"
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
	got    bool // the topic takes it
}

func newVerdicts(ctx context.Context, topics []feed.Topic, entries []*Labelled, hide bool) (*verdicts, error) {
	m, problems := match.Compile(topics)
	if m == nil {
		return nil, &RulesError{problems}
	}
	v := &verdicts{topics: topics, entries: entries, rules: m, hide: hide, of: make([][]verdict, len(topics))}
	for i := range entries {
		v.all = append(v.all, i)
	}
	for t := range topics {
		v.of[t] = make([]verdict, len(entries))
	}
	err := inParallel(ctx, len(entries), func(i int) {
		l := entries[i]
		for t, s := range m.Scores(l.from(), &l.Entry, v.read(l)) {
			id := topics[t].ID
			v.of[t][i] = verdict{Scored: s, wanted: l.has(id), counts: l.counts(id), got: s.Matches()}
		}
	})
	return v, err
}

// read are the words of an entry as topics read it.
func (v *verdicts) read(l *Labelled) *text.Words {
	if v.hide {
		return wordsAlone(l)
	}
	return words(l)
}

// tally counts what a topic does with some of the entries.
func (v *verdicts) tally(t int, some []int) Tally {
	return v.tallyBy(t, some, func(x *verdict) bool { return x.got })
}

// tallyAt counts what a topic would do with another threshold.
func (v *verdicts) tallyAt(t int, threshold float64, some []int) Tally {
	return v.tallyBy(t, some, func(x *verdict) bool { return x.Reaches(threshold) })
}

func (v *verdicts) tallyBy(t int, some []int, got func(*verdict) bool) Tally {
	var labelled, matched, right int
	for _, i := range some {
		x := &v.of[t][i]
		if !x.counts {
			continue
		}
		takes := got(x)
		if x.wanted {
			labelled++
		}
		if takes {
			matched++
		}
		if x.wanted && takes {
			right++
		}
	}
	return newTally(labelled, matched, right)
}

// misses explains what a topic got wrong.
func (v *verdicts) misses(ctx context.Context, t int) (wrong, missed []Miss, err error) {
	var which []int
	for i := range v.of[t] {
		if x := &v.of[t][i]; x.counts && x.wanted != x.got {
			which = append(which, i)
		}
	}
	why := make([]string, len(which))
	err = inParallel(ctx, len(which), func(n int) {
		l := v.entries[which[n]]
		if x, ok := v.rules.Explain(v.topics[t].ID, l.from(), &l.Entry, v.read(l)); ok {
			why[n] = Brief(x)
		}
	})
	for n, i := range which {
		l := v.entries[i]
		miss := Miss{l.ID, l.Line, l.Entry.Title, why[n]}
		if v.of[t][i].got {
			wrong = append(wrong, miss)
		} else {
			missed = append(missed, miss)
		}
	}
	return wrong, missed, err
}
