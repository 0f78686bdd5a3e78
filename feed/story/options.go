package story

import (
	"time"

	"topicwire/feed"
)

// Options are the thresholds of placement. A zero field has the value of the
// balanced preset, so that the zero value is that preset.
type Options = feed.StoryOptions

// Balanced is the preset that misses about as much as it joins wrongly.
func Balanced() Options {
	return Options{
		Text: .82, Both: .5, BothTitle: .6, Same: .2, SameWords: 4, Numbers: .5,
		Best: .165, Mean: .255, Single: .285, Growth: .01, Top: 3, Shared: 2, Broad: .8, Brief: .22,
		Across: .20, AcrossMean: .25, AcrossSingle: .22, TopAcross: 3, Template: .5,
		Apart: MaxApart, Age: 7 * 24 * time.Hour, Entries: 1000, Window: 120_000,
	}
}

// Precise is the preset that would rather miss than join what does not belong.
func Precise() Options {
	o := Balanced()
	o.Both, o.Same, o.Numbers = .55, .35, .6
	o.Best, o.Mean, o.Single, o.Growth, o.Broad = .26, .32, .37, .005, .9
	o.Across, o.AcrossMean, o.AcrossSingle = .25, .32, .29
	return o
}

// Preset is the preset of a name, balanced or precise; "" is balanced.
func Preset(name string) (Options, bool) {
	switch name {
	case "", "balanced":
		return Balanced(), true
	case "precise":
		return Precise(), true
	}
	return Options{}, false
}

// MaxApart is the longest time between two entries that are ever compared.
const MaxApart = 72 * time.Hour

// span is how far the window reaches back: twice MaxApart, so that an entry that
// comes three days late still meets all that it can be compared with.
const span = 2 * MaxApart

// orBalanced is o with the balanced preset where it says nothing.
func orBalanced(o Options) Options {
	b := Balanced()
	for _, f := range []struct{ to, from *float64 }{
		{&o.Text, &b.Text}, {&o.Both, &b.Both}, {&o.BothTitle, &b.BothTitle}, {&o.Same, &b.Same},
		{&o.Numbers, &b.Numbers}, {&o.Best, &b.Best}, {&o.Mean, &b.Mean}, {&o.Single, &b.Single}, {&o.Growth, &b.Growth},
		{&o.Across, &b.Across}, {&o.Template, &b.Template}, {&o.Broad, &b.Broad}, {&o.Brief, &b.Brief}, {&o.AcrossMean, &b.AcrossMean}, {&o.AcrossSingle, &b.AcrossSingle},
	} {
		if *f.to == 0 {
			*f.to = *f.from
		}
	}
	for _, f := range []struct{ to, from *int }{
		{&o.SameWords, &b.SameWords}, {&o.Top, &b.Top}, {&o.TopAcross, &b.TopAcross}, {&o.Shared, &b.Shared}, {&o.Entries, &b.Entries}, {&o.Window, &b.Window},
	} {
		if *f.to == 0 {
			*f.to = *f.from
		}
	}
	for _, f := range []struct{ to, from *time.Duration }{{&o.Apart, &b.Apart}, {&o.Age, &b.Age}} {
		if *f.to == 0 {
			*f.to = *f.from
		}
	}
	o.Apart = min(o.Apart, MaxApart)
	return o
}
