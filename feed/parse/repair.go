package parse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"topicwire/feed/chars"
)

// An editor builds the repaired document. Edits come in the order of the
// document; while there are none, the output is the document itself and
// nothing is copied.
type editor struct {
	doc    []byte
	out    output // what is written so far; nothing before the first edit
	last   int    // doc[last:] is not written yet
	growth int
	edited bool
}

var errGrowth = fmt.Errorf("more than %d bytes of repairs", maxGrowth)

// replace puts repl in the place of doc[start:end].
func (e *editor) replace(start, end int, repl string) error {
	if !e.edited {
		e.edited = true
		e.out.expect(len(e.doc) - e.last + len(e.doc)/16 + 64)
	}
	if e.growth += len(repl) - (end - start); e.growth > maxGrowth {
		return errGrowth
	}
	e.out.write(e.doc[e.last:start])
	e.out.write([]byte(repl))
	e.last = end
	return nil
}

// offset is where doc[pos] stands in the output; pos is not before the last
// edit.
func (e *editor) offset(pos int) int { return e.out.size + pos - e.last }

// cut drops everything from the output's offset on and from the document up to
// pos.
func (e *editor) cut(offset, pos int) {
	if offset > e.out.size {
		e.out.write(e.doc[e.last : e.last+offset-e.out.size])
	}
	e.edited = true
	e.out.truncate(offset)
	e.last = pos
}

// since is the output from an offset on, with the document up to pos.
func (e *editor) since(offset, pos int) []byte {
	if offset >= e.out.size {
		return e.doc[e.last+offset-e.out.size : pos]
	}
	return slices.Concat(e.out.text(offset, e.out.size), e.doc[e.last:pos])
}

// finish returns the output, with the document up to end.
func (e *editor) finish(end int) output {
	if !e.edited {
		return output{pieces: [][]byte{e.doc[e.last:end]}, size: end - e.last}
	}
	e.out.write(e.doc[e.last:end])
	return e.out
}

var (
	cdataStart = []byte("<![CDATA[")
	cdataEnd   = []byte("]]>")
)

// text repairs the text from pos to end.
func (s *xmlScanner) text(end int) error {
	if s.entry == 0 && s.tooMuch(end-s.pos) {
		return s.ed.replace(s.pos, end, "")
	}
	if err := s.piece(end - s.pos); err != nil {
		return err
	}
	return s.repair(s.pos, end, false)
}

// tooMuch counts a text of the feed's own, and reports whether it is to be left out.
// Between the elements of a channel nobody reads it.
func (s *xmlScanner) tooMuch(n int) bool {
	if s.depth == 1 || s.stack[s.depth].role == roleChannel {
		return n > maxFeedSpace
	}
	if s.outside+n > maxFeedText {
		return true
	}
	s.outside += n
	return false
}

// piece charges for a run of text: gofeed joins the runs of an extension
// element one by one, each time copying what is there.
func (s *xmlScanner) piece(n int) error {
	f := &s.stack[s.depth]
	if !f.extension {
		return nil
	}
	f.text += n
	return s.spend(50+f.text/2, 0)
}

// cdata passes over the CDATA section at pos.
func (s *xmlScanner) cdata(rest []byte) error {
	if s.markers++; s.markers > maxMarkers {
		return fmt.Errorf("more than %d CDATA sections", maxMarkers)
	}
	n := bytes.Index(rest[len(cdataStart):], cdataEnd)
	if n < 0 {
		return errTruncated
	}
	inner := rest[len(cdataStart) : len(cdataStart)+n]
	start := s.pos
	s.pos += len(cdataStart) + n + len(cdataEnd)
	if s.entry == 0 && s.tooMuch(n) {
		return s.ed.replace(start, s.pos, "")
	}
	if err := s.piece(n); err != nil {
		return err
	}
	return s.tags(bytes.Count(inner, []byte{'<'}))
}

// tags charges for tags inside the HTML of an entry.
func (s *xmlScanner) tags(n int) error {
	if s.markup += n; s.markup > maxMarkup {
		return fmt.Errorf("more than %d tags in the HTML of entries", maxMarkup)
	}
	return s.spend(n*markupWork, 0)
}

// repair makes doc[start:end] what XML allows between tags or, for an
// attribute, between quotes: references to forbidden characters go, HTML's
// named ones become numeric, what is no reference is escaped.
func (s *xmlScanner) repair(start, end int, attribute bool) error {
	tags := 0
	for start < end {
		stop := end
		if n := bytes.IndexByte(s.doc[start:end], '&'); n >= 0 {
			stop = start + n
		}
		if err := s.delimiters(start, stop, attribute); err != nil {
			return err
		}
		if stop == end {
			break
		}
		size, repl, known := chars.Reference(s.doc[stop:end])
		if known {
			if s.doc[stop+1] == 'l' {
				tags++
			}
		} else if err := s.ed.replace(stop, stop+size, repl); err != nil {
			return err
		}
		start = stop + size
	}
	if tags == 0 {
		return nil
	}
	return s.tags(tags)
}

// delimiters escapes a bare < in an attribute, and ]]> in text, where XML
// forbids it (§2.4).
func (s *xmlScanner) delimiters(start, end int, attribute bool) error {
	c := byte('>')
	if attribute {
		c = '<'
	}
	for i := start; i < end; i++ {
		n := bytes.IndexByte(s.doc[i:end], c)
		if n < 0 {
			return nil
		}
		i += n
		var err error
		switch {
		case attribute:
			err = s.ed.replace(i, i+1, "&lt;")
		case i >= start+2 && s.doc[i-1] == ']' && s.doc[i-2] == ']':
			err = s.ed.replace(i, i+1, "&gt;")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unescape is the text that raw content or a raw attribute value stands for:
// CDATA sections opened, references replaced once, forbidden characters gone.
func unescape(raw []byte) string {
	var b strings.Builder
	for {
		before, rest, found := bytes.Cut(raw, cdataStart)
		b.WriteString(chars.Unescape(string(before)))
		if !found {
			return b.String()
		}
		inner, after, _ := bytes.Cut(rest, cdataEnd)
		b.Write(inner)
		raw = after
	}
}
