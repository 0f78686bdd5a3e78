package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// closing are the counterparts of brackets.
var closing = map[rune]string{'[': "]", '{': "}"}

// commentHint is for a bracket whose counterpart may stand behind a #.
func (r *reader) commentHint(open place) string {
	l := r.line(open.line)
	for i := open.col; i+1 < len(l); i++ {
		if l[i] == '#' && blank(l[i-1]) && !blank(l[i+1]) {
			return "the line ends at its # for YAML: quote the text that holds it"
		}
	}
	return ""
}

// outgrown reports whether a bracket of a line before is open at a key that is
// indented no more than that line.
func (r *reader) outgrown(at place, s lexed) bool {
	if len(s.open) == 0 || s.open[0].line >= at.line {
		return false
	}
	in := indent(r.line(at.line))
	return r.rune(at) == ':' && in >= 0 && in <= indent(r.line(s.open[0].line))
}

// afterBracket is a text that starts with a bracket, as {title} ({source}).
func (r *reader) afterBracket(at place, s lexed) (fault, bool) {
	l := r.line(at.line)
	before := strings.TrimRight(string(l[:min(at.col-1, len(l))]), " \t")
	if len(s.open) > 0 || !strings.HasSuffix(before, "}") && !strings.HasSuffix(before, "]") {
		return fault{}, false
	}
	value, item := strings.CutPrefix(strings.TrimLeft(before, " \t"), "- ")
	value = strings.TrimLeft(value, " \t")
	if value[0] != '{' && value[0] != '[' {
		_, value, item = strings.Cut(value, ": ")
		value = strings.TrimLeft(value, " \t")
	}
	if !item || value == "" || value[0] != '{' && value[0] != '[' {
		return fault{}, false
	}
	start := place{at.line, len([]rune(before)) - len([]rune(value)) + 1}
	kind := "makes a map in YAML"
	if value[0] == '[' {
		kind = "makes a list in YAML"
	}
	return fault{start, fmt.Sprintf("a text cannot start with %c, which %s", value[0], kind), quoteIt(strings.TrimSpace(string(l[start.col-1:]))), r.stubLine}, true
}

// brackets reports lists and maps in brackets that are not closed, and what
// does not belong into them.
func (r *reader) brackets(le *yaml.LoadError, at, from place, s lexed) (fault, bool) {
	c := r.rune(at)
	open := len(s.open) > 0
	switch {
	case strings.Contains(le.Message, "did not find expected node content") && c == ',' && open:
		return fault{at, "an empty item in a list", "remove the comma", func(at place) { r.line(at.line)[at.col-1] = ' ' }}, true
	case c == '-' && open && strings.Contains(le.Message, "did not find expected node content"):
		return fault{at, "an item in brackets starts with a hyphen", "remove the hyphens, or the brackets", r.stubAround(at, s)}, true
	case open && strings.Contains(le.Message, "did not find expected ',' or"):
		if c == ':' && s.plain.line == at.line {
			return r.colonInBrackets(at, s), true
		}
		bracket := r.rune(from)
		closing := closing[bracket]
		if closing == "" {
			return fault{}, false
		}
		if at.line == from.line && c != 0 && c != ']' && c != '}' {
			return fault{at: at, text: "a comma or " + closing + " is missing before this", hint: "quote a text that holds one of , [ ] { }", mend: r.stubAround(at, s)}, true
		}
		return fault{from, fmt.Sprintf("%c is not closed by %s", bracket, closing), r.commentHint(from), r.stubAround(at, s)}, true
	case open && c == 0:
		last := s.open[len(s.open)-1]
		return fault{at: last, text: fmt.Sprintf("%c is not closed", r.rune(last)), mend: r.stubAround(at, s)}, true
	case c == ']' || c == '}' || c == ',' || c == '[' || c == '{':
		return fault{at, fmt.Sprintf("%c stands here without its counterpart", c), "quote the text if it starts with " + string(c), r.stubLine}, true
	}
	return fault{}, false
}

// colonInBrackets is a second colon in an item of a list or map in brackets.
func (r *reader) colonInBrackets(at place, s lexed) fault {
	l := r.line(at.line)
	start, end := s.plain, at.col
	if r.rune(s.open[len(s.open)-1]) == '[' {
		for start.col = at.col; start.col > 1 && !strings.ContainsRune("[,", l[start.col-2]); start.col-- {
		}
		_, start = r.after(start)
	}
	for end < len(l) && !strings.ContainsRune(",[]{}", l[end]) {
		end++
	}
	text := strings.TrimSpace(string(l[start.col-1 : end]))
	return fault{start, "a text without quotation marks cannot hold a colon and a space", quoteIt(text), func(start place) { r.replace(start, end) }}
}
