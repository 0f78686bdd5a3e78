package desk

// A NoiseScore says where entries went that belong to nobody.
type NoiseScore struct {
	Entries int     `json:"entries"`
	Landed  int     `json:"landed"` // in a cluster with a labelled entry
	Share   float64 `json:"share"`  // of the entries, how many landed: 0 to 1
	// LargestAlone is the largest cluster of noise and nothing else, null where
	// no two were put together.
	LargestAlone *FormedCluster `json:"largest_alone"`
}

// newNoiseScore counts the noise in clusters, the largest of which come first;
// nil where there is none.
func newNoiseScore(formed []FormedCluster) *NoiseScore {
	s := &NoiseScore{}
	for i := range formed {
		f := &formed[i]
		s.Entries += f.Noise
		if f.Labelled > 0 {
			s.Landed += f.Noise
		} else if f.Entries > 1 && s.LargestAlone == nil {
			s.LargestAlone = f
		}
	}
	if s.Entries == 0 {
		return nil
	}
	s.Share = float64(s.Landed) / float64(s.Entries)
	return s
}
