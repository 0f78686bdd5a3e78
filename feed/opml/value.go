package opml

import "strings"

// value reads the value of an attribute. It reports false where its quotation
// mark is not closed before the next outline or the end.
func (s *scanner) value() (string, bool) {
	if s.pos >= len(s.s) {
		return "", false
	}
	mark := s.s[s.pos]
	if mark != '"' && mark != '\'' {
		start := s.pos
		for s.pos < len(s.s) && !space(s.s[s.pos]) && s.s[s.pos] != '>' && s.s[s.pos] != '<' && !strings.HasPrefix(s.s[s.pos:], "/>") {
			s.pos++
		}
		return s.s[start:s.pos], true
	}
	s.pos++
	start := s.pos
	for ; s.pos < len(s.s); s.pos++ {
		switch c := s.s[s.pos]; {
		case c == mark && s.closes(s.pos+1):
			s.pos++
			return s.s[start : s.pos-1], true
		case c == '<' && outlineTag(s.s[s.pos:]):
			return "", false
		}
	}
	return "", false
}

// closes reports whether a quotation mark before i closes a value: the end of
// the tag or another attribute follows. In a well-formed document each does; in
// others text="The "Daily" wire" has some that do not.
func (s *scanner) closes(i int) bool {
	spaces := i
	for i < len(s.s) && space(s.s[i]) {
		i++
	}
	if i >= len(s.s) || s.s[i] == '>' || strings.HasPrefix(s.s[i:], "/>") || outlineTag(s.s[i:]) {
		return true
	}
	apart := i > spaces
	start := i
	for i < len(s.s) && nameByte(s.s[i]) {
		i++
	}
	if i == start {
		return false
	}
	for i < len(s.s) && space(s.s[i]) {
		i++
	}
	if i >= len(s.s) || s.s[i] != '=' {
		return false
	}
	if apart {
		return true
	}
	i++
	for i < len(s.s) && space(s.s[i]) {
		i++
	}
	return i < len(s.s) && (s.s[i] == '"' || s.s[i] == '\'')
}

// outlineTag reports whether s starts with a tag that cannot stand in a value,
// not even one of a careless writer.
func outlineTag(s string) bool {
	if len(s) < 3 || s[0] != '<' {
		return false
	}
	s = strings.TrimPrefix(s[1:], "/")
	for _, name := range []string{"outline", "body", "opml"} {
		if len(s) > len(name) && strings.EqualFold(s[:len(name)], name) && !nameByte(s[len(name)]) {
			return true
		}
	}
	return false
}
