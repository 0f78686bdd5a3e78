package feed

import "time"

// StoryOptions are the thresholds by which feed/story places new entries. Scores are
// cosines, from 0 to 1.
type StoryOptions struct {
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
