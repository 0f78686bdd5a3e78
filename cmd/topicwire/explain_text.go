package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/server/desk"
)

// A printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(printable(fmt.Sprintf(format, args...)), " "))
	}
}

// printable is a line without characters that control a terminal or turn the direction
// of a line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

func writeExplained(w io.Writer, t *feed.Topic, x *desk.Explained) error {
	p := &printer{w: w}
	for i := range x.Entries {
		if i > 0 {
			p.line("")
		}
		writeExplainedEntry(p, t, &x.Entries[i])
	}
	if len(x.Entries) > 0 && x.Entries[0].Seen != nil {
		p.line("")
		switch {
		case x.Filed == nil:
			p.line("It is not filed under %s.", t.ID)
		case x.Absent == "":
			p.line("Filed %s; the feed has it as %s", minute(x.Filed), x.PublicID)
		default:
			p.line("Filed %s, but the feed does not have it: %s.", minute(x.Filed), x.Absent)
		}
	}
	for i := range x.Decisions {
		p.line("%s", decisionLine(&x.Decisions[i]))
	}
	return p.err
}

func minute(t *time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func writeExplainedEntry(p *printer, t *feed.Topic, e *desk.ExplainedEntry) {
	title := e.Title
	if title == "" {
		title = "(no title)"
	}
	p.line("%s", clip(title, 100))
	var about []string
	if e.Source != "" {
		about = append(about, e.Source)
	}
	if e.Published != nil {
		about = append(about, minute(e.Published)+" UTC")
	} else if e.Seen != nil {
		about = append(about, "seen "+minute(e.Seen)+" UTC")
	}
	x := e.Rules
	if x != nil {
		if x.Language == "" {
			about = append(about, "language unknown")
		} else {
			about = append(about, "language "+x.Language)
		}
	}
	if e.Hidden {
		about = append(about, "hidden by an operator")
	}
	if e.Included {
		about = append(about, "included by an operator")
	}
	p.line("  %s", strings.Join(about, ", "))
	if e.Link != "" {
		p.line("  %s", e.Link)
	}
	if x == nil {
		return
	}
	verdict := "matches"
	if !x.Matches {
		verdict = "does not match"
	}
	if x.Threshold != 0 {
		verdict += fmt.Sprintf(" %s: %s of %s points", t.ID, desk.Points(x.Score), desk.Points(x.Threshold))
		if x.Scale != 0 && x.Scale != 1 {
			verdict += fmt.Sprintf(" (each hit counts %s in a text this long)", desk.Points(x.Scale))
		}
	} else {
		verdict += " " + string(t.ID)
	}
	p.line("  %s", verdict)
	if e.Seen == nil && e.Source == "" && (len(t.Sources.Tags) > 0 || len(t.Sources.Addresses) > 0 || len(t.Sources.Without) > 0) {
		p.line("  (as an entry of a source that the topic takes)")
	}
	writeLines(p, x.Lines)
	for i, m := range x.Missing {
		if i == 0 {
			p.line("  missing:")
		}
		p.line("    - %s", m)
	}
	if e.Stored != nil && !x.Matches {
		p.line("  It matched when it was filed: %s", briefReason(e.Stored))
	}
}

// foundShown is how many places of one rule are printed.
const foundShown = 3

// writeLines prints rules with their marks: whether a pattern hit, whether a
// group holds, and what a weight adds.
func writeLines(p *printer, lines []match.Line) {
	part := ""
	for i := range lines {
		l := &lines[i]
		name := ""
		if l.Part != part {
			part, name = l.Part, l.Part
		}
		rule := strings.Repeat("  ", l.Depth) + l.Rule
		if l.Weight != 0 {
			rule += ": " + desk.Points(l.Weight)
		}
		p.line("  %-6s %-6s %s", name, mark(l), clip2(rule, 90))
		for k, f := range l.Found {
			if k == foundShown {
				p.line("  %-13s %s  and %d more", "", strings.Repeat("  ", l.Depth), len(l.Found)-k)
				break
			}
			p.line("  %-13s %s  %s: %s", "", strings.Repeat("  ", l.Depth), f.Field, inContext(&f))
		}
	}
}

// mark is the state of a rule in one short word.
func mark(l *match.Line) string {
	group := l.Rule == "any" || l.Rule == "all" || l.Rule == "none"
	switch {
	case l.Part == "score" && l.Value != 0:
		return fmt.Sprintf("%+.3g", l.Value)
	case l.Part == "score":
		return "."
	case group && l.Holds:
		return "ok"
	case group:
		return "FAILS"
	case len(l.Found) > 0 && !l.Holds:
		return "HIT!" // under none: it keeps the entry out
	case len(l.Found) > 0:
		return "hit"
	case l.Holds:
		return "clear"
	}
	return "miss"
}

// inContext is a hit with its words marked, on one line.
func inContext(f *match.Found) string {
	return strings.Join(strings.Fields(f.Before+"["+f.Text+"]"+f.After), " ")
}

// clip2 is clip that keeps the indentation.
func clip2(s string, n int) string {
	indent := len(s) - len(strings.TrimLeft(s, " "))
	return s[:indent] + clip(s[indent:], n-indent)
}

// briefReason is a stored reason in one line.
func briefReason(r *feed.Reason) string {
	var words []string
	for i, h := range r.Hits {
		if i == 6 {
			words = append(words, fmt.Sprintf("%d more", len(r.Hits)-i))
			break
		}
		w := "[" + clip(h.Text, 40) + "]"
		if h.Field == feed.FieldTitle {
			w += " in title"
		}
		words = append(words, w)
	}
	s := strings.Join(words, ", ")
	if len(words) == 0 {
		s = "the topic takes everything"
	}
	if r.Threshold != 0 {
		s += fmt.Sprintf("; %s of %s points", desk.Points(r.Score), desk.Points(r.Threshold))
	}
	return s
}
