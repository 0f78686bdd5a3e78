package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// bbolt syncs what a commit wrote, then writes the page that makes it the current
// state, a meta page, and syncs that. Where the second sync fails, the commit is in
// doubt: it is reported as failed, and this process and the next ones see it, while
// the disk may still have the state before. A later sync need not write that page
// again, since the system takes it for written (fsync(2)); yet pages that only the state
// before needs are free to the next commit. A power cut in the middle of that one would
// leave neither state whole. So before the next commit the meta pages are written again
// as they are and synced, until that succeeds.

// reached reports whether the commit of this number is what reads see.
func (db *DB) reached(commit int) (is bool) {
	err := db.file.view(func(tx *bolt.Tx) error {
		is = tx.ID() >= commit
		return nil
	})
	return is && err == nil
}

// ascertain puts on disk what reads see, where that is in doubt. It is in doubt at a
// start, too: nobody knows how the last process ended.
func (db *DB) ascertain() error {
	if !db.doubt || db.file.bolt.NoSync {
		return nil
	}
	// Of the pages of a state that a commit in doubt took the place of bbolt forgets who
	// still reads them.
	if err := db.file.alone(); err != nil {
		return err
	}
	defer db.file.reads.Unlock()
	metas := make([]byte, 2*db.file.bolt.Info().PageSize)
	if _, err := db.file.f.ReadAt(metas, 0); err != nil {
		return bare(err)
	}
	if _, err := db.file.f.WriteAt(metas, 0); err != nil {
		return bare(err)
	}
	if err := db.file.bolt.Sync(); err != nil {
		return err
	}
	db.doubt = false
	return nil
}

// aloneWithin is how long reads under way may take to end.
const aloneWithin = 5 * time.Second

var errBusy = errors.New("the last commit is in doubt, and what reads the file does not end")

// alone waits until nobody reads, and keeps others from it until b.reads is unlocked. It
// does not wait in line: a read that begins another one would wait behind it for ever.
func (b *boltFile) alone() error {
	for until := time.Now().Add(aloneWithin); !b.reads.TryLock(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			return errBusy
		}
	}
	return nil
}

// settled is what becomes of a commit that failed with err, which touched topics: nil
// where it could be put on disk after all.
func (db *DB) settled(commit int, topics []feed.TopicID, err error) error {
	if commit == 0 || !db.reached(commit) {
		return err
	}
	db.doubt = true
	if db.ascertain() == nil {
		return nil
	}
	// It shows as soon as anything else does, whoever is told that it failed.
	db.untold = append(db.untold, topics...)
	db.config = nil
	return err
}
