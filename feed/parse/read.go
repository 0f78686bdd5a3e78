package parse

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// A reader turns what gofeed read of one document into entries.
type reader struct {
	doc []byte // decoded
	lay *layout
	url *url.URL // where the document came from; nil for unknown

	home     *url.URL         // base of entries without xml:base
	page     *url.URL         // base of texts of the RSS item at hand; nil for none
	language string           // of entries that name none
	resolved map[int]*url.URL // of layout.bases, where they are known
	tags     *xmlScanner      // reads the tags of XHTML; nil before the first
	plain    *everyday        // reads everyday entries; nil where gofeed reads them all
	texts    feed.Texts       // of the entry at hand
	made     int              // bytes of entries so far
	parsed   int              // bytes of the document that gofeed has read since the last collection
}

// read parses the document with only the entries named by fresh, and fills d.
//
// gofeed's parsers of the three formats are called directly: all that its
// universal form adds is a translation that loses each entry's own fields, an
// HTML parse of every entry in search of an image, and a detection that looks
// at 4 KB.
func (r *reader) read(fresh []int, d *Document) error {
	d.Entries = make([]feed.Entry, 0, len(fresh))
	if r.lay.kind == kindJSON {
		return r.jsonFeed(fresh, d)
	}
	for n, batch := range r.lay.batches(fresh) {
		if err := r.readBatch(batch, n == 0, d); err != nil {
			return err
		}
		r.let(batch)
	}
	return nil
}

// readBatch parses some entries, the first of them with all that the feed says.
func (r *reader) readBatch(batch []int, first bool, d *Document) error {
	if r.lay.kind == kindAtom {
		return r.atomBatch(batch, first, d)
	}
	return r.rssBatch(batch, first, d)
}

func (r *reader) atomBatch(batch []int, first bool, d *Document) error {
	entries, rest := everydays(r, batch, (*everyday).atomEntry)
	if f := everydayFeed(r, first && len(rest) == 0, (*everyday).feed); f != nil {
		r.atomMeta(f, d)
	} else if first || len(rest) > 0 {
		doc := r.parts(rest, first)
		f, err := guarded(func() (*atom.Feed, error) { return (&atom.Parser{}).Parse(doc) })
		if err == nil {
			err = foundAll(len(f.Entries), len(rest))
		}
		if err != nil {
			return err
		}
		if first {
			r.atomMeta(f, d)
		}
		for n, i := range rest {
			entries[i] = f.Entries[n]
		}
	}
	for _, i := range batch {
		e := r.atomEntry(entries[i], &r.lay.entries[i])
		delete(entries, i)
		if err := r.add(d, e, i); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) rssBatch(batch []int, first bool, d *Document) error {
	items, rest := everydays(r, batch, (*everyday).item)
	if f := everydayFeed(r, first && len(rest) == 0, (*everyday).channel); f != nil {
		r.rssMeta(f, d)
		r.rssHints(f, &d.Hints)
	} else if first || len(rest) > 0 {
		doc := r.parts(rest, first)
		f, err := guarded(func() (*rss.Feed, error) { return (&rss.Parser{}).Parse(doc) })
		if err == nil {
			err = foundAll(len(f.Items), len(rest))
		}
		if err != nil {
			return err
		}
		if first {
			r.rssMeta(f, d)
			r.rssHints(f, &d.Hints)
		}
		for n, i := range r.channelFirst(rest) {
			items[i] = f.Items[n]
		}
	}
	// The first of two entries with one id counts in the order of the document.
	for _, i := range batch {
		e := r.rssEntry(items[i], &r.lay.entries[i])
		delete(items, i)
		if err := r.add(d, e, i); err != nil {
			return err
		}
	}
	return nil
}

// everydayFeed reads what the feed says of itself, where it is asked for and everyday.
func everydayFeed[T any](r *reader, asked bool, read func(*everyday, []byte) *T) *T {
	if r.plain == nil || !asked {
		return nil
	}
	doc, err := io.ReadAll(r.lay.without(nil))
	if err != nil {
		return nil
	}
	return read(r.plain, doc)
}

// parts is what gofeed reads of some entries, with all that the feed says or with none
// of it.
func (r *reader) parts(entries []int, first bool) io.Reader {
	if first {
		return r.lay.without(entries)
	}
	return r.lay.alone(entries)
}

// everydays reads the everyday ones of some entries, and says which others there are.
func everydays[T any](r *reader, batch []int, read func(*everyday, []byte) *T) (found map[int]*T, rest []int) {
	found = make(map[int]*T, len(batch))
	if r.plain == nil {
		return found, batch
	}
	for _, i := range batch {
		e := &r.lay.entries[i]
		if e.inChannel || !r.plain.outer {
			if v := read(r.plain, r.lay.out.text(e.from, e.to)); v != nil {
				found[i] = v
				continue
			}
		}
		rest = append(rest, i)
	}
	return found, rest
}

// guarded calls gofeed, and makes an error of a panic.
func guarded[T any](parse func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: gofeed: %v", ErrMalformed, p)
		}
	}()
	if result, err = parse(); err != nil {
		return result, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return result, nil
}

// jsonDocument reads a JSON Feed with the entries of keep.
func (r *reader) jsonDocument(keep []int) (*json.Feed, error) {
	return guarded(func() (*json.Feed, error) { return (&json.Parser{}).Parse(r.lay.without(keep)) })
}

// channelFirst is the order in which gofeed returns RSS items: those inside the
// channel, then those beside it.
func (r *reader) channelFirst(fresh []int) []int {
	var inside, beside []int
	for _, i := range fresh {
		if r.lay.entries[i].inChannel {
			inside = append(inside, i)
		} else {
			beside = append(beside, i)
		}
	}
	return append(inside, beside...)
}

// foundAll checks that gofeed found the entries that the scan found, without which
// no entry could be told from another.
func foundAll(got, want int) error {
	if got != want {
		return fmt.Errorf("%w: %d entries, of which %d could be read", ErrMalformed, want, got)
	}
	return nil
}

// base is what relative links are resolved against inside an xml:base: the
// address of the document where there is none.
func (r *reader) base(i int) *url.URL {
	if i < 0 {
		return r.home
	}
	if u := r.resolved[i]; u != nil {
		return u
	}
	b := r.lay.bases[i]
	outer := r.url
	if b.parent >= 0 {
		outer = r.base(b.parent)
	}
	u := cmp.Or(within(outer, b.value.of(r.doc)), r.home)
	if r.resolved == nil || len(r.resolved) == maxResolved {
		r.forgetBases(i)
	}
	r.resolved[i] = u
	return u
}

// maxResolved is how many bases are kept resolved: more than may be nested.
const maxResolved = 4 * maxDepth

// forgetBases keeps of what is resolved only what base i stands in.
func (r *reader) forgetBases(i int) {
	kept := make(map[int]*url.URL)
	for i = r.lay.bases[i].parent; i >= 0; i = r.lay.bases[i].parent {
		kept[i] = r.resolved[i]
	}
	r.resolved = kept
}

// within is the base that an xml:base, raw, gives inside another.
func within(outer *url.URL, raw []byte) *url.URL {
	if s := link.Resolve(outer, unescape(raw)); s != "" && len(s) <= maxBase {
		if u, err := url.Parse(link.Masked(s)); err == nil {
			return u
		}
	}
	return outer
}

// setHome decides what entries without xml:base are resolved against: the
// feed's own link, else the document's address.
func (r *reader) setHome(self string) { r.home = cmp.Or(ownBase(self), r.url) }

// setOuter takes the feed's own address for the document's where that is not
// known, and returns the base of the feed's elements.
func (r *reader) setOuter(self string) *url.URL {
	r.url = cmp.Or(r.url, ownBase(self))
	r.home = r.url
	if r.lay.feed.base >= 0 {
		return r.base(r.lay.feed.base)
	}
	return r.url
}

// ownBase is an address of the feed itself as a base, or nil: masked, since a
// reference such as #top stands for the whole of it.
func ownBase(address string) *url.URL { return absolute(link.Masked(address)) }

// absolute is an absolute http or https URL, or nil.
func absolute(address string) *url.URL {
	u, err := url.Parse(link.Resolve(nil, address))
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// value is what a raw part of the document says.
func (r *reader) value(p part) string {
	return strings.TrimSpace(html.CleanXML(unescape(p.of(r.doc))))
}

// values is value of each.
func (r *reader) values(parts []part) (list []string) {
	for _, p := range parts {
		list = append(list, r.value(p))
	}
	return list
}

// add completes an entry and appends it.
func (r *reader) add(d *Document, e feed.Entry, span int) error {
	if e.Link != "" {
		e.Canonical = link.Canonical(e.Link)
	}
	if e.ID = cmp.Or(e.ID, e.Canonical); e.ID == "" {
		e.ID = e.HashID()
	}
	if e.Content == e.Summary {
		e.Content, r.texts.Content = "", ""
	}
	if e.FullText == e.Summary || e.FullText == e.Content {
		e.FullText, r.texts.FullText = "", ""
	}
	e.Language = cmp.Or(e.Language, r.language)
	e.Raw = r.lay.raws[span]
	d.Entries = append(d.Entries, e)
	if len(r.doc) <= maxTexts {
		d.Texts = append(d.Texts, r.texts)
	}
	r.texts = feed.Texts{}
	if r.made += weight(&e); r.made > maxMade {
		return fmt.Errorf("%w: its entries are longer than %d bytes", ErrBound, maxMade)
	}
	return nil
}

// maxTexts is how large a document may be whose entries' texts are kept beside them until
// all are read.
const maxTexts = 1 << 20

// fresh is the entries to read, in the order of the document: those that are not
// known, each once.
func (l *layout) fresh(known func(feed.Raw) bool) []int {
	fresh := make([]int, 0, len(l.entries))
	seen := make(map[feed.Raw]bool, len(l.entries))
	for i, r := range l.raws {
		if !seen[r] && (known == nil || !known(r)) {
			fresh = append(fresh, i)
		}
		seen[r] = true
	}
	return fresh
}

// trim cuts white space from both ends.
func trim(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }
