package parse

import (
	"bytes"
	"io"
)

// pieceBytes is the size of the pieces of an output that is longer than that.
const pieceBytes = 1 << 20

// An output is a repaired document, in pieces that can be let go one by one: a large
// document would else stand in memory twice until its last entry is read. The zero
// value is empty.
type output struct {
	pieces [][]byte
	gone   int // how many of the first pieces were let go
	start  int // offset of the first that is left
	size   int
	first  int // capacity of the first piece
}

// expect says how many bytes will be written, about.
func (o *output) expect(n int) { o.first = min(n, pieceBytes) }

// write appends text.
func (o *output) write(text []byte) {
	o.size += len(text)
	for len(text) > 0 {
		last := len(o.pieces) - 1
		if last < 0 || len(o.pieces[last]) >= pieceBytes {
			room := pieceBytes
			if last < 0 && o.first > 0 {
				room = o.first
			}
			o.pieces = append(o.pieces, make([]byte, 0, room))
			last++
		}
		n := min(len(text), pieceBytes-len(o.pieces[last]))
		o.pieces[last] = append(o.pieces[last], text[:n]...)
		text = text[n:]
	}
}

// truncate drops what stands behind offset.
func (o *output) truncate(offset int) {
	for last := len(o.pieces) - 1; o.size > offset; last-- {
		n := min(len(o.pieces[last]), o.size-offset)
		o.pieces[last] = o.pieces[last][:len(o.pieces[last])-n]
		o.size -= n
		if len(o.pieces[last]) == 0 {
			o.pieces = o.pieces[:last]
		}
	}
}

// release lets go of what stands before offset, as far as whole pieces do.
func (o *output) release(offset int) {
	for o.gone < len(o.pieces) && o.start+len(o.pieces[o.gone]) <= offset {
		o.start += len(o.pieces[o.gone])
		o.pieces[o.gone] = nil
		o.gone++
	}
}

// readers appends what reads from one offset to another, neither let go.
func (o *output) readers(list []io.Reader, from, to int) []io.Reader {
	at := o.start
	for _, p := range o.pieces[o.gone:] {
		if a, b := max(from-at, 0), min(to-at, len(p)); a < b {
			list = append(list, bytes.NewReader(p[a:b]))
		}
		if at += len(p); at >= to {
			break
		}
	}
	return list
}

// text is what stands from one offset to another, neither let go.
func (o *output) text(from, to int) []byte {
	at := o.start
	var text []byte
	for _, p := range o.pieces[o.gone:] {
		if a, b := max(from-at, 0), min(to-at, len(p)); a < b {
			if b-a == to-from {
				return p[a:b]
			}
			text = append(text, p[a:b]...)
		}
		if at += len(p); at >= to {
			break
		}
	}
	return text
}
