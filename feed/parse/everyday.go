package parse

import (
	"bytes"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	ext "github.com/mmcdole/gofeed/extensions"
)

// An everyday entry is one that has only what nearly all entries have: elements of the
// feed's own vocabulary with nothing but text in them, and elements of well-known other
// ones. It is read here, into what gofeed would make of it, in a fraction of the time.
// gofeed reads every other entry, and whatever the feed says of itself; it is the parser
// of record, and a test holds both to the same entries.
//
// It reads what the scan repaired: well-formed markup without comments, with references
// to characters alone that are by number or one of XML's five.
type everyday struct {
	text     []byte // of the entry at hand, or what is left of it
	prefixes []prefix
	attrs    []everydayAttr // of the tag at hand
	self     bool           // it closes itself
	odd      bool           // the entry has a reference that the scan should not have left
	outer    bool           // the channel declares prefixes, which are not those of entries beside it
}

// A prefix of the document, with what gofeed calls the vocabulary that it stands for: ""
// for one that nothing is read of, odd for one that only gofeed knows the name of.
type prefix struct{ written, read string }

const odd = "?"

type everydayAttr struct {
	name  []byte
	value []byte // raw
}

// vocabularies are those that something is read of, by gofeed's names; and those of them,
// alike, that gofeed knows by the document's own prefix.
var vocabularies = map[string]string{
	nsAtom:  "atom",
	nsAtom3: "atom03",
	"http://purl.org/rss/1.0/modules/content/":                       "content",
	"http://purl.org/dc/elements/1.1/":                               "dc",
	"http://purl.org/dc/terms/":                                      "dcterms",
	"http://rssnamespace.org/feedburner/ext/1.0":                     "feedburner",
	"http://www.w3.org/2003/01/geo/wgs84_pos#":                       "geo",
	"http://www.georss.org/georss":                                   "georss",
	"http://search.yahoo.com/mrss":                                   "media",
	"http://search.yahoo.com/mrss/":                                  "media",
	"http://purl.org/rss/1.0/modules/syndication/":                   "sy",
	"http://wellformedweb.org/commentAPI/":                           "wfw",
	"http://prismstandard.org/namespaces/1.2/basic/":                 "prism",
	"http://www.itunes.com/DTDs/PodCast-1.0.dtd":                     "itunes",
	"http://example.com/DTDs/PodCast-1.0.dtd":                        "itunes",
	"http://creativecommons.org/ns#license":                          "cc",
	"http://web.resource.org/cc/":                                    "cc",
	"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html": "creativeCommons",
	"http://backend.userland.com/creativeCommonsRssModule":           "creativeCommons",

	"http://www.itunes.com/dtds/podcast-1.0.dtd":      "",
	"http://wellformedweb.org/CommentAPI/":            "",
	"https://podcastindex.org/namespace/1.0":          "",
	"http://www.google.com/schemas/play-podcasts/1.0": "",
	"http://news.yandex.ru":                           "",
	"http://turbo.yandex.ru":                          "",
	"http://news.rambler.ru":                          "",
	"http://prismstandard.org/namespaces/basic/2.0/":  "",
	"http://creativecommons.org/ns#":                  "",
}

// named are the names under which something is read of a vocabulary.
var named = map[string]bool{
	"atom": true, "atom10": true, "atom03": true, "content": true, "dc": true, "dcterms": true, "feedburner": true, "pheedo": true, "geo": true,
	"georss": true, "media": true, "sy": true, "wfw": true, "prism": true, "itunes": true, "googleplay": true, "podcast": true, "cc": true,
	"creativeCommons": true, "yandex": true, "turbo": true, "rambler": true,
}

// newEveryday reads which prefixes stand for what in the entries of a document, from the
// tags that they stand in, the outermost first.
func newEveryday(tags ...[]byte) *everyday {
	r := new(everyday)
	uris := make(map[string]string)
	for n, tag := range tags {
		r.text = tag
		r.start()
		for i := range r.attrs {
			name, ok := bytes.CutPrefix(r.attrs[i].name, []byte("xmlns:"))
			if !ok {
				continue
			}
			uri, plain := r.value(i)
			if !plain {
				uri = string(name) + odd
			}
			uris[string(name)] = strings.TrimSpace(uri)
			r.outer = r.outer || n > 0
		}
	}
	r.text = nil
	several := make(map[string]int, len(uris))
	for _, uri := range uris {
		several[uri]++
	}
	for written, uri := range uris {
		r.prefixes = append(r.prefixes, prefix{written, readAs(written, uri, several[uri] > 1)})
	}
	return r
}

// readAs is what gofeed calls a vocabulary that has a prefix in the document; several says
// that it has more than one.
func readAs(written, uri string, several bool) string {
	switch name, known := vocabularies[uri]; {
	case name != "":
		return name
	case several, !known && named[written], strings.HasSuffix(uri, odd):
		return odd
	case known:
		return written
	}
	switch uri {
	case "", "rss", "rdf", nsRDF, nsRSS, nsRSS9, nsRSS9b:
		return odd // the feed's own, under a prefix
	}
	return ""
}

// vocabulary is what gofeed calls the vocabulary of a prefix, as in prefix.
func (r *everyday) vocabulary(written []byte) string {
	for i := range r.prefixes {
		if p := &r.prefixes[i]; p.written == string(written) {
			return p.read
		}
	}
	switch string(written) {
	case "rss", "rdf", "xml", "xmlns":
		return odd
	}
	if named[string(written)] {
		return string(written) // one that was never declared stands for itself
	}
	return ""
}

// start reads a start tag with which r.text begins, and moves behind it.
func (r *everyday) start() (name []byte, ok bool) {
	t := r.text
	if len(t) < 2 || t[0] != '<' {
		return nil, false
	}
	i := nameEnd(t, 1)
	if name = t[1:i]; len(name) == 0 {
		return nil, false
	}
	r.attrs, r.self = r.attrs[:0], false
	for i < len(t) {
		i = spaceEnd(t, i)
		if i+1 < len(t) && t[i] == '/' && t[i+1] == '>' {
			r.self = true
			i++
		}
		if i < len(t) && t[i] == '>' {
			r.text = t[i+1:]
			return name, true
		}
		j := nameEnd(t, i)
		eq := spaceEnd(t, j)
		if j == i || eq == len(t) || t[eq] != '=' {
			return nil, false
		}
		from := spaceEnd(t, eq+1)
		if from == len(t) || t[from] != '"' && t[from] != '\'' {
			return nil, false
		}
		n := bytes.IndexByte(t[from+1:], t[from])
		if n < 0 {
			return nil, false
		}
		r.attrs = append(r.attrs, everydayAttr{t[i:j], t[from+1 : from+1+n]})
		i = from + n + 2
	}
	return nil, false
}

// end reads the end tag of an element, and moves behind it.
func (r *everyday) end(name []byte) bool {
	t := r.text
	n := len("</") + len(name)
	if len(t) <= n || t[0] != '<' || t[1] != '/' || string(t[2:n]) != string(name) {
		return false
	}
	i := spaceEnd(t, n)
	if i == len(t) || t[i] != '>' {
		return false
	}
	r.text = t[i+1:]
	return true
}

// skipSpace moves to the next tag; ok is false where text stands before it, which says
// nothing, and which only gofeed need pass over.
func (r *everyday) skipSpace() (ok bool) {
	r.text = r.text[spaceEnd(r.text, 0):]
	return len(r.text) > 1 && r.text[0] == '<'
}

// plainAttrs reports whether the attributes of the tag at hand mean what they are called:
// none declares anything, stands there twice, or has a prefix and a name that matters.
func (r *everyday) plainAttrs() bool {
	for i := range r.attrs {
		name := r.attrs[i].name
		if isDeclaration(name) {
			return false
		}
		if bytes.IndexByte(name, ':') >= 0 {
			switch string(localName(name)) {
			case "type", "mode", "href", "hreflang", "length", "title", "rel", "term", "scheme", "label", "url", "domain", "isPermaLink", "isPermalink", "src":
				return false
			}
		}
		for j := range r.attrs[:i] {
			if string(r.attrs[j].name) == string(name) {
				return false
			}
		}
	}
	return true
}

// attr is an attribute of the tag at hand, "" where it has none.
func (r *everyday) attr(name string) (value string, ok bool) {
	for i := range r.attrs {
		if string(r.attrs[i].name) == name {
			return r.value(i)
		}
	}
	return "", true
}

// value is what an attribute says, as XML has it.
func (r *everyday) value(i int) (string, bool) {
	raw := r.attrs[i].value
	if bytes.IndexByte(raw, '\r') >= 0 {
		return "", false
	}
	return charData(raw)
}

// address is an attribute of the tag at hand that gofeed takes for an address, and writes
// anew.
func (r *everyday) address(name string) (string, bool) {
	v, ok := r.attr(name)
	return rewritten(v), ok
}

func rewritten(address string) string {
	if u, err := url.Parse(strings.TrimLeft(address, " ")); err == nil {
		return u.String()
	}
	return address
}

// content moves behind what stands in an element, whose start tag was read and which has
// text and CDATA sections in it, and behind its end tag. inner is that, raw.
func (r *everyday) content(name []byte) (inner []byte, ok bool) {
	if r.self {
		return nil, true
	}
	t := r.text
	for i := 0; i < len(t); {
		n := bytes.IndexByte(t[i:], '<')
		if n < 0 {
			return nil, false
		}
		i += n
		if bytes.HasPrefix(t[i:], cdataStart) {
			end := bytes.Index(t[i:], cdataEnd)
			if end < 0 {
				return nil, false
			}
			i += end + len(cdataEnd)
			continue
		}
		r.text = t[i:]
		return t[:i], r.end(name)
	}
	return nil, false
}

// words is the text of an element as gofeed gives it: CDATA sections as they are,
// references elsewhere replaced, once.
func (r *everyday) words(name []byte) (string, bool) {
	inner, ok := r.content(name)
	if !ok {
		return "", false
	}
	return r.opened(bytes.TrimSpace(inner)), true
}

// opened is the text that trimmed content stands for.
func (r *everyday) opened(inner []byte) string {
	if bytes.IndexByte(inner, '<') < 0 {
		return r.decoded(inner)
	}
	if bytes.HasPrefix(inner, cdataStart) && bytes.Index(inner, cdataEnd) == len(inner)-len(cdataEnd) {
		return string(inner[len(cdataStart) : len(inner)-len(cdataEnd)])
	}
	var b strings.Builder
	for {
		before, rest, found := bytes.Cut(inner, cdataStart)
		b.WriteString(r.decoded(before))
		if !found {
			return b.String()
		}
		section, after, _ := bytes.Cut(rest, cdataEnd)
		b.Write(section)
		inner = after
	}
}

// decoded is text with its references replaced, as HTML has them.
func (r *everyday) decoded(text []byte) string {
	if bytes.IndexByte(text, '&') < 0 {
		return string(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			b.Write(text)
			return b.String()
		}
		b.Write(text[:i])
		text = text[i:]
		c, size, same := reference(text)
		switch {
		case size == 0:
			r.odd = true
			return ""
		case same:
			b.WriteRune(c)
		default:
			b.WriteString(html.UnescapeString(string(text[:size])))
		}
		text = text[size:]
	}
}

// charData is text as XML has it. ok is false where it is not the same as HTML has it.
func charData(text []byte) (s string, ok bool) {
	if bytes.IndexByte(text, '&') < 0 {
		return string(text), true
	}
	b := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return string(append(b, text...)), true
		}
		b = append(b, text[:i]...)
		c, size, same := reference(text[i:])
		if !same {
			return "", false
		}
		b = utf8.AppendRune(b, c)
		text = text[i+size:]
	}
}

// reference is the character that a reference at the beginning of text is to, and its
// size; 0 for none. same says that XML and HTML agree on it.
func reference(text []byte) (c rune, size int, same bool) {
	end := bytes.IndexByte(text[:min(len(text), len("&#x0010FFFF;"))], ';')
	if end < 2 {
		return 0, 0, false
	}
	switch name := text[1:end]; string(name) {
	case "lt":
		return '<', 4, true
	case "gt":
		return '>', 4, true
	case "amp":
		return '&', 5, true
	case "quot":
		return '"', 6, true
	case "apos":
		return '\'', 6, true
	default:
		if name[0] != '#' || len(name) < 2 {
			return 0, 0, false
		}
		n, ok := codePoint(name[1:])
		if !ok {
			return 0, 0, false
		}
		return n, end + 1, n >= ' ' && n < 0x7f || n > 0x9f && n != 0xfffd && n < 0xfffe && utf8.ValidRune(n)
	}
}

// codePoint is a number as references have it.
func codePoint(digits []byte) (n rune, ok bool) {
	base := rune(10)
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, false
	}
	for _, d := range digits {
		v := rune(99)
		switch {
		case d >= '0' && d <= '9':
			v = rune(d - '0')
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			v = rune(d|0x20-'a') + 10
		}
		if v >= base || n > utf8.MaxRune {
			return 0, false
		}
		n = n*base + v
	}
	return n, true
}

// maxNested is how deep elements of other vocabularies stand in each other.
const maxNested = 4

// extension reads an element of another vocabulary, whose start tag was read, as gofeed
// does: with the elements in it, by their local names. top is for one that stands in the
// entry itself.
func (r *everyday) extension(name []byte, depth int, top bool) (x ext.Extension, ok bool) {
	if depth == 0 || !r.plainAttrs() {
		return x, false
	}
	x = ext.Extension{Name: string(localName(name)), Attrs: make(map[string]string, len(r.attrs)), Children: map[string][]ext.Extension{}}
	for i := range r.attrs {
		value, ok := r.value(i)
		if !ok {
			return x, false
		}
		local := string(localName(r.attrs[i].name))
		if top && isAddress(local) {
			value = rewritten(value)
		}
		x.Attrs[local] = value
	}
	if r.self {
		return x, true
	}
	var said []byte
	for {
		i := bytes.IndexByte(r.text, '<')
		if i < 0 || bytes.IndexByte(r.text[:i], '\r') >= 0 {
			return x, false
		}
		text, ok := charData(r.text[:i])
		if !ok {
			return x, false
		}
		said = append(said, text...)
		r.text = r.text[i:]
		switch {
		case bytes.HasPrefix(r.text, cdataStart):
			end := bytes.Index(r.text, cdataEnd)
			if end < 0 || bytes.IndexByte(r.text[:end], '\r') >= 0 {
				return x, false
			}
			said = append(said, r.text[len(cdataStart):end]...)
			r.text = r.text[end+len(cdataEnd):]
		case len(r.text) > 1 && r.text[1] == '/':
			x.Value = strings.TrimSpace(string(said))
			return x, r.end(name)
		default:
			inner, ok := r.start()
			if !ok {
				return x, false
			}
			child, ok := r.extension(inner, depth-1, false)
			if !ok {
				return x, false
			}
			x.Children[child.Name] = append(x.Children[child.Name], child)
		}
	}
}

// isAddress reports whether gofeed takes an attribute for an address.
func isAddress(name string) bool {
	switch strings.ToLower(name) {
	case "href", "scheme", "src", "uri":
		return true
	}
	return false
}

// foreign reads an element of another vocabulary into those of an entry.
func (r *everyday) foreign(to *ext.Extensions, name []byte, vocabulary string) bool {
	switch vocabulary {
	case odd:
		return false
	case "":
		return r.pass(name)
	}
	x, ok := r.extension(name, maxNested, true)
	if !ok {
		return false
	}
	if *to == nil {
		*to = ext.Extensions{}
	}
	if (*to)[vocabulary] == nil {
		(*to)[vocabulary] = map[string][]ext.Extension{}
	}
	(*to)[vocabulary][x.Name] = append((*to)[vocabulary][x.Name], x)
	return true
}

// pass moves behind an element with whatever is in it, whose start tag was read.
func (r *everyday) pass(name []byte) bool {
	for depth := 0; !r.self || depth > 0; {
		i := bytes.IndexByte(r.text, '<')
		if i < 0 || len(r.text) < i+2 {
			return false
		}
		r.text = r.text[i:]
		switch {
		case bytes.HasPrefix(r.text, cdataStart):
			end := bytes.Index(r.text, cdataEnd)
			if end < 0 {
				return false
			}
			r.text = r.text[end:]
		case r.text[1] == '/' && depth == 0:
			return r.end(name)
		case r.text[1] == '/':
			depth--
			r.text = r.text[2:]
		default:
			if _, ok := r.start(); !ok {
				return false
			}
			if !r.self {
				depth++
			}
			r.self = false
		}
	}
	return true
}
