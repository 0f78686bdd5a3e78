package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// A fault is one place without YAML: what to say of it, and how to go on.
type fault struct {
	at         place
	text, hint string
	mend       func(at place) // changes the text so that the rest can be read; nil cuts the part of the file
}

// repair reports the module's error in our words and changes the text so that
// the rest can be read. It returns the error's place. After an error at the
// same place as before it cuts that part of the file away; ok is false where
// that does not help either.
func (r *reader) repair(err error, last place) (at place, ok bool) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		r.add(feed.Pos{File: r.file}, feed.Error, "the file is no YAML: "+err.Error())
		return place{}, false
	}
	at = place{max(1, le.Mark.Line), max(1, le.Mark.Column)}
	if le.Message == errDepth.Error() {
		r.add(r.at(at), feed.Error, fmt.Sprintf("lists and maps nest more than %d deep", maxDepth))
		return at, false
	}
	if at == last || r.nearTabs(at.line) {
		return at, r.cutPart(at)
	}
	f := r.diagnose(le, at, place{le.ContextMark.Line, le.ContextMark.Column})
	if r.broken[f.at] {
		return at, r.cutPart(at)
	}
	f.report(r)
	if f.mend == nil {
		return at, r.cutPart(f.at)
	}
	return at, true
}

// report adds the problem of a fault and mends it.
func (f *fault) report(r *reader) {
	r.add(r.at(f.at), feed.Error, f.text, f.hint)
	if f.mend != nil {
		f.mend(f.at)
	}
}

// diagnose says what is wrong at a place, given what the module expected there.
// from is where the thing began that it was reading, or zero.
func (r *reader) diagnose(le *yaml.LoadError, at, from place) *fault {
	s := r.scan(at)
	quoted := strings.Contains(le.ContextMsg, "quoted scalar")
	says := func(part string) bool { return strings.Contains(le.Message, part) }
	switch {
	case tabbed(r.line(at.line)):
		return r.tabs(at.line)
	case oddSpaces(r.line(at.line)) > 0:
		return r.odd(at.line)
	case oddSpaces(r.line(from.line)) > 0:
		return r.odd(from.line)
	case r.outgrown(at, s):
		return r.unclosed(s.open[0], s)
	case quoted && says("escape"):
		return &fault{at, "an escape that YAML does not know, inside double quotes", "use single quotes, or \\\\ for a backslash", r.stubAround(from, s)}
	case quoted:
		return r.unclosedQuote(from)
	case s.to.line == at.line && s.from.line < s.to.line && s.from.line > 0:
		// A quote that is closed only by the next one's opening mark.
		return r.unclosedQuote(s.from)
	case s.to.line == at.line && s.plain.before(s.to) && r.only(s.to, at):
		return r.afterQuote(at, s)
	case says("mapping values are not allowed"):
		return cmp.Or(r.afterBracket(at, s), r.strayColon(at, s))
	case says("block sequence entries are not allowed") && s.colons > 0:
		return &fault{at, "a list in the line of its key", "put each item into a line of its own, or write [a, b]", r.stubLine}
	case says("could not find expected ':'"):
		return &fault{from, quote(strings.TrimSpace(string(r.line(from.line)))) + " is no key with a value", "a key ends with a colon, an item of a list starts with a hyphen", r.blankLine}
	case at.col == 1 && r.rune(at) == '%', strings.Contains(le.ContextMsg, "directive"), says("incompatible YAML document"):
		return &fault{place{at.line, 1}, "YAML directives are not supported", "remove the line", r.blankLine}
	}
	f := cmp.Or(r.indicator(at), r.indicator(from))
	if s.plain.line == at.line {
		f = cmp.Or(f, r.indicator(s.plain))
	}
	if f = cmp.Or(f, r.afterBracket(at, s), r.brackets(says, at, from, s)); f != nil {
		return f
	}
	text, hint := "this is no YAML: "+le.Message, ""
	l := r.line(at.line)
	for _, wanted := range []string{"did not find expected key", "expected '-' indicator", "not allowed in this context"} {
		if says(wanted) && at.col == indent(l)+1 {
			if f := r.belowEmpty(at); f != nil {
				return f
			}
			text, hint = "the indentation of this line fits none of the lines above", "align it with the lines it belongs to"
			if strings.HasPrefix(string(l[at.col-1:]), "- ") {
				text = "an item of a list stands where a key is expected"
			}
		}
	}
	return &fault{at, text, hint, nil}
}

// emptyValue is a key whose value is written as an empty list or map.
var emptyValue = regexp.MustCompile(`^\s*[\pL\pN_-]+:\s*(\[\s*\]|\{\s*\})\s*(#.*)?$`)

// belowEmpty is the fault of what was written below an empty list or map, as if that were
// to be filled so.
func (r *reader) belowEmpty(at place) *fault {
	for n := at.line - 1; n > 0; n-- {
		l := string(r.line(n))
		if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		m := emptyValue.FindStringSubmatchIndex(l)
		if m == nil || indent(r.line(n)) >= at.col {
			return nil
		}
		brackets, col := l[m[2]:m[3]], utf8.RuneCountInString(l[:m[2]])
		return &fault{place{n, col + 1}, brackets + " says that there is nothing, and more stands below", "take the " + brackets + " away", func(p place) {
			for i := range []rune(brackets) {
				r.rows[p.line-1][col+i] = ' '
			}
		}}
	}
	return nil
}

// only reports whether nothing but blanks stands between two places of a line.
func (d *document) only(from, to place) bool {
	_, next := d.after(from)
	return from.line == to.line && from.col <= to.col && next.col >= to.col
}

func tabbed(l []rune) bool {
	return slices.Contains(leading(l), '\t')
}

// tabWidth is how many blanks repair puts for a tab: enough to keep what is
// below a key below it.
const tabWidth = 8

// tabs reports a line that is indented with tabs, and takes each tab of every
// line for blanks.
func (r *reader) tabs(line int) *fault {
	with := "a tab"
	count := 0
	for _, l := range r.lines() {
		if tabbed(l) && len(leading(l)) < len(l) {
			count++
		}
	}
	if count > 1 {
		with = "tabs"
	}
	return &fault{place{line, 1}, indentedWith(count, with), "indent with spaces", func(place) {
		for i, l := range r.lines() {
			if !tabbed(l) {
				continue
			}
			space := leading(l)
			wide := strings.ReplaceAll(string(space), "\t", strings.Repeat(" ", tabWidth))
			r.rows[i] = append([]rune(wide), l[len(space):]...)
			r.shift[i+1] = len(wide) - len(space)
		}
	}}
}

// indentedWith says of how many lines that their indentation is wrong.
func indentedWith(lines int, what string) string {
	if lines > 1 {
		return fmt.Sprintf("%d lines, this one first, are indented with %s", lines, what)
	}
	return "this line is indented with " + what
}

// nearTabs reports whether a line is so close to one that tabs indented that
// nothing can be said of its indentation.
func (r *reader) nearTabs(line int) bool {
	for n := line - 2; n <= line+2; n++ {
		if r.shift[n] != 0 {
			return true
		}
	}
	return false
}

// stubAround makes a mend: of the brackets that are open, else of the line from a
// place on.
func (r *reader) stubAround(p place, s lexed) func(place) {
	return func(place) {
		if len(s.open) > 0 {
			r.stubBlock(s.open[0])
		} else {
			r.stubLine(p)
		}
	}
}

func (r *reader) unclosedQuote(from place) *fault {
	return &fault{from, "this quotation mark is not closed", "", r.stubLine}
}

// afterQuote is what follows a quoted text where the text should end.
func (r *reader) afterQuote(at place, s lexed) *fault {
	mend := r.stubAround(s.from, s)
	if c := r.rune(at); len(s.open) > 0 && (c == '"' || c == '\'') {
		return &fault{at, "a comma is missing between two texts", "", mend}
	}
	hint := "quote the whole text"
	if r.rune(s.from) == '\'' {
		hint = "inside single quotes write '' for '"
	}
	return &fault{s.from, "a text goes on after its closing quotation mark", hint, mend}
}

// strayColon is a second colon in a line, or a key below a text.
func (r *reader) strayColon(at place, s lexed) *fault {
	if s.plain.line == at.line && (s.colons > 0 || len(s.open) > 0) {
		l := r.line(at.line)
		end := s.plain.col
		for end < len(l) && (l[end] != '#' || !blank(l[end-1])) {
			end++
		}
		// In a list, - SCO: day two: evening is one text.
		start := s.plain
		if item := indent(l); l[item] == '-' && len(s.open) == 0 {
			key, _, _ := strings.Cut(strings.TrimSpace(string(l[item+1:])), ":")
			if r.root.row("sources").below.row(key) == nil && ruleKeys.row(key) == nil {
				_, start = r.after(place{at.line, item + 2})
			}
		}
		text := strings.Trim(strings.TrimSpace(string(l[start.col-1:end])), typographic)
		return &fault{start, "a text without quotation marks cannot hold a colon and a space", quoteIt(text), r.stubLine}
	}
	l := r.line(at.line)
	start := place{at.line, indent(l) + 1}
	return &fault{at: start, text: "a key cannot stand here", hint: "the line above lacks its colon, or this one is indented too far"}
}

// indicators are the characters that mean something to YAML at the start of a
// text.
var indicators = map[rune]string{
	'%': "is reserved", '@': "is reserved", '`': "is reserved", '*': "makes an alias", '&': "makes an anchor", '!': "makes a tag",
	'|': "starts a block of lines", '>': "starts a block of lines",
}

// indicator reports a text that starts with one of them.
func (r *reader) indicator(p place) *fault {
	c := r.rune(p)
	why, ok := indicators[c]
	if !ok || r.broken[p] {
		return nil
	}
	return &fault{p, "a text cannot start with " + string(c) + ", which " + why + " in YAML", r.quoteAt(p), r.stub}
}
