// Package web is the HTTP side of the server: for everybody a Site with the
// index of topics, a page and three feeds a topic, and what else a visitor may
// ask for; for operators the handler of NewAdmin.
//
// Everything a Site answers is prepared before it is asked for. A change renders
// the documents of its topic, compresses them, computes their validators and
// swaps them in; a request finds its document by path in memory and copies it
// out. No such request renders, compresses, waits for a lock or touches a disk.
// The pages of stories are too many for that and seldom read: they are made when
// asked for, and kept for some seconds in a cache of bounded size. Nothing is
// ever derived from the Host header. The operators' pages have few readers
// and are rendered when asked for; no web page but themselves can reach them.
//
// The package stands on floor 3. It imports feed, feed/html, feed/publish and
// feed/text; it must not import storage, config or any other package of floor 3,
// and it must not parse HTML.
package web
