package main

import (
	"fmt"
	"text/tabwriter"
)

// A row prints cells that are parted by tabs.
type row func(format string, cells ...any)

// columns prints columns of figures below an empty line, each right-aligned; the
// last one, with no tab behind it, is left-aligned.
func (p *printer) columns(head string, rows func(row row)) {
	p.line("")
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, head)
	rows(func(format string, cells ...any) { fmt.Fprintf(t, format+"\n", cells...) })
	if err := t.Flush(); p.err == nil {
		p.err = err
	}
}

// below prints a line below an empty one.
func (p *printer) below(format string, args ...any) {
	p.line("")
	p.line(format, args...)
}

// listed prints what is of one kind below its name and number, each in a few
// lines.
func listed[T any](p *printer, head string, all []T, lines func(*T)) {
	if len(all) > 0 {
		p.below("%s (%d)", head, len(all))
	}
	for i := range all {
		lines(&all[i])
	}
}

// share is a part of a whole as a percentage.
func share(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}
