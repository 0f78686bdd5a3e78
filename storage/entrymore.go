package storage

import (
	"cmp"
	"encoding/binary"

	"topicwire/feed"
)

// What only some entries have stands behind the texts that all have: each kind under
// its number, with its length, so that an older version could leave out what it does
// not know.
const (
	moreImage = iota + 1
	moreFullText
	moreComments
	moreSelf // of the origin
	moreContributors
	moreLinks
	morePlaces
	moreFiles // titles and durations of the enclosures
	morePodcast
)

func putMore(b []byte, e *feed.Entry) []byte {
	var part []byte
	put := func(kind byte, value []byte) {
		if len(value) > 0 {
			b = append(b, kind)
			b = append(binary.AppendUvarint(b, uint64(len(value))), value...)
		}
		part = value[:0]
	}
	put(moreImage, append(part, e.Image...))
	put(moreFullText, append(part, e.FullText...))
	put(moreComments, append(part, e.Comments...))
	if e.Origin != nil {
		put(moreSelf, append(part, e.Origin.Self...))
	}
	if len(e.Contributors) > 0 {
		put(moreContributors, putPersons(part, e.Contributors))
	}
	for _, l := range e.Links {
		part = putStrings(part, l.Rel, l.URL, l.Type, l.Title, l.Language)
	}
	put(moreLinks, part)
	for _, p := range e.Places {
		part = putStrings(part, p.Shape, p.Coordinates)
	}
	put(morePlaces, part)
	for i, f := range e.Enclosures {
		if f.Title != "" || f.Duration > 0 {
			part = binary.AppendUvarint(part, uint64(i))
			part = binary.AppendUvarint(putString(part, f.Title), uint64(max(f.Duration, 0)))
		}
	}
	put(moreFiles, part)
	if p := e.Podcast; p != nil {
		part = putStrings(part, p.Episode, p.Season, p.EpisodeType, p.Explicit)
		chapters := feed.PodcastFile{}
		if p.Chapters != nil {
			chapters = *p.Chapters
		}
		for _, d := range append([]feed.PodcastFile{chapters}, p.Transcripts...) {
			part = putStrings(part, d.URL, d.Type, d.Language)
		}
		put(morePodcast, part)
	}
	return b
}

func putStrings(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = putString(b, s)
	}
	return b
}

// more reads what putMore wrote.
func (c *stringCursor) more(e *feed.Entry) {
	for c.err == nil && c.s != "" {
		kind := c.uvarint()
		in := stringCursor{s: c.string()}
		switch kind {
		case moreImage:
			e.Image = in.s
		case moreFullText:
			e.FullText = in.s
		case moreComments:
			e.Comments = in.s
		case moreSelf:
			if e.Origin != nil {
				e.Origin.Self = in.s
			}
		case moreContributors:
			e.Contributors = in.persons()
		case moreLinks:
			for in.s != "" {
				e.Links = append(e.Links, feed.Link{Rel: in.string(), URL: in.string(), Type: in.string(), Title: in.string(), Language: in.string()})
			}
		case morePlaces:
			for in.s != "" {
				e.Places = append(e.Places, feed.Place{Shape: in.string(), Coordinates: in.string()})
			}
		case moreFiles:
			in.files(e.Enclosures)
		case morePodcast:
			e.Podcast = in.podcast()
		}
		c.err = cmp.Or(c.err, in.err)
	}
}

func (c *stringCursor) persons() []feed.Person {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]feed.Person, n)
	for i := range list {
		list[i] = feed.Person{Name: c.string(), URI: c.string(), Email: c.string()}
	}
	return list
}

func (c *stringCursor) files(list []feed.Enclosure) {
	for c.s != "" {
		i, title, duration := c.uvarint(), c.string(), c.uvarint()
		if i < uint64(len(list)) {
			list[i].Title, list[i].Duration = title, int(duration)
		}
	}
}

func (c *stringCursor) podcast() *feed.Podcast {
	p := &feed.Podcast{Episode: c.string(), Season: c.string(), EpisodeType: c.string(), Explicit: c.string()}
	if d := c.document(); d.URL != "" {
		p.Chapters = &d
	}
	for c.s != "" {
		p.Transcripts = append(p.Transcripts, c.document())
	}
	return p
}

func (c *stringCursor) document() feed.PodcastFile {
	return feed.PodcastFile{URL: c.string(), Type: c.string(), Language: c.string()}
}
