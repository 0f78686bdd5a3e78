package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/text"
	"topicwire/storage"
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

// What the store tells of a topic, and how much of it is learned from. What
// operators decided counts in full. What the rules filed and nobody touched is
// taken to be right, what they left to be wrong: both for little, since nobody may
// have looked.
const (
	leastDecided  = 5    // entries or groups
	recalled      = 4000 // newest entries that are looked at besides
	decidedWeight = 5
	filedWeight   = 1
	unfiledWeight = .5
)

// Suggest learns from what operators hid from a topic and included in it. A
// *feed.Refusal says where that is too little.
func (d *Desk) Suggest(ctx context.Context, q SuggestRequest) (Suggestion, error) {
	var all []witness
	err := d.Store.View(func(r *storage.Reader) (err error) {
		all, err = recall(ctx, r, &q)
		return err
	})
	if err != nil {
		return Suggestion{}, err
	}
	err = inParallel(ctx, len(all), func(i int) { all[i].words = match.Read(all[i].source, all[i].entry, "") })
	if err != nil {
		return Suggestion{}, err
	}
	if q.Prevalence == 0 {
		q.Prevalence = filedShare(all)
	}
	s, err := teach(ctx, all, q)
	if few := (*TooFewError)(nil); errors.As(err, &few) {
		return Suggestion{}, refuse("%v, of what is stored", few)
	}
	if err != nil {
		return Suggestion{}, err
	}
	return *s, nil
}

// filedShare is how much of the newest entries belongs to the topic.
func filedShare(all []witness) float64 {
	right := 0
	for i := range all {
		right += oneIf(all[i].right)
	}
	return max(.002, min(.5, float64(right)/float64(max(1, len(all)))))
}

// recall gathers what was decided, and the newest entries.
func recall(ctx context.Context, r *storage.Reader, q *SuggestRequest) ([]witness, error) {
	decided, n, err := decidedEntries(r, q.Topic.ID)
	if err != nil {
		return nil, err
	}
	if n < leastDecided {
		return nil, refuse("operators hid or included %s of %s: it takes %d to learn from", count(n, "entry", "entries"), q.Topic.ID, leastDecided)
	}
	entries, err := recalledEntries(ctx, r, decided)
	if err != nil {
		return nil, err
	}
	sources := feed.SourcesByID(q.Sources)
	var out []witness
	for i := range entries {
		e := &entries[i]
		if src := sources[e.Source]; src != nil && !q.Topic.Sources.Takes(src) {
			continue // the topic's words never decide about it
		}
		g, err := r.Group(e.Group)
		if err != nil {
			return nil, fmt.Errorf("group %d: %w", e.Group, err)
		}
		w := witness{entry: &e.Entry, source: sources.Of(e.Source), story: fmt.Sprint(g.Story), weight: decidedWeight}
		var known bool
		if w.right, known = decided[e.Key]; !known {
			m, filed, err := r.Membership(q.Topic.ID, e.Group)
			if err != nil {
				return nil, err
			}
			if m.Included {
				continue // its group was, for the sake of another entry
			}
			w.right, w.weight = filed, [...]float64{unfiledWeight, filedWeight}[oneIf(filed)]
		}
		out = append(out, w)
	}
	return out, context.Cause(ctx)
}

// recalledEntries are those that were decided about, as far as they are stored,
// and the newest, in no order that matters.
func recalledEntries(ctx context.Context, r *storage.Reader, decided map[feed.EntryKey]bool) ([]feed.StoredEntry, error) {
	from := firstOfNewest(r, recalled)
	var out []feed.StoredEntry
	for k := range decided {
		if k >= from {
			continue
		}
		e, err := r.Entry(k)
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
		if err == nil {
			out = append(out, e)
		}
	}
	err := r.Entries(from, func(e feed.StoredEntry) bool {
		out = append(out, e)
		return ctx.Err() == nil
	})
	return out, err
}

// decidedEntries are the entries that operators hid (false) or included (true) and
// that stands, and how many names of entries and groups that took.
func decidedEntries(r *storage.Reader, topic feed.TopicID) (map[feed.EntryKey]bool, int, error) {
	out := make(map[feed.EntryKey]bool)
	n := 0
	var failed error
	err := r.Decisions(func(d feed.Decided) bool {
		if d.Topic != topic || d.UndoneBy != 0 || d.Kind != feed.DecisionHide && d.Kind != feed.DecisionInclude {
			return true
		}
		n += len(d.Entries) + len(d.Groups)
		keys := d.Entries
		for _, k := range d.Groups {
			g, err := r.Group(k)
			if errors.Is(err, storage.ErrCorrupt) {
				failed = err
				return false
			}
			if err == nil {
				keys = append(keys, g.Entries...)
			}
		}
		for _, k := range keys {
			if _, newer := out[k]; !newer { // the newest decision comes first
				out[k] = d.Kind == feed.DecisionInclude
			}
		}
		return true
	})
	return out, n, errors.Join(err, failed)
}
