package story

import "time"

// Options are the thresholds of placement. A zero field has the value of the
// balanced preset, so that the zero value is that preset. Scores are cosines,
// from 0 to 1.
type Options struct {
	// Text is the score from which two entries are one report, whatever their
	// titles say. 0.5 to 1.
	Text float64
	// Both is the same for two entries of which the titles share BothTitle of
	// their words (Jaccard). 0.3 to 1, and 0.3 to 1.
	Both, BothTitle float64
	// Same is the same for two entries of one title, which has at least
	// SameWords words. 0 to 1, and 2 to 32.
	Same      float64
	SameWords int
	// Numbers is the share of the numbers of two entries that must agree, of
	// those of the one that has fewer, where each has some that the other
	// lacks. 0 to 1.
	Numbers float64

	// Best is the score that the nearest entry of a story must reach, faded by
	// the time between the two. 0.1 to 1.
	Best float64
	// Mean is the score that the mean of the story's nearest entries must
	// reach, and Single that of a story of one entry. 0.1 to 1.
	Mean, Single float64
	// Growth is by how much more the mean must reach each time the story's
	// number of entries doubles. 0 to 0.05.
	Growth float64
	// Broad is what an entry that shares much with all of a story needs, of what
	// others need. 0.5 to 1.
	Broad float64
	// Brief is by how much more an entry of no words would have to reach; the
	// fewer than 16 it has, the nearer to that. 0 to 0.5.
	Brief float64
	// Across, AcrossMean and AcrossSingle are Best, Mean and Single for likenesses
	// in what two entries have besides words, as those of other languages, and
	// TopAcross is Top. Across 1 joins none.
	Across, AcrossMean, AcrossSingle float64
	TopAcross                        int
	// Template is the share of their words from which two titles with other names
	// are one template.
	Template float64
	// Top is how many of a story's nearest entries speak for it. 1 to 16.
	Top int
	// Shared is how many words two entries must share to be of one story, other
	// than those that a sixth of the window has. 1 to 8.
	Shared int

	// Apart is the longest time between two entries that are compared. At most
	// 72 hours.
	Apart time.Duration
	// Age is how long after its first entry a story takes others.
	Age time.Duration
	// Entries is how many entries a story takes.
	Entries int
	// Window is how many entries new ones are compared with, the oldest left
	// out first. 1,000 to 120,000.
	Window int
}

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

// filled is o with the balanced preset where it says nothing.
func (o Options) filled() Options {
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
