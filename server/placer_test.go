package server

import (
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed/story"
)

func TestStoryOptions(t *testing.T) {
	balanced, precise := story.Balanced(), story.Precise()
	with := func(o story.Options, change func(*story.Options)) story.Options { change(&o); return o }
	for _, c := range []struct {
		name string
		set  config.Stories
		want story.Options
	}{
		{"balanced", config.Stories{Preset: config.Balanced}, balanced},
		{"precise", config.Stories{Preset: config.Precise}, precise},
		{"duplicates", config.Stories{Preset: config.Balanced, Duplicate: .9, DuplicateWithTitle: .8, Title: .7, SameTitle: .6},
			with(balanced, func(o *story.Options) { o.Text, o.Both, o.BothTitle, o.Same = .9, .8, .7, .6 })},
		{"stories", config.Stories{Preset: config.Precise, Story: .4, StoryMean: precise.Mean * 1.5, MaxAge: time.Hour, MaxEntries: 7},
			with(precise, func(o *story.Options) {
				o.Best, o.Age, o.Entries = .4, time.Hour, 7
				o.Single *= o.Mean * 1.5 / o.Mean
				o.AcrossMean *= o.Mean * 1.5 / o.Mean
				o.AcrossSingle *= o.Mean * 1.5 / o.Mean
				o.Mean *= 1.5
			})},
		{"a mean beyond measure", config.Stories{Preset: config.Balanced, StoryMean: 1},
			with(balanced, func(o *story.Options) {
				o.AcrossMean, o.AcrossSingle = min(o.AcrossMean*(1/o.Mean), 1), min(o.AcrossSingle*(1/o.Mean), 1)
				o.Mean, o.Single = 1, 1
			})},
	} {
		if got := StoryOptions(&c.set); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}
