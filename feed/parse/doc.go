// Package parse reads feed documents: bytes as they came over the wire become
// cleaned, resolved, sanitised entries. RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom
// 0.3 and 1.0 and JSON Feed are read; gofeed does the reading proper, and this
// package is its only importer.
//
// It stands on floor 2. It imports feed, feed/chars, feed/html and feed/link, and
// must not import any package of its own floor or above; it knows nothing of
// sources, storage or the network.
//
// A document passes these stages:
//
//	decode   any charset -> UTF-8 without BOM (feed/chars); what     decode.go
//	         XML 1.0 forbids is dropped
//	scan     one pass over the bytes: bounds are kept, markup is     layout.go, root.go, scan.go, tag.go, readtag.go,
//	         repaired, the span of every entry is found              namespace.go, repair.go (scanjson.go for JSON Feed)
//	gofeed   what is not known already is parsed, under recover      read.go
//	entries  gofeed's items become feed.Entry values                 rss.go, atom.go, jsonfeed.go, fields.go,
//	         with what gofeed loses: other vocabularies, XHTML       extension.go, xhtml.go
//
// A document that is clean UTF-8 is copied by none of the stages before gofeed.
package parse
