package publish

import (
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// An item is one entry of the edition with everything decided that the formats
// share. Its strings are XML text.
type item struct {
	*feed.Item
	id        string
	title     string
	link      string
	summary   string // HTML, or ""
	content   string // HTML, or ""; never "" where the summary is no place for the list
	text      string // plain text in place of both
	rights    string
	language  string
	published time.Time // zero where the publisher gave none
	updated   time.Time
	authors   []feed.Person
	tags      []feed.Category
	files     []feed.Enclosure
	source    source
	also      []other
}

// A source is the feed that an entry was copied from.
type source struct {
	id, title, link, feed string
	rights                string
	updated               time.Time
	authors               []feed.Person
}

// An other is another report of the same.
type other struct {
	source, link, title string
	when                time.Time
	language            string // BCP 47, or ""
	foreign             string // the name of its language where that is not the lead's
}

func newOther(a *feed.Also) other {
	return other{line(a.Source.Title), webAddress(a.Link), line(a.Title), a.When, line(a.Language), line(a.Foreign)}
}

// titleLength is how many characters of its text stand for a missing title.
const titleLength = 80

func newItem(it *feed.Item) item {
	e := &it.Entry
	n := item{
		Item:    it,
		id:      html.CleanXML(it.PublicID),
		title:   line(e.Title),
		link:    webAddress(e.Link),
		summary: html.CleanXML(e.Summary),
		content: html.CleanXML(e.Content),
		rights:  line(e.Rights),
		tags:    categories(e.Categories),
		files:   enclosures(e.Enclosures),
	}
	if n.content == n.summary {
		n.content = ""
	}
	if n.language = line(e.Language); n.language == "" {
		n.language = line(it.Source.Language)
	}
	n.dates()
	n.source = newSource(it, n.updated)
	n.authors = people(e.Authors)
	if len(n.authors) == 0 {
		n.authors = people(it.Source.Authors)
	}
	if len(n.authors) == 0 && n.source.title != "" {
		n.authors = []feed.Person{{Name: n.source.title}}
	}
	for _, a := range it.Also {
		n.also = append(n.also, newOther(&a))
	}
	n.nameless()
	n.bodies()
	return n
}

// dates takes the publisher's dates, none later than we saw them. A date of
// update that lies behind every change we know of is not believed.
func (n *item) dates() {
	e := &n.Entry
	if n.published = e.Published; n.published.After(e.Seen) {
		n.published = e.Seen
	}
	n.updated = e.Updated
	if n.updated.After(e.Seen) && n.updated.After(n.Changed) {
		n.updated = e.Seen
	}
	if n.updated.IsZero() {
		n.updated = n.published
	}
	if n.updated.IsZero() {
		n.updated = e.Seen
	}
}

// issued is the date of an entry where a format has room for one.
func (n *item) issued() time.Time {
	if n.published.IsZero() {
		return n.updated
	}
	return n.published
}

// nameless gives an entry without a title the first words of its text.
func (n *item) nameless() {
	for _, s := range [...]string{n.summary, n.content} {
		if n.title == "" && s != "" {
			n.title = html.Shorten(html.Text(s), titleLength)
		}
	}
	if n.title == "" {
		n.title = n.source.title
	}
}

// bodies puts the list of other reports where readers show it, and leaves no
// entry empty that has no link to lead elsewhere.
func (n *item) bodies() {
	list := alsoList(n.also)
	switch {
	case list == "":
	case n.content != "":
		n.content += list
	default:
		// A reader that has content shows no summary: the content must be whole.
		n.content, n.summary = n.summary+list, ""
	}
	if n.content == "" && n.link == "" {
		n.content, n.summary = n.summary, ""
	}
	if n.content == "" && n.summary == "" {
		n.text = n.title
	}
}

func newSource(it *feed.Item, updated time.Time) source {
	info := &it.Source
	id := info.ID
	if id == "" {
		id = it.Entry.Source
	}
	s := source{
		title: line(info.Title), link: sourceAddress(info.Link), feed: sourceAddress(string(id)),
		rights: line(info.Rights), authors: people(info.Authors),
		// A source's own date moves with every document it publishes. The
		// entry's is the one that was true of the source when it had the entry,
		// and stays.
		updated: updated,
	}
	// Where the feed has no id, its address is one. A file's name says nothing
	// outside this machine, and is nobody's business there: PublicID publishes
	// only a name made of it.
	own := html.CleanXML(info.FeedID)
	if own == "" {
		own = string(id)
	}
	s.id = sourceID(id, own)
	if s.title == "" {
		s.title = s.link
	}
	if o := it.Entry.Origin; o != nil && line(o.Title) != "" {
		// The entry was a copy already: its source stays the one it names
		// (RFC 4287 §4.2.11).
		s = source{title: line(o.Title), link: sourceAddress(o.Link), updated: updated}
		if own = html.CleanXML(o.ID); own == "" {
			own = s.title + " " + s.link
		}
		s.id = sourceID(id, own)
	}
	return s
}

// sourceID is the id of a source: feed.PublicID, but for an address with a secret.
func sourceID(id feed.SourceID, own string) string {
	if link.Secret(own) {
		return feed.NameUUID(string(id), own)
	}
	return feed.PublicID(id, own)
}

// sourceAddress is an address of a source where a reader may see it.
func sourceAddress(s string) string { return webAddress(link.Masked(s)) }

func people(all []feed.Person) []feed.Person {
	var list []feed.Person
	for _, p := range all {
		p = feed.Person{Name: line(p.Name), URI: webAddress(p.URI), Email: line(p.Email)}
		if p.Name == "" {
			continue
		}
		seen := false
		for _, q := range list {
			seen = seen || q == p
		}
		if !seen {
			list = append(list, p)
		}
	}
	return list
}

func categories(all []feed.Category) []feed.Category {
	var list []feed.Category
	for _, c := range all {
		c = feed.Category{Term: line(c.Term), Scheme: webAddress(c.Scheme), Label: line(c.Label)}
		if c.Term == "" {
			c.Term = c.Label
		}
		if c.Label == c.Term {
			c.Label = ""
		}
		seen := c.Term == ""
		for _, q := range list {
			seen = seen || q == c
		}
		if !seen {
			list = append(list, c)
		}
	}
	return list
}

func enclosures(all []feed.Enclosure) []feed.Enclosure {
	var list []feed.Enclosure
	for _, e := range all {
		e = feed.Enclosure{URL: webAddress(e.URL), Type: line(e.Type), Length: max(e.Length, 0)}
		if e.URL != "" {
			list = append(list, e)
		}
	}
	return list
}

// fileType is an enclosure's media type; RSS and JSON Feed must have one.
func fileType(e feed.Enclosure) string {
	if e.Type == "" {
		return "application/octet-stream"
	}
	return e.Type
}
