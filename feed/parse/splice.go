package parse

import (
	"io"

	"topicwire/feed"
)

// fresh is the entries to read, in the order of the document: those that are
// not known and do not repeat the id of an earlier one. Ids are compared as
// they are written, so that an entry that repeats a known one is left out too.
func (l *layout) fresh(doc []byte, known func(feed.Raw) bool) []int {
	fresh := make([]int, 0, len(l.entries))
	ids := make(map[string]bool, len(l.entries))
	for i, e := range l.entries {
		if id := trim(e.id.of(doc)); len(id) > 0 {
			if ids[string(id)] {
				continue
			}
			ids[string(id)] = true
		}
		if known == nil || !known(l.raws[i]) {
			fresh = append(fresh, i)
		}
	}
	return fresh
}

// trim cuts white space from both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// A splice reads the repaired document without the entries that are left out.
type splice struct {
	rest    [][]byte // what is still to be read
	pending []byte
}

// without is a reader of l.out with only the entries named, which are in the
// order of the document.
func (l *layout) without(keep []int) *splice {
	s := &splice{}
	if l.kind == kindJSON {
		s.rest = append(s.rest, l.out[:l.itemsFrom])
		for i, k := range keep {
			if i > 0 {
				s.rest = append(s.rest, []byte{','})
			}
			s.rest = append(s.rest, l.out[l.entries[k].from:l.entries[k].to])
		}
		s.rest = append(s.rest, l.out[l.itemsTo:])
		return s
	}
	pos, k := 0, 0
	for i, e := range l.entries {
		if k < len(keep) && keep[k] == i {
			k++
			continue
		}
		if e.from > pos {
			s.rest = append(s.rest, l.out[pos:e.from])
		}
		pos = e.to
	}
	s.rest = append(s.rest, l.out[pos:])
	return s
}

// Read implements io.Reader.
func (s *splice) Read(p []byte) (int, error) {
	for len(s.pending) == 0 {
		if len(s.rest) == 0 {
			return 0, io.EOF
		}
		s.pending, s.rest = s.rest[0], s.rest[1:]
	}
	n := copy(p, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}
