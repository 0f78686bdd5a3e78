package parse

import (
	"bytes"
	"strings"
)

// The namespaces in which gofeed takes entries for entries.
const (
	nsAtom  = "http://www.w3.org/2005/Atom"
	nsAtom3 = "http://purl.org/atom/ns#"
	nsRDF   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRSS   = "http://purl.org/rss/1.0/"
	nsRSS9  = "http://channel.netscape.com/rdf/simple/0.9/"
	nsRSS9b = "http://my.netscape.com/rdf/simple/0.9/"
	nsXHTML = "http://www.w3.org/1999/xhtml"
)

// A binding is a namespace declaration in scope.
type binding struct {
	prefix, uri part
	adopted     bool // it is rewritten to one that gofeed knows
}

// isNative reports whether gofeed takes an element for one of the feed's own
// vocabulary. Roots, and channels and entries that declare a default namespace
// of their own, become so: their declarations are adopted, for publishers
// misspell namespaces more often than they nest foreign feeds.
func (s *xmlScanner) isNative(f *frame) bool {
	prefix := prefixOf(f.name.of(s.doc))
	i := s.bound(prefix)
	switch {
	case s.knows(i, prefix):
		return true
	case s.depth == 0, i >= f.ns && len(prefix) == 0:
		s.adopt(i, prefix)
		return true
	}
	return false
}

// adoptRoot sees to it that the root, and what stands in the default namespace
// below it, is native.
func (s *xmlScanner) adoptRoot(f *frame) {
	s.isNative(f)
	if i := s.bound(nil); i >= 0 && s.lay.kind == kindRSS && !s.knows(i, nil) {
		s.adopt(i, nil)
	}
}

// adopt rewrites the declaration of a prefix in the tag at hand.
func (s *xmlScanner) adopt(i int, prefix []byte) {
	name := "xmlns"
	if len(prefix) > 0 {
		name += ":" + string(prefix)
	}
	s.adopted = append(s.adopted, name)
	if i >= 0 {
		s.ns[i].adopted = true
		return
	}
	// The prefix was never declared. The tag's own name stands for it.
	start := s.tag.start
	s.ns = append(s.ns, binding{prefix: part{start, start + len(prefix)}, adopted: true})
}

// bound is the index of the declaration in scope for a prefix, or -1.
func (s *xmlScanner) bound(prefix []byte) int {
	for i := len(s.ns) - 1; i >= 0; i-- {
		if bytes.Equal(s.ns[i].prefix.of(s.doc), prefix) {
			return i
		}
	}
	return -1
}

// knows reports whether gofeed reads the namespace of declaration i as the
// feed's own. A prefix that is bound to none stands for itself, as
// encoding/xml has it.
func (s *xmlScanner) knows(i int, prefix []byte) bool {
	uri := string(prefix)
	if i >= 0 {
		if s.ns[i].adopted {
			return true
		}
		uri = strings.TrimSpace(string(s.ns[i].uri.of(s.doc)))
	}
	switch uri {
	case "":
		return true
	case nsAtom, nsAtom3:
		return s.lay.kind == kindAtom
	case "rss", "rdf", nsRDF, nsRSS, nsRSS9, nsRSS9b:
		return s.lay.kind == kindRSS
	}
	return false
}

// isXHTML reports whether an element is XHTML's.
func (s *xmlScanner) isXHTML(f *frame) bool {
	i := s.bound(prefixOf(f.name.of(s.doc)))
	return i >= 0 && string(trim(s.ns[i].uri.of(s.doc))) == nsXHTML
}

func isDeclaration(name []byte) bool {
	return bytes.HasPrefix(name, []byte("xmlns")) && (len(name) == 5 || name[5] == ':' && len(name) > 6)
}

// isName compares a name with a lower-case one; case counts for nothing, as in
// gofeed.
func isName(name []byte, lower string) bool {
	if len(name) != len(lower) {
		return false
	}
	for i, c := range name {
		if c|0x20 != lower[i] {
			return false
		}
	}
	return true
}

func localName(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

func prefixOf(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i > 0 {
		return name[:i]
	}
	return nil
}
