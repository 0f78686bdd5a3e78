package parse

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// channel reads what a feed in RSS or RDF says of itself, of a document without items; nil
// where that is not everyday.
func (r *everyday) channel(doc []byte) (f *rss.Feed) {
	if !r.whole(doc, func([]byte) bool { return true }, func(name []byte) bool {
		switch {
		case string(name) == "channel" && f == nil && !r.self:
			f = new(rss.Feed)
			return r.children(name, func(name []byte) bool { return r.channelElement(f, name) })
		case isName(localName(name), "channel"), isName(localName(name), "item"):
			return false
		}
		return r.pass(name)
	}) {
		return nil
	}
	return f
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
	f := new(atom.Feed)
	if !r.whole(doc, func(name []byte) bool { return len(prefixOf(name)) == 0 }, func(name []byte) bool { return r.feedElement(f, name) }) {
		return nil
	}
	return f
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
