package opml

import (
	"html"
	"strings"
)

// maxEntity bounds the bytes of a reference, from & to the semicolon.
const maxEntity = 40

// unescape replaces character references and the entities of HTML. An & that
// starts none of them stands for itself, as in the query of an address; entities
// that a document declares are not looked at.
func unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		n := 1
		if end := referenceEnd(s); end > 0 {
			// The standard library also takes the beginning of a name for a
			// name: &copyfrom; is none.
			if text := html.UnescapeString(s[:end+1]); text == ";" || !strings.HasSuffix(text, ";") {
				b.WriteString(text)
				n = 0
				s = s[end+1:]
			}
		}
		b.WriteString(s[:n])
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// referenceEnd is the index of the semicolon behind the name or number that
// follows an &, 0 where there is none.
func referenceEnd(s string) int {
	for i := 1; i < min(len(s), maxEntity); i++ {
		switch c := s[i]; {
		case c == ';':
			return i
		case !letter(c) && (c < '0' || c > '9') && c != '#':
			return 0
		}
	}
	return 0
}
