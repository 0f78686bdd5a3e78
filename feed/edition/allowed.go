package edition

import (
	"slices"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// summaryLength is how many characters of an entry go on where its publisher
// allows a summary, of its summary or, where that says nothing, of its content.
const summaryLength = 500

// allowed is an entry as far as its source may be republished. Rights stay with
// whatever is left; enclosures go on with anything but the bare link, for they
// are links themselves.
//
// What a reader's program loads by itself, pictures and files, goes on from the internet
// alone, unless inside says that readers are in the network of the server: an address of
// a private network would have each reader ask a machine of their own, as a router.
func allowed(e feed.StoredEntry, r feed.Republish, inside bool) feed.StoredEntry {
	switch r {
	case feed.RepublishSummary:
		if e.Summary = html.Digest(e.Summary, summaryLength); e.Summary == "" {
			e.Summary = html.Digest(e.Content, summaryLength)
		}
		e.Content = ""
	case feed.RepublishLink:
		e.Summary, e.Content, e.Enclosures, e.Image, e.Podcast = "", "", nil, "", nil
	default:
		if len(e.FullText) > len(e.Content) {
			e.Content = e.FullText
		}
	}
	e.FullText = ""
	if !inside {
		outside(&e.Entry)
	}
	return e
}

// outside leaves out of an entry what is loaded from private networks. Links stay. What it
// changes it copies first.
func outside(e *feed.Entry) {
	e.Summary, e.Content = html.WithoutImages(e.Summary, link.Inside), html.WithoutImages(e.Content, link.Inside)
	if e.Image != "" && link.Inside(e.Image) {
		e.Image = html.Picture(e.Content)
	}
	inner := func(n feed.Enclosure) bool { return link.Inside(n.URL) }
	if slices.ContainsFunc(e.Enclosures, inner) {
		e.Enclosures = slices.DeleteFunc(slices.Clone(e.Enclosures), inner)
	}
	p := e.Podcast
	if p == nil {
		return
	}
	file := func(f feed.PodcastFile) bool { return link.Inside(f.URL) }
	if chapters := p.Chapters != nil && file(*p.Chapters); chapters || slices.ContainsFunc(p.Transcripts, file) {
		own := *p
		if chapters {
			own.Chapters = nil
		}
		own.Transcripts = slices.DeleteFunc(slices.Clone(p.Transcripts), file)
		e.Podcast = &own
	}
}
