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

func (r *reader) storiesKeys(s *Stories) *keys {
	return &keys{in: "stories", own: "preset max_age", rows: []row{
		keyOr("preset mode profile", Balanced, wordInto(r, &s.Preset, Balanced+" default normal", Precise+" strict precision"),
			"balanced, or precise: fewer and surer stories."),
		key("duplicate cosine", r.likenessInto(&s.Duplicate),
			"The likeness (cosine) of two texts from which they are one report. The preset's own otherwise."),
		key("duplicate_with_title", r.likenessInto(&s.DuplicateWithTitle),
			"The likeness of two texts from which they are one report where their titles are alike. The preset's own otherwise."),
		key("title jaccard", r.likenessInto(&s.Title),
			"The likeness (Jaccard) from which two titles are alike. The preset's own otherwise."),
		key("same_title", r.likenessInto(&s.SameTitle),
			"The likeness of two texts from which they are one report where their titles are the same. The preset's own otherwise."),
		key("story", r.likenessInto(&s.Story),
			"The likeness of a report to the nearest one of a story, from which it joins. The preset's own otherwise."),
		key("story_mean mean", r.likenessInto(&s.StoryMean),
			"The mean likeness of a report to the nearest ones of a story, from which it joins. The preset's own otherwise."),
		key("max_age age window", r.durationInto(&s.MaxAge, time.Hour, maxInterval),
			"How old a story is that still takes reports; at least 1h. The preset's own otherwise.", "7d"),
		key("max_entries max size limit max_size", r.wholeInto(&s.MaxEntries, 2, MaxStoryEntries),
			"How many entries a story has at most. The preset's own otherwise."),
	}}
}

// stories warns of a threshold that leaves another one nothing to say.
func (r *reader) stories(at map[string]pair, s *Stories) {
	order := func(lower string, low float64, upper string, high float64) {
		if low > high && high > 0 {
			r.warn(at[lower].value, fmt.Sprintf("%s %g is above %s %g, which then says it alone", lower, low, upper, high))
		}
	}
	order("duplicate_with_title", s.DuplicateWithTitle, "duplicate", s.Duplicate)
	order("same_title", s.SameTitle, "duplicate_with_title", s.DuplicateWithTitle)
	order("story_mean", s.StoryMean, "story", s.Story)
}
