package html

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"topicwire/feed/chars"
)

const (
	// maxOutput bounds what Sanitize writes, in bytes, closing tags aside.
	maxOutput = 1 << 20
	// maxInput is how much of a fragment is read.
	maxInput = 4 * maxOutput
	// maxDepth is how deep elements nest in what is written. The tags of deeper
	// ones are dropped; their content is kept.
	maxDepth = 64
)

// A rewriter reads foreign tokens and writes balanced ones. It keeps the stack
// of elements that are open in the output and gives every tag the place that
// the HTML parsing algorithm would give it, so that a browser builds the tree
// that was written. Its work a token is bounded by maxDepth.
type rewriter struct {
	z    *html.Tokenizer
	base *url.URL
	out  []byte
	open []*element
	over int // elements open beyond maxDepth
	seen bool
	full bool

	drop  dropper
	attrs []attribute

	awoken string // the lazy address of the image at hand, if it has one
	lazily string // that of the image before it

	sought  bool   // the address of what is embedded may stand inside it
	caption string // its title
	embed   string // the address that a link was written to last
	joint   int    // where in out that link ended
}

type attribute struct{ name, value string }

// rewrite is the fragment as balanced, permitted HTML; "" where a reader would
// see nothing.
func rewrite(fragment string, base *url.URL) string {
	if len(fragment) > maxInput {
		fragment = fragment[:maxInput]
	}
	fragment = CleanXML(fragment)
	w := &rewriter{
		z:    html.NewTokenizer(strings.NewReader(fragment)),
		base: base,
		out:  make([]byte, 0, min(len(fragment)+len(fragment)/16+64, maxOutput)),
		open: make([]*element, 0, 16),
	}
	for !w.full && w.next() {
	}
	if !w.seen {
		return ""
	}
	w.closeTo(0)
	return strings.TrimSpace(string(w.out))
}

// next handles one token and reports whether there may be more.
func (w *rewriter) next() bool {
	switch tt := w.z.Next(); tt {
	case html.ErrorToken:
		return false
	case html.TextToken:
		if !w.drop.dropping() {
			w.text(w.z.Text())
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		w.startTag(tt)
	case html.EndTagToken:
		w.endTag()
	}
	return true
}

func (w *rewriter) startTag(tt html.TokenType) {
	selfClosing := tt == html.SelfClosingTagToken
	name, more := w.z.TagName()
	e := elements[string(name)]
	switch {
	case w.drop.dropping():
		if w.sought {
			w.within(string(name), more)
		}
	case e != nil && e.embeds:
		w.embedded(e, more)
	default:
		w.sought = false
	}
	dropped := w.drop.over(tt, name, e)
	if selfClosing || string(name) == "noscript" && !dropped {
		// <iframe/> is XHTML's empty element, not the start of raw text; and
		// what noscript holds is meant for readers such as ours.
		w.z.NextIsNotRawText()
	}
	if dropped || e == nil || e.kind == skipped {
		return
	}
	w.readAttrs(e, more)
	w.start(e)
	if selfClosing && e.kind != void && e.kind != voidLine {
		w.end(e)
	}
}

func (w *rewriter) endTag() {
	name, _ := w.z.TagName()
	e := elements[string(name)]
	switch {
	case w.drop.over(html.EndTagToken, name, e), e == nil, e.kind == skipped:
	case e.write == "br":
		w.attrs = w.attrs[:0]
		w.start(e)
	case e.kind == void || e.kind == voidLine:
	default:
		w.end(e)
	}
}

// readAttrs keeps the attributes of the tag that matter for e, the first of
// each name.
func (w *rewriter) readAttrs(e *element, more bool) {
	w.attrs = w.attrs[:0]
	for more {
		var k, v []byte
		k, v, more = w.z.TagAttr()
		name := e.wants(k)
		if name != "" && w.attr(name) == nil {
			w.attrs = append(w.attrs, attribute{name, string(v)})
		}
	}
}

// wants is the name of an attribute that e is written with, or that decides
// whether it is; "" for any other.
func (e *element) wants(name []byte) string {
	for i := range e.attrs {
		if e.attrs[i].name == string(name) {
			return e.attrs[i].name
		}
	}
	var hints []string
	switch {
	case e.write == "img":
		hints = imageHints
	case e.embeds:
		hints = embedHints
	}
	for _, hint := range hints {
		if hint == string(name) {
			return hint
		}
	}
	return ""
}

func (w *rewriter) attr(name string) *attribute {
	for i := range w.attrs {
		if w.attrs[i].name == name {
			return &w.attrs[i]
		}
	}
	return nil
}

func (w *rewriter) text(s []byte) {
	if len(bytes.Trim(s, " \t\n\r\f")) > 0 {
		w.intoCell()
	}
	if len(s) > 0 && s[0] > ' ' {
		w.join()
	}
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(s[i:])
		}
		at := i
		i += n
		if r == '\r' || !chars.Legal(r) {
			// A return that a character reference brought would not survive
			// the next reading.
			continue
		}
		if !w.room(len("&amp;")) {
			return
		}
		w.seen = w.seen || visible(r)
		switch r {
		case '&':
			w.out = append(w.out, "&amp;"...)
		case '<':
			w.out = append(w.out, "&lt;"...)
		case '>':
			w.out = append(w.out, "&gt;"...)
		default:
			w.out = append(w.out, s[at:i]...)
		}
	}
}

// room reports whether n more bytes may be written; if not, nothing more is.
func (w *rewriter) room(n int) bool {
	if len(w.out)+n > maxOutput {
		w.full = true
	}
	return !w.full
}

// start writes the start tag of e at the place where it belongs.
func (w *rewriter) start(e *element) {
	limit := maxDepth - 3 // a table brings up to three elements with it
	if e.kind == table {
		limit = maxDepth
	}
	if e.kind != void && e.kind != voidLine && (w.over > 0 || len(w.open) >= limit) {
		w.over++
		return
	}
	if e.kind == table && w.tablePlace(e) || e.kind != table && w.place(e) {
		w.push(e)
	}
}

// place closes what e ends by starting, and reports whether e is to be written.
func (w *rewriter) place(e *element) bool {
	switch e.write {
	case "a":
		w.closeThrough(elements["a"], isCell)
		if href := w.attr("href"); href == nil || followed(w.base, href.value) == "" {
			return false
		}
		if w.find(elements["a"], nil) >= 0 {
			return false // in a cell of a table inside a link
		}
	case "img":
		if w.awake(); !w.shown() || w.repeats() {
			return false
		}
	case "li":
		w.closeItem(func(o *element) bool { return o.write == "li" })
	case "dd", "dt":
		w.closeItem(isTerm)
	}
	if e.kind == block || e.write == "hr" {
		w.closeThrough(elements["p"], isScope)
		if top := w.top(); isHeading(e) && top != nil && isHeading(top) {
			w.pop()
		}
	}
	w.intoCell()
	return true
}

// push writes the tag.
func (w *rewriter) push(e *element) {
	if e.kind == inline {
		w.join()
	}
	mark := len(w.out)
	w.out = append(w.out, '<')
	w.out = append(w.out, e.write...)
	for _, a := range e.attrs {
		if have := w.attr(a.name); have != nil {
			w.writeAttr(a, have.value)
		}
	}
	w.out = append(w.out, '>')
	if !w.room(0) {
		w.out = w.out[:mark]
		return
	}
	switch {
	case e.write == "img":
		w.seen = true
	case e.kind != void && e.kind != voidLine:
		w.open = append(w.open, e)
	}
}

// end handles the end tag of e: it closes the element and what is open within,
// or does nothing where there is none to close.
func (w *rewriter) end(e *element) {
	if w.over > 0 {
		w.over--
		return
	}
	e = elements[e.write] // div for section, and so on
	i := -1
	switch {
	case e.kind == table || e.write == "table":
		i = w.find(e, func(o *element) bool { return o.write == "table" && e.write != "table" })
	case isHeading(e):
		i = w.findAny(isHeading, isScope)
	case e.write == "li":
		i = w.find(e, func(o *element) bool { return isScope(o) || isList(o) })
	case e.kind == block:
		i = w.find(e, isScope)
	default:
		i = w.find(e, isWall)
	}
	if i >= 0 {
		w.closeTo(i)
	}
}
