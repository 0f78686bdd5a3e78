package parse

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

func (r *reader) rssMeta(f *rss.Feed, d *Document) {
	ext := f.Extensions
	outer := r.setOuter(atomLink(ext, "self"))
	m := &d.Meta
	m.Title = plain(cmp.Or(f.Title, dublin(ext, "title"), atomValue(ext, "title")), "")
	m.Link = firstLink(outer, f.Links, ext)
	m.Self = link.Resolve(outer, atomLink(ext, "self"))
	m.Hub = link.Resolve(outer, atomLink(ext, "hub"))
	m.ID = identifier(atomValue(ext, "id"))
	m.Language = languageTag(cmp.Or(f.Language, dublin(ext, "language"), r.value(r.lay.feed.lang)))
	m.Rights = rights(html.Plain(cmp.Or(f.Copyright, atomValue(ext, "rights"))), ext, link.Resolve(outer, atomLink(ext, "license")))
	m.Updated = firstDate(f.LastBuildDate, f.PubDate, value(ext, "dcterms", "modified"), dublin(ext, "date"), atomValue(ext, "updated"))
	m.Authors = rssAuthors(ext, append(r.values(r.lay.feed.authors), f.ManagingEditor))
	r.language = m.Language
	r.setHome(m.Link)
}

func (r *reader) rssEntry(item *rss.Item, s *span) feed.Entry {
	ext := item.Extensions
	base := r.base(s.base)
	title := item.Title
	if title == "" {
		title = cmp.Or(dublin(ext, "title"), value(ext, "itunes", "title"), atomValue(ext, "title"), media(ext, "title"))
	}
	e := feed.Entry{
		Title:     plain(title, ""),
		Published: when(item.PubDate, item.PubDateParsed),
		Updated:   firstDate(value(ext, "dcterms", "modified"), atomValue(ext, "updated"), atomValue(ext, "modified"), item.Custom["updated"]),
		Language:  languageTag(cmp.Or(dublin(ext, "language"), r.value(s.lang), r.value(r.lay.field(s, fieldTitle).lang), r.value(r.lay.field(s, fieldSummary).lang))),
		Rights: rights(html.Plain(cmp.Or(atomValue(ext, "rights"), item.Custom["copyright"], item.Custom["rights"])), ext,
			link.Resolve(base, atomLink(ext, "license"))),
	}
	if e.Published.IsZero() {
		e.Published = firstDate(dublin(ext, "date"), value(ext, "dcterms", "issued"), value(ext, "dcterms", "available"), value(ext, "dcterms", "created"),
			atomValue(ext, "published"), atomValue(ext, "issued"), value(ext, "prism", "publicationDate"), item.Custom["date"], item.Custom["published"])
	}
	r.rssIdentity(&e, item, s, base)
	r.rssText(&e, item, s)
	e.Authors = rssAuthors(ext, r.values(s.authors))
	for _, c := range item.Categories {
		e.Categories = addCategory(e.Categories, c.Value, c.Domain, "")
	}
	for _, c := range r.values(s.categories) {
		e.Categories = addCategory(e.Categories, c, "", "")
	}
	e.Categories = addSubjects(e.Categories, ext)
	for _, prefix := range atomPrefixes {
		for _, x := range ext[prefix]["category"] {
			e.Categories = addCategory(e.Categories, x.Attrs["term"], x.Attrs["scheme"], x.Attrs["label"])
		}
	}
	for _, enc := range item.Enclosures {
		e.Enclosures = addEnclosure(e.Enclosures, base, feed.Enclosure{URL: enc.URL, Type: enc.Type, Length: size(enc.Length)})
	}
	e.Comments = link.Resolve(base, item.Comments)
	e.Origin = rssOrigin(item, base)
	r.extended(&e, ext, base)
	return e
}

// extended adds what elements of other name spaces say of an entry, in either format.
func (r *reader) extended(e *feed.Entry, x ext.Extensions, base *url.URL) {
	e.Enclosures = addMedia(e.Enclosures, base, x)
	e.Image = picture(e, base, thumbnail(x), showImage(x))
	if len(x) == 0 {
		return
	}
	timed(e.Enclosures, x)
	for _, c := range contributors(x) {
		e.Contributors = addPerson(e.Contributors, c)
	}
	for _, l := range extensionLinks(x, base) {
		e.Links = addLink(e.Links, nil, l.Rel, l)
	}
	e.Places = places(x)
	e.Podcast = podcast(x, base)
}

// rssOrigin is the feed that an item's atom:source, which says more, or its
// source names.
func rssOrigin(item *rss.Item, base *url.URL) *feed.Origin {
	var o feed.Origin
	if src := item.Source; src != nil {
		o = feed.Origin{Title: html.Plain(src.Title), Link: link.Resolve(base, src.URL)}
	}
	for _, prefix := range atomPrefixes {
		for _, src := range item.Extensions[prefix]["source"] {
			inner := ext.Extensions{prefix: src.Children}
			o.ID = cmp.Or(o.ID, identifier(child(src, "id")))
			o.Title = cmp.Or(html.Plain(child(src, "title")), o.Title)
			o.Self = cmp.Or(link.Resolve(base, atomLink(inner, "self")), o.Self)
			o.Link = cmp.Or(link.Resolve(base, cmp.Or(atomLink(inner, "alternate"), atomLink(inner, ""))), o.Link, o.Self)
		}
	}
	if o == (feed.Origin{}) {
		return nil
	}
	return &o
}

// firstLink is the first address among the links of a channel or item, its own
// before Atom's.
func firstLink(base *url.URL, links []string, x ext.Extensions) string {
	for _, l := range append(links, atomLink(x, "alternate"), atomLink(x, "")) {
		if u := link.Resolve(base, l); u != "" {
			return u
		}
	}
	return ""
}

// rssIdentity sets id and link. A guid that is a permalink is the link of an
// item without one (RSS 2.0); rdf:about is the id of an RSS 1.0 item.
func (r *reader) rssIdentity(e *feed.Entry, item *rss.Item, s *span, base *url.URL) {
	e.Link = cmp.Or(originalLink(item.Extensions, base), firstLink(base, item.Links, item.Extensions))
	if item.GUID != nil {
		e.ID = identifier(item.GUID.Value)
		if e.Link == "" && !strings.EqualFold(strings.TrimSpace(item.GUID.IsPermalink), "false") {
			e.Link = link.Resolve(nil, e.ID)
		}
	}
	if e.ID == "" {
		e.ID = cmp.Or(r.value(s.about), identifier(atomValue(item.Extensions, "id")))
	}
	if e.Link == "" {
		e.Link = link.Resolve(nil, r.value(s.about))
	}
}

func (r *reader) rssText(e *feed.Entry, item *rss.Item, s *span) {
	ext := item.Extensions
	r.page = absolute(e.Link)
	summary, full := item.Description, item.Content
	if summary == "" {
		summary = cmp.Or(dublin(ext, "description"), value(ext, "dcterms", "abstract"), value(ext, "itunes", "summary"),
			value(ext, "itunes", "subtitle"), atomValue(ext, "summary"), media(ext, "description"))
	}
	if full == "" {
		full = cmp.Or(atomValue(ext, "content"), item.Custom["encoded"], item.Custom["content"], item.Custom["fullitem"])
	}
	content(summary, "", r.fieldBase(s, fieldSummary)).into(&e.Summary, &r.texts.Summary)
	content(apart(ext), "", r.fieldBase(s, fieldContent)).into(&e.FullText, &r.texts.FullText)
	if content(full, "", r.fieldBase(s, fieldContent)).into(&e.Content, &r.texts.Content); e.Content == "" {
		r.body(s).into(&e.Content, &r.texts.Content)
	}
}

// apart is the whole text of an item where it stands for search engines alone, in the
// elements of Yandex and Rambler.
func apart(x ext.Extensions) string {
	return cmp.Or(value(x, "yandex", "full-text"), value(x, "turbo", "content"), value(x, "rambler", "full-text"), value(x, "rambler", "fulltext"))
}

// fieldBase is the base of one of an entry's fields: an xml:base that is in force,
// else the page that the field was written for, where the format has it so.
func (r *reader) fieldBase(s *span, field int) *url.URL {
	if b := r.lay.field(s, field).base; b >= 0 {
		return r.base(b)
	}
	if s.base < 0 && r.page != nil {
		return r.page
	}
	return r.base(s.base)
}

// rssAuthors gathers the authors of a channel or item.
func rssAuthors(x ext.Extensions, authors []string) (list []feed.Person) {
	for _, author := range authors {
		list = addPerson(list, person(author))
	}
	for _, creators := range [][]ext.Extension{x["dc"]["creator"], x["dc"]["author"], x["dcterms"]["creator"]} {
		for _, c := range bounded(creators) {
			list = addPerson(list, person(c.Value))
		}
	}
	for _, prefix := range atomPrefixes {
		for _, a := range bounded(x[prefix]["author"]) {
			list = addPerson(list, extensionPerson(a))
		}
	}
	if len(list) == 0 {
		list = addPerson(list, person(cmp.Or(value(x, "itunes", "author"), mediaAuthor(x))))
	}
	return list
}

// extensionPerson reads an atom:author or atom:contributor.
func extensionPerson(a ext.Extension) feed.Person {
	mail := mailOf(identifier(child(a, "email")))
	return feed.Person{Name: cmp.Or(html.Plain(child(a, "name")), mail), Email: mail, URI: link.Resolve(nil, child(a, "uri"))}
}

func (r *reader) rssHints(f *rss.Feed, h *feed.Hints) {
	h.TTL = positive(f.TTL, 1<<20)
	for _, text := range f.SkipHours {
		// Some publishers count from 1 to 24.
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n <= 24 {
			h.SkipHours = append(h.SkipHours, n%24)
		}
	}
	for _, text := range f.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(text), day.String()) {
				h.SkipDays = append(h.SkipDays, day)
			}
		}
	}
	syndication(f.Extensions, h)
}
