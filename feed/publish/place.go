package publish

import (
	"cmp"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/text"
)

// historyNamespace is that of feed paging and archiving (RFC 5005 §4).
const historyNamespace = "http://purl.org/syndication/history/1.0"

// topics is below what the topics of a site are. As the scheme of categories it says
// that a term is a topic of that site.
const topics = "/topics/"

// TopicPath is where a topic's page is below a site's address, and its documents with
// their endings. That of all topics has no page of its own.
func TopicPath(id feed.TopicID) string {
	if id == feed.AllTopics {
		return "/all"
	}
	return topics + string(id)
}

// ArchivePath is where a topic's archive is, without an ending.
func ArchivePath(id feed.TopicID, number int) string {
	return TopicPath(id) + "/archive/" + strconv.Itoa(number)
}

// LanguagePath is where the documents of a topic's edition in one language are,
// without their endings.
func LanguagePath(id feed.TopicID, language string) string { return TopicPath(id) + "/" + language }

// Path is where an edition's documents are below a site's address, without their
// endings.
func Path(ed *feed.Edition) string {
	switch {
	case ed.Path != "":
		return ed.Path
	case ed.History.Archive > 0:
		return ArchivePath(ed.Topic.ID, ed.History.Archive)
	case ed.Language != "":
		return LanguagePath(ed.Topic.ID, ed.Language)
	}
	return TopicPath(ed.Topic.ID)
}

// PagePath is where people read an edition.
func PagePath(ed *feed.Edition) string {
	switch {
	case ed.Path != "":
		return ed.Path
	case ed.Topic.ID == feed.AllTopics:
		return "/"
	}
	return TopicPath(ed.Topic.ID)
}

// Links are a document's links, as it and the header of its answer carry them (RFC
// 8288, WebSub §4): itself, the hubs that carry it, then its place among the archives.
func Links(ed *feed.Edition, f Format, site Site) []Link {
	base := strings.TrimRight(site.URL, "/")
	list := []Link{{"self", f.MediaType(), base + Path(ed) + f.Ext()}}
	for _, h := range site.Hubs {
		list = append(list, Link{Rel: "hub", Href: h})
	}
	archive := func(rel string, number int) {
		if number > 0 {
			list = append(list, Link{rel, f.MediaType(), base + ArchivePath(ed.Topic.ID, number) + f.Ext()})
		}
	}
	if ed.History.Archive > 0 {
		list = append(list, Link{"current", f.MediaType(), base + TopicPath(ed.Topic.ID) + f.Ext()})
	}
	archive("prev-archive", ed.History.Older)
	archive("next-archive", ed.History.Newer)
	return list
}

// A Link is one to another document.
type Link struct{ Rel, Type, Href string }

// alternates are the links to the same in other forms.
func (d *document) alternates(except Format) (list []atomLink) {
	for _, f := range Formats() {
		if f != except {
			list = append(list, atomLink{Rel: "alternate", Type: f.MediaType(), Href: d.address(f)})
		}
	}
	return list
}

func (d *document) links(f Format) (list []atomLink) {
	for _, l := range Links(d.ed, f, Site{URL: d.base, Hubs: d.hubs}) {
		list = append(list, atomLink{Rel: l.Rel, Type: l.Type, Href: l.Href})
	}
	return list
}

// id is the feed's, the same on every server, in every format's place and in all of
// its archives: it names the topic, not where it is served.
func (d *document) id() string {
	name := []string{"topic", cmp.Or(d.ed.Topic.KnownAs, string(d.ed.Topic.ID))} // the id that it had first
	switch {
	case d.ed.Path != "":
		name = []string{"feed", d.ed.Path}
	case d.ed.Language != "":
		name = append(name, d.ed.Language)
	}
	return feed.NameUUID(name...)
}

// titled is the edition's title.
func titled(ed *feed.Edition) string {
	title := label(ed.Topic.Title)
	if title == "" {
		title = string(ed.Topic.ID)
	}
	if name := text.LanguageName(ed.Language); name != "" {
		title += ": " + name
	}
	return title
}

// language is that of the edition's entries, or else the topic's.
func (d *document) language() string { return line(cmp.Or(d.ed.Language, d.ed.Topic.Language)) }

// archive marks a document that is an archive (RFC 5005 §4); nil for others.
func (d *document) archive() *struct{} {
	if d.ed.History.Archive > 0 {
		return &struct{}{}
	}
	return nil
}

// older is where JSON Feed goes on with what is older, "" for nowhere.
func (d *document) older() string {
	if d.ed.History.Older == 0 {
		return ""
	}
	return d.base + ArchivePath(d.ed.Topic.ID, d.ed.History.Older) + JSON.Ext()
}
