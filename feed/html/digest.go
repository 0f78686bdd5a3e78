package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"topicwire/feed/chars"
)

// Digest is the beginning of a fragment as Sanitize writes it: as many whole words
// as make at most limit characters (runes), and an ellipsis after them where there
// is more. It keeps apart what the fragment keeps apart: paragraphs, headings,
// items of lists, lines, cells of tables (by " · "); and the links that lead
// somewhere. Everything else is text. It leaves out what a publisher's software
// puts under every text: who first published it, links to go on reading, buttons
// to share. "" where nothing is left, and where limit is below 1.
//
// A break counts for one character. No character that is made of several is cut.
func Digest(fragment string, limit int) string {
	if len(fragment) > maxInput {
		fragment = fragment[:maxInput]
	}
	d := digester{limit: min(limit, maxDigest)}
	d.read(CleanXML(fragment))
	d.flush()
	d.ending()
	return d.write()
}

// A digester reads a fragment into blocks.
type digester struct {
	limit  int
	blocks []textBlock
	count  int // characters of the blocks, and a break before each

	block textBlock
	gap   byte   // the white space that is due before the next character, or 0
	cell  bool   // a new cell of a row was begun
	href  string // of the link that is open, or ""
	hrefs int    // bytes of all of them
	lists []byte // those that are open: 'u' or 'o'
	items int    // how many of their items are open
}

// A textBlock is a paragraph or an item of a list: text whose white space is
// collapsed, with line feeds where a line ends.
type textBlock struct {
	text  []byte
	count int  // characters of the text
	list  byte // of an item 'u' or 'o'; 0 for a paragraph
	links []linkSpan
	seen  bool
}

// A linkSpan is the part of a text that is a link.
type linkSpan struct {
	from, to int
	href     string
}

const (
	maxDigest = 10_000   // characters
	maxHrefs  = 64 << 10 // bytes of the addresses of all links; others are text
)

// slack is how far beyond the limit a fragment is read: nothing that is left out at
// the end of a text is longer.
const slack = 1000

// maxItems bounds how deep lists nest.
const maxItems = 16

func (d *digester) read(fragment string) {
	z := html.NewTokenizer(strings.NewReader(fragment))
	var drop dropper
	for d.count+d.block.count <= d.limit+slack {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			return
		case html.TextToken:
			if !drop.dropping() {
				d.text(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, more := z.TagName()
			e := elements[string(name)]
			if tt == html.SelfClosingTagToken || tt == html.StartTagToken && string(name) == "noscript" {
				z.NextIsNotRawText()
			}
			if drop.over(tt, name, e) || e == nil || e.kind == skipped {
				continue
			}
			if e.write == "a" {
				d.link(z, tt, more)
			} else {
				d.tag(e, tt != html.EndTagToken)
			}
		}
	}
}

// tag ends a block or a line where an element begins or ends.
func (d *digester) tag(e *element, start bool) {
	switch {
	case e.write == "br":
		d.line()
	case e.write == "td" || e.write == "th":
		d.cell = d.cell || start
	case isList(e):
		d.flush()
		if start && len(d.lists) < maxItems {
			d.lists = append(d.lists, e.write[0])
		} else if !start && len(d.lists) > 0 {
			d.lists = d.lists[:len(d.lists)-1]
		}
		d.items = min(d.items, len(d.lists))
	case e.write == "li":
		d.flush()
		d.items = len(d.lists)
		if !start {
			d.items--
		}
		d.items = max(d.items, 0)
	case e.separates() && d.items > 0:
		d.gap = '\n' // paragraphs of one item stay there
	case e.separates():
		d.flush()
	}
}

// line ends a line, and the second time in a row a paragraph.
func (d *digester) line() {
	if d.gap == '\n' && d.items == 0 {
		d.flush()
		return
	}
	d.gap = '\n'
}

// link begins or ends a link.
func (d *digester) link(z *html.Tokenizer, tt html.TokenType, more bool) {
	d.href = ""
	if tt != html.StartTagToken {
		return
	}
	for more {
		var k, v []byte
		if k, v, more = z.TagAttr(); string(k) == "href" {
			d.href = followed(nil, string(v))
			if d.hrefs += len(d.href); d.hrefs > maxHrefs {
				d.href = ""
			}
			return
		}
	}
}

func (d *digester) text(s []byte) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		at := i
		i += n
		switch {
		case unicode.IsSpace(r):
			if d.gap == 0 {
				d.gap = ' '
			}
		case chars.Legal(r):
			d.add(r, s[at:i])
		}
	}
}

// add writes a character, after the white space that is due.
func (d *digester) add(r rune, s []byte) {
	b := &d.block
	before := len(b.text)
	switch {
	case len(b.text) == 0:
		b.text = make([]byte, 0, 256)
		if d.items > 0 {
			b.list = d.lists[d.items-1]
		}
	case d.cell:
		b.text = append(b.text, cellGap...)
		b.count += utf8.RuneCountInString(cellGap)
	case d.gap != 0:
		b.text = append(b.text, d.gap)
		b.count++
	}
	d.gap, d.cell = 0, false
	if d.href != "" {
		if n := len(b.links); n > 0 && b.links[n-1].href == d.href && b.links[n-1].to == before {
			b.links[n-1].to = len(b.text) + len(s)
		} else {
			b.links = append(b.links, linkSpan{len(b.text), len(b.text) + len(s), d.href})
		}
	}
	b.text = append(b.text, s...)
	b.count++
	b.seen = b.seen || visible(r)
}

// cellGap is what stands between two cells of a row.
const cellGap = " · "

// flush ends the block at hand.
func (d *digester) flush() {
	b := d.block
	d.block, d.gap, d.cell = textBlock{}, 0, false
	if line := b.lastLine(); isFooter(b.text[line:]) {
		b.truncate(max(line-1, 0))
	}
	if !b.seen || len(b.text) == 0 || b.isShareBar() {
		return
	}
	d.blocks = append(d.blocks, b)
	d.count += b.count + 1
}

// write is the blocks as HTML, as far as the limit goes.
func (d *digester) write() string {
	left := d.limit
	for i := range d.blocks {
		b := &d.blocks[i]
		if i > 0 {
			left--
		}
		if b.count <= left {
			left -= b.count
			continue
		}
		keep := d.blocks[:i+1]
		if b.cut(left - 1); !strings.ContainsFunc(string(b.text), visible) {
			keep = d.blocks[:i]
		}
		if len(keep) == 0 {
			return ""
		}
		keep[len(keep)-1].ellipsis()
		d.blocks = keep
		break
	}
	return string(appendBlocks(nil, d.blocks))
}

// ellipsis ends a text that goes on, unless it does so itself.
func (b *textBlock) ellipsis() {
	if s := string(b.text); !strings.HasSuffix(s, "…") && !strings.HasSuffix(s, "...") {
		b.text = append(b.text, "…"...)
	}
}

// cut shortens a text to at most n characters, at the end of a word where there is
// one.
func (b *textBlock) cut(n int) {
	end := cutAt(string(b.text), n)
	b.truncate(len(strings.TrimRightFunc(string(b.text[:end]), dangles)))
}

// dangles reports whether a character makes no sense before an ellipsis.
func dangles(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-([{«“\"'·|", r)
}

// truncate cuts a text and its links at a byte.
func (b *textBlock) truncate(end int) {
	b.text = b.text[:end]
	b.count = utf8.RuneCount(b.text)
	for i := range b.links {
		if b.links[i].from >= end {
			b.links = b.links[:i]
			return
		}
		b.links[i].to = min(b.links[i].to, end)
	}
}

// appendBlocks writes blocks. One paragraph by itself needs no tags.
func appendBlocks(out []byte, blocks []textBlock) []byte {
	if len(blocks) == 1 && blocks[0].list == 0 {
		return blocks[0].appendHTML(out)
	}
	list := byte(0)
	for i := range blocks {
		b := &blocks[i]
		if b.list != list {
			out = appendListTag(out, "</", list)
			out = appendListTag(out, "<", b.list)
			list = b.list
		}
		open, end := "<p>", "</p>"
		if list != 0 {
			open, end = "<li>", "</li>"
		}
		out = append(b.appendHTML(append(out, open...)), end...)
	}
	return appendListTag(out, "</", list)
}

func appendListTag(out []byte, open string, list byte) []byte {
	if list == 0 {
		return out
	}
	return append(append(append(out, open...), list), "l>"...)
}

func (b *textBlock) appendHTML(out []byte) []byte {
	pos := 0
	for _, l := range b.links {
		out = appendLines(out, b.text[pos:l.from])
		out = append(appendAttrText(append(out, `<a href="`...), l.href), `">`...)
		out = append(appendLines(out, b.text[l.from:l.to]), "</a>"...)
		pos = l.to
	}
	return appendLines(out, b.text[pos:])
}

// appendLines writes text as Sanitize does, and a line feed as a break.
func appendLines(out, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '\n':
			out = append(out, "<br>"...)
		case '&':
			out = append(out, "&amp;"...)
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		default:
			out = append(out, c)
		}
	}
	return out
}
