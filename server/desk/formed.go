package desk

import (
	"cmp"
	"slices"
)

// A FormedCluster is a group or story as entries were put into it, whatever
// their labels say.
type FormedCluster struct {
	Entries  int `json:"entries"`
	Labelled int `json:"labelled"`
	Noise    int `json:"noise"` // the others
	// Label is the one that most of the labelled ones have, "" where there are
	// none, and OfLabel says how many have it.
	Label   string `json:"label"`
	OfLabel int    `json:"of_label"`
	// Source is the one that most entries are of, "" where no line names any,
	// and OfSource says how many are of it.
	Source   string `json:"source"`
	OfSource int    `json:"of_source"`
	// ID, Line and Title are those of the entry that came first.
	ID    string `json:"id"`
	Line  int    `json:"line"`
	Title string `json:"title"`
}

// formed are the clusters that entries were put into, the largest first, those
// of one size in the order in which they began.
func (c *clustering) formed(entries []*Labelled) []FormedCluster {
	members := make(map[string][]int)
	var order []string
	for i, k := range c.got {
		if members[k] == nil {
			order = append(order, k)
		}
		members[k] = append(members[k], i)
	}
	out := make([]FormedCluster, 0, len(order))
	for _, k := range order {
		of := members[k]
		first := entries[of[0]]
		f := FormedCluster{Entries: len(of), ID: first.ID, Line: first.Line, Title: first.Entry.Title}
		labels, sources := make([]string, len(of)), make([]string, len(of))
		for n, i := range of {
			labels[n], sources[n] = c.gold[i], string(entries[i].Source)
			if c.intruder(i) {
				f.Noise++
			}
		}
		f.Labelled = f.Entries - f.Noise
		f.Label, f.OfLabel = mostFrequent(labels)
		f.Source, f.OfSource = mostFrequent(sources)
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b FormedCluster) int { return cmp.Compare(b.Entries, a.Entries) })
	return out
}

// mostFrequent is the name that comes most often, with how often; of several the
// first that stands there. "" is no name.
func mostFrequent(names []string) (name string, n int) {
	count := make(map[string]int)
	for _, s := range names {
		count[s]++
	}
	for _, s := range names {
		if s != "" && count[s] > n {
			name, n = s, count[s]
		}
	}
	return name, n
}

// largestShown is how many clusters a ClusterScore names.
const largestShown = 5

// largest are the first clusters, but none of a single entry.
func largest(formed []FormedCluster) []FormedCluster {
	out := formed[:min(len(formed), largestShown)]
	for i := range out {
		if out[i].Entries == 1 {
			return out[:i]
		}
	}
	return out
}

// oneSided is the cluster with the most entries of one source, the largest of
// several; nil where no source has two in any.
func oneSided(formed []FormedCluster) *FormedCluster {
	var most *FormedCluster
	for i := range formed {
		if f := &formed[i]; f.OfSource > 1 && (most == nil || f.OfSource > most.OfSource) {
			most = f
		}
	}
	return most
}
