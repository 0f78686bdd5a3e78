package opml

import "strings"

// A kind says what a token is.
type kind uint8

const (
	atEnd kind = iota
	startTag
	endTag
	text
	comment
)

// The attributes that are read, in lower case as they are compared.
const (
	attrText = iota
	attrTitle
	attrType
	attrXMLURL
	attrHTMLURL
	attrURL
	attrCategory
	attrIsComment
	attrTags
	attrCount
)

var attrNames = [attrCount]string{"text", "title", "type", "xmlurl", "htmlurl", "url", "category", "iscomment", strings.ToLower(tagsName)}

// A token is a piece of the document.
type token struct {
	kind kind
	name string // of a tag, without prefix, as written
	text string // of a text or comment, as written
	raw  bool   // the text has no references (CDATA)
	pos  int    // where it starts

	attrs  [attrCount]string // as written
	closed bool              // the tag closes itself
	broken bool              // the tag has no end of its own
	cut    bool              // the document ends in the tag
}

// A scanner cuts a document into tokens. It knows as much of XML 1.0 as lists
// use, takes what is not well-formed for what it was meant to be, and looks at
// no byte more than a few times.
type scanner struct {
	s   string
	pos int

	// What has no end from some place on has none later either: looking again
	// and again would cost the square of the length.
	noCommentEnd, noCDATAEnd, noPIEnd, noDoctypeEnd bool

	line, counted int // line breaks before counted
}

// lineOf is the line that pos stands in, from 1. Positions must not fall.
func (s *scanner) lineOf(pos int) int {
	s.line += strings.Count(s.s[s.counted:pos], "\n")
	s.counted = pos
	return s.line + 1
}

func (s *scanner) next() token {
	for s.pos < len(s.s) {
		start := s.pos
		rest := s.s[start:]
		if rest[0] != '<' || len(rest) < 2 {
			end := strings.IndexByte(rest[1:], '<') + 1
			if end == 0 {
				end = len(rest)
			}
			s.pos += end
			return token{kind: text, pos: start, text: rest[:end]}
		}
		switch c := rest[1]; {
		case c == '!':
			if t, ok := s.declaration(rest); ok {
				return t
			}
		case c == '?':
			s.skipTo(rest, "?>", &s.noPIEnd)
		case c == '/':
			return s.endTag()
		case letter(c):
			return s.startTag()
		default:
			s.pos++
			return token{kind: text, pos: start, text: rest[:1]}
		}
	}
	return token{kind: atEnd, pos: len(s.s)}
}

// declaration reads what starts with <!. Nothing comes of a DOCTYPE, its entity
// declarations included.
func (s *scanner) declaration(rest string) (token, bool) {
	start := s.pos
	switch {
	case strings.HasPrefix(rest, "<!--"):
		if body, ok := s.skipTo(rest, "-->", &s.noCommentEnd); ok {
			return token{kind: comment, pos: start, text: strings.TrimPrefix(body, "<!--")}, true
		}
	case strings.HasPrefix(rest, "<![CDATA["):
		if body, ok := s.skipTo(rest, "]]>", &s.noCDATAEnd); ok {
			return token{kind: text, pos: start, text: strings.TrimPrefix(body, "<![CDATA["), raw: true}, true
		}
	default:
		end := -1
		if !s.noDoctypeEnd {
			end = doctypeEnd(rest)
			s.noDoctypeEnd = end < 0
		}
		s.pos += max(end, 2)
	}
	return token{}, false
}

// skipTo moves behind the next mark and gives what stands before it. Without a
// mark it moves two bytes on.
func (s *scanner) skipTo(rest, mark string, none *bool) (string, bool) {
	if !*none {
		// The mark of a comment must not overlap its beginning.
		from := min(len(mark)+1, len(rest))
		if end := strings.Index(rest[from:], mark); end >= 0 {
			s.pos += from + end + len(mark)
			return rest[:from+end], true
		}
		*none = true
	}
	s.pos += 2
	return "", false
}

// doctypeEnd is the length of a document type declaration with its internal
// subset (XML 1.0 §2.8), -1 where it has no end.
func doctypeEnd(s string) int {
	subset := false
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\'':
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return -1
			}
			i += end + 1
		case c == '<' && strings.HasPrefix(s[i:], "<!--"):
			end := strings.Index(s[i+4:], "-->")
			if end < 0 {
				return -1
			}
			i += end + 6
		case c == '[':
			subset = true
		case c == ']':
			subset = false
		case c == '>' && !subset:
			return i + 1
		}
	}
	return -1
}

func (s *scanner) endTag() token {
	t := token{kind: endTag, pos: s.pos}
	s.pos += 2
	t.name = s.name()
	end := strings.IndexAny(s.s[s.pos:], "<>")
	switch {
	case end < 0:
		s.pos = len(s.s)
	case s.s[s.pos+end] == '>':
		s.pos += end + 1
	default:
		s.pos += end
	}
	return t
}

// startTag reads a tag with its attributes; of two with one name the first
// counts.
func (s *scanner) startTag() token {
	t := token{kind: startTag, pos: s.pos}
	s.pos++
	t.name = s.name()
	for {
		s.space()
		if s.pos >= len(s.s) {
			t.broken, t.cut = true, true
			return t
		}
		switch c := s.s[s.pos]; {
		case c == '>':
			s.pos++
			return t
		case c == '/' && strings.HasPrefix(s.s[s.pos:], "/>"):
			s.pos += 2
			t.closed = true
			return t
		case c == '<':
			t.broken = true
			return t
		}
		name := s.name()
		if name == "" {
			s.pos++
			continue
		}
		s.space()
		if s.pos >= len(s.s) || s.s[s.pos] != '=' {
			continue
		}
		s.pos++
		s.space()
		value, ok := s.value()
		if !ok {
			t.broken, t.cut = true, s.pos >= len(s.s)
			return t
		}
		for i, known := range attrNames {
			if len(name) == len(known) && t.attrs[i] == "" && strings.EqualFold(name, known) {
				t.attrs[i] = value
			}
		}
	}
}

// name reads a name and gives it without its prefix.
func (s *scanner) name() string {
	start := s.pos
	for s.pos < len(s.s) && nameByte(s.s[s.pos]) {
		s.pos++
	}
	name := s.s[start:s.pos]
	return name[strings.LastIndexByte(name, ':')+1:]
}

func (s *scanner) space() {
	for s.pos < len(s.s) && space(s.s[s.pos]) {
		s.pos++
	}
}

func space(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func nameByte(c byte) bool {
	return letter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' || c >= 0x80
}
