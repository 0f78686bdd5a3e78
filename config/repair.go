package config

import "strings"

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
