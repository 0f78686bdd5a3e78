package desk

import (
	"context"
	"fmt"
	"io"
	"slices"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A SuggestRequest asks for patterns that would find what a topic misses, or keep
// out what it has no business with.
type SuggestRequest struct {
	Topic   feed.Topic    `json:"topic"`   // as the caller has it configured; one without rules gets a whole set
	Sources []feed.Source `json:"sources"` // the same, without headers
	Most    int           `json:"most"`    // patterns; 0 means DefaultSuggestions
	// Prevalence is how much of what comes in belongs to the topic, above 0 and
	// below 1; 0 leaves it to the labels.
	Prevalence float64 `json:"prevalence,omitempty"`
}

// DefaultSuggestions is how many patterns are suggested at most: short lists are
// read, and trusted.
const DefaultSuggestions = 40

// DefaultThreshold is that of a topic that has none.
const DefaultThreshold = 6

// A Suggestion answers a SuggestRequest.
type Suggestion struct {
	Topic feed.TopicID `json:"topic"`
	// New says that the topic has no rules yet: these are all it needs.
	New     bool `json:"new"`
	Labels  int  `json:"labels"`  // entries learned from
	Right   int  `json:"right"`   // of them, those that belong to the topic
	Stories int  `json:"stories"` // different events among those; entries, where nothing tells events apart
	// Closed are entries of Right that no weight can bring in, for a gate of the
	// topic or its languages keep them out.
	Closed     int     `json:"closed"`
	Prevalence float64 `json:"prevalence"` // as asked for, or as taken
	Threshold  float64 `json:"threshold"`  // of the score; 0 for a topic that has rules and no score
	// Weights are for the score, or, for a topic without one, Any and None for
	// its lists; by language, the best first.
	Weights []SuggestedPattern `json:"weights"`
	Any     []SuggestedPattern `json:"any"`
	None    []SuggestedPattern `json:"none"`
	// Before is how the rules in force do on these entries, null where there are
	// none, and After how they would do with others like these patterns on
	// entries that were not learned from.
	Before *SuggestedMeasure `json:"before"`
	After  *SuggestedMeasure `json:"after"`
}

// A SuggestedPattern is a pattern with what it finds among the labelled entries.
type SuggestedPattern struct {
	Pattern  string  `json:"pattern"`
	Language string  `json:"language"` // of most of what it finds; "" for unknown
	Weight   float64 `json:"weight,omitempty"`
	Now      float64 `json:"now,omitempty"` // the weight that it has in the rules in force; 0 for none
	Right    int     `json:"right"`         // stories of the topic in which it stands
	Wrong    int     `json:"wrong"`         // other stories
}

// A SuggestedMeasure is how rules do on labelled entries, and how they would on
// all that comes in.
type SuggestedMeasure struct {
	Found   float64 `json:"found"`   // part of what is right that was taken, 0 to 1
	Wrongly float64 `json:"wrongly"` // part of the others that was taken, 0 to 1
	// Measure is expected at the prevalence.
	Measure
}

// A TooFewError says that labels do not suffice to learn from.
type TooFewError struct {
	Topic            feed.TopicID
	Right, Others    int // stories
	Need, NeedOthers int
	// Labels are what the entries are labelled with, the most frequent first.
	Labels []LabelCount
}

func (e *TooFewError) Error() string {
	switch {
	case e.Right == 0:
		return fmt.Sprintf("no entry is labelled %s", e.Topic)
	case e.Right < e.Need:
		return fmt.Sprintf("of %s are only %s: it takes %d", e.Topic, stories(e.Right), e.Need)
	}
	return fmt.Sprintf("only %s of what does not belong to %s: it takes %d", stories(e.Others), e.Topic, e.NeedOthers)
}

func stories(n int) string {
	if n == 1 {
		return "1 entry or story"
	}
	return fmt.Sprintf("%d entries or stories", n)
}

// A witness is an entry that is known to belong to a topic, or not to.
type witness struct {
	entry  *feed.Entry
	source *feed.Source
	words  *text.Words
	story  string // "" where none is known
	right  bool
	weight float64
}

// Suggest learns from labelled entries, one JSON object a line, as Evaluate reads
// them. Lines without labels of topics, and those that editors would not agree on,
// teach nothing. The order of the lines does not matter. It is a *TooFewError
// where they do not suffice.
func Suggest(ctx context.Context, r io.Reader, q SuggestRequest) (*Suggestion, error) {
	read, err := readLabelled(ctx, r, false)
	if err != nil {
		return nil, err
	}
	entries := slices.DeleteFunc(slices.Clone(read), func(l *Labelled) bool { return l.Topics == nil || !l.counts(q.Topic.ID) })
	witnesses := make([]witness, len(entries))
	err = inParallel(ctx, len(entries), func(i int) {
		l := entries[i]
		witnesses[i] = witness{
			entry: &l.Entry, source: l.from(), words: l.read(false), story: l.Story, right: l.has(q.Topic.ID), weight: 1,
		}
	})
	if err != nil {
		return nil, err
	}
	s, err := teach(ctx, witnesses, q)
	if few, ok := err.(*TooFewError); ok {
		few.Labels = labelCounts(read)
	}
	return s, err
}
