package parse

import (
	"bytes"
	"cmp"
	stdjson "encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// jsonFeed reads a JSON Feed. gofeed refuses a whole document for one member of
// the wrong kind; where it does, the feed and its items are read one by one,
// those it refuses once they are mended.
func (r *reader) jsonFeed(fresh []int, d *Document) error {
	f, err := r.jsonDocument(fresh)
	if err == nil {
		if err := foundAll(len(f.Items), len(fresh)); err != nil {
			return err
		}
		r.jsonMeta(f, d)
		for n, i := range fresh {
			r.addJSON(d, f.Items[n], i)
		}
		return nil
	}
	var m mender
	head, headErr := r.jsonDocument(nil)
	if headErr != nil {
		if head, headErr = r.mendedHead(&m); headErr != nil {
			return err
		}
	}
	r.jsonMeta(head, d)
	for _, i := range fresh {
		s := &r.lay.entries[i]
		text := r.lay.out[s.from:s.to]
		item, itemErr := readItem(text)
		if itemErr != nil {
			if text, itemErr = m.mended(text, jsonItem); itemErr == nil {
				item, itemErr = readItem(text)
			}
		}
		if itemErr == nil {
			r.addJSON(d, item, i)
		}
	}
	if len(d.Entries) == 0 && len(fresh) > 0 {
		return err
	}
	d.Dropped = m.dropped
	return nil
}

func (r *reader) mendedHead(m *mender) (*json.Feed, error) {
	text, err := io.ReadAll(r.lay.without(nil))
	if err == nil {
		text, err = m.mended(text, jsonHead)
	}
	if err != nil {
		return nil, err
	}
	return guarded(func() (*json.Feed, error) { return (&json.Parser{}).Parse(bytes.NewReader(text)) })
}

func readItem(text []byte) (*json.Item, error) {
	return guarded(func() (*json.Item, error) {
		item := new(json.Item)
		return item, stdjson.Unmarshal(text, item)
	})
}

func (r *reader) jsonMeta(f *json.Feed, d *Document) {
	m := &d.Meta
	m.Title = html.Plain(f.Title)
	m.Link = link.Resolve(r.url, f.HomePageURL)
	m.Self = link.Resolve(r.url, f.FeedURL)
	m.Hub = r.jsonHub()
	m.Language = languageTag(f.Language)
	m.Authors = jsonAuthors(append(f.Authors, f.Author), r.url)
	r.language = m.Language
	r.setHome(m.Link)
}

// jsonHub is the WebSub hub of the feed, which gofeed does not read.
func (r *reader) jsonHub() string {
	var head struct {
		Hubs []struct{ Type, URL string }
	}
	text, err := io.ReadAll(r.lay.without(nil))
	if err != nil || stdjson.Unmarshal(text, &head) != nil {
		return ""
	}
	for _, h := range head.Hubs {
		if strings.EqualFold(h.Type, "websub") || strings.EqualFold(h.Type, "pubsubhubbub") {
			return link.Resolve(nil, h.URL)
		}
	}
	return ""
}

func (r *reader) addJSON(d *Document, item *json.Item, i int) {
	base := r.home
	e := feed.Entry{
		ID:        identifier(item.ID),
		Link:      link.Resolve(base, item.URL),
		Title:     plain(item.Title, ""),
		Published: when(item.DatePublished, nil),
		Updated:   when(item.DateModified, nil),
		Language:  languageTag(item.Language),
		Authors:   jsonAuthors(append(item.Authors, item.Author), base),
	}
	if e.Link == "" {
		e.Link = cmp.Or(link.Resolve(base, item.ExternalURL), link.Resolve(nil, e.ID))
	}
	base = cmp.Or(absolute(e.Link), base)
	if item.Summary != "" {
		e.Summary = content(item.Summary, "text", base)
	}
	switch {
	case item.ContentHTML != "":
		e.Content = content(item.ContentHTML, "html", base)
	case item.ContentText != "":
		e.Content = content(item.ContentText, "text", base)
	}
	for _, tag := range item.Tags {
		e.Categories = addCategory(e.Categories, tag, "", "")
	}
	if item.Attachments != nil {
		for _, a := range *item.Attachments {
			e.Enclosures = addEnclosure(e.Enclosures, base, feed.Enclosure{
				URL: a.URL, Type: a.MimeType, Length: a.SizeInBytes, Title: a.Title, Duration: int(min(max(a.DurationInSeconds, 0), 1e9)),
			})
		}
	}
	if item.URL != "" {
		e.Links = addLink(e.Links, base, "related", feed.Link{URL: item.ExternalURL})
	}
	e.Image = picture(&e, base, item.Image, item.BannerImage)
	r.add(d, e, i)
}

func jsonAuthors(authors []*json.Author, base *url.URL) (list []feed.Person) {
	for _, a := range authors[:min(len(authors), maxList)] {
		if a == nil {
			continue
		}
		p := person(a.Name)
		p.URI = link.Resolve(base, a.URL)
		p.Name = cmp.Or(p.Name, p.URI)
		list = addPerson(list, p)
	}
	return list
}
