package config

import (
	"bytes"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A text that is copied from a page or a word processor may be indented with
// blanks that look like spaces and are letters to YAML: no-break spaces, mostly.

// oddSpace reports a blank that is none to YAML.
func oddSpace(c rune) bool {
	return c > unicode.MaxASCII && (unicode.Is(unicode.Zs, c) || c == '\u200b' || c == '\u2060' || c == '\ufeff')
}

// oddSpaces is how many blanks a line starts with, if one of them is odd and
// something follows; 0 otherwise.
func oddSpaces(l []rune) int {
	n := slices.IndexFunc(l, func(c rune) bool { return !blank(c) && !oddSpace(c) })
	if n < 0 || !slices.ContainsFunc(l[:n], oddSpace) {
		return 0
	}
	return n
}

// odd is the fault of a line that starts with odd blanks. Those of every line are
// taken for spaces.
func (r *reader) odd(line int) *fault {
	l := r.line(line)
	first := l[slices.IndexFunc(l, oddSpace)]
	count := 0
	for _, l := range r.lines() {
		if oddSpaces(l) > 0 {
			count++
		}
	}
	return &fault{place{line, 1}, indentedWith(count, fmt.Sprintf("U+%04X, which is no space to YAML", first)), "indent with ordinary spaces", func(place) {
		for _, l := range r.lines() {
			for i := range oddSpaces(l) {
				l[i] = ' '
			}
		}
	}}
}

// oddKey finds the first text of a tree that starts with odd blanks at the start
// of its line: YAML took the indentation for a part of the text.
func (r *reader) oddKey(root *node) place {
	if root == nil || !oddLines(r.data) {
		return place{}
	}
	var find func(n *node) place
	find = func(n *node) place {
		if n.Kind == yaml.ScalarNode && n.Style == 0 {
			c, _ := utf8.DecodeRuneInString(n.Value)
			if oddSpace(c) && n.Column <= oddSpaces(r.line(n.Line)) {
				return start(n)
			}
		}
		for _, child := range n.Content {
			if at := find(child); at != (place{}) {
				return at
			}
		}
		return place{}
	}
	return find(root)
}

// oddLines reports whether some line starts with an odd blank.
func oddLines(data []byte) bool {
	for line := range bytes.Lines(data) {
		if c, _ := utf8.DecodeRune(bytes.TrimLeft(line, " \t")); oddSpace(c) {
			return true
		}
	}
	return false
}
