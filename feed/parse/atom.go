package parse

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

func (r *reader) atomMeta(f *atom.Feed, d *Document) {
	outer := r.setOuter(atomHref(f.Links, "self", nil))
	m := &d.Meta
	m.Title = plain(f.Title, r.value(r.lay.feed.title))
	m.Link = atomAlternate(f.Links, outer)
	m.Self = atomHref(f.Links, "self", outer)
	m.Hub = atomHref(f.Links, "hub", outer)
	m.ID = cmp.Or(r.value(r.lay.feed.id), identifier(f.ID))
	m.Language = languageTag(cmp.Or(r.value(r.lay.feed.lang), dublin(f.Extensions, "language")))
	m.Rights = rights(plain(f.Rights, r.value(r.lay.feed.rights)), f.Extensions, atomHref(f.Links, "license", outer))
	m.Authors = atomPersons(f.Authors, outer)
	m.Updated = firstDate(f.Updated, value(f.Extensions, "dcterms", "modified"), dublin(f.Extensions, "date"))
	r.language = m.Language
	syndication(f.Extensions, &d.Hints)
}

func (r *reader) atomEntry(a *atom.Entry, s *span) feed.Entry {
	x := a.Extensions
	base := r.base(s.base)
	e := feed.Entry{
		// gofeed normalises ids as addresses; an id is compared byte for byte.
		ID:        cmp.Or(r.value(s.id), identifier(a.ID)),
		Link:      cmp.Or(originalLink(x, base), atomAlternate(a.Links, base)),
		Title:     plain(a.Title, cmp.Or(r.value(r.lay.field(s, fieldTitle).typ), "text")), // RFC 4287 §3.1.1
		Published: when(a.Published, a.PublishedParsed),
		Updated:   when(a.Updated, a.UpdatedParsed),
		Rights:    rights(plain(a.Rights, r.value(s.rights)), x, atomHref(a.Links, "license", base)),
		Authors:   atomPersons(a.Authors, base),
	}
	if e.Link == "" {
		e.Link = link.Resolve(nil, e.ID)
	}
	if e.Title == "" {
		e.Title = html.Plain(cmp.Or(dublin(x, "title"), media(x, "title")))
	}
	if e.Published.IsZero() {
		e.Published = firstDate(r.value(s.created), dublin(x, "date"), value(x, "dcterms", "issued"), value(x, "dcterms", "available"),
			value(x, "dcterms", "created"), value(x, "prism", "publicationDate"))
	}
	if e.Updated.IsZero() {
		e.Updated = firstDate(value(x, "dcterms", "modified"))
	}
	e.Language = languageTag(cmp.Or(r.value(s.lang), dublin(x, "language"),
		r.value(r.lay.field(s, fieldContent).lang), r.value(r.lay.field(s, fieldSummary).lang), r.value(r.lay.field(s, fieldTitle).lang)))
	r.text(a.Summary, s, fieldSummary).into(&e.Summary, &r.texts.Summary)
	if c := a.Content; c != nil && c.Value != "" {
		r.text(c.Value, s, fieldContent).into(&e.Content, &r.texts.Content)
	}
	if e.Summary == "" && e.Content == "" {
		content(cmp.Or(dublin(x, "description"), media(x, "description")), "", base).into(&e.Summary, &r.texts.Summary)
	}
	if len(e.Authors) == 0 {
		e.Authors = rssAuthors(x, nil)
	}
	for _, c := range a.Categories {
		e.Categories = addCategory(e.Categories, c.Term, c.Scheme, c.Label)
	}
	e.Categories = addSubjects(e.Categories, x)
	for _, l := range a.Links {
		if isRelation(l.Rel, "enclosure") {
			e.Enclosures = addEnclosure(e.Enclosures, base, feed.Enclosure{URL: l.Href, Type: l.Type, Length: size(l.Length), Title: l.Title})
		}
		e.Links = addLink(e.Links, base, l.Rel, feed.Link{URL: l.Href, Type: l.Type, Title: l.Title, Language: l.Hreflang})
	}
	e.Contributors = atomPersons(a.Contributors, base)
	e.Origin = atomOrigin(a.Source, base)
	r.extended(&e, x, base)
	return e
}

// atomOrigin is the feed that atom:source names. Its link is the page it
// belongs to, else its own address.
func atomOrigin(s *atom.Source, base *url.URL) *feed.Origin {
	if s == nil {
		return nil
	}
	o := &feed.Origin{
		ID:    identifier(s.ID),
		Title: html.Plain(s.Title),
		Self:  atomHref(s.Links, "self", base),
	}
	o.Link = cmp.Or(atomAlternate(s.Links, base), o.Self)
	if *o == (feed.Origin{}) {
		return nil
	}
	return o
}

// atomAlternate is the page an entry or feed speaks of: of several alternates
// the first that is HTML or does not say (RFC 4287 §4.2.7.2).
func atomAlternate(links []*atom.Link, base *url.URL) string {
	found := ""
	for _, l := range links {
		if !isRelation(l.Rel, "alternate") {
			continue
		}
		u := link.Resolve(base, l.Href)
		if u != "" && (l.Type == "" || strings.Contains(l.Type, "html")) {
			return u
		}
		found = cmp.Or(found, u)
	}
	return found
}

// atomHref is the address of the first link with a relation.
func atomHref(links []*atom.Link, rel string, base *url.URL) string {
	for _, l := range links {
		if isRelation(l.Rel, rel) {
			if u := link.Resolve(base, l.Href); u != "" {
				return u
			}
		}
	}
	return ""
}

func isRelation(rel, name string) bool { return relation(rel) == name }

// relation is a link relation by its registered name; it may be written as an IRI (RFC
// 4287 §4.2.7.2).
func relation(rel string) string {
	return strings.TrimPrefix(strings.ToLower(strings.TrimSpace(rel)), "http://www.iana.org/assignments/relation/")
}

func atomPersons(persons []*atom.Person, base *url.URL) (list []feed.Person) {
	for _, a := range persons[:min(len(persons), maxList)] {
		p := person(a.Name)
		p.Email = cmp.Or(identifier(mailOf(a.Email)), p.Email)
		p.URI = link.Resolve(base, a.URI)
		p.Name = cmp.Or(p.Name, p.Email, p.URI)
		list = addPerson(list, p)
	}
	return list
}
