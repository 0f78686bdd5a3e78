package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// maxRepairs bounds how many places without YAML are reported in one file, and
// maxReread how many bytes may be read again for them.
const (
	maxRepairs = 24
	maxReread  = 8 << 20
)

var errDepth = errors.New("nested too deep")

// loading makes the YAML module do no more than parse: it resolves no alias and
// goes no deeper than maxDepth. Duplicate keys are found later, with their lines.
type loading struct{}

func (loading) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxDepth {
		return errDepth
	}
	return nil
}
func (loading) CheckAlias(int, int) error { return nil }

func (loading) NewAliasDataContext(yaml.AliasDataServices) (yaml.AliasDataContext, error) {
	return loading{}, nil
}
func (loading) BeginDocument() error             { return nil }
func (loading) EndDocument() error               { return nil }
func (loading) DefineAnchor(string, *node) error { return nil }
func (loading) ResolveAlias(name string) (*node, bool, error) {
	return &node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}, true, nil
}

// tree parses the file and reports where it is no YAML. It gives what there is
// to read all the same, or nil.
func (r *reader) tree() *node {
	if !r.characters() {
		return nil
	}
	last := place{}
	for repairs, read := 0, 0; ; repairs++ {
		root, second, err := parse(r.data)
		if err == nil {
			if at := r.oddKey(root); at != (place{}) && repairs < maxRepairs {
				r.odd(at.line).report(r)
				r.data = r.joined()
				continue
			}
			if second != nil {
				r.fail(second, "a second document starts here", "one file is one document: remove the line ---")
			}
			return r.rooted(root)
		}
		at, ok := r.repair(err, last)
		read += len(r.data)
		if !ok || repairs == maxRepairs || read > maxReread {
			return nil
		}
		last = at
		r.data = r.joined()
	}
}

func parse(data []byte) (first, second *node, err error) {
	l, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false), yaml.WithPlugin(loading{}))
	if err != nil {
		return nil, nil, err
	}
	load := func() (*node, error) {
		n := new(node)
		if err := l.Load(n); err != nil {
			return nil, err
		}
		return n, nil
	}
	if first, err = load(); err == nil {
		second, err = load()
	}
	if err == io.EOF {
		err = nil
	}
	return first, second, err
}

// rooted is the map that the file must be.
func (r *reader) rooted(doc *node) *node {
	if doc == nil || len(doc.Content) == 0 || unset(doc.Content[0]) {
		if len(r.cut) == 0 {
			severity, needs := feed.Error, "it needs at least sources: and topics:"
			if r.included {
				// Its topics may have become comments.
				severity, needs = feed.Warning, "it may hold lists: and topics:"
			}
			r.add(feed.Pos{File: r.file}, severity, "the file is empty", needs)
		}
		return nil
	}
	return doc.Content[0]
}

// characters reports what no YAML file may hold. Such a file is read no further:
// it is damaged or not text.
func (r *reader) characters() bool {
	ok := true
	for i, rest := range bytes.Split(r.data, []byte("\n")) {
		text, hint := "", ""
		for col := 1; len(rest) > 0 && text == ""; col++ { // one problem a line is enough
			c, size := utf8.DecodeRune(rest)
			rest = rest[size:]
			switch {
			case c == utf8.RuneError && size == 1:
				text, hint = "is not UTF-8 here", "save the file as UTF-8"
			case c < ' ' && c != '\t' && c != '\r', c == 0x7f, c >= 0x80 && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff:
				text = fmt.Sprintf("has the control character U+%04X", c)
			}
			if text != "" {
				r.add(feed.Pos{File: r.file, Line: i + 1, Col: col}, feed.Error, "the file "+text, hint)
				ok = false
			}
		}
		if text != "" && len(r.problems) >= 10 {
			break
		}
	}
	return ok
}

// stub replaces the unquoted text at p by one letter and blanks, so that all
// else keeps its place, and remembers that nothing is known of it.
func (d *document) stub(p place) { d.replace(p, d.plainEnd(p)) }

// stubLine replaces all from p to the end of its line.
func (d *document) stubLine(p place) { d.replace(p, len(d.line(p.line))) }

func (d *document) replace(p place, end int) {
	l := d.line(p.line)
	if p.col < 1 || p.col > len(l) {
		return
	}
	for i := p.col - 1; i < end; i++ {
		l[i] = ' '
	}
	l[p.col-1] = 'x'
	d.broken[p] = true
}

// stubBlock is stubLine that takes along the lines below which are indented
// more, and those that hold nothing but closing brackets.
func (d *document) stubBlock(p place) {
	base := indent(d.line(p.line))
	d.stubLine(p)
	for n := p.line + 1; n <= len(d.lines()); n++ {
		l := d.line(n)
		if in := indent(l); in >= 0 && in <= base && strings.Trim(string(l), " \t]},") != "" {
			return
		}
		d.blankLine(place{line: n})
	}
}

// blankLine leaves the line of p empty.
func (d *document) blankLine(p place) {
	if l := d.line(p.line); l != nil {
		d.rows[p.line-1] = l[:0]
	}
}

// cutPart blanks the topic, source or key around p, or the section where that
// is blank already, and marks the section as incomplete. It reports false where
// there is nothing left to cut.
func (d *document) cutPart(p place) bool {
	lines := d.lines()
	head := min(p.line, len(lines))
	for head >= 1 && !d.heads(head) {
		head--
	}
	if head < 1 {
		return false
	}
	name, _, _ := strings.Cut(string(d.line(head)), ":")
	section := strings.TrimSpace(name)
	next := head + 1
	for next <= len(lines) && !d.heads(next) {
		next++
	}
	d.cut[section] = true
	if d.cutEntry(p.line, head, next) {
		return true
	}
	return d.blankLines(head, next)
}

// heads reports whether a line starts a section: a key at its first column.
func (d *document) heads(n int) bool {
	l := d.line(n)
	return indent(l) == 0 && l[0] != '-' && l[0] != ']' && l[0] != '}'
}

// cutEntry blanks the part of a section, the lines head to next, that a line
// belongs to.
func (d *document) cutEntry(line, head, next int) bool {
	if line <= head || line >= next {
		return false
	}
	base := -1
	for n := head + 1; n < next && base < 0; n++ {
		base = indent(d.line(n))
	}
	starts := func(n int) bool {
		in := indent(d.line(n))
		return in >= 0 && in <= base
	}
	from := line
	for from > head+1 && !starts(from) {
		from--
	}
	to := line + 1
	for to < next && !starts(to) {
		to++
	}
	return d.blankLines(from, to)
}

// blankLines blanks lines and reports whether there was something in them.
func (d *document) blankLines(from, to int) bool {
	some := false
	for n := from; n < to; n++ {
		some = some || indent(d.line(n)) >= 0
		d.blankLine(place{line: n})
	}
	return some
}

// joined is the text as it stands after repairs.
func (d *document) joined() []byte {
	var b []byte
	for _, l := range d.rows {
		b = append(append(b, string(l)...), '\n')
	}
	return b
}
