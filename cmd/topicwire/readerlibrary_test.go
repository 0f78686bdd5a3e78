package main

import (
	"fmt"
	"io"
	"net/http"

	"topicwire/feed/parse"
)

// gofeed, behind feed/parse, is what many programs in Go read feeds by, Topicwire among
// them.
type gofeed struct {
	deltas bool
	seen   map[string][]shown
	etags  map[string]string
}

func newGofeed(deltas bool) func(dir string, urls []string) (reader, error) {
	return func(_ string, urls []string) (reader, error) {
		g := &gofeed{deltas, make(map[string][]shown), make(map[string]string)}
		for _, u := range urls {
			g.etags[u] = ""
		}
		return g, nil
	}
}

func (g *gofeed) reload() error {
	for u := range g.etags {
		if err := g.read(u); err != nil {
			return fmt.Errorf("%s: %w", u, err)
		}
	}
	return nil
}

func (g *gofeed) read(address string) error {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if g.etags[address] != "" {
		req.Header.Set("If-None-Match", g.etags[address])
	}
	if g.deltas {
		req.Header.Set("A-IM", "feed")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode == http.StatusNotModified {
		return err
	}
	doc, err := parse.Feed(body, parse.Options{URL: address, ContentType: res.Header.Get("Content-Type")})
	if err != nil {
		return err
	}
	g.etags[address] = res.Header.Get("ETag")
	known := make(map[string]bool)
	for _, s := range g.seen[address] {
		known[s.ID] = true
	}
	for _, e := range doc.Entries {
		if known[e.ID] {
			continue
		}
		s := shown{address, e.ID, e.Title, e.Link, e.Published.Unix(), e.Content + e.Summary, ""}
		if len(e.Enclosures) > 0 {
			s.Enclosure = e.Enclosures[0].URL
		}
		g.seen[address] = append(g.seen[address], s)
	}
	return nil
}

func (g *gofeed) shows() (map[string][]shown, error) { return g.seen, nil }
