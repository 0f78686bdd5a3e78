package main

import (
	"fmt"
	"io"
	"strings"

	"topicwire/server/desk"
)

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

// writeLanguages prints what all topics together do in each language, and below
// what each topic does.
func writeLanguages(w io.Writer, ev *desk.Evaluation, _ evaluationShown) error {
	if len(ev.Languages) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nBy language, all topics together\n")
	if err := writeParts(w, ev.Languages, "LANGUAGE", languageName); err != nil {
		return err
	}
	shown := ev.Languages[:min(len(ev.Languages), languagesShown)]
	if len(shown) < 2 || len(ev.Topics) < 2 {
		return nil
	}
	fmt.Fprintf(w, "\nEach topic by language: precision / recall in percent\n")
	t := newColumns(w)
	head, rows := "", make([]string, len(ev.Topics))
	for _, l := range shown {
		head += strings.ToUpper(languageName(l.Name)) + "\t"
		for i := range l.Topics {
			rows[i] += percents(&l.Topics[i].Tally) + "\t"
		}
	}
	t.row("%s  TOPIC", head)
	for i, row := range rows {
		t.row("%s  %s", row, ev.Topics[i].Topic)
	}
	return t.end()
}

func writeSources(w io.Writer, ev *desk.Evaluation, shown evaluationShown) error {
	if !shown.sources {
		return nil
	}
	if len(ev.Sources) == 0 {
		_, err := fmt.Fprintf(w, "\nNo entry names its source.\n")
		return err
	}
	fmt.Fprintf(w, "\nBy source, all topics together; those with the most mistakes first\n")
	return writeParts(w, ev.Sources, "SOURCE", func(name string) string { return clip(desk.OneLine(name), 60) })
}

func writeParts(w io.Writer, parts []desk.PartScore, head string, name func(string) string) error {
	t := newColumns(w)
	t.row("ENTRIES\tLABELLED\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t  %s", head)
	for i := range parts {
		p := &parts[i]
		t.row("%d\t%s\t  %s", p.Entries, tallied(&p.Tally), name(p.Name))
	}
	return t.end()
}

// percents is precision and recall in one cell.
func percents(t *desk.Tally) string {
	cell := func(f float64, some bool) string {
		if !some {
			return "-"
		}
		if f < 1 {
			f = min(f, .99) // nothing that is not all looks like it
		}
		return fmt.Sprintf("%.0f", 100*f)
	}
	if t.Labelled+t.Matched == 0 {
		return "-"
	}
	return cell(t.Precision, t.Matched > 0) + " / " + cell(t.Recall, t.Labelled > 0)
}

// confusionsShown is how many kinds of mistakes are printed.
const confusionsShown = 8

func writeLanguagesTold(w io.Writer, s *desk.LanguagesTold) error {
	fmt.Fprintf(w, "\nLanguage told from the text alone: %d of %d right (%s), %d unknown\n", s.Right, s.Entries, share(s.Right, s.Entries), s.Unknown)
	if len(s.Confusions) == 0 {
		return nil
	}
	t := newColumns(w)
	t.row("ENTRIES\t  IS -> TOLD")
	for i, c := range s.Confusions {
		if i == confusionsShown {
			t.row("\t  and %d more kinds", len(s.Confusions)-i)
			break
		}
		t.row("%d\t  %s -> %s", c.Entries, languageName(c.Wanted), languageName(c.Told))
	}
	if err := t.end(); err != nil {
		return err
	}
	p := &printer{w: w}
	if len(s.Wrong) > 0 {
		p.line("")
		p.line("language not told (%d)", len(s.Wrong))
	}
	for _, m := range s.Wrong {
		p.line("  %s  %s", m.ID, clip(m.Title, 90))
		p.line("      line %d: %s, told: %s", m.Line, languageName(m.Wanted), languageName(m.Told))
	}
	return p.err
}
