// Package storage keeps everything in one bbolt file: sources, entries, groups,
// stories and memberships. It is the only importer of bbolt.
//
// Apply is the only way to write. It is deterministic: nothing in it reads the
// clock, iterates a map or asks the machine, so the same changes in the same
// order give the same file content. View is the way to read. The package owns
// no goroutine; one writer at a time calls Apply.
//
// It stands on floor 2 and imports feed and its encoding libraries; never
// feed/match, feed/story or another package of its floor.
package storage
