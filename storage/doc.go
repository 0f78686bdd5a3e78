// Package storage keeps everything in one bbolt file: sources, entries, groups,
// stories, memberships, the window that new entries are compared over, and what
// operators decided. It is the only importer of bbolt.
//
// Apply is the only way to write. It is deterministic: nothing in it reads the
// clock, iterates a map or asks the machine, so the same changes in the same
// order give the same file content. View is the way to read. The package owns
// no goroutine; one writer at a time calls Apply. Where new entries go is asked
// of a Placer, inside the transaction.
//
// Placement, rules and operators change state by separate ways, so that none
// undoes the other: an entry is placed once; rules make and drop memberships;
// operators' rulings (hidden, included) stand beside memberships and are read
// with them, and their merges and splits move entries that are never placed anew.
//
// It stands on floor 2 and imports feed, feed/text for comparing languages, and its
// encoding libraries; never feed/match, feed/story or another package of its floor.
package storage
