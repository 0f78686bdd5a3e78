package parse

import (
	"bytes"
	"strings"

	"github.com/mmcdole/gofeed/atom"
)

// atomEntry reads an entry of Atom; nil for one that is not everyday.
func (r *everyday) atomEntry(text []byte) *atom.Entry {
	e := new(atom.Entry)
	if !r.whole(text, r.ownEntry, func(name []byte) bool { return r.entryElement(e, name) }) {
		return nil
	}
	return e
}

// entryElement reads an element of an entry, whose start tag was read.
func (r *everyday) entryElement(e *atom.Entry, name []byte) (ok bool) {
	if p := prefixOf(name); len(p) > 0 {
		v := r.vocabulary(p)
		return v != "atom" && v != "atom03" && r.foreign(&e.Extensions, name, v)
	}
	if !r.plainAttrs() {
		return false
	}
	switch strings.ToLower(string(name)) {
	case "title":
		e.Title, ok = r.construct(name, false)
	case "summary":
		e.Summary, ok = r.construct(name, true)
	case "content":
		c := new(atom.Content)
		if src, _ := r.attr("src"); src != "" {
			return false
		}
		c.Value, ok = r.construct(name, true)
		e.Content = c
	case "id":
		// atomEntry takes it from the document itself, where gofeed does not write
		// it anew; gofeed's matters where there is none.
		e.ID, ok = r.words(name)
		ok = ok && e.ID != ""
	case "updated":
		e.Updated, ok = r.date(name)
	case "published":
		e.Published, ok = r.date(name)
	case "author":
		var p *atom.Person
		p, ok = r.person(name)
		e.Authors = append(e.Authors, p)
	case "category":
		return r.entryCategory(e, name)
	case "link":
		var l *atom.Link
		l, ok = r.atomLink(name)
		e.Links = append(e.Links, l)
	case "rights", "copyright", "source", "modified", "contributor", "issued", "created":
		return false
	default:
		return r.pass(name)
	}
	return ok
}

// date is a date that we can read.
func (r *everyday) date(name []byte) (string, bool) {
	text, ok := r.words(name)
	if ok && text != "" {
		_, ok = parseDate(text)
	}
	return text, ok
}

// construct is a text construct (RFC 4287 §3.1) as gofeed gives it. XHTML, where it is
// taken from the document itself, is passed over, and stands for something.
func (r *everyday) construct(name []byte, passed bool) (string, bool) {
	mode, _ := r.attr("mode")
	typ, ok := r.attr("type")
	if !ok || mode != "" {
		return "", false
	}
	switch typ = strings.ToLower(typ); {
	case typ == "", typ == "text", typ == "html":
		return r.words(name)
	case typ == "xhtml" && passed:
		if r.self {
			return "", false // says nothing
		}
		from := r.text
		if !r.pass(name) || bytes.Contains(from[:len(from)-len(r.text)], cdataStart) {
			return "", false
		}
		return "xhtml", true
	}
	return "", false
}

func (r *everyday) person(outer []byte) (*atom.Person, bool) {
	p := new(atom.Person)
	if r.self {
		return p, true
	}
	return p, r.children(outer, func(name []byte) bool {
		if typ, _ := r.attr("type"); typ != "" || !r.plainAttrs() {
			return false
		}
		text, ok := r.words(name)
		switch string(name) {
		case "name":
			p.Name = text
		case "email":
			p.Email = text
		case "uri":
			p.URI = rewritten(text)
		default:
			return false
		}
		return ok
	})
}

func (r *everyday) entryCategory(e *atom.Entry, name []byte) bool {
	term, ok := r.attr("term")
	scheme, plain := r.address("scheme")
	label, good := r.attr("label")
	e.Categories = append(e.Categories, &atom.Category{Term: term, Scheme: scheme, Label: label})
	_, empty := r.content(name)
	return ok && plain && good && empty
}

func (r *everyday) atomLink(name []byte) (*atom.Link, bool) {
	l := new(atom.Link)
	var ok [6]bool
	l.Href, ok[0] = r.address("href")
	l.Hreflang, ok[1] = r.attr("hreflang")
	l.Type, ok[2] = r.attr("type")
	l.Length, ok[3] = r.attr("length")
	l.Title, ok[4] = r.attr("title")
	l.Rel, ok[5] = r.attr("rel")
	if l.Rel == "" {
		l.Rel = "alternate"
	}
	_, empty := r.content(name)
	return l, empty && ok == [6]bool{true, true, true, true, true, true}
}
