package server

import (
	"topicwire/config"
	"topicwire/feed/story"
	"topicwire/storage"
)

// placer is what decides where new entries go, with the thresholds of a
// configuration.
func placer(cfg *config.Config) storage.Placer { return story.New(StoryOptions(&cfg.Stories)) }

// StoryOptions are the thresholds of a preset, and those that are set.
func StoryOptions(c *config.Stories) story.Options {
	o := story.Balanced()
	if c.Preset == config.Precise {
		o = story.Precise()
	}
	return o
}
