package parse

import (
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// The prefixes under which gofeed files Atom elements in RSS.
var atomPrefixes = []string{"atom", "atom10", "atom03"}

// rssFeed reads RSS and RDF. order names the entries in gofeed's order.
func (r *reader) rssFeed(f *rss.Feed, order []int, d *Document) error {
	if err := count(len(f.Items), len(order)); err != nil {
		return err
	}
	r.rssMeta(f, d)
	r.rssHints(f, &d.Hints)
	// The first of two entries with one id counts in the order of the document.
	items := make(map[int]*rss.Item, len(order))
	for n, i := range order {
		items[i] = f.Items[n]
		f.Items[n] = nil
	}
	for i := range r.lay.entries {
		if item := items[i]; item != nil {
			delete(items, i)
			r.add(d, r.rssEntry(item, &r.lay.entries[i]), i)
		}
	}
	return nil
}

func (r *reader) rssMeta(f *rss.Feed, d *Document) {
	ext := f.Extensions
	outer := r.url
	r.home = r.url
	if r.lay.feed.base >= 0 {
		outer = r.base(r.lay.feed.base)
	}
	m := &d.Meta
	m.Title = plain(first(f.Title, value(ext, "dc", "title"), atomValue(ext, "title")), "")
	for _, l := range append(f.Links, atomLink(ext, "alternate"), atomLink(ext, "")) {
		if m.Link = link.Resolve(outer, strings.TrimSpace(l)); m.Link != "" {
			break
		}
	}
	m.Self = link.Resolve(outer, atomLink(ext, "self"))
	m.Hub = link.Resolve(outer, atomLink(ext, "hub"))
	m.ID = identifier(atomValue(ext, "id"))
	m.Language = languageTag(first(f.Language, value(ext, "dc", "language"), r.value(r.lay.feed.lang)))
	m.Rights = html.Plain(first(f.Copyright, value(ext, "dc", "rights")))
	m.Updated = firstDate(f.LastBuildDate, f.PubDate, value(ext, "dc", "date"), atomValue(ext, "updated"))
	m.Authors = rssAuthors(ext, f.ManagingEditor)
	r.language = m.Language
	r.setHome(m.Link)
}

func (r *reader) rssEntry(item *rss.Item, s *span) feed.Entry {
	ext := item.Extensions
	base := r.base(s.base)
	title := first(item.Title, value(ext, "dc", "title"), value(ext, "itunes", "title"), atomValue(ext, "title"),
		value(ext, "media", "title"))
	e := feed.Entry{
		Title:     plain(title, ""),
		Published: firstDate(value(ext, "dc", "date"), value(ext, "dcterms", "issued"), value(ext, "dcterms", "created"), atomValue(ext, "published"), atomValue(ext, "issued"), item.Custom["date"], item.Custom["published"]),
		Updated:   firstDate(value(ext, "dcterms", "modified"), atomValue(ext, "updated"), atomValue(ext, "modified"), item.Custom["updated"]),
		Language:  languageTag(first(value(ext, "dc", "language"), r.value(s.lang), r.value(s.fields[fieldTitle].lang), r.value(s.fields[fieldSummary].lang))),
		Rights:    html.Plain(first(value(ext, "dc", "rights"), value(ext, "media", "copyright"))),
	}
	if t := when(item.PubDate, item.PubDateParsed); !t.IsZero() {
		e.Published = t
	}
	r.rssIdentity(&e, item, s, base)
	r.rssText(&e, item, s)
	e.Authors = rssAuthors(ext, item.Author)
	for _, c := range item.Categories {
		e.Categories = addCategory(e.Categories, c.Value, c.Domain, "")
	}
	for _, x := range ext["dc"]["subject"] {
		e.Categories = addCategory(e.Categories, x.Value, "", "")
	}
	for _, prefix := range atomPrefixes {
		for _, x := range ext[prefix]["category"] {
			e.Categories = addCategory(e.Categories, x.Attrs["term"], x.Attrs["scheme"], x.Attrs["label"])
		}
	}
	for _, word := range strings.SplitN(value(ext, "itunes", "keywords"), ",", maxList) {
		e.Categories = addCategory(e.Categories, word, "", "")
	}
	for _, enc := range item.Enclosures {
		e.Enclosures = addEnclosure(e.Enclosures, base, enc.URL, enc.Type, enc.Length)
	}
	e.Enclosures = addMedia(e.Enclosures, base, ext)
	if src := item.Source; src != nil {
		e.Origin = &feed.Origin{Title: html.Plain(src.Title), Link: link.Resolve(base, strings.TrimSpace(src.URL))}
		if *e.Origin == (feed.Origin{}) {
			e.Origin = nil
		}
	}
	return e
}

// rssIdentity sets id and link. A guid that is a permalink is the link of an
// item without one (RSS 2.0); rdf:about is the id of an RSS 1.0 item.
func (r *reader) rssIdentity(e *feed.Entry, item *rss.Item, s *span, base *url.URL) {
	for _, l := range append(item.Links, atomLink(item.Extensions, "alternate"), atomLink(item.Extensions, "")) {
		if e.Link = link.Resolve(base, strings.TrimSpace(l)); e.Link != "" {
			break
		}
	}
	if item.GUID != nil {
		e.ID = identifier(item.GUID.Value)
		if e.Link == "" && !strings.EqualFold(strings.TrimSpace(item.GUID.IsPermalink), "false") {
			e.Link = link.Resolve(nil, e.ID)
		}
	}
	if e.ID == "" {
		e.ID = first(r.value(s.about), identifier(atomValue(item.Extensions, "id")))
	}
	if e.Link == "" {
		e.Link = link.Resolve(nil, r.value(s.about))
	}
}

func (r *reader) rssText(e *feed.Entry, item *rss.Item, s *span) {
	ext := item.Extensions
	summary := first(item.Description, value(ext, "dc", "description"), value(ext, "itunes", "summary"),
		value(ext, "itunes", "subtitle"), atomValue(ext, "summary"), value(ext, "media", "description"))
	full := first(item.Content, atomValue(ext, "content"), item.Custom["encoded"], item.Custom["content"])
	e.Summary = content(summary, "", r.fieldBase(s, fieldSummary))
	e.Content = content(full, "", r.fieldBase(s, fieldContent))
}

// fieldBase is the base of one of an entry's fields.
func (r *reader) fieldBase(s *span, field int) *url.URL {
	if b := s.fields[field].base; b >= 0 {
		return r.base(b)
	}
	return r.base(s.base)
}

// rssAuthors gathers the authors of a channel or item.
func rssAuthors(x ext.Extensions, author string) (list []feed.Person) {
	if author != "" {
		p, ok := person(author)
		list = addPerson(list, p, ok)
	}
	for _, name := range []string{"creator", "author"} {
		for _, c := range some(x["dc"][name]) {
			p, ok := person(c.Value)
			list = addPerson(list, p, ok)
		}
	}
	for _, prefix := range atomPrefixes {
		for _, a := range some(x[prefix]["author"]) {
			p := feed.Person{
				Name:  html.Plain(child(a, "name")),
				Email: mailOf(identifier(child(a, "email"))),
				URI:   link.Resolve(nil, child(a, "uri")),
			}
			p.Name = first(p.Name, p.Email)
			list = addPerson(list, p, p.Name != "")
		}
	}
	if len(list) == 0 {
		p, ok := person(value(x, "itunes", "author"))
		list = addPerson(list, p, ok)
	}
	return list
}

// some is as many elements as an entry may have of one kind.
func some(list []ext.Extension) []ext.Extension { return list[:min(len(list), maxList)] }

// addMedia appends the files of media:content, also in media:group.
func addMedia(list []feed.Enclosure, base *url.URL, x ext.Extensions) []feed.Enclosure {
	files := x["media"]["content"]
	for _, group := range x["media"]["group"] {
		files = append(files[:len(files):len(files)], group.Children["content"]...)
	}
	for _, f := range files {
		list = addEnclosure(list, base, f.Attrs["url"], f.Attrs["type"], f.Attrs["fileSize"])
	}
	return list
}

// value is the text of the first extension element of a name that has some.
func value(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// atomValue is value for Atom's elements.
func atomValue(x ext.Extensions, name string) string {
	for _, prefix := range atomPrefixes {
		if s := value(x, prefix, name); s != "" {
			return s
		}
	}
	return ""
}

// atomLink is the address of the first atom:link with a relation.
func atomLink(x ext.Extensions, rel string) string {
	for _, prefix := range atomPrefixes {
		for _, l := range x[prefix]["link"] {
			if strings.EqualFold(l.Attrs["rel"], rel) && l.Attrs["href"] != "" {
				return strings.TrimSpace(l.Attrs["href"])
			}
		}
	}
	return ""
}

func child(e ext.Extension, name string) string {
	if list := e.Children[name]; len(list) > 0 {
		return list[0].Value
	}
	return ""
}
