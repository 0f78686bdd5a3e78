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
	out := &Evaluation{Entries: len(all), Topics: []TopicScore{}, Unknown: []LabelCount{}, Languages: []PartScore{}, Sources: []PartScore{}}
	if err := evaluateTopics(ctx, all, o, out); err != nil {
		return nil, err
	}
	if err := evaluateLanguages(ctx, all, o, out); err != nil {
		return nil, err
	}
	// Last: placing settles the languages of the entries.
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
	labelled := slices.DeleteFunc(slices.Clone(all), func(l *Labelled) bool { return l.Topics == nil })
	var topics []feed.Topic
	topics, out.Unknown = measuredTopics(labelled, o.Topics)
	if len(topics) == 0 {
		return nil
	}
	v, err := newVerdicts(ctx, topics, labelled, o.HideLanguage)
	if err != nil {
		return err
	}
	for t := range topics {
		s := TopicScore{Topic: topics[t].ID, Tally: v.tally(t, v.all), Thresholds: v.thresholds(t)}
		out.Together.add(s.Tally)
		if o.Patterns {
			if s.Patterns, err = v.patterns(ctx, t); err != nil {
				return err
			}
		}
		if o.Misses {
			if s.False, s.Missed, err = v.misses(ctx, t); err != nil {
				return err
			}
		}
		out.Topics = append(out.Topics, s)
	}
	out.Languages = v.byLanguage()
	out.Sources = v.bySource()
	if o.Folds > 0 {
		out.Folds = v.folds(o.Folds)
	}
	return nil
}

// measuredTopics are the topics that go by a label of the entries, taking them
// from everywhere, and the labels that no topic goes by.
func measuredTopics(labelled []*Labelled, configured []feed.Topic) ([]feed.Topic, []LabelCount) {
	labels := make(map[string]int)
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
	known := make(map[feed.TopicID]bool)
	for _, t := range unsourced(configured) {
		known[t.ID] = true
		if wanted[t.ID] {
			topics = append(topics, t)
		}
	}
	unknown := []LabelCount{}
	for t, n := range labels {
		if !known[topicOf(t)] {
			unknown = append(unknown, LabelCount{t, n})
		}
	}
	slices.SortFunc(unknown, func(a, b LabelCount) int { return cmp.Or(b.Entries-a.Entries, strings.Compare(a.Label, b.Label)) })
	return topics, unknown
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
