package publish

import (
	"strconv"
	"strings"

	"topicwire/feed"
)

// The name spaces of modules, as documents that use them declare them.
const (
	mediaNamespace   = "http://search.yahoo.com/mrss/"
	itunesNamespace  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	podcastNamespace = "https://podcastindex.org/namespace/1.0"
	georssNamespace  = "http://www.georss.org/georss"
)

// A modules are the elements that an entry of Atom and an item of RSS have alike.
type modules struct {
	Thumbnail   *mediaThumbnail `xml:"media:thumbnail"`
	Media       []mediaContent  `xml:"media:content"`
	Duration    string          `xml:"itunes:duration,omitempty"`
	Episode     string          `xml:"itunes:episode,omitempty"`
	Season      string          `xml:"itunes:season,omitempty"`
	EpisodeType string          `xml:"itunes:episodeType,omitempty"`
	Explicit    string          `xml:"itunes:explicit,omitempty"`
	Image       *itunesImage    `xml:"itunes:image"`
	Transcripts []companion     `xml:"podcast:transcript"`
	Chapters    *companion      `xml:"podcast:chapters"`
	Points      []string        `xml:"georss:point"`
	Lines       []string        `xml:"georss:line"`
	Polygons    []string        `xml:"georss:polygon"`
	Boxes       []string        `xml:"georss:box"`
}

type mediaThumbnail struct {
	URL string `xml:"url,attr"`
}

type mediaContent struct {
	URL      string      `xml:"url,attr"`
	Type     string      `xml:"type,attr,omitempty"`
	Medium   string      `xml:"medium,attr,omitempty"`
	FileSize string      `xml:"fileSize,attr,omitempty"`
	Duration string      `xml:"duration,attr,omitempty"`
	Title    *mediaTitle `xml:"media:title"`
}

type mediaTitle struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type itunesImage struct {
	Href string `xml:"href,attr"`
}

type companion struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
}

// modules is what the modules say of an item. Of its files, media:content has those
// that the format's own elements have no room for: those that are not own, and titles.
func (n *item) modules(own func(i int) bool) modules {
	m := modules{Episode: n.podcast.Episode, Season: n.podcast.Season, EpisodeType: n.podcast.Kind, Explicit: n.podcast.Explicit}
	if n.image != "" {
		m.Thumbnail = &mediaThumbnail{n.image}
	}
	for i := range n.files {
		if !own(i) {
			m.Media = append(m.Media, newMediaContent(&n.files[i]))
		}
	}
	if d := n.played(); d > 0 {
		m.Duration = strconv.Itoa(d)
	}
	if n.image != "" && n.isPodcast() {
		m.Image = &itunesImage{n.image}
	}
	for _, t := range n.podcast.Transcripts {
		m.Transcripts = append(m.Transcripts, companion(t))
	}
	if c := n.podcast.Chapters; c != nil {
		d := companion(*c)
		m.Chapters = &d
	}
	for _, p := range n.places {
		switch p.Shape {
		case "point":
			m.Points = append(m.Points, line(p.Coordinates))
		case "line":
			m.Lines = append(m.Lines, line(p.Coordinates))
		case "polygon":
			m.Polygons = append(m.Polygons, line(p.Coordinates))
		case "box":
			m.Boxes = append(m.Boxes, line(p.Coordinates))
		}
	}
	return m
}

// isPodcast reports whether the modules of podcasts say something of the item.
func (n *item) isPodcast() bool {
	p := &n.podcast
	return n.played() > 0 || p.Chapters != nil || len(p.Transcripts) > 0 || p.Episode+p.Season+p.Kind+p.Explicit != ""
}

// spaces are the name spaces of modules that a document uses, besides those that it
// always declares.
type spaces struct {
	Media   string `xml:"xmlns:media,attr,omitempty"`
	ITunes  string `xml:"xmlns:itunes,attr,omitempty"`
	Podcast string `xml:"xmlns:podcast,attr,omitempty"`
	GeoRSS  string `xml:"xmlns:georss,attr,omitempty"`
}

func (d *document) spaces() spaces {
	var s spaces
	for i := range d.items {
		n := &d.items[i]
		if n.image != "" || len(n.files) > 0 {
			s.Media = mediaNamespace
		}
		if n.isPodcast() {
			s.ITunes = itunesNamespace
		}
		if len(n.podcast.Transcripts) > 0 || n.podcast.Chapters != nil {
			s.Podcast = podcastNamespace
		}
		if len(n.places) > 0 {
			s.GeoRSS = georssNamespace
		}
	}
	return s
}

// medium is what Media RSS calls the kind of a file, "" for others.
func medium(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "image", "audio", "video":
		return kind
	}
	return ""
}

func newMediaContent(f *feed.Enclosure) mediaContent {
	m := mediaContent{URL: f.URL, Type: f.Type, Medium: medium(f.Type)}
	if f.Length > 0 {
		m.FileSize = strconv.FormatInt(f.Length, 10)
	}
	if f.Duration > 0 {
		m.Duration = strconv.Itoa(f.Duration)
	}
	if f.Title != "" {
		m.Title = &mediaTitle{"plain", f.Title}
	}
	return m
}
