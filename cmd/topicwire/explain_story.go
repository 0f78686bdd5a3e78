package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/server/desk"
)

// membersShown is how many entries of a story are printed, besides the one that
// was asked for and its partner.
const membersShown = 30

// writeStory prints a story's reports by date, each with why it is there.
func writeStory(w io.Writer, v *feed.StoryView) error {
	p := &printer{w: w}
	groups := make(map[feed.GroupKey]bool)
	sources := make(map[feed.EntryKey]string)
	var partner feed.EntryKey // of the entry that was asked for
	for i := range v.Members {
		m := &v.Members[i]
		groups[m.Group] = true
		sources[m.Entry] = m.Source
		if m.Entry == v.Asked && m.Placed != nil {
			partner = m.Placed.Partner
		}
	}
	head := fmt.Sprintf("Story %d: %s", v.Story, count(len(v.Members), "entry"))
	if len(v.Members) != 1 {
		head = fmt.Sprintf("Story %d: %d entries in %s", v.Story, len(v.Members), count(len(groups), "report"))
	}
	p.line("%s", head)
	left := 0
	for i := range v.Members {
		m := &v.Members[i]
		if i >= membersShown && m.Entry != v.Asked && m.Entry != partner {
			left++
			continue
		}
		mark := " "
		if m.Entry == v.Asked {
			mark = ">"
		}
		p.line("")
		p.line("%s %s  %s", mark, minute(&m.Published), clip(m.Source, 60))
		p.line("  %s", clip(m.Title, 100))
		if m.Link != "" {
			p.line("  %s", m.Link)
		}
		if len(m.Topics) > 0 {
			var ids []string
			for _, t := range m.Topics {
				ids = append(ids, string(t))
			}
			p.line("  filed under %s", strings.Join(ids, ", "))
		}
		if m.Hidden {
			p.line("  hidden by an operator")
		}
		switch {
		case m.Placed != nil || !m.Parted && len(m.Moved) == 0:
			writePlaced(p, m.Placed, sources)
			writeCommon(p, m.Common, "    ")
		case len(m.Moved) == 0:
			p.line("  what it was placed with is elsewhere now")
		}
		for i := range m.Moved {
			p.line("  %s", moveLine(&m.Moved[i]))
		}
	}
	if left > 0 {
		p.line("")
		p.line("and %s; --json has them all", countOf(left, "other entry", "other entries"))
	}
	return p.err
}

// moveLine is an operator's decision about where an entry is.
func moveLine(m *feed.StoryMove) string {
	by := fmt.Sprintf("by %s on %s (decision %d)", dash(clip(desk.OneLine(m.By), 60)), m.At.UTC().Format("2006-01-02"), m.Number)
	switch {
	case m.Partner && m.Kind == feed.DecisionSplit:
		return "what it was placed with was split off " + by
	case m.Partner:
		return "what it was placed with was merged into another " + by
	case m.Kind == feed.DecisionSplit:
		return "split off " + by
	}
	return "merged " + by
}

// writePlaced prints why an entry is where it is.
func writePlaced(p *printer, pl *feed.Placed, sources map[feed.EntryKey]string) {
	if pl == nil || pl.Tier == feed.TierNew {
		p.line("  first of its report: nothing before it was near enough")
		return
	}
	with := sources[pl.Partner]
	if with == "" {
		with = "an entry that is no longer here"
	}
	switch pl.Tier {
	case feed.TierSameLink:
		p.line("  the same link as that of %s", with)
	case feed.TierGroup:
		p.line("  a copy of the report of %s", with)
	default:
		p.line("  the same event as in the report of %s", with)
	}
	w := pl.Why
	if w == nil {
		return
	}
	s := fmt.Sprintf("likeness %.2f, needed %.2f", w.Score, w.Needed)
	if w.Rule != "" {
		s += " (" + w.Rule + ")"
	}
	p.line("    %s", s)
	if w.TitleNeeded > 0 {
		p.line("    title    %.2f, needed %.2f", w.Title, w.TitleNeeded)
	}
	if w.MeanNeeded > 0 {
		p.line("    story    %.2f, needed %.2f (mean of its nearest entries)", w.Mean, w.MeanNeeded)
	}
	var words []string
	for _, sh := range w.Shared {
		if sh.Share < .005 {
			continue // it is there, and counts for nothing
		}
		words = append(words, fmt.Sprintf("%s %.0f%%", sh.Word, 100*sh.Share))
	}
	if len(words) > 0 {
		p.line("    shared   %s", strings.Join(words, ", "))
	}
	if len(w.Numbers) > 0 {
		p.line("    numbers  %s, where the other has other ones", strings.Join(w.Numbers, ", "))
	}
	p.line("    apart    %s", apart(w.Apart))
}

// apart is a time between two entries as people say it.
func apart(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
