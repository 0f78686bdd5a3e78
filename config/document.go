package config

import (
	"bytes"
	"strings"
	"unicode"

	"topicwire/feed"
)

// A place is a line and a column, from 1; columns count characters.
type place struct{ line, col int }

func (p place) before(q place) bool {
	return p.line < q.line || p.line == q.line && p.col < q.col
}

// A document is the text of a file on its way to a tree. Where the text is no
// YAML, repair changes it so that the rest can be read; what was changed is
// remembered, so that nothing is reported for it twice.
type document struct {
	file string
	data []byte
	rows [][]rune // by line, from 0; nil until asked for

	included bool // by another file

	broken map[place]bool  // values that stand in for what could not be read
	cut    map[string]bool // sections that lack a part
	shift  map[int]int     // columns that repair has added to a line

	// commaHash says that a comment may stand behind a comma: only then need
	// its lines be looked at for that.
	commaHash bool
}

func newDocument(name string, data []byte) *document {
	return &document{
		file: name, data: bytes.TrimPrefix(data, []byte("\ufeff")),
		broken: map[place]bool{}, cut: map[string]bool{}, shift: map[int]int{},
		commaHash: bytes.Contains(data, []byte(", #")),
	}
}

// pos is where n stands in the file as it was written.
func (d *document) pos(n *node) feed.Pos { return d.at(start(n)) }

// start is where n stands in the text as it is read.
func start(n *node) place { return place{n.Line, n.Column} }

func (d *document) at(p place) feed.Pos {
	if last := len(d.rows); d.rows != nil && p.line > last {
		// The module puts the end of the text behind its last line.
		p = place{last, len(d.line(last)) + 1}
	}
	if by := d.shift[p.line]; by != 0 {
		p.col = max(1, p.col-by)
	}
	return feed.Pos{File: d.file, Line: max(1, p.line), Col: max(1, p.col)}
}

// lineBreaks makes those of YAML 1.1 §5.4 one.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// lines cuts the text as YAML does. Only files with a problem need it.
func (d *document) lines() [][]rune {
	if d.rows == nil {
		d.rows = [][]rune{}
		for line := range strings.Lines(lineBreaks.Replace(string(d.data))) {
			d.rows = append(d.rows, []rune(strings.TrimSuffix(line, "\n")))
		}
	}
	return d.rows
}

// line is a line of the text, from 1; nil where there is none.
func (d *document) line(n int) []rune {
	if l := d.lines(); n >= 1 && n <= len(l) {
		return l[n-1]
	}
	return nil
}

// rune is the character at p, 0 past the end of a line.
func (d *document) rune(p place) rune {
	if l := d.line(p.line); p.col >= 1 && p.col <= len(l) {
		return l[p.col-1]
	}
	return 0
}

// after is what follows p in its line, white space before it left out, and
// where it starts.
func (d *document) after(p place) (string, place) {
	l := d.line(p.line)
	for p.col >= 1 && p.col <= len(l) && blank(l[p.col-1]) {
		p.col++
	}
	if p.col < 1 || p.col > len(l) {
		return "", p
	}
	return string(l[p.col-1:]), p
}

// plain is the text that starts at p and was not quoted: to the end of the line,
// or of the item in brackets, without a comment.
func (d *document) plain(p place) string {
	l := d.line(p.line)
	if p.col < 1 || p.col > len(l) {
		return ""
	}
	return strings.TrimSpace(string(l[p.col-1 : d.plainEnd(p)]))
}

// plainEnd is the index in its line behind the unquoted text that starts at p.
func (d *document) plainEnd(p place) int {
	l := d.line(p.line)
	inFlow := len(d.scan(p).open) > 0
	for i := p.col - 1; i < len(l); i++ {
		switch c := l[i]; {
		case c == '#' && i > 0 && blank(l[i-1]):
			return i
		case c == ':' && (i+1 == len(l) || blank(l[i+1])):
			return i
		case inFlow && strings.ContainsRune(",[]{}", c):
			return i
		}
	}
	return len(l)
}

// indent is how far a line is indented; -1 for one without content.
func indent(l []rune) int {
	n := len(leading(l))
	if n == len(l) || l[n] == '#' {
		return -1
	}
	return n
}

// leading is the blanks that a line starts with.
func leading(l []rune) []rune {
	for i, c := range l {
		if !blank(c) {
			return l[:i]
		}
	}
	return l
}

func blank(c rune) bool { return c == ' ' || c == '\t' }

// A lexed is how things stand at a place of the text.
type lexed struct {
	quote  place   // of the quotation mark that is open, or zero
	from   place   // and to: the last quoted text that was closed
	to     place   // behind its closing mark
	plain  place   // where the last unquoted text began
	colons int     // keys before it in its line
	open   []place // the brackets that are open
}

// scan reads the text up to a place, as much as is needed to say what went wrong
// there. It knows quotes, brackets, comments and block texts.
func (d *document) scan(end place) lexed {
	var s lexed
	var mark rune // the kind of quote that is open
	block := -1   // lines that are indented more belong to a block text
	for i, l := range d.lines() {
		line := i + 1
		if line > end.line {
			break
		}
		if block >= 0 {
			if in := indent(l); len(strings.TrimSpace(string(l))) == 0 || in > block || in < 0 {
				continue
			}
			block = -1
		}
		fresh := true // a value may start here
		s.colons = 0
		for c := 0; c < len(l); c++ {
			at := place{line, c + 1}
			if !at.before(end) {
				return s
			}
			ends := c+1 == len(l) || blank(l[c+1])
			switch ch := l[c]; {
			case mark != 0:
				switch {
				case ch == '\\' && mark == '"':
					c++
				case ch == mark && mark == '\'' && c+1 < len(l) && l[c+1] == '\'':
					c++
				case ch == mark:
					mark, s.from, s.to, s.quote = 0, s.quote, place{line, c + 2}, place{}
					fresh = false
				}
			case blank(ch):
			case ch == '#' && (c == 0 || blank(l[c-1])):
				c = len(l)
			case (ch == '"' || ch == '\'') && fresh:
				mark, s.quote = ch, at
			case (ch == '[' || ch == '{') && (fresh || len(s.open) > 0):
				s.open = append(s.open, at)
				fresh = true
			case (ch == ']' || ch == '}') && len(s.open) > 0:
				s.open = s.open[:len(s.open)-1]
				fresh = false
			case ch == ',' && len(s.open) > 0:
				fresh = true
			case ch == ':' && ends:
				s.colons++
				fresh = true
			case ch == '-' && fresh && ends && len(s.open) == 0:
			case (ch == '|' || ch == '>') && fresh && len(s.open) == 0:
				block = indent(l)
				c = len(l)
			case fresh && unicode.IsPrint(ch):
				s.plain, fresh = at, false
			}
		}
	}
	return s
}
