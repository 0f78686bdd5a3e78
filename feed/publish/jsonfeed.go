package publish

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/gorilla/feeds"

	"topicwire/feed/html"
)

// A jsonFeed is the library's feed with items of our own, which are there even
// when there are none (https://www.jsonfeed.org/version/1.1/).
type jsonFeed struct {
	feeds.JSONFeed
	Items []jsonItem `json:"items"`
}

// A jsonItem is the library's item with a language, sizes that fit large files,
// and our extension.
type jsonItem struct {
	feeds.JSONItem
	ContentHTML string           `json:"content_html,omitempty"`
	Language    string           `json:"language,omitempty"`
	Published   string           `json:"date_published,omitempty"`
	Modified    string           `json:"date_modified,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Topicwire   jsonExtension    `json:"_topicwire"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
	Size     int64  `json:"size_in_bytes,omitempty"`
	Duration int    `json:"duration_in_seconds,omitempty"`
}

func (d *document) json() *jsonFeed {
	j := &jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: d.title, Language: d.language(), NextUrl: d.older(),
			HomePageUrl: d.page, FeedUrl: d.address(JSON), Description: label(d.ed.Topic.Description),
			Icon: d.picture.icon, Favicon: d.picture.icon,
		},
		Items: make([]jsonItem, len(d.items)),
	}
	for _, h := range d.hubs {
		j.Hubs = append(j.Hubs, &feeds.JSONHub{Type: "WebSub", Url: h})
	}
	for i := range d.items {
		j.Items[i] = d.items[i].json(d)
	}
	return j
}

func (n *item) json(d *document) jsonItem {
	j := jsonItem{
		JSONItem: feeds.JSONItem{Id: n.id, Url: n.link, Title: n.title, ContentText: n.text, Image: n.image},
		Language: n.language,
		Modified: zulu(n.updated),
	}
	if !n.published.IsZero() {
		j.Published = zulu(n.published)
	}
	switch {
	case n.content != "":
		j.ContentHTML = n.content
		j.Summary = html.Text(n.summary)
	case n.summary != "":
		j.ContentHTML = n.summary
	}
	for _, p := range n.authors {
		j.Authors = append(j.Authors, &feeds.JSONAuthor{Name: p.Name, Url: p.URI})
	}
	for _, c := range n.tags {
		j.Tags = append(j.Tags, c.Term)
	}
	for _, c := range n.topics {
		if !slices.Contains(j.Tags, c.Label) {
			j.Tags = append(j.Tags, c.Label)
		}
	}
	for _, f := range n.files {
		j.Attachments = append(j.Attachments, jsonAttachment{f.URL, fileType(f), f.Title, f.Length, f.Duration})
	}
	j.Topicwire = d.extension(n)
	return j
}

// writeJSON writes the feed without the library's indentation, which takes longer
// than everything else, and leaves < and > as they are: the document is served
// as JSON and stands in no page.
func writeJSON(b *bytes.Buffer, j *jsonFeed) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(j)
}
