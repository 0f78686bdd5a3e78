package storage

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
)

// siteKey is the key of what is looked up by an address or a public id: a hash of whose
// it is (3 bytes), then of all of it (8). What one source brings is mostly of one site, so
// that its keys are neighbours: a visit then changes a page of the file or two, however
// large the file is, where keys that lie anywhere would each change one of their own.
func siteKey(address string) []byte {
	k := binary.BigEndian.AppendUint32(make([]byte, 0, 12), uint32(xxhash.Sum64String(site(address))))
	return binary.BigEndian.AppendUint64(k[:3], xxhash.Sum64String(address))
}

// site is the host of an address, with or without its scheme, or what a tag: begins with
// (RFC 4151), and of a urn: what stands before its last colon; of anything else it is all
// of it.
func site(address string) string {
	if strings.HasPrefix(address, "urn:") {
		return address[:strings.LastIndexByte(address, ':')]
	}
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if i := strings.IndexAny(address, "/?#,"); i >= 0 {
		return address[:i]
	}
	return address
}

// A public row is what is stored of a public id: the topics that published an entry under
// it, by their numbers, and which entry.
type publicRow []publicID

type publicID struct {
	topic uint32
	entry feed.EntryKey
}

func (r publicRow) encode() []byte {
	var b []byte
	for _, p := range r {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(p.topic)), uint64(p.entry))
	}
	return b
}

func readPublicRow(v []byte) (r publicRow) {
	for c := (cursor{b: v}); len(c.b) > 0; {
		if p := (publicID{uint32(c.uvarint()), feed.EntryKey(c.uvarint())}); c.err == nil {
			r = append(r, p)
		}
	}
	return r
}

// in is the entry that a topic published under the id, 0 for none.
func (r publicRow) in(topic uint32) feed.EntryKey {
	for _, p := range r {
		if p.topic == topic {
			return p.entry
		}
	}
	return 0
}

// giveID lets a topic publish an entry under an id, unless another one has it there.
func (w *writer) giveID(topic uint32, id string, k feed.EntryKey) (free bool, err error) {
	r := readPublicRow(w.publics.Get(siteKey(id)))
	switch r.in(topic) {
	case k:
		return true, nil
	case 0:
		return true, w.publics.Put(siteKey(id), append(r, publicID{topic, k}).encode())
	}
	return false, nil
}

// takeID takes an id back from a topic.
func (w *writer) takeID(topic uint32, id string) error {
	r := readPublicRow(w.publics.Get(siteKey(id)))
	r = slices.DeleteFunc(r, func(p publicID) bool { return p.topic == topic })
	if len(r) == 0 {
		return w.publics.Delete(siteKey(id))
	}
	return w.publics.Put(siteKey(id), r.encode())
}
