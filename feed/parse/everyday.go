package parse

import (
	"bytes"
	"net/url"
	"strings"
)

// An everyday entry is one that has only what nearly all entries have: elements of the
// feed's own vocabulary with nothing but text in them, and elements of well-known other
// ones. It is read here, into what gofeed would make of it, in a fraction of the time.
// What the feed says of itself is read so, too. gofeed reads all else; it is the parser
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

type everydayAttr struct {
	name  []byte
	value []byte // raw
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

// children reads the elements that stand in one, whose start tag was read, and its end tag.
func (r *everyday) children(outer []byte, read func(name []byte) bool) bool {
	for r.skipSpace() {
		if r.text[1] == '/' {
			return r.end(outer)
		}
		if name, ok := r.start(); !ok || !read(name) {
			return false
		}
	}
	return false
}

// whole reads a text that is one element with others in it.
func (r *everyday) whole(text []byte, is func(name []byte) bool, read func(name []byte) bool) bool {
	r.text, r.odd = text, false
	outer, ok := r.start()
	return ok && !r.self && is(outer) && r.children(outer, read) && len(r.text) == 0 && !r.odd
}

// ownEntry reports whether a start tag is that of an entry under the feed's own names.
func (r *everyday) ownEntry(name []byte) bool { return len(prefixOf(name)) == 0 && !r.declares() }

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
