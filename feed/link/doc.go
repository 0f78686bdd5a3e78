// Package link compares and resolves the addresses of entries.
//
// Two sources that report the same page rarely write the same address for it:
// trackers, mobile hosts and accelerated pages stand between. Canonical writes
// the address as it would be without them. Masked writes the address of a source
// without what is secret in it.
//
// Floor 1: it imports feed/chars and no other package of topicwire.
package link
