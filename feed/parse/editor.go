package parse

import "fmt"

// An editor builds the repaired document. Edits come in the order of the
// document; while there are none, the output is the document itself and
// nothing is copied.
type editor struct {
	doc    []byte
	out    []byte // what is written so far; nil before the first edit
	last   int    // doc[last:] is not written yet
	growth int
	edited bool
}

var errGrowth = fmt.Errorf("more than %d bytes of repairs", maxGrowth)

// replace puts repl in the place of doc[start:end].
func (e *editor) replace(start, end int, repl string) error {
	if !e.edited {
		e.edited = true
		e.out = make([]byte, 0, len(e.doc)-e.last+len(e.doc)/16+64)
	}
	if e.growth += len(repl) - (end - start); e.growth > maxGrowth {
		return errGrowth
	}
	e.out = append(e.out, e.doc[e.last:start]...)
	e.out = append(e.out, repl...)
	e.last = end
	return nil
}

// offset is where doc[pos] stands in the output; pos is not before the last
// edit.
func (e *editor) offset(pos int) int { return len(e.out) + pos - e.last }

// cut drops everything from the output's offset on and from the document up to
// pos.
func (e *editor) cut(offset, pos int) {
	if offset > len(e.out) {
		e.out = append(e.out, e.doc[e.last:e.last+offset-len(e.out)]...)
	}
	e.edited = true
	e.out = e.out[:offset]
	e.last = pos
}

// finish returns the output, with the document up to end.
func (e *editor) finish(end int) []byte {
	if !e.edited {
		return e.doc[e.last:end]
	}
	e.out = append(e.out, e.doc[e.last:end]...)
	return e.out
}
