package server

import (
	"cmp"

	"topicwire/config"
	"topicwire/feed/story"
)

// StoryOptions are the thresholds of a preset, and in their place those that the
// configuration sets.
func StoryOptions(c *config.Stories) story.Options {
	o, _ := story.Preset(c.Preset) // one of those that the configuration knows
	o.Text = cmp.Or(c.Duplicate, o.Text)
	o.Both = cmp.Or(c.DuplicateWithTitle, o.Both)
	o.BothTitle = cmp.Or(c.Title, o.BothTitle)
	o.Same = cmp.Or(c.SameTitle, o.Same)
	o.Best = cmp.Or(c.Story, o.Best)
	if c.StoryMean > 0 {
		// A story of one entry asks for more, by as much as in the preset.
		// Across languages it asks in proportion too.
		by := c.StoryMean / o.Mean
		o.Single = min(o.Single*by, 1)
		o.AcrossMean, o.AcrossSingle = min(o.AcrossMean*by, 1), min(o.AcrossSingle*by, 1)
		o.Mean = c.StoryMean
	}
	o.Age = cmp.Or(c.MaxAge, o.Age)
	o.Entries = cmp.Or(c.MaxEntries, o.Entries)
	return o
}
