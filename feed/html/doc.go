// Package html makes foreign HTML safe to store and to republish, and reads
// plain text and digests out of it.
//
// Sanitize writes a small, balanced, canonical subset of HTML. Two things stand
// between a publisher and a reader: a rewriter, which understands what foreign
// markup meant and writes it anew from a table of permitted elements, and a
// proof, a strict scan that knows nothing but the everyday elements. What the
// proof accepts is safe by itself; what it does not accept goes through the
// bluemonday policy as well.
//
// Floor 1: it imports feed/chars and no other package of topicwire. It is the only importer of
// github.com/microcosm-cc/bluemonday and golang.org/x/net/html.
package html
