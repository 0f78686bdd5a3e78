package feed

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"time"
)

// An EntryKey is the number of a stored entry. Keys grow in the order in which
// entries were first seen. 0 is no entry.
type EntryKey uint64

// Texts are what an entry says without markup, as html.Text has it.
type Texts struct{ Summary, Content, FullText string }

// An Entry is one item of a source, as parsed: cleaned, resolved, sanitised.
// Every string is valid XML 1.0 text without surrounding white space.
type Entry struct {
	// ID is the entry's identity in its source: id or guid, else its canonical
	// link, else "hash:" and a hash of title and date. Never "".
	ID string `json:"id"`
	// Link is where the entry can be read; absolute http(s) URL or "".
	Link string `json:"link,omitempty"`
	// Canonical is Link without what does not change the page it names
	// (feed/link); equal for two sources that carry the same link. "" with Link.
	Canonical string `json:"canonical,omitempty"`
	Title     string `json:"title,omitempty"`   // plain text
	Summary   string `json:"summary,omitempty"` // sanitised HTML, or ""
	Content   string `json:"content,omitempty"` // sanitised HTML, or ""; "" too where it equals Summary
	// FullText is the whole text where a source has it apart, for search engines
	// (yandex:full-text and the like): sanitised HTML, or "". Topics look at it; readers
	// get it only from a source whose text goes on in full.
	FullText string `json:"full_text,omitempty"`
	// Published and Updated are the publisher's dates in UTC, whole seconds;
	// zero where the source gives none.
	Published  time.Time   `json:"published,omitzero"`
	Updated    time.Time   `json:"updated,omitzero"`
	Language   string      `json:"language,omitempty"` // BCP 47, lower case; "" for unknown
	Rights     string      `json:"rights,omitempty"`
	Authors    []Person    `json:"authors,omitempty"`
	Categories []Category  `json:"categories,omitempty"`
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	Origin     *Origin     `json:"origin,omitempty"` // the feed it was copied from, where it says so
	// Image is the picture that stands for the entry; absolute http(s) URL or "".
	Image        string   `json:"image,omitempty"`
	Contributors []Person `json:"contributors,omitempty"`
	// Links are those besides Link and Enclosures that say more of the entry.
	Links    []Link   `json:"links,omitempty"`
	Comments string   `json:"comments,omitempty"` // the page with what readers say; http(s) URL or ""
	Places   []Place  `json:"places,omitempty"`
	Podcast  *Podcast `json:"podcast,omitempty"`
	Raw      Raw      `json:"raw,omitempty"` // of the bytes it was read from
}

// Given is the date that the publisher gave: published, else updated, else zero.
func (e *Entry) Given() time.Time {
	if e.Published.IsZero() {
		return e.Updated
	}
	return e.Published
}

// Date is when the entry was published as far as the source tells: the date that was
// given, else seen; never after seen.
func (e *Entry) Date(seen time.Time) time.Time {
	d := e.Given()
	if d.IsZero() || d.After(seen) {
		return seen
	}
	return d
}

// HashID is the id of an entry that has neither id nor link: by title and date, by
// its text where it has no title, and by both where it has no date, since what is
// always called "Weather" is new every day.
func (e *Entry) HashID() string {
	date := e.Given()
	if e.Title == "" || date.IsZero() {
		return e.hash(date, e.Title, e.Summary+e.Content)
	}
	return e.hash(date, e.Title)
}

// TextHashID tells entries apart that have one HashID.
func (e *Entry) TextHashID() string {
	return e.hash(e.Published, e.Link, e.Title, e.Summary, e.Content)
}

func (e *Entry) hash(date time.Time, texts ...string) string {
	sum := sha1.Sum([]byte(strings.Join(texts, "\x00") + "\x00" + date.UTC().Format(time.RFC3339)))
	return "hash:" + hex.EncodeToString(sum[:8])
}

// A Person is an author (RFC 4287 §3.2). Name is never "".
type Person struct {
	Name  string `json:"name"`
	URI   string `json:"uri,omitempty"`
	Email string `json:"email,omitempty"`
}

// A Category is RFC 4287 §4.2.2's; Label is "" where it equals Term.
type Category struct {
	Term   string `json:"term"`
	Scheme string `json:"scheme,omitempty"`
	Label  string `json:"label,omitempty"`
}

// Text is the category as people read it.
func (c Category) Text() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Term
}

// An Enclosure is a file that belongs to an entry. Length is in bytes and Duration in
// seconds, 0 for unknown; Type is a media type, "" for unknown.
type Enclosure struct {
	URL      string `json:"url"`
	Type     string `json:"type,omitempty"`
	Length   int64  `json:"length,omitempty"`
	Title    string `json:"title,omitempty"`
	Duration int    `json:"duration,omitempty"`
}

// A Link is one of RFC 4287 §4.2.7's, of a relation in Relations.
type Link struct {
	Rel      string `json:"rel"`
	URL      string `json:"url"`                // absolute http(s) URL
	Type     string `json:"type,omitempty"`     // a media type, or ""
	Title    string `json:"title,omitempty"`    // plain text, or ""
	Language string `json:"language,omitempty"` // BCP 47 of what it leads to, or ""
}

// Relations are those of an entry's Links: what it speaks of, where its publisher found
// it, what answers it (RFC 4685), and under which licence it is (RFC 4946).
func Relations() []string { return []string{"related", "via", "replies", "license"} }

// A Place is where an entry happens (GeoRSS Simple). Shape is point, line, polygon or
// box; Coordinates are latitude and longitude in WGS84 degrees, separated by spaces, of
// one corner after the other.
type Place struct {
	Shape       string `json:"shape"`
	Coordinates string `json:"coordinates"`
}

// A Podcast is what the itunes and podcast modules say of an entry besides its
// enclosure, picture, title and text. What they do not say is "" or nil; an entry that
// has only a duration is an episode, too.
type Podcast struct {
	Episode     string        `json:"episode,omitempty"`      // a number
	Season      string        `json:"season,omitempty"`       // a number
	EpisodeType string        `json:"episode_type,omitempty"` // full, trailer or bonus
	Explicit    string        `json:"explicit,omitempty"`     // true or false
	Transcripts []PodcastFile `json:"transcripts,omitempty"`
	Chapters    *PodcastFile  `json:"chapters,omitempty"`
}

// Says reports whether it says something.
func (p *Podcast) Says() bool {
	return p.Chapters != nil || len(p.Transcripts) > 0 || p.Episode+p.Season+p.EpisodeType+p.Explicit != ""
}

// A PodcastFile is one that goes with an episode.
type PodcastFile struct {
	URL      string `json:"url"`
	Type     string `json:"type,omitempty"`
	Language string `json:"language,omitempty"`
}

// An Origin is the feed an aggregator copied an entry from (RFC 4287 §4.2.11,
// RSS 2.0 source). Link is its page, Self the feed itself; where it names only one
// address, that is Link.
type Origin struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	Link  string `json:"link,omitempty"`
	Self  string `json:"self,omitempty"`
}

// A StoredEntry is an entry with what the store knows of it.
type StoredEntry struct {
	Entry
	Key    EntryKey
	Source SourceID
	Group  GroupKey
	Seen   time.Time // when it was first stored
}

// When is Entry.Date with the entry's own seen time.
func (e *StoredEntry) When() time.Time { return e.Date(e.Seen) }
