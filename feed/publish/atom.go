package publish

import (
	"encoding/xml"
	"slices"
	"strconv"

	"github.com/gorilla/feeds"

	"topicwire/feed"
)

const atomNamespace = "http://www.w3.org/2005/Atom"

// An atomFeed is the library's feed with several links, a language, a generator
// and entries of our own (RFC 4287 §4.1.1).
type atomFeed struct {
	*feeds.AtomFeed
	spaces
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	Archive   *struct{}   `xml:"fh:archive"`
	Icon      string      `xml:"icon,omitempty"`
	Logo      string      `xml:"logo,omitempty"`
	Links     []atomLink  `xml:"link"`
	Author    *atomPerson `xml:"author"`
	Generator string      `xml:"generator,omitempty"`
	Entries   []atomEntry `xml:"entry"`
}

// FeedXml is what the library writes.
func (a *atomFeed) FeedXml() any { return a }

// An atomEntry is the library's entry with everything that it has one or none
// of (RFC 4287 §4.1.2).
type atomEntry struct {
	feeds.AtomEntry
	Lang         string         `xml:"xml:lang,attr,omitempty"`
	Published    string         `xml:"published,omitempty"`
	Links        []atomLink     `xml:"link"`
	Authors      []atomPerson   `xml:"author"`
	Contributors []atomPerson   `xml:"contributor"`
	Categories   []atomCategory `xml:"category"`
	Summary      *atomText      `xml:"summary"`
	Content      *atomText      `xml:"content"`
	Source       *atomSource    `xml:"source"`
	modules
}

type atomPerson struct {
	feeds.AtomPerson
}

// An atomLink is a link with everything of RFC 4287 §4.2.7. The library's has no
// title.
type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Lang   string `xml:"hreflang,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
	Length string `xml:"length,attr,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr"`
}

// An atomText is a text construct. HTML goes into a CDATA section, which the
// encoder splits where the text itself would end it.
type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",cdata"`
}

// An atomSource is the metadata of the feed an entry comes from (RFC 4287
// §4.2.11).
type atomSource struct {
	ID      string       `xml:"id"`
	Title   string       `xml:"title"`
	Updated string       `xml:"updated"`
	Links   []atomLink   `xml:"link"`
	Authors []atomPerson `xml:"author"`
	Rights  string       `xml:"rights,omitempty"`
}

func (d *document) atom() *atomFeed {
	a := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: atomNamespace, Title: d.title, Id: d.id(), Updated: zulu(d.updated()),
			Subtitle: label(d.ed.Topic.Description),
		},
		Lang: d.language(), Archive: d.archive(),
		Links:  slices.Concat(d.links(Atom), []atomLink{{Rel: "alternate", Type: "text/html", Href: d.page}}, d.alternates(Atom)),
		spaces: d.spaces(), Icon: d.picture.icon, Logo: d.picture.logo,
		Generator: d.generator,
		Entries:   make([]atomEntry, len(d.items)),
	}
	if d.anonymous() {
		a.Author = &atomPerson{feeds.AtomPerson{Name: d.site}}
	}
	for i := range d.items {
		a.Entries[i] = d.items[i].atom()
	}
	return a
}

func (n *item) atom() atomEntry {
	e := atomEntry{
		AtomEntry: feeds.AtomEntry{
			XMLName: xml.Name{Local: "entry"},
			Id:      n.id, Title: n.title, Updated: zulu(n.updated), Rights: n.rights,
		},
		Lang:         n.language,
		Authors:      atomPeople(n.authors),
		Contributors: atomPeople(n.contributors),
		Categories:   make([]atomCategory, len(n.tags), len(n.tags)+len(n.topics)),
		Source:       n.source.atom(),
		modules:      n.modules(func(i int) bool { return n.files[i].Duration > 0 }),
	}
	if !n.published.IsZero() {
		e.Published = zulu(n.published)
	}
	for i, c := range n.tags {
		e.Categories[i] = atomCategory{c.Term, c.Scheme, c.Term}
	}
	for _, c := range n.topics {
		e.Categories = append(e.Categories, atomCategory{c.Term, c.Scheme, c.Label})
	}
	if n.link != "" {
		e.Links = append(e.Links, atomLink{Rel: "alternate", Type: "text/html", Href: n.link})
	}
	for _, f := range n.files {
		l := atomLink{Rel: "enclosure", Type: f.Type, Href: f.URL, Title: f.Title}
		if f.Length > 0 {
			l.Length = strconv.FormatInt(f.Length, 10)
		}
		e.Links = append(e.Links, l)
	}
	e.Links = append(e.Links, n.further()...)
	if n.comments != "" {
		e.Links = append(e.Links, atomLink{Rel: "replies", Type: "text/html", Href: n.comments})
	}
	if n.summary != "" {
		e.Summary = &atomText{"html", n.summary}
	}
	if n.content != "" {
		e.Content = &atomText{"html", n.content}
	} else if n.link == "" {
		e.Content = &atomText{"text", n.text}
	} else if n.summary == "" {
		e.Summary = &atomText{"text", n.text}
	}
	return e
}

// further are the links to more of the entry, and to the other reports, as both XML
// formats carry them.
func (n *item) further() (list []atomLink) {
	for _, l := range n.links {
		list = append(list, atomLink{Rel: l.Rel, Type: l.Type, Href: l.URL, Lang: l.Language, Title: l.Title})
	}
	for _, o := range n.also {
		if o.link != "" {
			list = append(list, atomLink{Rel: "related", Type: "text/html", Href: o.link, Lang: o.language, Title: o.source})
		}
	}
	return list
}

func (s *source) atom() *atomSource {
	a := &atomSource{ID: s.id, Title: s.title, Updated: zulu(s.updated), Authors: atomPeople(s.authors), Rights: s.rights}
	if s.feed != "" {
		a.Links = append(a.Links, atomLink{Rel: "self", Href: s.feed})
	}
	if s.link != "" {
		a.Links = append(a.Links, atomLink{Rel: "alternate", Href: s.link})
	}
	return a
}

func atomPeople(all []feed.Person) []atomPerson {
	list := make([]atomPerson, len(all))
	for i, p := range all {
		list[i] = atomPerson{feeds.AtomPerson{Name: p.Name, Uri: p.URI, Email: p.Email}}
	}
	return list
}
