package publish

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/gorilla/feeds"

	"topicwire/feed"
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
	Size     int64  `json:"size_in_bytes,omitempty"`
}

// A jsonExtension is what JSON Feed has no field for: where an entry comes from
// and why it is here.
type jsonExtension struct {
	About     string       `json:"about"`
	Source    jsonSource   `json:"source"`
	Origin    *jsonOrigin  `json:"origin,omitempty"`
	Filed     string       `json:"filed"`
	Language  string       `json:"language,omitempty"`
	Story     uint64       `json:"story,omitempty"`
	Why       []jsonWord   `json:"why,omitempty"`
	Score     *float64     `json:"score,omitempty"`
	Threshold *float64     `json:"threshold,omitempty"`
	Group     []jsonReport `json:"group,omitempty"`
}

type jsonSource struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Feed  string `json:"feed,omitempty"`
}

// A jsonOrigin is the source that a source copied from.
type jsonOrigin struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// A jsonWord is words of the entry that a rule of the topic asks for.
type jsonWord struct {
	Words string `json:"words"`
	Field string `json:"field"`
}

type jsonReport struct {
	Source    string `json:"source"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title"`
	Published string `json:"published,omitempty"`
}

func (d *document) json() *jsonFeed {
	j := &jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: d.title, Language: line(d.ed.Topic.Language),
			HomePageUrl: d.page, FeedUrl: d.address(JSON), Description: line(d.ed.Topic.Description),
			Authors: []*feeds.JSONAuthor{{Name: d.site}},
			// Hubs belong here (WebSub §4).
		},
		Items: make([]jsonItem, len(d.items)),
	}
	for i := range d.items {
		j.Items[i] = d.items[i].json(d.base + "/about")
	}
	return j
}

func (n *item) json(about string) jsonItem {
	j := jsonItem{
		JSONItem: feeds.JSONItem{Id: n.id, Url: n.link, Title: n.title, ContentText: n.text},
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
		j.Tags = append(j.Tags, c.Text())
	}
	for _, f := range n.files {
		j.Attachments = append(j.Attachments, jsonAttachment{f.URL, fileType(f), f.Length})
		if j.Image == "" && strings.HasPrefix(f.Type, "image/") {
			j.Image = f.URL
		}
	}
	j.Topicwire = n.extension(about)
	return j
}

func (n *item) extension(about string) jsonExtension {
	id := n.Item.Source.ID
	if id == "" {
		id = n.Entry.Source
	}
	x := jsonExtension{
		About:    about,
		Source:   jsonSource{line(n.Item.Source.Title), webAddress(n.Item.Source.Link), webAddress(string(id))},
		Filed:    zulu(n.Filed),
		Language: n.language,
		Story:    uint64(n.Story),
		Why:      why(n.Reasons),
	}
	if o := n.Entry.Origin; o != nil && line(o.Title) != "" {
		x.Origin = &jsonOrigin{line(o.Title), webAddress(o.Link)}
	}
	if len(n.Reasons) > 0 && n.Reasons[0].Threshold != 0 {
		x.Score, x.Threshold = &n.Reasons[0].Score, &n.Reasons[0].Threshold
	}
	for _, o := range n.also {
		r := jsonReport{Source: o.source, URL: o.link, Title: o.title}
		if r.Title == "" {
			r.Title = n.title
		}
		if !o.when.IsZero() {
			r.Published = zulu(o.when)
		}
		x.Group = append(x.Group, r)
	}
	return x
}

// why lists the words for which an entry was filed, each once a field, the
// lead's first.
func why(reasons []feed.Reason) []jsonWord {
	var list []jsonWord
	seen := make(map[jsonWord]bool)
	for _, r := range reasons {
		for _, h := range r.Hits {
			w := jsonWord{line(h.Text), h.Field.String()}
			key := jsonWord{strings.ToLower(w.Words), w.Field}
			if w.Words == "" || seen[key] {
				continue
			}
			seen[key] = true
			list = append(list, w)
		}
	}
	return list
}

// writeJSON writes the feed without the library's indentation, which takes longer
// than everything else, and leaves < and > as they are: the document is served
// as JSON and stands in no page.
func writeJSON(b *bytes.Buffer, j *jsonFeed) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(j)
}
