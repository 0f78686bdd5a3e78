package parse

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A jsonScanner is the scan of a JSON Feed. It follows the grammar as far as
// the spans of the items and the bounds need it; encoding/json, in gofeed,
// checks the rest.
type jsonScanner struct {
	pass
	depth, values int
	tags          int  // in the strings of items
	entry         int  // depth of the open item; 0 outside
	items         bool // the array of items was seen
	item          span
	safe          resume
}

// A resume is a place where a truncated document can be closed.
type resume struct {
	out  int    // offset in the output
	tail string // what closes the document there
}

var errJSON = errors.New("not JSON")

func (s *jsonScanner) scan() (*layout, error) {
	s.lay.kind = kindJSON
	s.pos++
	s.depth = 1
	s.reached("}")
	err := s.members(s.feedMember)
	tail := ""
	if errors.Is(err, errTruncated) {
		s.pos = len(s.doc)
		s.ed.cut(s.safe.out, s.pos)
		tail = s.safe.tail
		if s.lay.itemsTo == 0 {
			s.lay.itemsTo = s.safe.out
		}
		err = nil
	}
	switch {
	case errors.Is(err, errJSON):
		return nil, fmt.Errorf("%w: %s: unexpected %q", ErrMalformed, at(s.doc, s.pos),
			s.doc[s.pos:min(len(s.doc), s.pos+10)])
	case err != nil:
		return nil, s.refused(err)
	case !s.items:
		return nil, fmt.Errorf("%w: JSON without an array of items", ErrNotFeed)
	}
	s.lay.memory = s.memory
	if s.lay.out = s.ed.finish(s.pos); tail != "" {
		s.lay.out.write([]byte(tail))
	}
	s.lay.name(s.doc, s.context)
	return &s.lay, nil
}

// reached notes that the document could end at pos.
func (s *jsonScanner) reached(tail string) { s.safe = resume{s.ed.offset(s.pos), tail} }

// feedMember scans the value of a member of the top-level object.
func (s *jsonScanner) feedMember(key part) error {
	name := keyName(s.doc[key.start:key.end])
	if name == "items" {
		if s.items {
			// encoding/json would take the later one in the place of the first.
			if err := s.ed.replace(key.start, key.end, `"_items"`); err != nil {
				return err
			}
		} else if s.doc[s.pos] == '[' {
			return s.itemArray()
		}
	}
	start, offset := s.pos, s.ed.offset(s.pos)
	if err := s.value(); err != nil {
		return err
	}
	switch name {
	case "home_page_url", "feed_url", "language", "version":
		s.context.WriteString(name)
		s.context.Write(s.doc[start:s.pos])
	}
	if s.pos-start > maxFeedText {
		s.ed.cut(offset, s.pos)
		if err := s.ed.replace(s.pos, s.pos, "null"); err != nil {
			return err
		}
	}
	s.reached("}")
	return nil
}

// keyName is a key as encoding/json compares it.
func keyName(raw []byte) string {
	var name string
	if json.Unmarshal(raw, &name) != nil {
		return ""
	}
	return strings.ToLower(name)
}

// itemArray scans the items. What is not an object among them is not kept.
func (s *jsonScanner) itemArray() error {
	s.items = true
	s.pos++
	s.depth++
	s.lay.itemsFrom = s.ed.offset(s.pos)
	s.reached("]}")
	err := s.list(']', func(c byte) (err error) {
		if c == '{' {
			err = s.itemObject()
		} else {
			err = s.value()
		}
		if err == nil {
			s.reached("]}")
		}
		return err
	})
	if err != nil {
		return err
	}
	s.lay.itemsTo = s.ed.offset(s.pos - 1)
	s.reached("}")
	return nil
}

func (s *jsonScanner) itemObject() error {
	if len(s.lay.entries) == maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	s.item = span{start: s.pos, from: s.ed.offset(s.pos), base: -1}
	if err := s.spend(valueWork, objectMemory); err != nil {
		return err
	}
	s.entry = s.depth + 1
	s.pos++
	s.depth++
	err := s.members(func(key part) error {
		start := s.pos
		if err := s.value(); err != nil {
			return err
		}
		if string(s.doc[key.start:key.end]) == `"id"` {
			s.item.id = part{start, s.pos}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.entry = 0
	s.item.end, s.item.to = s.pos, s.ed.offset(s.pos)
	s.lay.entries = append(s.lay.entries, s.item)
	return nil
}

// next is the first byte at or after pos that is not white space.
func (s *jsonScanner) next() (byte, error) {
	s.pos = spaceEnd(s.doc, s.pos)
	if s.pos == len(s.doc) {
		return 0, errTruncated
	}
	if s.entry > 0 && s.pos-s.item.start > maxEntryBytes {
		return 0, fmt.Errorf("an entry of more than %d bytes", maxEntryBytes)
	}
	return s.doc[s.pos], nil
}

// list scans what stands before the byte that closes the object or array whose
// opening byte is behind pos, and passes that. each is called at every part, with
// its first byte. Commas count for nothing.
func (s *jsonScanner) list(end byte, each func(c byte) error) error {
	for {
		c, err := s.next()
		switch {
		case err != nil:
			return err
		case c == end:
			s.pos++
			s.depth--
			return nil
		case c == ',':
			s.pos++
			continue
		}
		if err := each(c); err != nil {
			return err
		}
	}
}

// members scans the members of the object whose brace is behind pos. member is
// called at each value.
func (s *jsonScanner) members(member func(key part) error) error {
	return s.list('}', func(c byte) error {
		if c != '"' {
			return errJSON
		}
		key := part{start: s.pos}
		if err := s.str(); err != nil {
			return err
		}
		key.end = s.pos
		c, err := s.next()
		if err != nil {
			return err
		}
		if c != ':' {
			return errJSON
		}
		s.pos++
		if _, err = s.next(); err != nil {
			return err
		}
		return member(key)
	})
}

// value scans any value.
func (s *jsonScanner) value() error {
	c, err := s.next()
	if err != nil {
		return err
	}
	if s.values++; s.values > maxElements {
		return fmt.Errorf("more than %d values", maxElements)
	}
	memory := valueMemory
	if c == '{' || c == '[' {
		memory = objectMemory
		if s.depth == maxDepth {
			return fmt.Errorf("arrays and objects nested more than %d deep", maxDepth)
		}
	}
	if err := s.spend(valueWork, memory); err != nil {
		return err
	}
	switch c {
	case '"':
		return s.str()
	case '{', '[':
		s.pos++
		s.depth++
		if c == '{' {
			return s.members(func(part) error { return s.value() })
		}
		return s.list(']', func(byte) error { return s.value() })
	}
	return s.literal()
}

// literal passes over a number, true, false or null.
func (s *jsonScanner) literal() error {
	start := s.pos
	for s.pos < len(s.doc) && (nameBytes[s.doc[s.pos]] || s.doc[s.pos] == '+') {
		s.pos++
	}
	switch s.pos {
	case start:
		return errJSON
	case len(s.doc):
		return errTruncated
	}
	return nil
}

// str passes over the string at pos. Bare tabs and line ends, which JSON does
// not allow, become spaces.
func (s *jsonScanner) str() error {
	i, tags := s.pos+1, 0
	for i < len(s.doc) {
		switch c := s.doc[i]; {
		case c == '"':
			s.pos = i + 1
			if s.entry > 0 && s.pos-s.item.start > maxEntryBytes {
				return fmt.Errorf("an entry of more than %d bytes", maxEntryBytes)
			}
			if s.tags += tags; s.tags > maxMarkup {
				return fmt.Errorf("more than %d tags in the HTML of entries", maxMarkup)
			}
			return s.spend(tags*markupWork, 0)
		case c == '\\':
			i++
		case c < 0x20:
			if err := s.ed.replace(i, i+1, " "); err != nil {
				return err
			}
		case c == '<' && s.entry > 0:
			tags++
		}
		i++
	}
	return errTruncated
}
