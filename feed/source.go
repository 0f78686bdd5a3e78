package feed

import "time"

// A SourceID is the address of a source exactly as the operator wrote it: an
// http or https URL, or file: and a path. It is the source's identity for ever;
// a feed that moves keeps the id it was configured under.
type SourceID string

// A Source is a feed to poll, as configured.
type Source struct {
	ID       SourceID
	Pos      Pos
	Title    string        // shown instead of the feed's own title when set
	Tags     []string      // the operator's own, for topics to choose by
	Language string        // BCP 47; "" lets each entry or the feed speak for itself
	Interval time.Duration // between two visits; 0 means the default
	File     string        // for file: sources, the absolute path; "" otherwise
	Header   map[string]string
}

// Meta is what a feed document says about itself. Every string is valid
// XML 1.0 text.
type Meta struct {
	Title    string
	Link     string // the home page; absolute http(s) URL or ""
	Self     string // the feed's own address (rel=self), or ""
	Hub      string // the WebSub hub it advertises, or ""
	ID       string // atom:id of the feed, or ""
	Language string // BCP 47, lower case, or ""
	Rights   string
	Authors  []Person
	Updated  time.Time // zero when the document gives none
}

// Validators are the two headers of a 200 answer that make the next request a
// conditional one (RFC 9110 §8.8). Both are kept byte for byte and replaced
// together.
type Validators struct {
	ETag         string // with its quotes and W/, or ""
	LastModified string // never reformatted, or ""
}

// SourceState is what is stored about a source: its schedule and its health.
type SourceState struct {
	ID         SourceID
	Meta       Meta
	Validators Validators
	// Body is the hash of the last document that parsed; 0 before the first.
	Body uint64
	// Next is when the source is due. A claim moves it before the request
	// leaves, so that a restart never polls early.
	Next time.Time
	// Visited and Succeeded are the ends of the last visit and of the last one
	// that brought a readable document or a 304. Changed is the last one that
	// brought something new.
	Visited, Succeeded, Changed time.Time
	Failures                    int    // visits failed in a row
	Error                       string // of the last failed visit; "" after a success
	HTTP                        int    // status of the last answer, 0 for none
	Entries                     int    // in the source's current document
}

// A Raw names one entry of a document as it stood on the wire: a hash over its
// bytes and the context it was read in. An entry whose Raw is known needs no
// second reading.
type Raw uint64
