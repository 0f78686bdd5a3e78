package publish

// A Format is one of the three forms a topic is published in. Its value is also
// the ending of the document's address.
type Format string

// The formats.
const (
	Atom Format = "atom"
	RSS  Format = "rss"
	JSON Format = "json"
)

// Formats returns every format, in the order in which they are offered.
func Formats() []Format { return []Format{Atom, RSS, JSON} }

// Valid reports whether f is one of the formats.
func (f Format) Valid() bool { return f == Atom || f == RSS || f == JSON }

// Ext is the ending of a document's address, dot included.
func (f Format) Ext() string { return "." + string(f) }

// MediaType is the format's media type, without parameters, as links carry it.
func (f Format) MediaType() string {
	switch f {
	case Atom:
		return "application/atom+xml"
	case RSS:
		return "application/rss+xml"
	}
	return "application/feed+json"
}

// ContentType is the value of the Content-Type header. JSON is always UTF-8
// (RFC 8259 §8.1) and its media types have no charset; many servers name it all
// the same, and readers accept both.
func (f Format) ContentType() string { return f.MediaType() + "; charset=utf-8" }
