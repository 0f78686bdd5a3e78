package publish

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"topicwire/feed"
)

const (
	contentNamespace = "http://purl.org/rss/1.0/modules/content/"
	dcNamespace      = "http://purl.org/dc/elements/1.1/"
	rssDocs          = "https://www.rssboard.org/rss-specification"
)

// timeToLive is how many minutes readers may keep a document.
const timeToLive = 15

// An rssDocument is the library's document with the name spaces that our items
// use.
type rssDocument struct {
	feeds.RssFeedXml
	Atom string `xml:"xmlns:atom,attr"`
	DC   string `xml:"xmlns:dc,attr"`
	spaces
	ITunes  string      `xml:"xmlns:itunes,attr,omitempty"`
	Channel *rssChannel `xml:"channel"`
}

// FeedXml is what the library writes.
func (r *rssDocument) FeedXml() any { return r }

type rssChannel struct {
	Title       rssPlain `xml:"title"` // before the image, which has one, too
	Description rssPlain `xml:"description"`
	feeds.RssFeed
	Language string     `xml:"language,omitempty"`
	Archive  *struct{}  `xml:"fh:archive"`
	Image    rssImage   `xml:"image"`
	Links    []atomLink `xml:"atom:link"`
	Items    []rssItem  `xml:"item"`
}

type rssImage struct {
	URL    string   `xml:"url"`
	Title  rssPlain `xml:"title"`
	Link   string   `xml:"link"`
	Width  int      `xml:"width"`
	Height int      `xml:"height"`
}

// An rssPlain is a text without markup. The RSS profile asks for & and < as hexadecimal
// references, which no reader takes for the beginning of markup (Character Data).
type rssPlain struct {
	Text string `xml:",innerxml"`
}

func newPlain(s string) rssPlain { return rssPlain{profile.Replace(s)} }

func newPlains(all []string) (list []rssPlain) {
	for _, s := range all {
		list = append(list, newPlain(s))
	}
	return list
}

var profile = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

// An rssItem is the library's item with several of what it has one of, and with
// the elements of other name spaces.
type rssItem struct {
	// First, as some readers take the title of a file that comes later for the item's.
	modules
	Title rssPlain `xml:"title"`
	feeds.RssItem
	// The library always writes both, empty or not.
	Link         string        `xml:"link,omitempty"`
	Description  *rssText      `xml:"description"`
	Content      *rssText      `xml:"content:encoded"`
	Creators     []rssPlain    `xml:"dc:creator"`
	Contributors []rssPlain    `xml:"dc:contributor"`
	Categories   []rssCategory `xml:"category"`
	Enclosure    *rssEnclosure `xml:"enclosure"`
	Source       *rssSource    `xml:"source"`
	Published    string        `xml:"atom:published,omitempty"`
	Updated      string        `xml:"atom:updated,omitempty"`
	Related      []atomLink    `xml:"atom:link"`
	Language     string        `xml:"dc:language,omitempty"`
	Rights       *rssPlain     `xml:"dc:rights"`
	itunesItem
}

type rssText struct {
	Text string `xml:",cdata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	rssPlain
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssSource struct {
	URL string `xml:"url,attr"`
	rssPlain
}

func (d *document) rss() *rssDocument {
	description := label(d.ed.Topic.Description)
	if description == "" {
		description = d.title
	}
	c := &rssChannel{
		RssFeed: feeds.RssFeed{
			XMLName: xml.Name{Local: "channel"},
			Link:    d.page, Generator: d.generator, Docs: rssDocs, Ttl: timeToLive,
		},
		Language: d.language(), Archive: d.archive(),
		Image: rssImage{d.picture.icon, newPlain(d.title), d.page, d.picture.width, d.picture.height},
		Title: newPlain(d.title), Description: newPlain(description),
		Links: slices.Concat(d.links(RSS), d.alternates(RSS)),
		Items: make([]rssItem, len(d.items)),
	}
	if !d.ed.Updated.IsZero() {
		c.LastBuildDate = rfc822(d.ed.Updated)
	}
	for i := range d.items {
		c.Items[i] = d.items[i].rss()
	}
	ns := ""
	if slices.ContainsFunc(d.items, func(n item) bool { return n.isPodcast() }) {
		ns = itunesNamespace
	}
	return &rssDocument{
		RssFeedXml: feeds.RssFeedXml{XMLName: xml.Name{Local: "rss"}, Version: "2.0", ContentNamespace: contentNamespace},
		Atom:       atomNamespace, DC: dcNamespace, spaces: d.spaces(), ITunes: ns,
		Channel: c,
	}
}

func (n *item) rss() rssItem {
	r := rssItem{
		RssItem: feeds.RssItem{
			XMLName: xml.Name{Local: "item"},
			Guid:    &feeds.RssGuid{Id: n.id, IsPermaLink: strconv.FormatBool(n.link != "" && n.id == n.link)},
			PubDate: rfc822(n.issued()), Comments: n.comments,
		},
		Title:    newPlain(n.title),
		Link:     n.link,
		Language: n.language,
	}
	if n.rights != "" {
		rights := newPlain(n.rights)
		r.Rights = &rights
	}
	if !n.published.IsZero() && !n.updated.Equal(n.published) {
		// Some readers take the second for the date where it stands alone.
		r.Published, r.Updated = zulu(n.published), zulu(n.updated)
	}
	switch {
	case n.summary != "":
		r.Description = &rssText{n.summary}
		if n.content != "" {
			r.Content = &rssText{n.content}
		}
	case n.content != "":
		r.Description = &rssText{n.content}
	}
	r.Creators, r.Contributors = newPlains(names(n.authors)), newPlains(names(n.contributors))
	for _, c := range n.tags {
		r.Categories = append(r.Categories, rssCategory{c.Scheme, newPlain(c.Term)})
	}
	for _, c := range n.topics {
		r.Categories = append(r.Categories, rssCategory{c.Scheme, newPlain(c.Label)})
	}
	first := n.principal()
	if len(n.files) > 0 {
		f := n.files[first]
		r.Enclosure = &rssEnclosure{f.URL, f.Length, fileType(f)}
	}
	r.modules = n.modules(func(i int) bool { return i != first || n.files[i].Title != "" || n.files[i].Duration > 0 })
	r.itunesItem = n.itunes()
	if url := n.source.feed; url != "" {
		r.Source = &rssSource{url, newPlain(n.source.title)}
	} else if n.source.link != "" {
		r.Source = &rssSource{n.source.link, newPlain(n.source.title)}
	}
	r.Related = n.further()
	return r
}

func names(people []feed.Person) []string {
	list := make([]string, len(people))
	for i, p := range people {
		list[i] = p.Name
	}
	return list
}

// rfc822 is a time as RSS has it: RFC 822 with a year of four digits and a
// numeric zone, in UTC.
func rfc822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
