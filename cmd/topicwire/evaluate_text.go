package main

import (
	"fmt"
	"io"
	"strings"

	"topicwire/server/desk"
)

func writeEvaluation(w io.Writer, ev *desk.Evaluation, shown evaluationShown) error {
	p := &printer{w: w}
	p.line("%s", countOf(ev.Entries, "entry", "entries"))
	switch {
	case len(ev.Topics) > 0:
		p.topics(ev, shown)
	case shown.ofTopics:
		p.below("No label is a topic: there are no sources, thresholds, folds or patterns to show.")
	}
	if len(ev.Unknown) > 0 {
		p.below("No topic goes by: %s", unknownLabels(ev.Unknown))
	}
	if ev.LanguagesTold != nil {
		p.languagesTold(ev.LanguagesTold)
	}
	if ev.Duplicates != nil {
		p.clusters(&clusterWords{"Duplicates", "group", "groups"}, ev.Duplicates)
	}
	if ev.Stories != nil {
		p.clusters(&clusterWords{"Stories", "story", "stories"}, ev.Stories)
	}
	return p.err
}

// unknownLabelsShown is how many labels without a topic are named.
const unknownLabelsShown = 12

func unknownLabels(labels []desk.LabelCount) string {
	var out []string
	for i, l := range labels {
		if i == unknownLabelsShown {
			out = append(out, fmt.Sprintf("%d more", len(labels)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s (%d)", l.Label, l.Entries))
	}
	return strings.Join(out, ", ")
}

func (p *printer) topics(ev *desk.Evaluation, shown evaluationShown) {
	p.columns("LABELLED\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t  TOPIC", func(row row) {
		for i := range ev.Topics {
			row("%s\t  %s", tallied(&ev.Topics[i].Tally), ev.Topics[i].Topic)
		}
		if len(ev.Topics) > 1 {
			row("%s\t  all together", tallied(&ev.Together))
		}
	})
	p.languages(ev)
	if shown.sources && len(ev.Sources) == 0 {
		p.below("No entry names its source.")
	} else if shown.sources {
		p.below("By source, all topics together; those with the most mistakes first")
		p.parts(ev.Sources, "SOURCE", func(name string) string { return clip(desk.OneLine(name), 60) })
	}
	p.thresholds(ev, shown.thresholds)
	p.folds(ev)
	p.patterns(ev)
	for i := range ev.Topics {
		s := &ev.Topics[i]
		miss := func(m *desk.Miss) { p.wrong(m.ID, m.Title, m.Why) }
		listed(p, string(s.Topic)+": matched without the label", s.False, miss)
		listed(p, string(s.Topic)+": missed", s.Missed, miss)
	}
}

// wrong prints an entry with what is wrong about it.
func (p *printer) wrong(id, title, why string) {
	p.line("  %s  %s", id, clip(title, 90))
	p.line("      %s", clip(why, 160))
}

// tallied are the six cells of a tally; what nothing was found or wanted for is
// no figure.
func tallied(t *desk.Tally) string {
	return fmt.Sprintf("%d\t%d\t%d\t%s", t.Labelled, t.Matched, t.Right, rated(t))
}

// rated are precision, recall and F1 of a tally.
func rated(t *desk.Tally) string {
	figure := func(f float64) string { return fmt.Sprintf("%.3f", f) }
	return strings.Join([]string{
		figureOf(t.Precision, t.Matched, figure), figureOf(t.Recall, t.Labelled, figure), figureOf(t.F1, t.Matched+t.Labelled, figure),
	}, "\t")
}

// percents is precision and recall in one cell.
func percents(t *desk.Tally) string {
	figure := func(f float64) string {
		if f < 1 {
			f = min(f, .99) // nothing that is not all looks like it
		}
		return fmt.Sprintf("%.0f", 100*f)
	}
	if t.Labelled+t.Matched == 0 {
		return "-"
	}
	return figureOf(t.Precision, t.Matched, figure) + " / " + figureOf(t.Recall, t.Labelled, figure)
}

// figureOf is a measure of so many answers; of none it is no figure.
func figureOf(f float64, answers int, figure func(float64) string) string {
	if answers == 0 {
		return "-"
	}
	return figure(f)
}

// languageName is a language as people read it.
func languageName(tag string) string {
	switch tag {
	case "":
		return "none"
	case "uz-Cyrl":
		return "uz Cyrillic"
	case "uz-Latn":
		return "uz Latin"
	}
	return clip(desk.OneLine(tag), 20)
}

// languagesShown is how many columns of languages fit a line.
const languagesShown = 8

// languages prints what all topics together do in each language, and below what
// each topic does.
func (p *printer) languages(ev *desk.Evaluation) {
	if len(ev.Languages) == 0 {
		return
	}
	p.below("By language, all topics together")
	p.parts(ev.Languages, "LANGUAGE", languageName)
	shown := ev.Languages[:min(len(ev.Languages), languagesShown)]
	if len(shown) < 2 || len(ev.Topics) < 2 {
		return
	}
	p.below("Each topic by language: precision / recall in percent")
	head, rows := "", make([]string, len(ev.Topics))
	for _, l := range shown {
		head += strings.ToUpper(languageName(l.Name)) + "\t"
		for i := range l.Topics {
			rows[i] += percents(&l.Topics[i].Tally) + "\t"
		}
	}
	p.columns(head+"  TOPIC", func(row row) {
		for i := range rows {
			row("%s  %s", rows[i], ev.Topics[i].Topic)
		}
	})
}

func (p *printer) parts(parts []desk.PartScore, head string, name func(string) string) {
	p.columns("ENTRIES\tLABELLED\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t  "+head, func(row row) {
		for i := range parts {
			row("%d\t%s\t  %s", parts[i].Entries, tallied(&parts[i].Tally), name(parts[i].Name))
		}
	})
}

// confusionsShown is how many kinds of mistakes are printed.
const confusionsShown = 8

func (p *printer) languagesTold(s *desk.LanguagesTold) {
	p.below("Language told from the text alone: %d of %d right (%s), %d unknown", s.Right, s.Entries, share(s.Right, s.Entries), s.Unknown)
	if len(s.Confusions) == 0 {
		return
	}
	p.columns("ENTRIES\t  IS -> TOLD", func(row row) {
		for i, c := range s.Confusions {
			if i == confusionsShown {
				row("\t  and %d more kinds", len(s.Confusions)-i)
				break
			}
			row("%d\t  %s -> %s", c.Entries, languageName(c.Wanted), languageName(c.Told))
		}
	})
	listed(p, "language not told", s.Wrong, func(m *desk.Misread) {
		p.wrong(m.ID, m.Title, fmt.Sprintf("line %d: %s, told: %s", m.Line, languageName(m.Wanted), languageName(m.Told)))
	})
}
