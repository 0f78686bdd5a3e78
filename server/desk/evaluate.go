package desk

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/story"
)

// EvaluateOptions for Evaluate.
type EvaluateOptions struct {
	Topics []feed.Topic
	// Stories are the thresholds by which entries are placed, where they are
	// labelled with stories or duplicates.
	Stories story.Options
	// Concepts are the lists with a kind, by which stories meet across languages.
	Concepts []feed.Concept
	// Short leaves of each entry its title and 200 characters of text.
	Short bool
	// HideLanguage reads entries for topics as if their lines named no language.
	HideLanguage bool
	// Misses asks for what is wrong, each with its explanation.
	Misses bool
	// Patterns asks for what each pattern does.
	Patterns bool
	// Folds is the number of parts for cross-validation, from MinFolds to
	// MaxFolds; 0 for none.
	Folds int
}

// An Evaluation says how rules and stories do on labelled entries.
type Evaluation struct {
	Entries int          `json:"entries"`
	Topics  []TopicScore `json:"topics"` // by topic that is a label, in the order of the configuration
	// Together counts the pairs of an entry and a topic.
	Together Tally `json:"together"`
	// Unknown are labels that no topic goes by, the most frequent first.
	Unknown []LabelCount `json:"unknown_labels"`
	// Languages and Sources are the same by part of the file, of the lines that
	// name a language or a source. Languages come with the most entries first,
	// sources with the most mistakes.
	Languages []PartScore `json:"languages"`
	Sources   []PartScore `json:"sources"`
	// Folds is null where nobody asked for it.
	Folds *Folds `json:"folds"`
	// LanguagesTold is null where no line names a language.
	LanguagesTold *LanguagesTold `json:"languages_told"`
	Stories       *ClusterScore  `json:"stories"`    // null where no entry has such a label
	Duplicates    *ClusterScore  `json:"duplicates"` // null where no entry has such a label
}

// A TopicScore is how one topic does.
type TopicScore struct {
	Topic feed.TopicID `json:"topic"`
	Tally
	// Thresholds are those worth naming, in rising order; none for a topic
	// without a score.
	Thresholds []Threshold   `json:"thresholds,omitempty"`
	Patterns   *PatternTable `json:"patterns,omitempty"`
	False      []Miss        `json:"false,omitempty"`  // matched without the label, in the order of the file
	Missed     []Miss        `json:"missed,omitempty"` // labelled, not matched
}

// A Miss is an entry that a topic got wrong.
type Miss struct {
	ID    string `json:"id"`
	Line  int    `json:"line"`
	Title string `json:"title"`
	Why   string `json:"why"` // what hit, or what is missing
}

// Evaluate measures rules and stories by labelled entries, one JSON object a
// line. A topic is measured where its id is a label, or a label written as an id
// (law-and-crime for "law and crime"), on all lines that carry labels of topics.
// What topics ask of sources does not count, for labelled entries come from
// elsewhere; what they ask of languages does.
func Evaluate(ctx context.Context, r io.Reader, o EvaluateOptions) (*Evaluation, error) {
	entries, err := readLabelled(ctx, r, o.Short)
	if err != nil {
		return nil, err
	}
	out := &Evaluation{Entries: len(entries), Topics: []TopicScore{}, Unknown: []LabelCount{}, Languages: []PartScore{}, Sources: []PartScore{}}
	for _, measure := range []func(context.Context, []*Labelled, EvaluateOptions, *Evaluation) error{
		evaluateTopics, evaluateLanguages,
		evaluateClusters, // last: placing settles the languages of the entries
	} {
		if err := measure(ctx, slices.Clone(entries), o, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unsourced are topics that take entries from everywhere.
func unsourced(topics []feed.Topic) []feed.Topic {
	out := slices.Clone(topics)
	for i := range out {
		out[i].Sources = feed.SourceFilter{}
	}
	return out
}

func evaluateTopics(ctx context.Context, entries []*Labelled, o EvaluateOptions, out *Evaluation) error {
	labelled := slices.DeleteFunc(entries, func(l *Labelled) bool { return l.Topics == nil })
	out.Unknown = labelCounts(labelled)
	// Topics are measured that go by a label.
	topics := slices.DeleteFunc(unsourced(o.Topics), func(t feed.Topic) bool {
		labels := len(out.Unknown)
		out.Unknown = slices.DeleteFunc(out.Unknown, func(l LabelCount) bool { return topicOf(l.Label) == t.ID })
		return len(out.Unknown) == labels
	})
	if len(topics) == 0 {
		return nil
	}
	v, err := newVerdicts(ctx, topics, labelled, o.HideLanguage)
	if err != nil {
		return err
	}
	for t := range topics {
		s := TopicScore{Topic: topics[t].ID, Tally: v.tally(t, v.all, (*verdict).Matches), Thresholds: v.thresholds(t)}
		out.Together.add(s.Tally)
		if o.Patterns {
			if s.Patterns, err = v.patterns(ctx, t); err != nil {
				return err
			}
		}
		if o.Misses {
			if err := v.misses(ctx, t, &s); err != nil {
				return err
			}
		}
		out.Topics = append(out.Topics, s)
	}
	out.Languages = v.parts((*Labelled).written, func(p *PartScore) int { return p.Entries })
	out.Sources = v.parts(func(l *Labelled) string { return link.Masked(string(l.Source)) }, func(p *PartScore) int { return p.Mistakes() })
	if o.Folds > 0 {
		out.Folds = v.folds(o.Folds)
	}
	return nil
}

// numbers are those below n.
func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// inParallel calls do with 0 to n-1 on all processors; where ctx ends, the rest
// is left out.
func inParallel(ctx context.Context, n int, do func(i int)) error {
	return inParallelOn(ctx, runtime.GOMAXPROCS(0), n, do)
}

// inParallelOn does so on a few processors.
func inParallelOn(ctx context.Context, processors, n int, do func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(processors, n) {
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

// oneIf is 1 for what is so, and 0 for what is not.
func oneIf(so bool) int {
	if so {
		return 1
	}
	return 0
}

// byName gathers the numbers below n by their names, which come in the order in
// which they first stand. "" is no name.
func byName(n int, name func(i int) string) (names []string, members map[string][]int) {
	members = make(map[string][]int)
	for i := range n {
		s := name(i)
		if s == "" {
			continue
		}
		if members[s] == nil {
			names = append(names, s)
		}
		members[s] = append(members[s], i)
	}
	return names, members
}
