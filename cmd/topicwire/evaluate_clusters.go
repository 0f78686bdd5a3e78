package main

import (
	"fmt"
	"strings"

	"topicwire/server/desk"
)

// clusterWords are what the clusters of a score are called.
type clusterWords struct{ name, one, many string }

func (p *printer) clusters(words *clusterWords, s *desk.ClusterScore) {
	if s.Entries > 0 {
		p.below("%s: %s with %s, put into %s", words.name, countOf(s.Entries, "entry", "entries"), countOf(s.Labels, "label", "labels"), countOf(s.Clusters, words.one, words.many))
		p.columns("PRECISION\tRECALL\tF1\t  MEASURE", func(row row) {
			agreement := func(a *desk.Agreement, where string) {
				row("%s\t  B-cubed%s", measured(a.BCubed), where)
				row("%s\t  pairs%s", rated(&a.Pairwise), where)
			}
			agreement(&s.Agreement, "")
			if a := s.Across; a != nil && a.Pairwise.Labelled+a.Pairwise.Matched > 0 {
				agreement(s.Within, " within a language")
				agreement(a, " across languages")
			}
		})
	} else {
		p.below("%s: no entry has a label", words.name)
	}
	if len(s.Edits) > 0 {
		p.columns("ENTRIES\tCOPIES\tFOUND\tWRONG\tB-CUBED: P\tR\tF1\tPAIRS: P\tR\tF1\t  EDIT", func(row row) {
			for _, e := range s.Edits {
				row("%d\t%d\t%s\t%s\t%s\t%s\t  %s", e.Entries, e.Copies, share(e.Found, e.Copies), share(e.Wrong, e.Entries), measured(e.BCubed), rated(&e.Pairwise), e.Edit)
			}
		})
	}
	p.formed(words, s)
	joined := "put together, of two labels"
	if s.Noise != nil {
		joined += " or of one and noise"
	}
	listed(p, joined, s.Joined, p.pair)
	listed(p, "kept apart, of one label", s.Parted, p.pair)
}

func measured(m desk.Measure) string {
	return fmt.Sprintf("%.3f\t%.3f\t%.3f", m.Precision, m.Recall, m.F1)
}

// formed prints what became of the noise, and the largest clusters.
func (p *printer) formed(words *clusterWords, s *desk.ClusterScore) {
	first := func(f *desk.FormedCluster) string { return "“" + clip(desk.OneLine(f.Title), 56) + "”" }
	if s.Noise != nil || s.OneSided != nil {
		p.line("")
	}
	if n := s.Noise; n != nil {
		p.line("Noise: %d of %s (%s) in %s with a labelled one", n.Landed, countOf(n.Entries, "entry", "entries"), share(n.Landed, n.Entries), words.many)
		if f := n.LargestAlone; f != nil {
			p.line("Largest %s of noise alone: %d, %s", words.one, f.Entries, first(f))
		}
	}
	if f := s.OneSided; f != nil {
		p.line("Most entries of one source in a %s: %d, %s, of %s", words.one, f.OfSource, first(f), clip(desk.OneLine(f.Source), 40))
	}
	if len(s.Largest) == 0 {
		return
	}
	p.columns(fmt.Sprintf("ENTRIES\tLABELLED\tNOISE\tONE SOURCE\tMOSTLY\t  LARGEST %s, BY FIRST ENTRY", strings.ToUpper(words.many)), func(row row) {
		for _, f := range s.Largest {
			mostly := "-"
			if f.Labelled > 0 {
				mostly = fmt.Sprintf("%s (%d)", clip(desk.OneLine(f.Label), 20), f.OfLabel)
			}
			row("%d\t%d\t%d\t%d\t%s\t  %s", f.Entries, f.Labelled, f.Noise, f.OfSource, mostly, clip(desk.OneLine(f.Title), 56))
		}
	})
}

// pair prints two entries that are together or apart against their labels.
func (p *printer) pair(m *desk.PairMiss) {
	edit := ""
	if m.Edit != "" {
		edit = " [" + m.Edit + "]"
	}
	p.line("  %s  %s%s%s", m.ID, clip(m.Title, 90), edit, noise(m.Noise))
	p.line("  %s  %s%s", m.WithID, clip(m.WithTitle, 90), noise(m.WithNoise))
	p.line("      %s", clip(m.Why, 160))
}

func noise(is bool) string {
	if is {
		return " [noise]"
	}
	return ""
}
