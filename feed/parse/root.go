package parse

import (
	"bytes"
	"fmt"
)

// maxJunk is how much besides comments and declarations may stand before the
// root: the output of a failing PHP script, not a web page.
const maxJunk = 64 << 10

// findRoot moves to the root element of a feed and opens it. What stands before
// it is left out.
func (s *xmlScanner) findRoot() error {
	first := ""
	junk := 0
	for junk < maxJunk {
		i := bytes.IndexByte(s.doc[s.pos:], '<')
		if i < 0 {
			break
		}
		junk += i
		s.pos += i
		if stop := prologEnd(s.doc, s.pos); stop != 0 {
			if stop < 0 {
				break
			}
			s.pos = stop
			continue
		}
		start := s.pos
		name, ok, err := s.readTag()
		if err != nil {
			break
		}
		if !ok {
			s.pos++
			junk++
			continue
		}
		local := localName(name.of(s.doc))
		switch {
		case isName(local, "rss"), isName(local, "rdf"):
			s.lay.kind = kindRSS
		case isName(local, "feed"):
			s.lay.kind = kindAtom
		case isName(local, "html"):
			return fmt.Errorf("%w: an HTML page", ErrNotFeed)
		default:
			if first == "" {
				first = string(name.of(s.doc[:min(name.end, name.start+40)]))
			}
			junk += s.pos - start
			continue
		}
		s.pos, s.ed.last = start, start
		if err := s.startTag(); err != nil {
			s.pos = start
			return s.refused(err)
		}
		return nil
	}
	switch {
	case first != "":
		return fmt.Errorf("%w: no rss, RDF or feed element; the first element is %s", ErrNotFeed, first)
	case bytes.IndexByte(s.doc, '<') < 0:
		return fmt.Errorf("%w: neither XML nor a JSON object", ErrNotFeed)
	}
	return fmt.Errorf("%w: no rss, RDF or feed element", ErrNotFeed)
}

// prologEnd is the end of the comment, processing instruction or declaration at
// i: 0 where there is none, -1 where it has no end.
func prologEnd(doc []byte, i int) int {
	rest := doc[i:]
	n, end := 0, ""
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		n, end = 4, "-->"
	case bytes.HasPrefix(rest, []byte("<?")):
		n, end = 2, "?>"
	case bytes.HasPrefix(rest, []byte("<!")):
		return directiveEnd(doc, i)
	default:
		return 0
	}
	j := bytes.Index(rest[n:], []byte(end))
	if j < 0 {
		return -1
	}
	return i + n + j + len(end)
}
