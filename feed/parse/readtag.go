package parse

import "bytes"

// readTag reads the start tag at pos into s.tag, s.attrs, s.odd and s.self, and
// moves behind it. ok is false where the '<' begins no tag; pos stays then, and
// where the document ends inside it.
func (s *xmlScanner) readTag() (name part, ok bool, err error) {
	doc := s.doc
	i := nameEnd(doc, s.pos+1)
	if i == len(doc) {
		return part{}, false, errTruncated
	}
	name = part{s.pos + 1, i}
	if c := doc[i]; !isXMLName(name.of(doc)) || !isSpace(c) && c != '>' && c != '/' {
		return part{}, false, nil
	}
	s.tag, s.attrs, s.adopted = name, s.attrs[:0], s.adopted[:0]
	s.odd, s.self = false, false
	if doc[i] == '>' {
		s.pos = i + 1
		return name, true, nil
	}
	for {
		i = spaceEnd(doc, i)
		if i == len(doc) {
			return part{}, false, errTruncated
		}
		switch c := doc[i]; {
		case c == '>':
			s.pos = i + 1
			return name, true, nil
		case c == '/' && i+1 < len(doc) && doc[i+1] == '>':
			s.self = true
			s.pos = i + 2
			return name, true, nil
		case c == '<':
			// The tag was never closed.
			s.odd = true
			s.pos = i
			return name, true, nil
		}
		if i, err = s.readAttribute(i); err != nil {
			return part{}, false, err
		}
	}
}

// readAttribute reads the attribute at i, or passes over a byte that begins
// none, and returns where it went.
func (s *xmlScanner) readAttribute(i int) (int, error) {
	doc := s.doc
	j := nameEnd(doc, i)
	if j == i {
		s.odd = true
		return i + 1, nil
	}
	a := attr{name: part{i, j}}
	k := spaceEnd(doc, j)
	if k == len(doc) {
		return 0, errTruncated
	}
	if doc[k] != '=' {
		s.odd = true // an attribute without a value says nothing to a feed
		return k, nil
	}
	k = spaceEnd(doc, k+1)
	if k == len(doc) {
		return 0, errTruncated
	}
	if q := doc[k]; q == '"' || q == '\'' {
		n := bytes.IndexByte(doc[k+1:], q)
		if n < 0 {
			return 0, errTruncated
		}
		a.value = part{k + 1, k + 1 + n}
		k += n + 2
	} else {
		s.odd = true
		start := k
		for k < len(doc) && !isSpace(doc[k]) && doc[k] != '>' {
			k++
		}
		a.value = part{start, k}
	}
	if !isXMLName(a.name.of(doc)) {
		s.odd = true
		return k, nil
	}
	s.attrs = append(s.attrs, a)
	if len(s.attrs) > maxAttributes {
		// declarations refuses it; there is no use in reading on.
		s.attrs = s.attrs[:maxAttributes+1]
	}
	return k, nil
}

// nameBytes marks the bytes of names that encoding/xml is sure to take. Names
// outside ASCII are taken for text: no feed vocabulary has any.
var nameBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == '_' || c == ':' || c == '.' || c == '-'
	}
	return t
}()

func nameEnd(doc []byte, i int) int {
	for i < len(doc) && nameBytes[doc[i]] {
		i++
	}
	return i
}

func spaceEnd(doc []byte, i int) int {
	for i < len(doc) && isSpace(doc[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isXMLName reports whether the name, of nameBytes, begins as one and has at
// most one colon, inside.
func isXMLName(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	if c := name[0]; c >= '0' && c <= '9' || c == '.' || c == '-' || c == ':' {
		return false
	}
	i := bytes.IndexByte(name, ':')
	return i < 0 || i+1 < len(name) && bytes.IndexByte(name[i+1:], ':') < 0
}
