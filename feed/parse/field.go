package parse

import "bytes"

// note keeps what gofeed would lose of the attributes of an entry and of its
// title, summary and content.
func (s *xmlScanner) note(f *frame, local []byte) {
	switch {
	case f.role == roleEntry:
		s.current.lang = s.attribute("xml:lang")
		s.current.about = s.attribute("rdf:about")
	case s.depth == 0, f.role == roleChannel && !f.ghost:
		if lang := s.attribute("xml:lang"); lang.end > 0 {
			s.lay.feed.lang = lang
		}
		s.lay.feed.base = f.base
	case s.entry > 0 && s.depth == s.entry:
		s.noteField(f, local)
	case s.entry > 0 && s.depth > s.entry:
		if host := &s.stack[s.entry+1]; host.field > 0 && (f.base != s.stack[s.depth].base || len(prefixOf(f.name.of(s.doc))) > 0) {
			s.lay.fields[host.field].foreign = true
		}
	case s.depth == 1 && s.lay.kind == kindAtom && isName(local, "title"):
		s.lay.feed.title = s.attribute("type")
	case s.depth == 1 && s.lay.kind == kindAtom && isRights(local):
		s.lay.feed.rights = s.attribute("type")
	}
}

// noteField keeps what the start tag of an entry's title, summary or content
// says. An XHTML body is an item's content where it has no other.
func (s *xmlScanner) noteField(f *frame, local []byte) {
	entry := &s.stack[s.depth]
	native := s.samePrefix(f.name, entry.name)
	i := fieldOf(local)
	body := false
	switch {
	case i >= 0 && (native || isName(local, "encoded")):
	case s.lay.kind == kindRSS && isName(local, "body") && s.current.fields[fieldContent] == 0 && (native || s.isXHTML(f)):
		i, body = fieldContent, true
	case native && isRights(local):
		s.current.rights = s.attribute("type")
		return
	default:
		return
	}
	n := field{typ: s.attribute("type"), lang: s.attribute("xml:lang"), base: -1, body: body}
	n.base64 = bytes.EqualFold(s.attribute("mode").of(s.doc), []byte("base64"))
	if f.base != entry.base {
		n.base = f.base
	}
	// A later element of the same name takes the place of the first, as it does
	// for gofeed.
	if s.current.fields[i] == 0 {
		s.current.fields[i] = int32(len(s.lay.fields))
		s.lay.fields = append(s.lay.fields, n)
	}
	f.field = s.current.fields[i]
	s.lay.fields[f.field] = n
}

func isRights(local []byte) bool { return isName(local, "rights") || isName(local, "copyright") }

func fieldOf(local []byte) int {
	switch {
	case isName(local, "title"):
		return fieldTitle
	case isName(local, "summary"), isName(local, "description"):
		return fieldSummary
	case isName(local, "content"), isName(local, "encoded"):
		return fieldContent
	}
	return -1
}
