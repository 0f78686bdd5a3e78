package desk

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/feed/text"
)

// EvaluateOptions for Evaluate.
type EvaluateOptions struct {
	Topics []feed.Topic
	// Stories are the thresholds by which entries are placed, where they are
	// labelled with stories or duplicates.
	Stories story.Options
	// Short leaves of each entry its title and 200 characters of text.
	Short bool
	// Misses asks for what is wrong, each with its explanation.
	Misses bool
}

// An Evaluation says how rules and stories do on labelled entries.
type Evaluation struct {
	Entries int          `json:"entries"`
	Topics  []TopicScore `json:"topics"` // by topic that is a label, in the order of the configuration
	// Unknown are labels that no topic goes by, the most frequent first.
	Unknown    []LabelCount  `json:"unknown_labels"`
	Stories    *ClusterScore `json:"stories"`    // null where no entry has such a label
	Duplicates *ClusterScore `json:"duplicates"` // null where no entry has such a label
}

// A TopicScore is how one topic does.
type TopicScore struct {
	Topic    feed.TopicID `json:"topic"`
	Labelled int          `json:"labelled"` // entries with the label
	Matched  int          `json:"matched"`
	Right    int          `json:"right"` // both
	Measure
	False  []Miss `json:"false,omitempty"`  // matched without the label, in the order of the file
	Missed []Miss `json:"missed,omitempty"` // labelled, not matched
}

// A Miss is an entry that a topic got wrong.
type Miss struct {
	ID    string `json:"id"`
	Line  int    `json:"line"`
	Title string `json:"title"`
	Why   string `json:"why"` // what hit, or what is missing
}

// A LabelCount is how often a label stands in a file.
type LabelCount struct {
	Label   string `json:"label"`
	Entries int    `json:"entries"`
}

// Evaluate measures rules and stories by labelled entries, one JSON object a
// line. A topic is measured where its id is a label, or a label written as an id
// (law-and-crime for "law and crime"), on all lines that carry labels of topics.
// What topics ask of sources does not count, for labelled entries come from
// elsewhere; what they ask of languages does.
func Evaluate(ctx context.Context, r io.Reader, o EvaluateOptions) (*Evaluation, error) {
	var all []*Labelled
	err := readLabelled(r, o.Short, func(l *Labelled) error {
		all = append(all, l)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	out := &Evaluation{Entries: len(all), Topics: []TopicScore{}, Unknown: []LabelCount{}}
	if err := evaluateTopics(ctx, all, o, out); err != nil {
		return nil, err
	}
	if err := evaluateClusters(ctx, all, o, out); err != nil {
		return nil, err
	}
	return out, nil
}

// topicOf is the id that a label is: itself, or its words joined by hyphens.
func topicOf(label string) feed.TopicID {
	if id := feed.TopicID(label); id.Valid() {
		return id
	}
	words := strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return feed.TopicID(strings.Join(words, "-"))
}

// anywhere is a source for entries whose own does not matter.
func anywhere() *feed.Source { return &feed.Source{} }

// from is the source of a labelled entry, as far as its line tells: the name and
// the tags.
func (l *Labelled) from() *feed.Source {
	return &feed.Source{ID: l.Source, Title: string(l.Source), Tags: l.Tags}
}

// unsourced are topics that take entries from everywhere.
func unsourced(topics []feed.Topic) []feed.Topic {
	out := slices.Clone(topics)
	for i := range out {
		out[i].Sources = feed.SourceFilter{}
	}
	return out
}

func evaluateTopics(ctx context.Context, all []*Labelled, o EvaluateOptions, out *Evaluation) error {
	labels := make(map[string]int)
	labelled := slices.DeleteFunc(slices.Clone(all), func(l *Labelled) bool { return l.Topics == nil })
	for _, l := range labelled {
		for _, t := range l.Topics {
			labels[t]++
		}
	}
	wanted := make(map[feed.TopicID]bool)
	for t := range labels {
		wanted[topicOf(t)] = true
	}
	var topics []feed.Topic
	configured := make(map[feed.TopicID]bool)
	for _, t := range unsourced(o.Topics) {
		configured[t.ID] = true
		if wanted[t.ID] {
			topics = append(topics, t)
		}
	}
	for t, n := range labels {
		if !configured[topicOf(t)] {
			out.Unknown = append(out.Unknown, LabelCount{t, n})
		}
	}
	slices.SortFunc(out.Unknown, func(a, b LabelCount) int { return cmp.Or(b.Entries-a.Entries, strings.Compare(a.Label, b.Label)) })
	if len(topics) == 0 {
		return nil
	}
	m, problems := match.Compile(topics)
	if m == nil {
		return &RulesError{problems}
	}
	verdicts := make([]map[feed.TopicID]bool, len(labelled))
	err := inParallel(ctx, len(labelled), func(i int) {
		hits := m.Match(labelled[i].from(), &labelled[i].Entry, words(labelled[i]))
		verdicts[i] = make(map[feed.TopicID]bool, len(hits))
		for _, h := range hits {
			verdicts[i][h.Topic] = true
		}
	})
	if err != nil {
		return err
	}
	for _, t := range topics {
		s := scoreTopic(t.ID, labelled, verdicts)
		if o.Misses {
			if s.False, s.Missed, err = misses(ctx, t.ID, m, labelled, verdicts); err != nil {
				return err
			}
		}
		out.Topics = append(out.Topics, s)
	}
	return nil
}

// words are a labelled entry's, read as if a feed had brought it.
func words(l *Labelled) *text.Words {
	e := l.Entry
	return match.Read(anywhere(), &e, "")
}

// has reports whether an entry is labelled with a topic.
func (l *Labelled) has(id feed.TopicID) bool { return labelledAs(l.Topics, id) }

// counts reports whether an entry tells right from wrong for a topic: not where
// editors would not agree.
func (l *Labelled) counts(id feed.TopicID) bool { return l.has(id) || !labelledAs(l.Maybe, id) }

func labelledAs(labels []string, id feed.TopicID) bool {
	return slices.ContainsFunc(labels, func(t string) bool { return topicOf(t) == id })
}

func scoreTopic(id feed.TopicID, labelled []*Labelled, verdicts []map[feed.TopicID]bool) TopicScore {
	s := TopicScore{Topic: id}
	for i, l := range labelled {
		if !l.counts(id) {
			continue
		}
		want, got := l.has(id), verdicts[i][id]
		if want {
			s.Labelled++
		}
		if got {
			s.Matched++
		}
		if want && got {
			s.Right++
		}
	}
	s.Measure = measure(float64(s.Right), float64(s.Matched), float64(s.Right), float64(s.Labelled))
	return s
}

// misses explains what a topic got wrong.
func misses(ctx context.Context, id feed.TopicID, m *match.Matcher, labelled []*Labelled, verdicts []map[feed.TopicID]bool) (wrong, missed []Miss, err error) {
	var which []int
	for i, l := range labelled {
		if l.counts(id) && l.has(id) != verdicts[i][id] {
			which = append(which, i)
		}
	}
	why := make([]string, len(which))
	err = inParallel(ctx, len(which), func(n int) {
		l := labelled[which[n]]
		if x, ok := m.Explain(id, l.from(), &l.Entry, words(l)); ok {
			why[n] = Brief(x)
		}
	})
	for n, i := range which {
		l := labelled[i]
		miss := Miss{l.ID, l.Line, l.Entry.Title, why[n]}
		if verdicts[i][id] {
			wrong = append(wrong, miss)
		} else {
			missed = append(missed, miss)
		}
	}
	return wrong, missed, err
}

// inParallel calls do with 0 to n-1 on all processors; where ctx ends, the rest
// is left out.
func inParallel(ctx context.Context, n int, do func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// A RulesError says that rules do not compile.
type RulesError struct{ Problems []feed.Problem }

func (e *RulesError) Error() string {
	for _, p := range e.Problems {
		if p.Severity == feed.Error {
			return fmt.Sprintf("the rules do not compile: %s", p)
		}
	}
	return "the rules do not compile"
}
