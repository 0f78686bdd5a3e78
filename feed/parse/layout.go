package parse

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
)

// A kind is a family of formats that gofeed reads with one parser.
type kind uint8

const (
	kindRSS kind = iota // and RDF
	kindAtom
	kindJSON
)

// A layout is what the scan found: the repaired document and where its entries
// stand.
type layout struct {
	kind kind
	// out is what gofeed may read: one root element, well formed, free of
	// prolog, comments, processing instructions and xml:base. It is a part of
	// the document itself where nothing needed repair.
	out     output
	entries []span
	raws    []feed.Raw // one an entry
	bases   []base
	// itemsFrom and itemsTo are where in out the inside of a JSON Feed's array
	// of items stands.
	itemsFrom, itemsTo int
	// root and channel are the start tags of the elements that entries stand in, as in
	// out, and rootName and channelName their names; of JSON nothing, and of Atom no
	// channel.
	root, channel         []byte
	rootName, channelName string
	memory                int     // bytes that it takes to read its elements or values, about
	fields                []field // the first is that of an entry without one
	feed                  span    // what the scan notes of the feed's own elements
}

// A span is one entry, and what gofeed would lose of it.
type span struct {
	start, end int      // in the document
	from, to   int      // in layout.out
	inChannel  bool     // inside RSS's channel, not beside it
	id         part     // the raw content of its guid or id
	about      part     // rdf:about, raw
	lang       part     // xml:lang, raw
	created    part     // the raw content of Atom 0.3's created
	rights     part     // the type of its rights, raw
	title      part     // the type of the feed's title, raw
	authors    []part   // the raw content of each of RSS's author elements
	categories []part   // that of each category in an element around all of them
	base       int      // index into layout.bases, or -1
	fields     [3]int32 // indexes into layout.fields
}

// A part is a range of the document; the zero value is none.
type part struct{ start, end int }

func (p part) of(doc []byte) []byte { return doc[p.start:p.end] }

// field is one of an entry's fields, by fieldTitle and so on.
func (l *layout) field(s *span, i int) *field { return &l.fields[s.fields[i]] }

// The elements of an entry whose attributes gofeed loses.
const (
	fieldTitle = iota
	fieldSummary
	fieldContent
)

// A field is what an element's start tag said of its text, and that text.
type field struct {
	typ, lang part
	inner     part // what stands between its tags, raw
	base      int  // index into layout.bases; -1 for the entry's own

	base64  bool // Atom 0.3's mode
	body    bool // an XHTML body in RSS
	foreign bool // an element within has a prefix or an xml:base
}

// A base is one xml:base attribute (raw), within another.
type base struct {
	value  part
	parent int // index into layout.bases, or -1
}

// scan looks at every byte once. It keeps the bounds, repairs the markup, finds
// the entries and names them.
//
// A feed.Raw is the xxhash of an entry's bytes as decoded, seeded with a hash of
// everything outside the entry that decides how it is read:
//
//   - Version and the address the document came from;
//   - the start tags of the root and the channel (namespaces, xml:base,
//     xml:lang), byte for byte;
//   - the feed's own link and language elements, byte for byte, for they are
//     the base of relative links and the language of entries without one; in
//     JSON Feed home_page_url, feed_url, language and version.
//
// It leaves out what publishers change at every build (lastBuildDate, updated,
// ttl, generator, comments) and the feed's title and authors, which no entry
// inherits.
func scan(doc []byte, address string) (*layout, error) {
	i := spaceEnd(doc, 0)
	if i == len(doc) {
		return nil, fmt.Errorf("%w: an empty document", ErrNotFeed)
	}
	p := pass{doc: doc, pos: i, ed: editor{doc: doc, last: i}, context: xxhash.New()}
	p.lay.feed.base = -1
	fmt.Fprintf(p.context, "%d\x00%s\x00", Version, address)
	if doc[i] == '{' {
		return (&jsonScanner{pass: p}).scan()
	}
	return (&xmlScanner{pass: p}).scan()
}

// A pass is what the scans of both syntaxes keep.
type pass struct {
	budget
	doc     []byte
	pos     int
	ed      editor
	lay     layout
	context *xxhash.Digest
}

// refused is what an error at pos says of the document.
func (p *pass) refused(err error) error {
	kind := ErrBound
	if errors.Is(err, errGrowth) {
		kind = ErrMalformed
	}
	return fmt.Errorf("%w: %s: %w", kind, at(p.doc, p.pos), err)
}

// name gives every entry its Raw.
func (l *layout) name(doc []byte, context *xxhash.Digest) {
	l.raws = make([]feed.Raw, len(l.entries))
	seed := context.Sum64()
	var h xxhash.Digest
	for i, e := range l.entries {
		h.ResetWithSeed(seed)
		h.Write(doc[e.start:e.end])
		l.raws[i] = feed.Raw(h.Sum64())
	}
}

// note keeps what gofeed would lose of the attributes of an entry and of its
// title, summary and content.
func (s *xmlScanner) note(f *frame, local []byte) {
	switch {
	case f.role == roleEntry:
		s.current.lang = s.attribute("xml:lang")
		s.current.about = s.attribute("rdf:about")
	case s.depth == 0, f.role == roleChannel && !f.ghost:
		if lang := s.attribute("xml:lang"); lang.end > 0 {
			s.lay.feed.lang = lang
		}
		s.lay.feed.base = f.base
	case s.entry > 0 && s.depth == s.entry:
		s.noteField(f, local)
	case s.entry > 0 && s.depth > s.entry:
		if host := &s.stack[s.entry+1]; host.field > 0 && (f.base != s.stack[s.depth].base || len(prefixOf(f.name.of(s.doc))) > 0) {
			s.lay.fields[host.field].foreign = true
		}
	case s.depth == 1 && s.lay.kind == kindAtom && isName(local, "title"):
		s.lay.feed.title = s.attribute("type")
	case s.depth == 1 && s.lay.kind == kindAtom && isRights(local):
		s.lay.feed.rights = s.attribute("type")
	}
}

// noteField keeps what the start tag of an entry's title, summary or content
// says. An XHTML body is an item's content where it has no other.
func (s *xmlScanner) noteField(f *frame, local []byte) {
	entry := &s.stack[s.depth]
	native := s.samePrefix(f.name, entry.name)
	i := fieldOf(local)
	body := false
	switch {
	case i >= 0 && (native || isName(local, "encoded")):
	case s.lay.kind == kindRSS && isName(local, "body") && s.current.fields[fieldContent] == 0 && (native || s.isXHTML(f)):
		i, body = fieldContent, true
	case native && isRights(local):
		s.current.rights = s.attribute("type")
		return
	default:
		return
	}
	n := field{typ: s.attribute("type"), lang: s.attribute("xml:lang"), base: -1, body: body}
	n.base64 = bytes.EqualFold(s.attribute("mode").of(s.doc), []byte("base64"))
	if f.base != entry.base {
		n.base = f.base
	}
	// A later element of the same name takes the place of the first, as it does
	// for gofeed.
	if s.current.fields[i] == 0 {
		s.current.fields[i] = int32(len(s.lay.fields))
		s.lay.fields = append(s.lay.fields, n)
	}
	f.field = s.current.fields[i]
	s.lay.fields[f.field] = n
}

func isRights(local []byte) bool { return isName(local, "rights") || isName(local, "copyright") }

func fieldOf(local []byte) int {
	switch {
	case isName(local, "title"):
		return fieldTitle
	case isName(local, "summary"), isName(local, "description"):
		return fieldSummary
	case isName(local, "content"), isName(local, "encoded"):
		return fieldContent
	}
	return -1
}
