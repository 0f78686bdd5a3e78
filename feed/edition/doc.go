// Package edition turns the memberships of a topic into what the topic
// publishes at a moment: which entries, in which order, led by whom, and who
// else reported the same.
//
// What was published once stays as it was: an item's id, its lead and its place
// do not change when others join its group or story, and a cap leaves out what
// comes later, never what was there before.
//
// Floor 2: it imports package feed, feed/text, feed/html and feed/link. It reads no store
// and no clock; the same memberships give the same edition.
package edition
