package parse

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"topicwire/feed/chars"
)

// Bounds on the entities of a document's own DTD. What is beyond them stays as it
// is written: a reference that nothing answers to.
const (
	maxEntities  = 200      // the first so many that are declared
	maxEntity    = 4 << 10  // bytes of the text of one, as declared and as expanded
	maxExpansion = 64 << 10 // bytes that all references of a document may become
	maxName      = 100      // bytes of the name of one
)

// An entityTable has the texts of the entities that a document declares, by name.
// Those that are somewhere else are "": nothing is fetched for a feed.
type entityTable map[string]string

// expanded is a document without references to the entities that its DTD declares
// (XML 1.0 §4.4): their texts stand in their place. It is text only: what looks
// like markup in it is shown as it is written. A reference within the text of an
// entity gives the other's text as declared, and no more, so that nothing grows by
// being nested. A document that declares none is returned as it is.
func expanded(doc []byte) []byte {
	table, i := declared(doc)
	if len(table) == 0 {
		return doc
	}
	e := expander{
		xmlScanner: xmlScanner{pass: pass{doc: doc, pos: i}}, table: table,
		out: append(make([]byte, 0, len(doc)+maxExpansion), doc[:i]...),
	}
	for e.pos < len(doc) && e.next() {
	}
	return append(e.out, doc[e.pos:]...)
}

// declared reads the DTD that stands before the root, and says where it ends.
func declared(doc []byte) (entityTable, int) {
	for i := spaceEnd(doc, 0); ; i = spaceEnd(doc, i) {
		end := prologEnd(doc, i)
		if end <= 0 {
			return nil, 0
		}
		if bytes.HasPrefix(doc[i:], []byte("<!D")) || bytes.HasPrefix(doc[i:], []byte("<!d")) {
			return declarations(doc[i:end]), end
		}
		i = end
	}
}

var (
	dtdComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	// A declaration of a general entity: a name, and a value or where it is.
	entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([\pL_][\pL\pN._-]*)\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)(?:\s*"[^"]*"|\s*'[^']*')+(?:\s+NDATA\s+[^\s>]+)?)\s*>`)
	number            = regexp.MustCompile(`&#(?:[0-9]+|x[0-9A-Fa-f]+);`)
)

// declarations are the entities that a DTD declares; of several of one name the
// first (§4.2).
func declarations(dtd []byte) entityTable {
	raw := entityTable{}
	for n, m := range entityDeclaration.FindAllSubmatch(dtdComment.ReplaceAll(dtd, nil), -1) {
		name, value := string(m[1]), slices.Concat(m[2], m[3])
		if _, again := raw[name]; n < maxEntities && !again && len(value) <= maxEntity && len(name) <= maxName && !predefined(name) {
			// References by number count where they are declared (§4.4.2).
			raw[name] = number.ReplaceAllStringFunc(string(value), chars.Unescape)
		}
	}
	table := make(entityTable, len(raw))
	for name, value := range raw {
		table[name] = raw.text(value)
	}
	return table
}

func predefined(name string) bool {
	return slices.Contains([]string{"amp", "lt", "gt", "quot", "apos"}, name)
}

// text is the text of an entity's value, in which other entities stand as they were
// declared, as long as there is room.
func (t entityTable) text(value string) string {
	var b strings.Builder
	for i := strings.IndexByte(value, '&'); i >= 0; i = strings.IndexByte(value, '&') {
		b.WriteString(value[:i])
		value = value[i:]
		other, size := lookUp(t, value)
		if size == 0 || b.Len()+len(other)+len(value)-size > maxEntity {
			size, _, _ = chars.Reference(value)
			other = value[:size]
		}
		b.WriteString(chars.Unescape(other))
		value = value[size:]
	}
	return b.String() + value
}

// lookUp looks up the reference that s begins with; size 0 where it is to none of
// the entities.
func lookUp[T string | []byte](t entityTable, s T) (text string, size int) {
	for i := 1; i < min(len(s), maxName+2); i++ {
		if s[i] != ';' {
			continue
		}
		if text, ok := t[string(s[1:i])]; ok {
			return text, i + 1
		}
		break
	}
	return "", 0
}

// An expander passes over a document, and writes it anew with its references
// replaced.
type expander struct {
	xmlScanner
	table entityTable
	out   []byte
	spent int
	known map[spelling]string // texts as they are written
	atom  bool                // the root is Atom's, whose titles are plain text where they do not say
	root  bool                // it was seen
	// literal says that the text at hand is that of an element whose text is taken
	// for what it is. Elsewhere it is read as HTML once more.
	literal bool
}

// next copies what stands before the next markup or reference, and handles that.
// It reports false where the document ends within.
func (e *expander) next() bool {
	n := bytes.IndexAny(e.doc[e.pos:], "<&")
	if n < 0 {
		return false
	}
	e.copy(e.pos + n)
	rest := e.doc[e.pos:]
	if rest[0] == '&' {
		e.reference(len(e.doc), false)
		return true
	}
	if bytes.HasPrefix(rest, cdataStart) {
		end := bytes.Index(rest, cdataEnd)
		if end < 0 {
			return false
		}
		e.copy(e.pos + end + len(cdataEnd))
		return true
	}
	switch end := prologEnd(e.doc, e.pos); {
	case end < 0:
		return false
	case end > 0:
		e.copy(end)
		return true
	}
	return e.tag()
}

// copy writes the document up to end.
func (e *expander) copy(end int) {
	e.out = append(e.out, e.doc[e.pos:end]...)
	e.pos = end
}

// tag writes the tag at hand with the references in its attributes replaced.
func (e *expander) tag() bool {
	start := e.pos
	if bytes.HasPrefix(e.doc[start:], []byte("</")) {
		if e.literal && literalNames[string(localName(e.doc[start+2:nameEnd(e.doc, start+2)]))] {
			e.literal = false
		}
		e.copy(start + 2)
		return true
	}
	name, ok, err := e.readTag()
	end := e.pos
	e.pos = start
	if err != nil {
		return false
	}
	if !ok {
		e.copy(start + 1)
		return true
	}
	if local := string(localName(name.of(e.doc))); literalNames[local] && !e.self {
		typ := string(e.attribute("type").of(e.doc))
		e.literal = typ == "text" || typ == "text/plain" || isXHTMLType(typ) || typ == "" && local == "title" && e.atom
	} else if !e.root {
		e.root, e.atom = true, local == "feed"
	}
	for e.pos < end {
		n := bytes.IndexByte(e.doc[e.pos:end], '&')
		if n < 0 {
			break
		}
		e.copy(e.pos + n)
		e.reference(end, true)
	}
	e.copy(end)
	return true
}

// literalNames are the elements of Atom that say how their text is to be read.
var literalNames = map[string]bool{"title": true, "subtitle": true, "summary": true, "content": true, "rights": true}

// reference replaces the reference at pos, which lies before end, if it is to an
// entity of the table and there is room.
func (e *expander) reference(end int, quoted bool) {
	text, size := lookUp(e.table, e.doc[e.pos:end])
	if size == 0 || e.spent+len(text) > maxExpansion {
		e.copy(e.pos + 1)
		return
	}
	if text = e.written(text, size, quoted); e.spent+len(text) > maxExpansion {
		e.copy(e.pos + 1)
		return
	}
	e.spent += len(text)
	e.out = append(e.out, text...)
	e.pos += size
}

// written is the text of the reference at pos as it is written there: in an attribute, in
// an element whose text is literal, elsewhere. It is escaped once: a document may refer to
// it hundreds of thousands of times, and have room for few.
func (e *expander) written(text string, size int, quoted bool) string {
	key := spelling{name: string(e.doc[e.pos : e.pos+size]), quoted: quoted, literal: e.literal}
	if written, ok := e.known[key]; ok {
		return written
	}
	written := e.escaped(text)
	if quoted {
		written = quotedEscaper.Replace(text)
	}
	if e.known == nil {
		e.known = make(map[spelling]string)
	}
	e.known[key] = written
	return written
}

// A spelling is a reference in some place.
type spelling struct {
	name            string
	quoted, literal bool
}

// escaped is text as XML writes it. Where it is read as HTML afterwards, what would
// be markup there is escaped for that as well.
func (e *expander) escaped(text string) string {
	if !e.literal && strings.ContainsAny(text, "<&") && (markup.MatchString(text) || strings.IndexByte(text, '<') >= 0) {
		text = textEscaper.Replace(text)
	}
	return textEscaper.Replace(text)
}

var (
	textEscaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	quotedEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
)
