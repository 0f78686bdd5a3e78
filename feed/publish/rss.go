package publish

import (
	"encoding/xml"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

const (
	contentNamespace = "http://purl.org/rss/1.0/modules/content/"
	dcNamespace      = "http://purl.org/dc/elements/1.1/"
	mediaNamespace   = "http://search.yahoo.com/mrss/"
	rssDocs          = "https://www.rssboard.org/rss-specification"
)

// An rssDocument is the library's document with the name spaces that our items
// use.
type rssDocument struct {
	feeds.RssFeedXml
	Atom    string      `xml:"xmlns:atom,attr"`
	DC      string      `xml:"xmlns:dc,attr"`
	Media   string      `xml:"xmlns:media,attr"`
	Channel *rssChannel `xml:"channel"`
}

// FeedXml is what the library writes.
func (r *rssDocument) FeedXml() any { return r }

type rssChannel struct {
	feeds.RssFeed
	Links []atomLink `xml:"atom:link"`
	Items []rssItem  `xml:"item"`
}

// An rssItem is the library's item with several of what it has one of, and with
// the elements of other name spaces.
type rssItem struct {
	feeds.RssItem
	// The library always writes both, empty or not.
	Link        string        `xml:"link,omitempty"`
	Description *rssText      `xml:"description"`
	Content     *rssText      `xml:"content:encoded"`
	Creators    []string      `xml:"dc:creator"`
	Categories  []rssCategory `xml:"category"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Media       []rssMedia    `xml:"media:content"`
	Source      *rssSource    `xml:"source"`
	Updated     string        `xml:"atom:updated,omitempty"`
	Related     []atomLink    `xml:"atom:link"`
	Language    string        `xml:"dc:language,omitempty"`
	Rights      string        `xml:"dc:rights,omitempty"`
}

type rssText struct {
	Text string `xml:",cdata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Text   string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr,omitempty"`
	FileSize string `xml:"fileSize,attr,omitempty"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

func (d *document) rss() *rssDocument {
	description := line(d.ed.Topic.Description)
	if description == "" {
		description = d.title
	}
	c := &rssChannel{
		RssFeed: feeds.RssFeed{
			XMLName: xml.Name{Local: "channel"},
			Title:   d.title, Link: d.page, Description: description,
			Language: line(d.ed.Topic.Language), Generator: d.generator, Docs: rssDocs,
		},
		// Links to hubs belong here, after self (WebSub §4).
		Links: []atomLink{
			{Rel: "self", Type: RSS.MediaType(), Href: d.address(RSS)},
			{Rel: "alternate", Type: Atom.MediaType(), Href: d.address(Atom)},
			{Rel: "alternate", Type: JSON.MediaType(), Href: d.address(JSON)},
		},
		Items: make([]rssItem, len(d.items)),
	}
	if !d.ed.Updated.IsZero() {
		c.LastBuildDate = rfc822(d.ed.Updated)
	}
	for i := range d.items {
		c.Items[i] = d.items[i].rss()
	}
	return &rssDocument{
		RssFeedXml: feeds.RssFeedXml{XMLName: xml.Name{Local: "rss"}, Version: "2.0", ContentNamespace: contentNamespace},
		Atom:       atomNamespace, DC: dcNamespace, Media: mediaNamespace,
		Channel: c,
	}
}

func (n *item) rss() rssItem {
	r := rssItem{
		RssItem: feeds.RssItem{
			XMLName: xml.Name{Local: "item"},
			Title:   n.title,
			Guid:    &feeds.RssGuid{Id: n.id, IsPermaLink: strconv.FormatBool(n.link != "" && n.id == n.link)},
			PubDate: rfc822(n.issued()),
		},
		Link:     n.link,
		Language: n.language,
		Rights:   n.rights,
	}
	if n.published.IsZero() || !n.updated.Equal(n.published) {
		r.Updated = zulu(n.updated)
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
	for _, p := range n.authors {
		r.Creators = append(r.Creators, p.Name)
	}
	for _, c := range n.tags {
		r.Categories = append(r.Categories, rssCategory{c.Scheme, c.Text()})
	}
	for i, f := range n.files {
		if i == 0 {
			r.Enclosure = &rssEnclosure{f.URL, f.Length, fileType(f)}
			continue
		}
		m := rssMedia{URL: f.URL, Type: f.Type}
		if f.Length > 0 {
			m.FileSize = strconv.FormatInt(f.Length, 10)
		}
		r.Media = append(r.Media, m)
	}
	if url := n.source.feed; url != "" {
		r.Source = &rssSource{url, n.source.title}
	} else if n.source.link != "" {
		r.Source = &rssSource{n.source.link, n.source.title}
	}
	for _, o := range n.also {
		if o.link != "" {
			r.Related = append(r.Related, atomLink{Rel: "related", Type: "text/html", Href: o.link, Lang: o.language, Title: o.source})
		}
	}
	return r
}

// rfc822 is a time as RSS has it: RFC 822 with a year of four digits and a
// numeric zone, in UTC.
func rfc822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
