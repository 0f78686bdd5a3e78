package feed

import "time"

// An EntryKey is the number of a stored entry. Keys grow in the order in which
// entries were first seen. 0 is no entry.
type EntryKey uint64

// An Entry is one item of a source, as parsed: cleaned, resolved, sanitised.
// Every string is valid XML 1.0 text without surrounding white space.
type Entry struct {
	// ID is the entry's identity in its source: id or guid, else its canonical
	// link, else "hash:" and a hash of title and date. Never "".
	ID string
	// Link is where the entry can be read; absolute http(s) URL or "".
	Link string
	// Canonical is Link without what does not change the page it names
	// (feed/link); equal for two sources that carry the same link. "" with Link.
	Canonical string
	Title     string // plain text
	Summary   string // sanitised HTML, or ""
	Content   string // sanitised HTML, or ""; "" too where it equals Summary
	// Published and Updated are the publisher's dates in UTC, whole seconds;
	// zero where the source gives none.
	Published, Updated time.Time
	Language           string // BCP 47, lower case; "" for unknown
	Rights             string
	Authors            []Person
	Categories         []Category
	Enclosures         []Enclosure
	Origin             *Origin // the feed it was copied from, where it says so
	Raw                Raw     // of the bytes it was read from
}

// Date is when the entry was published as far as the source tells: published,
// else updated, else seen; never after seen.
func (e *Entry) Date(seen time.Time) time.Time {
	d := e.Published
	if d.IsZero() {
		d = e.Updated
	}
	if d.IsZero() || d.After(seen) {
		return seen
	}
	return d
}

// A Person is an author (RFC 4287 §3.2). Name is never "".
type Person struct{ Name, URI, Email string }

// A Category is RFC 4287 §4.2.2's; Label is "" where it equals Term.
type Category struct{ Term, Scheme, Label string }

// Text is the category as people read it.
func (c Category) Text() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Term
}

// An Enclosure is a file that belongs to an entry. Length is in bytes, 0 for
// unknown; Type is a media type, "" for unknown.
type Enclosure struct {
	URL    string
	Type   string
	Length int64
}

// An Origin is the feed an aggregator copied an entry from (RFC 4287 §4.2.11,
// RSS 2.0 source).
type Origin struct{ ID, Title, Link string }

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
