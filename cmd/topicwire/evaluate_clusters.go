package main

import (
	"fmt"
	"io"
	"strings"

	"topicwire/server/desk"
)

// clusterWords are what the clusters of a score are called.
type clusterWords struct{ name, one, many string }

var (
	storyWords     = clusterWords{"Stories", "story", "stories"}
	duplicateWords = clusterWords{"Duplicates", "group", "groups"}
)

func writeClusters(w io.Writer, words *clusterWords, s *desk.ClusterScore) error {
	if s.Entries > 0 {
		fmt.Fprintf(w, "\n%s: %s with %s, put into %s\n", words.name, countOf(s.Entries, "entry", "entries"), countOf(s.Labels, "label", "labels"), countOf(s.Clusters, words.one, words.many))
		if err := writeAgreement(w, s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "\n%s: no entry has a label\n", words.name)
	}
	if err := writeEdits(w, s.Edits); err != nil {
		return err
	}
	if err := writeFormed(w, words, s); err != nil {
		return err
	}
	p := &printer{w: w}
	joined := "put together, of two labels"
	if s.Noise != nil {
		joined += " or of one and noise"
	}
	writePairs(p, joined, s.Joined)
	writePairs(p, "kept apart, of one label", s.Parted)
	return p.err
}

func measured(m desk.Measure) string {
	return fmt.Sprintf("%.3f\t%.3f\t%.3f", m.Precision, m.Recall, m.F1)
}

// writeAgreement prints how well clusters agree with the labels, in all and by
// whether a pair is in one language.
func writeAgreement(w io.Writer, s *desk.ClusterScore) error {
	t := newColumns(w)
	t.row("PRECISION\tRECALL\tF1\t  MEASURE")
	row := func(b desk.Measure, pairs desk.Tally, where string) {
		t.row("%s\t  B-cubed%s", measured(b), where)
		t.row("%s\t  pairs%s", rated(&pairs), where)
	}
	row(s.BCubed, s.Pairwise, "")
	if s.Across != nil && s.Across.Pairwise.Labelled+s.Across.Pairwise.Matched > 0 {
		row(s.Within.BCubed, s.Within.Pairwise, " within a language")
		row(s.Across.BCubed, s.Across.Pairwise, " across languages")
	}
	return t.end()
}

func writeEdits(w io.Writer, edits []desk.EditScore) error {
	if len(edits) == 0 {
		return nil
	}
	t := newColumns(w)
	t.row("ENTRIES\tCOPIES\tFOUND\tWRONG\tB-CUBED: P\tR\tF1\tPAIRS: P\tR\tF1\t  EDIT")
	for _, e := range edits {
		t.row("%d\t%d\t%s\t%s\t%s\t%s\t  %s", e.Entries, e.Copies, share(e.Found, e.Copies), share(e.Wrong, e.Entries), measured(e.BCubed), rated(&e.Pairwise), e.Edit)
	}
	return t.end()
}

// writeFormed prints what became of the noise, and the largest clusters.
func writeFormed(w io.Writer, words *clusterWords, s *desk.ClusterScore) error {
	if s.Noise != nil || s.OneSided != nil {
		fmt.Fprintln(w)
	}
	if n := s.Noise; n != nil {
		fmt.Fprintf(w, "Noise: %d of %s (%s) in %s with a labelled one\n", n.Landed, countOf(n.Entries, "entry", "entries"), share(n.Landed, n.Entries), words.many)
		if f := n.LargestAlone; f != nil {
			fmt.Fprintf(w, "Largest %s of noise alone: %d, %s\n", words.one, f.Entries, firstTitle(f))
		}
	}
	if f := s.OneSided; f != nil {
		fmt.Fprintf(w, "Most entries of one source in a %s: %d, %s, of %s\n", words.one, f.OfSource, firstTitle(f), clip(desk.OneLine(f.Source), 40))
	}
	if len(s.Largest) == 0 {
		return nil
	}
	t := newColumns(w)
	t.row("ENTRIES\tLABELLED\tNOISE\tONE SOURCE\tMOSTLY\t  LARGEST %s, BY FIRST ENTRY", strings.ToUpper(words.many))
	for i := range s.Largest {
		f := &s.Largest[i]
		mostly := "-"
		if f.Labelled > 0 {
			mostly = fmt.Sprintf("%s (%d)", clip(desk.OneLine(f.Label), 20), f.OfLabel)
		}
		t.row("%d\t%d\t%d\t%d\t%s\t  %s", f.Entries, f.Labelled, f.Noise, f.OfSource, mostly, clip(desk.OneLine(f.Title), 56))
	}
	return t.end()
}

func firstTitle(f *desk.FormedCluster) string {
	return "“" + clip(desk.OneLine(f.Title), 56) + "”"
}

// share is a part of a whole as a percentage.
func share(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

func writePairs(p *printer, head string, pairs []desk.PairMiss) {
	if len(pairs) == 0 {
		return
	}
	p.line("")
	p.line("%s (%d)", head, len(pairs))
	for _, m := range pairs {
		edit := ""
		if m.Edit != "" {
			edit = " [" + m.Edit + "]"
		}
		p.line("  %s  %s%s%s", m.ID, clip(m.Title, 90), edit, noise(m.Noise))
		p.line("  %s  %s%s", m.WithID, clip(m.WithTitle, 90), noise(m.WithNoise))
		p.line("      %s", clip(m.Why, 160))
	}
}

func noise(is bool) string {
	if is {
		return " [noise]"
	}
	return ""
}
