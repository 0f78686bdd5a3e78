package parse

import (
	"bytes"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

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
