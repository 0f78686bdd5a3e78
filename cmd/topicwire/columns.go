package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// columns print columns of figures, each right-aligned, below an empty line.
type columns struct {
	to  *tabwriter.Writer
	err error
}

func newColumns(w io.Writer) *columns {
	t := &columns{to: tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)}
	_, t.err = fmt.Fprintln(w)
	return t
}

// row prints cells that are parted by tabs; the last one, with no tab behind
// it, is left-aligned.
func (t *columns) row(format string, cells ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintln(t.to, fmt.Sprintf(format, cells...))
	}
}

func (t *columns) end() error {
	if t.err == nil {
		t.err = t.to.Flush()
	}
	return t.err
}
