package feed

import "fmt"

// A Pos is a place in a configuration file, lines and columns from 1. The zero
// value is no place. As text it is its String.
type Pos struct {
	File string
	Line int
	Col  int
}

// String is FILE:LINE:COL, or FILE where there is no line.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Severity tells an error, which refuses a configuration, from a warning.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// A Problem is one thing wrong with a configuration, at a place.
type Problem struct {
	Pos      Pos
	Severity Severity
	Text     string // one sentence, no full stop, no position
	Hint     string // what to write instead, or ""
}

// String is the problem as check prints it: FILE:LINE:COL: error: text (hint).
func (p Problem) String() string {
	kind := "error"
	if p.Severity == Warning {
		kind = "warning"
	}
	s := fmt.Sprintf("%s: %s: %s", p.Pos, kind, p.Text)
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}
