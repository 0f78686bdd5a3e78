// Package opml reads and writes lists of feeds in OPML 2.0
// (http://opml.org/spec2.opml), the format in which readers exchange
// subscriptions.
//
// It stands on floor 1 and imports the standard library and feed/chars only; it
// must not import another package of the floor. It touches neither files nor
// the network.
//
// Lists are written by hand and by every program of twenty years: Read takes
// what is there, mends what it can, and says of the rest where it stands. It is
// one pass over the bytes, linear in their number, without a DTD, without
// entities other than those of HTML, and without recursion. Only http and https
// addresses come out of it, whatever the document says.
package opml
