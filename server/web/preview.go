package web

import (
	"fmt"
	"strings"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/publish"
)

// A preview is what a page says of itself to programs that show links to it: the Open
// Graph protocol (https://ogp.me), and the description that search engines show.
type preview struct {
	Kind               string // "website" or "article"
	Title, Description string
	Image              string // its address
	Width, Height      int
}

// descriptionLength is how much of a description is passed on, in characters.
const descriptionLength = 300

// preview is that of a page, of a topic where t is not nil.
func (s *Site) preview(kind, title, description string, t *feed.Topic) *preview {
	if t == nil {
		t = new(feed.Topic)
	}
	p := &preview{Kind: kind, Title: printable(title), Description: html.Shorten(printable(description), descriptionLength)}
	path, icon, own := publish.Picture(t, s.opts.Icon.Icon)
	if p.Width, p.Height = icon.Width, icon.Height; !own {
		path, p.Width, p.Height = publish.LogoPath, logoWidth, logoHeight
	}
	p.Image = s.base + path
	return p
}

// The size of the program's own logo.
const logoWidth, logoHeight = 288, 144

// indexDescription says what a site has.
func indexDescription(cards []card, sources int) string {
	if len(cards) == 0 {
		return "No topics yet."
	}
	said := plural(len(cards), "topic", "topics")
	if sources > 0 {
		said += " from " + plural(sources, "source", "sources")
	}
	titles := make([]string, len(cards))
	for i, c := range cards {
		titles[i] = c.Title
	}
	return said + ": " + strings.Join(titles, ", ")
}

// description says what the page has, where the operator does not.
func (p *topicPage) description() string {
	switch {
	case p.Description != "":
		return p.Description
	case p.Count == 0:
		return "No entries yet."
	}
	return fmt.Sprintf("%s from %s.", plural(p.Count, "entry", "entries"), plural(p.Sources, "source", "sources"))
}

func (p *storyPage) description() string {
	if p.Count == 1 {
		return fmt.Sprintf("One report, by %s.", p.First.Source)
	}
	said := fmt.Sprintf("%d reports from %s", p.Count, p.Sources)
	if p.Over != "" {
		said += " over " + p.Over
	}
	return said + ", first by " + p.First.Source + "."
}

// pictured is the first of the topics with an icon that previews can show, or nil.
func pictured(topics []feed.Topic) *feed.Topic {
	for i := range topics {
		if topics[i].Icon.Raster() {
			return &topics[i]
		}
	}
	return nil
}
