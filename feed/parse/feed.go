package parse

import (
	"fmt"
	"runtime"

	"topicwire/feed"
)

// Options say what is known of a document besides its bytes.
type Options struct {
	// URL is where the bytes came from: the base of relative links where the
	// document names none. "" or anything that is not an absolute http(s) URL
	// leaves such links out.
	URL string
	// ContentLocation is the Content-Location header as received, or "": the
	// base of relative links where neither the document nor URL gives one.
	ContentLocation string
	// ContentType is the Content-Type header as received, or "".
	ContentType string
	// Known reports whether an entry is stored as it stands in the document.
	// Known entries are named in Window but not read. nil: none is known.
	Known func(feed.Raw) bool
	// Need is told how many bytes it takes to read the document, by what was found in it
	// and besides what its own length tells, before it is read; an error ends the
	// reading. nil is told nothing.
	Need func(bytes int) error

	// gofeed says that gofeed reads everyday entries, too.
	gofeed bool
}

// address is where the document came from, as far as the Options tell.
func (o *Options) address() string {
	if absolute(o.URL) == nil && absolute(o.ContentLocation) != nil {
		return o.ContentLocation
	}
	return o.URL
}

// A Document is what a feed document says.
type Document struct {
	Meta feed.Meta
	// Window names every entry of the document in its order, known ones too.
	Window []feed.Raw
	// Entries are those not known, in the order of the document, each once.
	// Several may have one ID.
	Entries []feed.Entry
	// Texts are the texts of Entries, in the same order; nil where the document is so
	// large that they are better made one by one.
	Texts []feed.Texts
	Hints feed.Hints
	// Dropped is how many members of a JSON Feed were left out, of the feed and of
	// Entries, since they are of the wrong kind.
	Dropped int
}

// Feed reads a feed document. It never panics, keeps to the bounds of this
// package, and does not change doc. Errors wrap ErrNotFeed, ErrBound or
// ErrMalformed and say what was wrong and where.
func Feed(doc []byte, o Options) (*Document, error) {
	if len(doc) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes, more than %d", ErrBound, len(doc), maxBytes)
	}
	text, err := decode(doc, o.ContentType)
	if err != nil {
		return nil, err
	}
	text = expanded(dropForbidden(text))
	if len(text) > collectAfter && &text[0] != &doc[0] {
		runtime.GC() // who called may have let go of the document itself
	}
	address := o.address()
	lay, err := scan(text, address)
	if err != nil {
		return nil, err
	}
	if o.Need != nil {
		if err := o.Need(lay.memory); err != nil {
			return nil, err
		}
	}
	r := &reader{lay: lay, doc: text, url: ownBase(address)}
	if everydayApart && !o.gofeed && lay.kind != kindJSON {
		r.plain = newEveryday(lay.root, lay.channel)
	}
	d := &Document{Window: lay.raws}
	fresh := lay.fresh(o.Known)
	if err := r.read(fresh, d); err != nil {
		return nil, err
	}
	return d, nil
}
