package storage

import (
	"bytes"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/link"
)

// hashPrefix begins the ids of entries that have neither id nor link (feed.Entry).
const hashPrefix = "hash:"

// plainID is an id as ids of one source are compared: where it is an address, without
// what comes and goes while the page stays. What follows a # stays: it may be what
// tells the parts of a page.
func plainID(e *feed.Entry) string {
	if e.ID == e.Canonical {
		return link.Page(e.Canonical)
	}
	return plainAddress(e.ID)
}

func plainAddress(id string) string {
	if !strings.HasPrefix(id, "http") {
		return id
	}
	c := link.Canonical(id)
	if c == "" {
		return id
	}
	page := link.Page(c)
	if _, fragment, ok := strings.Cut(id, "#"); ok {
		page += "#" + fragment
	}
	return page
}

// The index of ids has, besides keys of entries, what is said of ids that lead to none.
var (
	tombstone = []byte{0}    // the entry was removed
	voidID    = []byte{0, 1} // several reports carry it
)

// plainIDs are all ids of an entry as ids are compared, its own first.
func (e *entryRecord) plainIDs() []string {
	ids := []string{plainID(&e.Entry)}
	for _, a := range e.aliases {
		ids = append(ids, plainAddress(a))
	}
	return ids
}

// hasID reports whether an entry is known by an id, as ids are compared.
func (e *entryRecord) hasID(plain string) bool { return slices.Contains(e.plainIDs(), plain) }

// alias makes an entry known by another id, too. The caller stores the entry.
func (w *writer) alias(e *entryRecord, id string) error {
	plain := plainAddress(id)
	if e.hasID(plain) {
		return w.ids.Put(hashKey(e.source, plain), shortKey(uint64(e.Key)))
	}
	if e.aliases = append(e.aliases, id); len(e.aliases) > maxAliases {
		k := hashKey(e.source, plainAddress(e.aliases[0]))
		if bytes.Equal(w.ids.Get(k), shortKey(uint64(e.Key))) {
			if err := w.ids.Delete(k); err != nil {
				return err
			}
		}
		e.aliases = e.aliases[1:]
	}
	return w.ids.Put(hashKey(e.source, plain), shortKey(uint64(e.Key)))
}

// maxAliases is how many ids besides its own an entry is known by: the newest.
const maxAliases = 8

// bury leaves tombstones for all that an entry was known by.
func (w *writer) bury(e *entryRecord) error {
	known := e.plainIDs()
	if page := link.Page(e.Canonical); len(e.aliases) > 0 && link.Telling(page) {
		known = append(known, page) // its next id would be another one again
	}
	return w.buryAs(e, known)
}

// buryAs leaves tombstones for ids of an entry that no other entry has.
func (w *writer) buryAs(e *entryRecord, known []string) error {
	for _, plain := range known {
		k := hashKey(e.source, plain)
		if v := w.ids.Get(k); v == nil || bytes.Equal(v, shortKey(uint64(e.Key))) {
			if err := w.ids.Put(k, tombstone); err != nil {
				return err
			}
		}
	}
	return nil
}
