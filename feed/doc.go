// Package feed holds the words of the domain: what a source, an entry, a group,
// a story, a topic, a membership and an edition are, and the changes by which
// stored state moves from one to the next.
//
// It stands on floor 0: it imports the standard library only, and every other
// package may import it. Fields carry Atom's names (RFC 4287): id, title, link,
// summary, content, published, updated, author, category, enclosure, source.
//
//	Source      a feed that is polled
//	Entry       one item of a source
//	Group       entries that are copies of one report
//	Story       groups that report the same event
//	Topic       a rule set and the feed it publishes
//	Membership  a group filed under a topic
//	Edition     what a topic publishes at a moment
//
// Three moments matter: an entry is seen when it is first stored; a group is
// filed when a topic first publishes it; published and updated are the
// publisher's own dates.
package feed
