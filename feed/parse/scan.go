package parse

import (
	"bytes"
	"errors"
	"fmt"
)

// A frame is an open element.
type frame struct {
	name  part
	start int // of its start tag
	body  int // end of its start tag
	text  int // bytes of text so far
	ns    int // declarations in scope outside it
	base  int
	role  role
	field int32 // index into layout.fields; 0 where it is none
	inner int   // of a date: offset in the output of what stands in it; 0 for any other

	ghost     bool // its tags are left out of the output
	extension bool // gofeed keeps it, or what it stands in, as an extension
}

// A role says what an element is to the scan.
type role uint8

const (
	roleNone role = iota
	roleChannel
	roleEntry
	roleID      // guid or id
	roleContext // a link or language of the feed
	roleAuthor  // RSS's author
	roleCreated // Atom 0.3's created
	// A category in an element around all of them, which no format has.
	roleCategory
)

type xmlScanner struct {
	pass
	stack   [maxDepth + 1]frame
	depth   int
	entry   int // depth of the open entry; 0 outside
	current span
	channel bool // one was seen
	ns      []binding

	// The tag at hand.
	tag     part // its name
	attrs   []attr
	odd     bool     // it has something besides good attributes
	self    bool     // it closes itself
	adopted []string // declarations that are written anew

	elements, markers, markup int
	outside                   int // bytes of text of the feed's own elements
}

var errTruncated = errors.New("truncated")

// scan runs the pass. See the function scan.
func (s *xmlScanner) scan() (*layout, error) {
	s.lay.fields = append(make([]field, 0, 64), field{base: -1})
	s.stack[0].base = -1
	if err := s.findRoot(); err != nil {
		return nil, err
	}
	err := s.body()
	if errors.Is(err, errTruncated) {
		err = s.close()
	}
	if err != nil {
		return nil, s.refused(err)
	}
	s.lay.out, s.lay.memory = s.ed.finish(s.pos), s.memory
	s.lay.name(s.doc, s.context)
	return &s.lay, nil
}

// body scans from the root's start tag to its end tag. It returns errTruncated
// at the end of a document that ends too early, with pos at the first byte that
// is not whole.
func (s *xmlScanner) body() error {
	for s.depth > 0 {
		i := bytes.IndexByte(s.doc[s.pos:], '<')
		end := s.pos + i
		if i < 0 {
			end = len(s.doc)
		}
		if end > s.pos {
			if err := s.text(end); err != nil {
				return err
			}
		}
		s.pos = end
		if i < 0 {
			return errTruncated
		}
		if err := s.markupAt(); err != nil {
			return err
		}
		if s.entry > 0 && s.pos-s.current.start > maxEntryBytes {
			return fmt.Errorf("an entry of more than %d bytes", maxEntryBytes)
		}
	}
	return nil
}

// markupAt handles what the '<' at pos begins, and moves behind it.
func (s *xmlScanner) markupAt() error {
	rest := s.doc[s.pos:]
	if len(rest) < 2 {
		return errTruncated
	}
	switch rest[1] {
	case '/':
		return s.endTag()
	case '?':
		return s.drop(rest, "?>", 2)
	case '!':
		switch {
		case bytes.HasPrefix(rest, cdataStart):
			return s.cdata(rest)
		case bytes.HasPrefix(rest, []byte("<!--")):
			return s.drop(rest, "-->", 4)
		case len(rest) < 9:
			return errTruncated
		}
		return s.directive()
	}
	return s.startTag()
}

// drop leaves out a comment or processing instruction.
func (s *xmlScanner) drop(rest []byte, end string, from int) error {
	if s.markers++; s.markers > maxMarkers {
		return fmt.Errorf("more than %d comments and processing instructions", maxMarkers)
	}
	if from > len(rest) {
		return errTruncated
	}
	i := bytes.Index(rest[from:], []byte(end))
	if i < 0 {
		return errTruncated
	}
	stop := s.pos + from + i + len(end)
	err := s.ed.replace(s.pos, stop, "")
	s.pos = stop
	return err
}

// directive leaves out a DOCTYPE or another declaration with all it declares.
// Entities were replaced before (see expanded).
func (s *xmlScanner) directive() error {
	stop := directiveEnd(s.doc, s.pos)
	if stop < 0 {
		return errTruncated
	}
	err := s.ed.replace(s.pos, stop, "")
	s.pos = stop
	return err
}

// directiveEnd is the end of the declaration that begins at i, or -1. Quoted
// angle brackets do not count, nested ones do, and comments are passed over.
func directiveEnd(doc []byte, i int) int {
	depth := 0
	var quote byte
	for ; i < len(doc); i++ {
		switch c := doc[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<' && bytes.HasPrefix(doc[i:], []byte("<!--")):
			n := bytes.Index(doc[i:], []byte("-->"))
			if n < 0 {
				return -1
			}
			i += n + len("-->") - 1
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// endTag closes an element, and those left open in it. An end tag that nothing
// open answers to is dropped.
func (s *xmlScanner) endTag() error {
	start := s.pos
	i := nameEnd(s.doc, start+2)
	stop := bytes.IndexByte(s.doc[i:], '>')
	if stop < 0 {
		return errTruncated
	}
	stop += i + 1
	name := s.doc[start+2 : i]
	level := s.depth
	for ; level > 0; level-- {
		f := s.stack[level].name
		if open := f.of(s.doc); len(open) == len(name) && (bytes.Equal(open, name) || bytes.EqualFold(open, name)) {
			break
		}
	}
	if level == 0 {
		s.pos = stop
		return s.ed.replace(start, stop, "")
	}
	if err := s.closeTo(level, start); err != nil {
		return err
	}
	f := &s.stack[level]
	switch {
	case f.ghost:
		if err := s.ed.replace(start, stop, ""); err != nil {
			return err
		}
	case stop != i+1 || !bytes.Equal(f.name.of(s.doc), name):
		if err := s.ed.replace(start, stop, "</"+string(f.name.of(s.doc))+">"); err != nil {
			return err
		}
	}
	s.pos = stop
	return s.end(start, stop)
}

// closeTo closes what is open deeper than level, by end tags inserted at pos.
func (s *xmlScanner) closeTo(level, pos int) error {
	for s.depth > level {
		f := &s.stack[s.depth]
		if !f.ghost {
			if err := s.ed.replace(pos, pos, "</"+string(f.name.of(s.doc))+">"); err != nil {
				return err
			}
		}
		if err := s.end(pos, pos); err != nil {
			return err
		}
	}
	return nil
}

// end pops the innermost element, whose end tag is doc[start:stop].
func (s *xmlScanner) end(start, stop int) error {
	f := &s.stack[s.depth]
	if f.inner > 0 && start-f.body > maxDate {
		// No date is as long, and gofeed would try each of its layouts.
		s.ed.cut(f.inner, start)
	}
	switch f.role {
	case roleEntry:
		s.current.end, s.current.to = stop, s.ed.offset(stop)
		s.lay.entries = append(s.lay.entries, s.current)
		s.entry = 0
	case roleID:
		if s.entry > 0 {
			s.current.id = part{f.body, start}
		} else {
			s.lay.feed.id = part{f.body, start}
		}
	case roleAuthor:
		owner := &s.lay.feed
		if s.entry > 0 {
			owner = &s.current
		}
		if len(owner.authors) < maxList {
			owner.authors = append(owner.authors, part{f.body, start})
		}
	case roleCategory:
		if len(s.current.categories) < maxList {
			s.current.categories = append(s.current.categories, part{f.body, start})
		}
	case roleCreated:
		s.current.created = part{f.body, start}
	case roleContext:
		s.context.Write(s.doc[f.start:stop])
	}
	if f.field > 0 {
		s.lay.fields[f.field].inner = part{f.body, start}
	}
	s.ns = s.ns[:f.ns]
	s.depth--
	return nil
}

// close ends a truncated document: the entry that is not whole goes, what is
// open around it is closed.
func (s *xmlScanner) close() error {
	if s.entry > 0 {
		s.ed.cut(s.current.from, s.pos)
		s.depth = s.entry - 1
		s.ns = s.ns[:s.stack[s.entry].ns]
		s.entry = 0
	}
	s.ed.doc = s.doc[:s.pos]
	return s.closeTo(0, s.pos)
}
