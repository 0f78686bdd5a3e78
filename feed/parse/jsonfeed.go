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
	var m mender
	var refused error
	for n, batch := range r.lay.batches(fresh) {
		if err := r.jsonBatch(batch, n == 0, &m, &refused, d); err != nil {
			return err
		}
		r.let(batch)
	}
	if len(d.Entries) == 0 && len(fresh) > 0 {
		return refused
	}
	d.Dropped = m.dropped
	return nil
}

// jsonBatch reads some items, the first of them with what the feed says. refused is
// set to gofeed's first error that it got over.
func (r *reader) jsonBatch(batch []int, first bool, m *mender, refused *error, d *Document) error {
	doc := r.lay.without(batch)
	if !first {
		doc = r.lay.alone(batch)
	}
	f, err := guarded(func() (*json.Feed, error) { return (&json.Parser{}).Parse(doc) })
	if err == nil {
		if err := foundAll(len(f.Items), len(batch)); err != nil {
			return err
		}
		if first {
			r.jsonMeta(f, d)
		}
		for n, i := range batch {
			item := f.Items[n]
			f.Items[n] = nil
			if err := r.addJSON(d, item, i); err != nil {
				return err
			}
		}
		return nil
	}
	*refused = cmp.Or(*refused, err)
	if first {
		head, headErr := r.jsonDocument(nil)
		if headErr != nil {
			if head, headErr = r.mendedHead(m); headErr != nil {
				return err
			}
		}
		r.jsonMeta(head, d)
	}
	for _, i := range batch {
		s := &r.lay.entries[i]
		text := r.lay.out.text(s.from, s.to)
		item, itemErr := readItem(text)
		if itemErr != nil {
			if text, itemErr = m.mended(text, jsonItem); itemErr == nil {
				item, itemErr = readItem(text)
			}
		}
		if itemErr != nil {
			continue
		}
		if err := r.addJSON(d, item, i); err != nil {
			return err
		}
	}
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

func (r *reader) addJSON(d *Document, item *json.Item, i int) error {
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
		content(item.Summary, "text", base).into(&e.Summary, &r.texts.Summary)
	}
	switch {
	case item.ContentHTML != "":
		content(item.ContentHTML, "html", base).into(&e.Content, &r.texts.Content)
	case item.ContentText != "":
		content(item.ContentText, "text", base).into(&e.Content, &r.texts.Content)
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
	return r.add(d, e, i)
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
