package parse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// An attr is one attribute of the tag at hand.
type attr struct{ name, value part }

// startTag handles the start tag at pos. A '<' that begins none is text.
func (s *xmlScanner) startTag() error {
	start := s.pos
	name, ok, err := s.readTag()
	if err != nil {
		return err
	}
	if !ok {
		s.pos = start + 1
		return s.ed.replace(start, start+1, "&lt;")
	}
	stop := s.pos
	if err := s.closeImplied(name, start); err != nil {
		return err
	}
	if s.depth == maxDepth {
		s.pos = start
		return fmt.Errorf("elements nested more than %d deep", maxDepth)
	}
	if s.elements++; s.elements > maxElements {
		return fmt.Errorf("more than %d elements", maxElements)
	}
	f := frame{name: name, start: start, body: stop, ns: len(s.ns), base: s.stack[s.depth].base}
	if err := s.declarations(&f); err != nil {
		return err
	}
	local := localName(name.of(s.doc))
	if err := s.assign(&f, local); err != nil {
		return err
	}
	from := s.ed.offset(start)
	if err := s.rewriteTag(&f, start, stop); err != nil {
		return err
	}
	switch {
	case s.depth == 0, f.role == roleChannel && !f.ghost:
		s.keepTag(&f, from, stop)
	case s.isDate(local):
		f.inner = s.ed.offset(stop)
	}
	s.note(&f, local)
	if err := s.charge(&f); err != nil {
		return err
	}
	s.depth++
	s.stack[s.depth] = f
	if s.self {
		return s.end(stop, stop)
	}
	return nil
}

// keepTag keeps the start tag of an element that entries stand in, which begins at an
// offset of the output, as it is written there.
func (s *xmlScanner) keepTag(f *frame, from, stop int) {
	tag := s.ed.since(from, stop)
	if name := string(f.name.of(s.doc)); s.depth == 0 {
		s.lay.root, s.lay.rootName = tag, name
	} else {
		s.lay.channel, s.lay.channelName = tag, name
	}
}

// isDate reports whether gofeed may read the element that begins as a date: one of the
// feed, of an entry, or of the feed that an entry was copied from.
func (s *xmlScanner) isDate(local []byte) bool {
	if s.entry > 0 && s.depth > s.entry && (s.depth > s.entry+1 || !isName(localName(s.stack[s.depth].name.of(s.doc)), "source")) {
		return false
	}
	switch len(local) {
	case 6:
		return isName(local, "issued")
	case 7:
		return isName(local, "updated") || isName(local, "pubdate")
	case 8:
		return isName(local, "modified")
	case 9:
		return isName(local, "published")
	case 13:
		return isName(local, "lastbuilddate")
	}
	return false
}

// assign decides what an element is to the scan, by its name and place.
func (s *xmlScanner) assign(f *frame, local []byte) error {
	parent := &s.stack[s.depth]
	switch {
	case s.depth == 0:
		s.adoptRoot(f)
	case s.entry > 0:
		if s.depth == s.entry && s.samePrefix(f.name, parent.name) {
			f.role = s.lay.kind.entryRole(local)
		} else if s.depth == s.entry+1 && isName(local, "category") && isName(localName(parent.name.of(s.doc)), "categories") {
			f.role = roleCategory
		}
	case s.depth == 1 && s.lay.kind == kindRSS && isName(local, "channel") && s.isNative(f):
		f.role = roleChannel
		// gofeed keeps the last channel only. Without its tags a second one's
		// entries stand beside the first, where they are read.
		f.ghost = s.channel
		s.channel = true
	case s.depth > 1 && parent.role != roleChannel:
	case isName(local, s.lay.kind.entryName()) && s.isNative(f):
		return s.begin(f, parent.role == roleChannel && !parent.ghost)
	case s.depth == 1 && s.lay.kind == kindRSS:
	case isName(local, "link"), isName(local, "language"):
		f.role = roleContext
	case isName(local, "id") && s.samePrefix(f.name, parent.name):
		f.role = roleID
	case s.lay.kind == kindRSS && isName(local, "author") && s.samePrefix(f.name, parent.name):
		f.role = roleAuthor
	}
	return nil
}

// entryRole is the role of an entry's element of the feed's own vocabulary.
func (k kind) entryRole(local []byte) role {
	switch {
	case isName(local, "guid"), isName(local, "id"):
		return roleID
	case k == kindRSS && isName(local, "author"):
		return roleAuthor
	case k == kindAtom && isName(local, "created"):
		return roleCreated
	}
	return roleNone
}

func (k kind) entryName() string {
	if k == kindAtom {
		return "entry"
	}
	return "item"
}

// begin opens an entry, before its own tag is repaired.
func (s *xmlScanner) begin(f *frame, inChannel bool) error {
	if len(s.lay.entries) == maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	f.role = roleEntry
	s.entry = s.depth + 1
	s.current = span{start: f.start, from: s.ed.offset(f.start), inChannel: inChannel, base: f.base}
	return nil
}

// closeImplied closes what a start tag shows to be over: an entry when the next
// one begins inside it, and HTML's p and li.
func (s *xmlScanner) closeImplied(name part, pos int) error {
	if s.entry == 0 {
		return s.closeStray(name, pos)
	}
	if s.depth != s.entry && s.depth < s.entry+2 {
		return nil
	}
	next, open := name.of(s.doc), s.stack[s.depth].name.of(s.doc)
	switch {
	case !bytes.EqualFold(next, open):
	case s.depth == s.entry:
		return s.closeTo(s.entry-1, pos)
	case isName(next, "p"), isName(next, "li"):
		return s.closeTo(s.depth-1, pos)
	}
	return nil
}

// closeStray closes the elements of the feed that were left open before an
// entry.
func (s *xmlScanner) closeStray(name part, pos int) error {
	if s.depth < 2 || !isName(localName(name.of(s.doc)), s.lay.kind.entryName()) {
		return nil
	}
	level := 1
	if s.stack[2].role == roleChannel {
		level = 2
	}
	if s.depth > level && s.samePrefix(name, s.stack[level].name) {
		return s.closeTo(level, pos)
	}
	return nil
}

// declarations notes the namespaces and the base that the tag declares.
func (s *xmlScanner) declarations(f *frame) error {
	if len(s.attrs) > maxAttributes {
		return fmt.Errorf("an element with more than %d attributes", maxAttributes)
	}
	for _, a := range s.attrs {
		name := a.name.of(s.doc)
		if a.value.end-a.value.start > maxAttrBytes {
			return fmt.Errorf("an attribute of more than %d bytes", maxAttrBytes)
		}
		switch {
		case name[0] != 'x':
		case isBase(name):
			if a.value.end-a.value.start > maxBase {
				return fmt.Errorf("an xml:base of more than %d bytes", maxBase)
			}
			if len(s.lay.bases) == maxBases {
				return fmt.Errorf("more than %d xml:base attributes", maxBases)
			}
			s.lay.bases = append(s.lay.bases, base{value: a.value, parent: f.base})
			f.base = len(s.lay.bases) - 1
		case isDeclaration(name):
			if len(s.ns) == maxNamespaces {
				return fmt.Errorf("more than %d namespace declarations in scope", maxNamespaces)
			}
			prefix := part{min(a.name.start+len("xmlns:"), a.name.end), a.name.end}
			s.ns = append(s.ns, binding{prefix: prefix, uri: a.value})
		}
	}
	return nil
}

// rewriteTag repairs what the tag's values hold, and writes it anew where that
// is not enough.
func (s *xmlScanner) rewriteTag(f *frame, start, stop int) error {
	if s.depth == 0 || f.role == roleChannel {
		s.context.Write(s.doc[start:stop])
	}
	if s.entry > 0 && s.depth > s.entry && !s.self && isVoid(f.name.of(s.doc)) {
		s.self, s.odd = true, true
	}
	switch {
	case f.ghost:
		return s.ed.replace(start, stop, "")
	case s.odd || len(s.adopted) > 0:
		return s.rebuild(f, start, stop)
	}
	for _, a := range s.attrs {
		var err error
		if isBase(a.name.of(s.doc)) {
			err = s.ed.replace(a.name.start, a.value.end+1, "") // with the quote
		} else {
			err = s.repair(a.value.start, a.value.end, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rebuild writes the tag from its good attributes.
func (s *xmlScanner) rebuild(f *frame, start, stop int) error {
	var b strings.Builder
	b.WriteByte('<')
	b.Write(f.name.of(s.doc))
	for _, a := range s.attrs {
		name := a.name.of(s.doc)
		if isBase(name) || slices.Contains(s.adopted, string(name)) {
			continue
		}
		b.WriteByte(' ')
		b.Write(name)
		b.WriteString(`="`)
		b.WriteString(attrEscaper.Replace(unescape(a.value.of(s.doc))))
		b.WriteByte('"')
	}
	for _, declaration := range s.adopted {
		uri := nsRSS
		if s.lay.kind == kindAtom {
			uri = nsAtom
		}
		b.WriteString(" " + declaration + `="` + uri + `"`)
	}
	if s.self {
		b.WriteByte('/')
	}
	b.WriteByte('>')
	return s.ed.replace(start, stop, b.String())
}

var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")

// attribute is the raw value of an attribute of the tag at hand.
func (s *xmlScanner) attribute(name string) part {
	for _, a := range s.attrs {
		if string(a.name.of(s.doc)) == name {
			return a.value
		}
	}
	return part{}
}

// charge adds what the element costs to read.
func (s *xmlScanner) charge(f *frame) error {
	work, memory := elementWork+len(s.ns)*scopeWork, elementMemory
	work += len(s.attrs) * attributeWork
	memory += len(s.attrs) * attributeMemory
	parent := &s.stack[s.depth]
	f.extension = parent.extension || s.depth > 0 && f.role == roleNone &&
		(len(prefixOf(f.name.of(s.doc))) > 0 || f.ns < len(s.ns))
	switch {
	case f.extension:
		memory += extensionMemory
		if len(s.attrs) > 0 {
			work, memory = work+attributesWork, memory+attributesBytes
		}
	case s.entry > 0 && s.depth > s.entry:
		s.markup++
		work += markupWork
	}
	if s.entry > 0 && s.depth > s.entry && len(s.attrs) > 0 && f.base != s.stack[s.entry+1].base {
		work += innerBaseWork
	}
	return s.spend(work, memory)
}

func (s *xmlScanner) samePrefix(a, b part) bool {
	return bytes.Equal(prefixOf(a.of(s.doc)), prefixOf(b.of(s.doc)))
}

// isVoid reports whether an element is one that HTML never closes.
func isVoid(name []byte) bool {
	return isName(name, "br") || isName(name, "hr") || isName(name, "img") || isName(name, "wbr")
}

func isBase(name []byte) bool { return string(name) == "xml:base" }
