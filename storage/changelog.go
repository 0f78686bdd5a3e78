package storage

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A logged bucket notes what a decision changes in it, so that undo can take
// back exactly that.
type logged struct {
	*bolt.Bucket
	w     *writer
	name  []byte
	stale func(k []byte) // forgets what is remembered of a record; nil where nothing is
}

// logged is the bucket of a name in the record of a decision.
func (w *writer) logged(name string) (*logged, error) {
	for _, b := range []*logged{&w.groups, &w.stories, &w.members, &w.publics, &w.rulings, &w.dropped} {
		if string(b.name) == name {
			return b, nil
		}
	}
	return nil, fmt.Errorf("decisions write no bucket %q", name)
}

func (b *logged) Put(k, v []byte) error {
	b.changes(k)
	return b.Bucket.Put(k, v)
}

func (b *logged) Delete(k []byte) error {
	b.changes(k)
	return b.Bucket.Delete(k)
}

func (b *logged) changes(k []byte) {
	if b.stale != nil {
		b.stale(k)
	}
	b.note(k)
}

func (b *logged) note(k []byte) {
	l := b.w.log
	if l == nil {
		return
	}
	for i := range l.Images {
		if l.Images[i].Bucket == string(b.name) && bytes.Equal(l.Images[i].Key, k) {
			return // the first one is what was there before
		}
	}
	l.Images = append(l.Images, image{Bucket: string(b.name), Key: bytes.Clone(k), Before: bytes.Clone(b.Get(k))})
}

// A changeLog is what a decision did.
type changeLog struct {
	Images []image
	Moves  []move
}

// An image is one record before and after a decision; empty where there was none.
type image struct {
	Bucket        string
	Key           []byte
	Before, After []byte
}

// A move is an entry that changed its group, or a group that changed its story.
type move struct {
	Entry feed.EntryKey `json:",omitempty"`
	Group feed.GroupKey `json:",omitempty"`
	// From and To are groups of an entry, stories of a group.
	From, To uint64
}

// finish adds what the records are now. Records that came out as they were are
// left out, but for memberships, whose readers are told when it is taken back,
// and rulings and what is set aside, which stood when it was done.
func (l *changeLog) finish(w *writer) error {
	stays := map[string]bool{string(bMembers): true, string(bRulings): true, string(bDropped): true}
	kept := l.Images[:0]
	for _, m := range l.Images {
		b, err := w.logged(m.Bucket)
		if err != nil {
			return err
		}
		m.After = bytes.Clone(b.Get(m.Key))
		if stays[m.Bucket] || !bytes.Equal(m.Before, m.After) {
			kept = append(kept, m)
		}
	}
	l.Images = kept
	return nil
}
