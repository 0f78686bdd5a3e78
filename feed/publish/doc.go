// Package publish renders an edition as Atom 1.0 (RFC 4287), RSS 2.0 (with the
// RSS Advisory Board's profile) and JSON Feed 1.1.
//
// The documents are those of github.com/gorilla/feeds, whose types are embedded
// and whose fields are shadowed where the library writes less than the formats
// hold: sources, several links, authors and categories, language, dates as the
// publisher gave them. Rendering reads no clock and no map: the same edition
// gives the same bytes everywhere.
//
// Floor 2: it imports package feed and feed/html. It is the only importer of
// github.com/gorilla/feeds.
package publish
