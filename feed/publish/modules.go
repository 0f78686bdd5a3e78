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
	Season      string          `xml:"podcast:season,omitempty"`
	Episode     string          `xml:"podcast:episode,omitempty"`
	Transcripts []companion     `xml:"podcast:transcript"`
	Chapters    *companion      `xml:"podcast:chapters"`
	Points      []string        `xml:"georss:point"`
	Lines       []string        `xml:"georss:line"`
	Polygons    []string        `xml:"georss:polygon"`
}

// An itunesItem are the elements of Apple's module, which only RSS has: some readers
// take an Atom document that declares it for RSS.
type itunesItem struct {
	Duration string       `xml:"itunes:duration,omitempty"`
	Episode  string       `xml:"itunes:episode,omitempty"`
	Season   string       `xml:"itunes:season,omitempty"`
	Kind     string       `xml:"itunes:episodeType,omitempty"`
	Explicit string       `xml:"itunes:explicit,omitempty"`
	Image    *itunesImage `xml:"itunes:image"`
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
	rssPlain
}

type itunesImage struct {
	Href string `xml:"href,attr"`
}

type companion struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
}

// modules is what the modules say of an item. Of its files, media:content has those that
// say more than the format's own elements have room for.
func (n *item) modules(more func(i int) bool) modules {
	m := modules{Episode: n.podcast.Episode, Season: n.podcast.Season}
	if n.image != "" {
		m.Thumbnail = &mediaThumbnail{n.image}
	}
	for i := range n.files {
		if more(i) {
			m.Media = append(m.Media, newMediaContent(&n.files[i]))
		}
	}
	for _, t := range n.podcast.Transcripts {
		m.Transcripts = append(m.Transcripts, companion(t))
	}
	if c := n.podcast.Chapters; c != nil {
		d := companion(*c)
		m.Chapters = &d
	}
	for _, p := range n.places {
		switch where := line(p.Coordinates); p.Shape {
		case "point":
			m.Points = append(m.Points, where)
		case "line":
			m.Lines = append(m.Lines, where)
		case "polygon":
			m.Polygons = append(m.Polygons, where)
		case "box":
			m.Polygons = append(m.Polygons, around(where))
		}
	}
	return m
}

// around is a box, given by its south-western and north-eastern corners, as a polygon:
// not all who know that element know the other.
func around(box string) string {
	c := strings.Fields(box)
	if len(c) != 4 {
		return box
	}
	south, west, north, east := c[0], c[1], c[2], c[3]
	return strings.Join([]string{south, west, south, east, north, east, north, west, south, west}, " ")
}

// itunes is what Apple's module says of an item, nothing where its file is of a kind that
// the module does not know.
func (n *item) itunes() (i itunesItem) {
	if !n.isPodcast() {
		return i
	}
	p := &n.podcast
	i = itunesItem{Episode: p.Episode, Season: p.Season, Kind: p.EpisodeType, Explicit: p.Explicit}
	if d := n.played(); d > 0 {
		i.Duration = strconv.Itoa(d)
	}
	if n.image != "" {
		i.Image = &itunesImage{n.image}
	}
	return i
}

// isPodcast reports whether the item is an episode to its source, and to Apple's module:
// a film of a newspaper is none because it has a duration.
func (n *item) isPodcast() bool {
	if n.Entry.Podcast == nil {
		return false
	}
	if len(n.files) == 0 {
		return true
	}
	u := n.files[n.principal()].URL
	return itunesFiles[strings.ToLower(u[strings.LastIndexByte(u, '.')+1:])]
}

// itunesFiles are the endings of the files that Apple's module knows.
var itunesFiles = map[string]bool{"m4a": true, "mp3": true, "mov": true, "mp4": true, "m4v": true, "pdf": true, "epub": true}

// spaces are the name spaces of modules that a document uses, besides those that it
// always declares.
type spaces struct {
	Media   string `xml:"xmlns:media,attr,omitempty"`
	Podcast string `xml:"xmlns:podcast,attr,omitempty"`
	GeoRSS  string `xml:"xmlns:georss,attr,omitempty"`
	History string `xml:"xmlns:fh,attr,omitempty"`
}

func (d *document) spaces() spaces {
	var s spaces
	if d.archive() != nil {
		s.History = historyNamespace
	}
	for i := range d.items {
		n := &d.items[i]
		if n.image != "" || len(n.files) > 0 {
			s.Media = mediaNamespace
		}
		if p := &n.podcast; len(p.Transcripts) > 0 || p.Chapters != nil || p.Season+p.Episode != "" {
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
		m.Title = &mediaTitle{"plain", newPlain(f.Title)}
	}
	return m
}
