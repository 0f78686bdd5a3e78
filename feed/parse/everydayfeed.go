package parse

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// channel reads what a feed in RSS or RDF says of itself, of a document without items; nil
// where that is not everyday.
func (r *everyday) channel(doc []byte) *rss.Feed {
	r.text, r.odd = doc, false
	root, ok := r.start()
	if !ok || r.self {
		return nil
	}
	var f *rss.Feed
	for r.skipSpace() {
		if r.text[1] == '/' {
			if !r.end(root) || len(r.text) > 0 || r.odd {
				return nil
			}
			return f
		}
		name, ok := r.start()
		switch {
		case !ok || isName(localName(name), "item"):
			return nil
		case string(name) == "channel" && f == nil && !r.self:
			if f = r.channelElements(name); f == nil {
				return nil
			}
		case isName(localName(name), "channel") || !r.pass(name):
			return nil
		}
	}
	return nil
}

func (r *everyday) channelElements(outer []byte) *rss.Feed {
	f := new(rss.Feed)
	for r.skipSpace() {
		if r.text[1] == '/' {
			if !r.end(outer) {
				return nil
			}
			return f
		}
		name, ok := r.start()
		if !ok || !r.channelElement(f, name) {
			return nil
		}
	}
	return nil
}

// channelElement reads an element of a channel, whose start tag was read.
func (r *everyday) channelElement(f *rss.Feed, name []byte) (ok bool) {
	if p := prefixOf(name); len(p) > 0 {
		return r.foreign(&f.Extensions, name, r.vocabulary(p))
	}
	if !r.plainAttrs() {
		return false
	}
	switch strings.ToLower(string(name)) {
	case "title":
		f.Title, ok = r.words(name)
	case "language":
		f.Language, ok = r.words(name)
	case "copyright":
		f.Copyright, ok = r.words(name)
	case "managingeditor":
		f.ManagingEditor, ok = r.words(name)
	case "pubdate":
		f.PubDate, ok = r.words(name)
	case "lastbuilddate":
		f.LastBuildDate, ok = r.words(name)
	case "ttl":
		f.TTL, ok = r.words(name)
	case "link":
		f.Link, ok = r.linkText(name)
		f.Links = append(f.Links, f.Link)
	case "item", "skiphours", "skipdays":
		return false
	default:
		return r.pass(name)
	}
	return ok
}

// feed reads what a feed in Atom says of itself, of a document without entries; nil where
// that is not everyday.
func (r *everyday) feed(doc []byte) *atom.Feed {
	r.text, r.odd = doc, false
	root, ok := r.start()
	if !ok || len(prefixOf(root)) > 0 || r.self {
		return nil
	}
	f := new(atom.Feed)
	for r.skipSpace() {
		if r.text[1] == '/' {
			if !r.end(root) || len(r.text) > 0 || r.odd {
				return nil
			}
			return f
		}
		name, ok := r.start()
		if !ok || !r.feedElement(f, name) {
			return nil
		}
	}
	return nil
}

// feedElement reads an element of a feed, whose start tag was read.
func (r *everyday) feedElement(f *atom.Feed, name []byte) (ok bool) {
	if p := prefixOf(name); len(p) > 0 {
		v := r.vocabulary(p)
		return v != "atom" && v != "atom03" && r.foreign(&f.Extensions, name, v)
	}
	if !r.plainAttrs() {
		return false
	}
	switch strings.ToLower(string(name)) {
	case "title":
		f.Title, ok = r.construct(name, false)
	case "id":
		f.ID, ok = r.construct(name, false) // as in an entry
		ok = ok && f.ID != ""
	case "updated":
		f.Updated, ok = r.construct(name, false)
	case "author":
		var p *atom.Person
		p, ok = r.person(name)
		f.Authors = append(f.Authors, p)
	case "link":
		var l *atom.Link
		l, ok = r.atomLink(name)
		f.Links = append(f.Links, l)
	case "entry", "rights", "copyright", "modified":
		return false
	default:
		return r.pass(name)
	}
	return ok
}
