package config

import (
	"strings"
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

// unclosed is a bracket that is not closed where the outermost one should be, too.
func (r *reader) unclosed(bracket place, s lexed) *fault {
	c := r.rune(bracket)
	return &fault{bracket, string(c) + " is not closed by " + closing[c], r.commentHint(bracket), r.stubAround(bracket, s)}
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
func (r *reader) afterBracket(at place, s lexed) *fault {
	l := r.line(at.line)
	before := strings.TrimRight(string(l[:min(at.col-1, len(l))]), " \t")
	if len(s.open) > 0 || !strings.HasSuffix(before, "}") && !strings.HasSuffix(before, "]") {
		return nil
	}
	value, item := strings.CutPrefix(strings.TrimLeft(before, " \t"), "- ")
	value = strings.TrimLeft(value, " \t")
	if strings.IndexAny(value, "{[") != 0 {
		_, value, item = strings.Cut(value, ": ")
		value = strings.TrimLeft(value, " \t")
	}
	if !item || strings.IndexAny(value, "{[") != 0 {
		return nil
	}
	start := place{at.line, len([]rune(before)) - len([]rune(value)) + 1}
	makes := map[byte]string{'{': "{, which makes a map", '[': "[, which makes a list"}
	return &fault{start, "a text cannot start with " + makes[value[0]] + " in YAML", quoteIt(strings.TrimSpace(string(l[start.col-1:]))), r.stubLine}
}

// brackets reports lists and maps in brackets that are not closed, and what
// does not belong into them; says reports whether that is in the error.
func (r *reader) brackets(says func(part string) bool, at, from place, s lexed) *fault {
	c := r.rune(at)
	open, unexpected := len(s.open) > 0, says("did not find expected node content")
	switch {
	case open && c == ',' && unexpected:
		return &fault{at, "an empty item in a list", "remove the comma", func(at place) { r.line(at.line)[at.col-1] = ' ' }}
	case open && c == '-' && unexpected:
		return &fault{at, "an item in brackets starts with a hyphen", "remove the hyphens, or the brackets", r.stubAround(at, s)}
	case open && says("did not find expected ',' or"):
		if c == ':' && s.plain.line == at.line {
			return r.colonInBrackets(at, s)
		}
		closing := closing[r.rune(from)]
		if closing == "" {
			return nil
		}
		if at.line == from.line && !strings.ContainsRune("\x00]}", c) {
			return &fault{at, "a comma or " + closing + " is missing before this", "quote a text that holds one of , [ ] { }", r.stubAround(at, s)}
		}
		return r.unclosed(from, s)
	case open && c == 0:
		last := s.open[len(s.open)-1]
		return &fault{last, string(r.rune(last)) + " is not closed", "", r.stubAround(at, s)}
	case strings.ContainsRune("]},[{", c):
		return &fault{at, string(c) + " stands here without its counterpart", "quote the text if it starts with " + string(c), r.stubLine}
	}
	return nil
}

// colonInBrackets is a second colon in an item of a list or map in brackets.
func (r *reader) colonInBrackets(at place, s lexed) *fault {
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
	return &fault{start, "a text without quotation marks cannot hold a colon and a space", quoteIt(text), func(start place) { r.replace(start, end) }}
}
