package parse

import (
	"bytes"
	"errors"
	"fmt"
)

// Version is the version of this parser's reading. It salts every feed.Raw, so
// that entries are read anew after a change of what an entry's bytes mean.
const Version = 3

// The sentinels that errors of Feed wrap.
var (
	// ErrNotFeed says that the document is something else: an HTML page, an
	// empty body, JSON without items.
	ErrNotFeed = errors.New("not a feed")
	// ErrBound says that the document is larger or more deeply nested than any
	// feed has reason to be.
	ErrBound = errors.New("over a bound")
	// ErrMalformed says that the document is a feed that no repair made readable.
	ErrMalformed = errors.New("malformed")
)

// The bounds. They hold before gofeed sees a byte, and are chosen so that no
// document costs more than 64 MiB or one second. maxWork and maxMemory are the
// real limits: each construct adds what reading it costs; the others are there
// to name the culprit early and exactly.
const (
	maxBytes      = 10 << 20 // of a document, in UTF-8
	maxEntryBytes = 4 << 20  // of one entry
	maxDepth      = 100      // of open elements, or of JSON arrays and objects
	maxElements   = 500_000  // elements, or JSON values
	maxEntries    = 10_000
	maxAttributes = 100     // of one element
	maxAttrBytes  = 1 << 20 // of one attribute
	maxNamespaces = 100     // declarations in scope
	maxBases      = 20_000  // xml:base attributes
	maxBase       = 2048    // bytes of an xml:base, alone and resolved
	maxMarkers    = 500_000 // comments, processing instructions, CDATA sections
	maxMarkup     = 500_000 // tags inside the HTML of entries
	maxGrowth     = 4 << 20 // bytes that repairs may add

	// What is longer is left out of what is read, and the document with the rest.
	maxFeedText  = 256 << 10 // bytes of text of the feed's own elements together, or of a JSON member
	maxFeedSpace = 4 << 10   // bytes of text between the feed's own elements
	maxDate      = 200       // bytes of a date
	maxPlain     = 64 << 10  // bytes of a title, a name, a term
	// maxMade is how many bytes all entries of a document may take, once they are read:
	// a relative address may become hundreds of times as long, and so may a category of
	// one letter.
	maxMade = 14 << 20
	// batchBytes is how much of a document gofeed gets at once, if not one entry alone.
	batchBytes = 512 << 10
)

// Estimated costs, in nanoseconds and bytes, measured on worst cases of each
// kind (BenchmarkBombs) and rounded up.
const (
	maxWork   = 800_000_000
	maxMemory = 40 << 20

	elementWork     = 1500 // encoding/xml, goxpp and gofeed for one element
	elementMemory   = 60
	extensionMemory = 220 // gofeed's struct and maps of an extension element
	attributesWork  = 300 // and its map of attributes, where it has some
	attributesBytes = 300
	attributeWork   = 300
	attributeMemory = 50
	scopeWork       = 60 // goxpp copies every namespace in scope for each element
	markupWork      = 2500
	innerBaseWork   = 10_000 // an address resolved against an xml:base inside XHTML, of maxBase bytes
	valueWork       = 400    // JSON
	valueMemory     = 40
	objectMemory    = 240
)

// budget adds up what reading the document costs.
type budget struct {
	work, memory int
}

func (b *budget) spend(work, memory int) error {
	b.work += work
	b.memory += memory
	if b.work > maxWork {
		return errors.New("reading it would take more than a second")
	}
	if b.memory > maxMemory {
		return errors.New("reading it would take more than 64 MiB")
	}
	return nil
}

// at says where in doc an offset lies, for people.
func at(doc []byte, offset int) string {
	offset = min(offset, len(doc))
	return fmt.Sprintf("line %d, byte %d", 1+bytes.Count(doc[:offset], []byte{'\n'}), offset)
}
