package storage

import (
	"bytes"
	"fmt"
	"strings"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/text"
)

// An item is one of a document's entries on its way to the stored entry that it is.
type item struct {
	*feed.Reported
	plain string // its id as ids are compared; "" where it tells nothing
	page  string // that its link names
	given bool   // the id is more than the link or a hash
	alone bool   // no other item of the document that came with it has its page
	held  linkRow

	byID *entryRecord // that has its id
	void bool         // several reports carry the id: it tells nothing
	done bool         // what follows is decided

	old  *entryRecord  // the entry that it is; nil for a new one
	id   string        // of a new one
	keep []string      // other ids by which a new one is known
	skip bool          // there is nothing to store of it
	same *item         // that it repeats, of the document
	key  feed.EntryKey // of the entry that it is, or repeats; 0 for one that was removed before
}

// An identification finds which stored entries the items of one document are, so
// that no report becomes two and no two become one.
//
// An item is the entry that has its id, unless link and title both are others: an id
// that several reports carry is none, and link, or title and date, stand in for it.
// An item whose id is not known is an entry of its source all the same where the
// link tells reports apart and is that entry's, with nearly its title; and, where the
// link does not tell, where title and date are. No entry is two items of a document.
type identification struct {
	w      *writer
	source *sourceRecord
	items  []*item
	home   string // page of the feed's site
	taken  map[feed.EntryKey]bool
	loaded map[feed.EntryKey]*entryRecord
	fresh  map[string]*item // new items by their ids as they are compared
}

// identify decides what the entries of a reading are. held are the stored entries
// that stand in the document as they stood.
func (w *writer) identify(s *sourceRecord, d *feed.Reading, held []feed.EntryKey) ([]*item, error) {
	in := &identification{
		w: w, source: s, items: make([]*item, len(d.Entries)), home: link.Page(link.Canonical(d.Meta.Link)),
		taken: make(map[feed.EntryKey]bool, len(held)), loaded: make(map[feed.EntryKey]*entryRecord), fresh: make(map[string]*item),
	}
	for _, k := range held {
		in.taken[k] = true
	}
	pages, ids := make(map[string]int, len(d.Entries)), make(map[string]int, len(d.Entries))
	like := make(map[[2]string][]*item, len(d.Entries))
	for i := range d.Entries {
		it := in.read(&d.Entries[i])
		in.items[i] = it
		for _, other := range like[[2]string{it.plain, it.page}] {
			if it.plain != "" && in.repeats(it, &other.Entry) {
				it.done, it.skip, it.same = true, true, other
				break
			}
		}
		if it.done {
			continue
		}
		if k := [2]string{it.plain, it.page}; len(like[k]) < maxLike {
			like[k] = append(like[k], it)
		}
		ids[it.plain]++
		pages[it.page]++
	}
	for _, it := range in.items {
		it.alone = pages[it.page] == 1
		it.void = ids[it.plain] > 1 && it.plain != "" && !it.hashed()
	}
	for _, step := range []func(*item) error{in.byOwnID, in.byDoubtfulID, in.byWhatItSays} {
		for _, it := range in.items {
			if it.done {
				continue
			}
			if err := step(it); err != nil {
				return nil, fmt.Errorf("entry %q: %w", it.Entry.ID, err)
			}
		}
	}
	return in.items, nil
}

// maxLike is how many items of one id and link an item is compared with: of more, nobody
// can say which is which, and a document of nothing else must not cost more than others.
const maxLike = 8

func (in *identification) read(r *feed.Reported) *item {
	it := &item{Reported: r, plain: plainID(&r.Entry), page: link.Page(r.Entry.Canonical)}
	it.given = it.plain != it.page && !it.hashed()
	if it.page != "" && it.page == it.plain && !in.tells(it.page) {
		it.plain = "" // every report of the site could say that
	}
	return it
}

// tells reports whether a page may be one report's own.
func (in *identification) tells(page string) bool { return page != in.home && link.Telling(page) }

// hashed reports whether the item has neither id nor link.
func (it *item) hashed() bool { return strings.HasPrefix(it.plain, hashPrefix) }

// weak reports whether an id looks like one that a template leaves in every report:
// a word for nothing, or the address of a site.
func (it *item) weak() bool {
	return placeholders[strings.ToLower(it.plain)] || strings.HasPrefix(it.Entry.ID, "http") && !link.Telling(it.plain)
}

var placeholders = map[string]bool{
	"n/a": true, "na": true, "none": true, "null": true, "nil": true, "undefined": true, "unknown": true, "false": true,
	"id": true, "guid": true, "item": true, "entry": true, "-": true, "#": true, "0": true, "00000000-0000-0000-0000-000000000000": true,
}

// lookUp reads the index of ids: the entry that has an id, or nil.
func (in *identification) lookUp(plain, written string) (e *entryRecord, gone, void bool, err error) {
	v := in.w.ids.Get(hashKey(in.source.number, plain))
	if v == nil && written != plain {
		// As ids were compared before.
		v = in.w.ids.Get(hashKey(in.source.number, written))
	}
	switch {
	case v == nil:
		return nil, false, false, nil
	case bytes.Equal(v, tombstone):
		return nil, true, false, nil
	case bytes.Equal(v, voidID):
		return nil, false, true, nil
	}
	e, err = in.load(feed.EntryKey(readKey(v)))
	if e != nil && !e.hasID(plain) {
		// Two ids of one source with one hash: only a source that works at it gets
		// here, and then only its own older entry becomes unreachable.
		e = nil
	}
	return e, false, false, err
}

// load is a stored entry, nil for one that is not.
func (in *identification) load(k feed.EntryKey) (*entryRecord, error) {
	if e := in.loaded[k]; e != nil {
		return e, nil
	}
	if in.w.entries.Get(key8(uint64(k))) == nil {
		return nil, nil
	}
	e, err := in.w.loadEntry(k)
	if err == nil {
		in.loaded[k] = e
	}
	return e, err
}

// is settles that an item is a stored entry.
func (in *identification) is(it *item, e *entryRecord) {
	it.old, it.done = e, true
	in.taken[e.Key] = true
}

// byOwnID settles the items whose id and link are a stored entry's.
func (in *identification) byOwnID(it *item) error {
	if it.plain == "" {
		return nil
	}
	e, gone, void, err := in.lookUp(it.plain, it.Entry.ID)
	if err != nil {
		return err
	}
	if gone && !it.void {
		it.done, it.skip = true, true // it was here, and went: it does not come back as news
		return nil
	}
	it.byID, it.void = e, it.void || void
	if e == nil || in.taken[e.Key] {
		return nil
	}
	if link.Page(e.Canonical) == it.page && (alike(&it.Entry, &e.Entry) || !it.void && in.sameReport(it, e)) {
		in.is(it, e)
	}
	return nil
}

// sameReport reports whether an item is the entry that has its id.
func (in *identification) sameReport(it *item, e *entryRecord) bool {
	page := link.Page(e.Canonical)
	switch {
	case page == it.page && in.tells(page), alike(&it.Entry, &e.Entry), sameMoment(&it.Entry, &e.Entry):
		return true
	case page != it.page && page != "" && it.page != "":
		return false
	}
	return !it.weak()
}

// byDoubtfulID settles the items that have another link than the entry of their id,
// and finds the ids that tell nothing.
func (in *identification) byDoubtfulID(it *item) error {
	e := it.byID
	switch {
	case e == nil:
	case in.taken[e.Key]:
		if in.repeats(it, &e.Entry) {
			it.done, it.skip, it.key = true, true, e.Key
		} else {
			it.void = !it.hashed()
		}
	case !it.void && in.sameReport(it, e):
		in.is(it, e)
	default:
		it.void = !it.hashed()
	}
	return nil
}

// byWhatItSays settles an item that no id tells: it is the entry that has its link or
// its title and date, or a new one.
func (in *identification) byWhatItSays(it *item) error {
	if it.void && it.plain != "" {
		if err := in.annul(it); err != nil {
			return err
		}
	}
	row, err := in.w.linkRow(it.Entry.Canonical)
	if err != nil {
		return err
	}
	it.held = row
	mine, err := in.ofSource(row, it.page)
	if err != nil {
		return err
	}
	telling := in.tells(it.page) && it.alone && !row.repeated
	for _, e := range mine {
		telling = telling && !in.taken[e.Key]
	}
	switch {
	case !telling:
		err = in.byTitle(it, mine)
	case it.given && !it.void:
		err = in.byLink(it, mine)
	default:
		err = in.byStandIn(it, mine)
	}
	if err != nil || it.done {
		return err
	}
	return in.asNew(it, telling)
}

// ofSource are the entries of a link that are the source's own.
func (in *identification) ofSource(row linkRow, page string) (mine []*entryRecord, err error) {
	for _, k := range row.entries {
		head, ok, err := headOrGhost(in.w.entries, in.w.ghosts, k)
		if err != nil {
			return nil, err
		}
		if !ok || head.source != in.source.number {
			continue
		}
		e, err := in.load(k)
		if err != nil {
			return nil, err
		}
		if e != nil && link.Page(e.Canonical) == page {
			mine = append(mine, e)
		}
	}
	return mine, nil
}

// byLink settles an item that carries an id which is new, where its link tells: the
// publisher gave an old report a new id.
func (in *identification) byLink(it *item, mine []*entryRecord) error {
	_, gone, _, err := in.lookUp(it.page, it.page)
	switch {
	case err != nil:
		return err
	case gone:
		it.done, it.skip = true, true
	case len(mine) == 1 && in.moved(it, mine[0]):
		in.is(it, mine[0])
	}
	return nil
}

// moved reports whether an item with the link of an entry is that report under
// another id. Where the ids have nothing in common and the dates differ, the text
// has to be the same: some pages name one report after the other.
func (in *identification) moved(it *item, e *entryRecord) bool {
	was, is := strings.SplitN(plainID(&e.Entry), "#", 2), strings.SplitN(it.plain, "#", 2)
	if was[0] == is[0] {
		return text.Likeness(headline(&it.Entry), headline(&e.Entry)) >= .5
	}
	return alike(&it.Entry, &e.Entry) && (sameDate(&it.Entry, &e.Entry) || text.Likeness(body(&it.Entry), body(&e.Entry)) >= .5)
}

// byStandIn settles an item without an id that tells, by its link.
func (in *identification) byStandIn(it *item, mine []*entryRecord) error {
	e, gone, _, err := in.lookUp(it.page, it.Entry.Canonical)
	switch {
	case err != nil:
		return err
	case gone:
		it.done, it.skip = true, true
	case e != nil && !in.taken[e.Key]:
		in.is(it, e)
	case len(mine) == 1 && (alike(&it.Entry, &mine[0].Entry) || sameDate(&it.Entry, &mine[0].Entry)):
		in.is(it, mine[0])
	}
	return nil
}

// byTitle settles an item whose link does not tell, by title and date. Only a date
// that the publisher gave counts: what is always called "Weather" is new every day.
func (in *identification) byTitle(it *item, mine []*entryRecord) error {
	for _, e := range mine {
		if !in.taken[e.Key] && e.Title == it.Entry.Title && sameDate(&it.Entry, &e.Entry) {
			in.is(it, e)
			return nil
		}
	}
	id := it.Entry.HashID()
	e, gone, _, err := in.lookUp(id, id)
	switch {
	case err != nil:
		return err
	case gone && (!it.given || dated(&it.Entry)):
		it.done, it.skip = true, true
	case e != nil && !in.taken[e.Key] && (!it.given || it.void || sameDate(&it.Entry, &e.Entry)):
		in.is(it, e)
	}
	return nil
}

// asNew settles that an item is a new entry, and by which id it will be known.
func (in *identification) asNew(it *item, telling bool) error {
	it.done = true
	switch {
	case it.given && !it.void:
		it.id = it.Entry.ID
		if !telling && dated(&it.Entry) && it.Entry.Title != "" {
			it.keep = []string{it.Entry.HashID()}
		}
	case telling && it.void:
		it.id = it.Entry.Canonical
	case telling:
		it.id = it.Entry.ID // byte for byte
	default:
		it.id = it.Entry.HashID()
	}
	free, err := in.reserve(it)
	if free || err != nil {
		return err
	}
	it.id = it.Entry.TextHashID()
	if free, err = in.reserve(it); !free {
		it.skip = true // not even the text tells them apart
	}
	return err
}

// reserve gives a new item its id. Where that is another's already, it says whose.
func (in *identification) reserve(it *item) (free bool, err error) {
	plain := it.plain
	if it.id != it.Entry.ID || plain == "" {
		plain = plainAddress(it.id)
	}
	e := it.byID
	if plain != it.plain || it.void {
		if e, _, _, err = in.lookUp(plain, it.id); err != nil {
			return false, err
		}
	}
	it.same, it.key = in.fresh[plain], 0
	switch {
	case e != nil:
		it.key = e.Key
	case it.same == nil:
		in.fresh[plain] = it
		return true, nil
	}
	return false, nil
}

// annul notes that an id is none, and finds another one for the entry that has it.
func (in *identification) annul(it *item) error {
	if it.given && in.source.SharedID == "" {
		in.source.SharedID = cut(it.Entry.ID, maxNoted)
	}
	k := hashKey(in.source.number, it.plain)
	if bytes.Equal(in.w.ids.Get(k), voidID) {
		return nil
	}
	if e := it.byID; e != nil {
		id := e.HashID()
		if it.given && in.tells(link.Page(e.Canonical)) {
			id = e.Canonical
		}
		if err := in.w.alias(e, id); err != nil {
			return err
		}
		if err := in.w.putEntry(e, nil); err != nil {
			return err
		}
	}
	return in.w.ids.Put(k, voidID)
}

// maxNoted is how many bytes of an id are kept for people to see.
const maxNoted = 100

// cut is the beginning of a text, of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// repeats reports whether an item with the id of an entry of the same document says
// the same: what differs is no more than an edit.
func (in *identification) repeats(it *item, e *feed.Entry) bool {
	if it.page != link.Page(e.Canonical) || !alike(&it.Entry, e) {
		return false
	}
	if in.tells(it.page) || it.given && it.Entry.Given().Equal(e.Given()) {
		return true
	}
	return body(&it.Entry) == body(e)
}
