package config

import (
	"fmt"
	"time"
)

// The presets of Stories.
const (
	Balanced = "balanced"
	Precise  = "precise" // fewer, surer stories
)

// MaxStoryEntries bounds how many entries a story may have.
const MaxStoryEntries = 10_000

// Stories is when entries count as one report or one event. A zero value of
// anything but Preset is what the preset has.
type Stories struct {
	Preset string // Balanced or Precise; never ""
	// Duplicate is the cosine of two texts from which they are one report;
	// DuplicateWithTitle that of texts whose titles are alike, which is a
	// Jaccard index of at least Title; SameTitle that of texts with one title.
	Duplicate, DuplicateWithTitle, Title, SameTitle float64
	// Story is how near an entry is to the best one of a story that it joins,
	// and StoryMean how near to its nearest ones in the mean.
	Story, StoryMean float64
	MaxAge           time.Duration // of a story that still takes entries
	MaxEntries       int           // in a story
}

var storiesKeys = keys{
	in: "stories",
	known: []string{"preset", "duplicate", "duplicate_with_title", "title", "same_title", "story", "story_mean",
		"max_age", "max_entries"},
	synonyms: map[string]string{
		"mode": "preset", "profile": "preset", "cosine": "duplicate", "jaccard": "title", "mean": "story_mean",
		"age": "max_age", "window": "max_age", "max": "max_entries", "size": "max_entries", "limit": "max_entries", "max_size": "max_entries",
	},
}

func (r *reader) stories(n *node, s *Stories) {
	thresholds := map[string]*float64{
		"duplicate": &s.Duplicate, "duplicate_with_title": &s.DuplicateWithTitle, "title": &s.Title, "same_title": &s.SameTitle,
		"story": &s.Story, "story_mean": &s.StoryMean,
	}
	at := map[string]*node{}
	r.section(n, &storiesKeys, func(key string, _, v *node) {
		at[key] = v
		switch key {
		case "preset":
			text, ok := r.text(v, key)
			if r.choice(v, key, text, ok, []string{Balanced, Precise}, map[string]string{"default": Balanced, "normal": Balanced, "strict": Precise, "precision": Precise}) {
				s.Preset = text
			}
		case "max_age":
			s.MaxAge, _ = r.duration(v, key, time.Hour, maxInterval)
		case "max_entries":
			s.MaxEntries, _ = r.integer(v, key, 2, MaxStoryEntries)
		default:
			*thresholds[key] = r.threshold(v, key)
		}
	})
	for _, pair := range [][2]string{{"duplicate_with_title", "duplicate"}, {"same_title", "duplicate_with_title"}, {"story_mean", "story"}} {
		low, high := *thresholds[pair[0]], *thresholds[pair[1]]
		if low > high && high > 0 {
			r.warn(at[pair[0]], fmt.Sprintf("%s %g is above %s %g, which then says it alone", pair[0], low, pair[1], high), "")
		}
	}
}

// threshold reads a likeness, above 0 and at most 1; 0 where it is not one.
func (r *reader) threshold(n *node, what string) float64 {
	f, ok := r.number(n, what)
	if ok && (f <= 0 || f > 1) {
		r.fail(n, fmt.Sprintf("%s %g is out of range", what, f), "above 0, at most 1")
		return 0
	}
	return f
}
