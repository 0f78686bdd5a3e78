// Package edition turns the memberships of a topic into what the topic
// publishes at a moment: which entries, in which order, led by whom, and who
// else reported the same.
//
// Floor 2: it imports package feed alone. It reads no store and no clock; the
// same memberships give the same edition.
package edition
