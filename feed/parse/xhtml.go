package parse

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/url"
	"strings"

	"topicwire/feed/link"
)

// text is one of an entry's fields as a clean text, by what its start tag
// said of it. read is what gofeed has of it.
func (r *reader) text(read string, s *span, field int) clean {
	f := r.lay.field(s, field)
	base := r.fieldBase(s, field)
	typ := r.value(f.typ)
	if f.base64 {
		return content(decode64(unescape(f.inner.of(r.doc))), typ, base)
	}
	if inner := f.inner.of(r.doc); isXHTMLType(typ) && !bytes.Contains(inner, cdataStart) {
		return r.xhtml(f, base)
	}
	if typ == "" && r.lay.kind == kindAtom && !markup.MatchString(read) {
		typ = "text" // RFC 4287 §3.1.1
	}
	return content(read, typ, base)
}

func isXHTMLType(typ string) bool {
	return strings.EqualFold(typ, "xhtml") || strings.EqualFold(typ, "application/xhtml+xml")
}

// decode64 is the text that base64 stands for (Atom 0.3 §3.1.2); "" for what is
// not base64.
func decode64(s string) string {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return ""
	}
	return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
}

// xhtml is a field whose markup is part of the document, as a clean text. It
// is read from the document itself: gofeed knows no xml:base within and no
// prefix, and turns an element of another vocabulary into text.
func (r *reader) xhtml(f *field, base *url.URL) clean {
	inner := f.inner.of(r.doc)
	if f.foreign {
		inner = r.naturalised(inner, base)
	}
	return sanitised(mend(unwrap(string(trim(inner)))), base)
}

// body is the XHTML body of an RSS item. Some publishers put escaped HTML in
// its place.
func (r *reader) body(s *span) clean {
	f := r.lay.field(s, fieldContent)
	if !f.body {
		return clean{}
	}
	base := r.fieldBase(s, fieldContent)
	inner := f.inner.of(r.doc)
	if bytes.Contains(inner, cdataStart) || bytes.IndexByte(inner, '<') < 0 {
		return content(unescape(inner), "", base)
	}
	return r.xhtml(f, base)
}

// unwrap takes off the div that XHTML content stands in (RFC 4287 §3.1.1.3),
// where it is the only thing there.
func unwrap(s string) string {
	if !strings.HasPrefix(s, "<div") || !strings.HasSuffix(s, "</div>") || !isTagEnd(s[len("<div"):]) {
		return s
	}
	open := strings.IndexByte(s, '>') + 1
	if strings.HasSuffix(s[:open], "/>") {
		return s
	}
	inner := s[open : len(s)-len("</div>")]
	depth := 0
	for rest := inner; ; {
		i := strings.Index(rest, "div")
		if i < 0 {
			return inner
		}
		switch after := rest[i+len("div"):]; {
		case !isTagEnd(after):
		case strings.HasSuffix(rest[:i], "</"):
			if depth--; depth < 0 {
				return s // the first div ended, and others follow
			}
		case strings.HasSuffix(rest[:i], "<"):
			if end := strings.IndexByte(after, '>'); end < 1 || after[end-1] != '/' {
				depth++
			}
		}
		rest = rest[i+len("div"):]
	}
}

// isTagEnd reports whether a tag's name ends where s begins.
func isTagEnd(s string) bool { return s != "" && strings.IndexByte(" \t\r\n/>", s[0]) >= 0 }

// maxNatural bounds what naturalised writes. Sanitising cuts at half of it.
const maxNatural = 2 << 20

// naturalised is a fragment of XML as HTML would have it: without prefixes, and
// with addresses resolved against the xml:base they stand in.
func (r *reader) naturalised(raw []byte, base *url.URL) []byte {
	if r.tags == nil {
		r.tags = new(xmlScanner)
	}
	s := r.tags
	s.doc, s.pos = raw, 0
	out := make([]byte, 0, len(raw))
	bases := []*url.URL{base}
	for s.pos < len(raw) {
		i := bytes.IndexByte(raw[s.pos:], '<')
		if i < 0 {
			break
		}
		if len(out) > maxNatural {
			return out
		}
		out = append(out, raw[s.pos:s.pos+i]...)
		s.pos += i
		if end := prologEnd(raw, s.pos); end > 0 {
			s.pos = end
			continue
		}
		if bytes.HasPrefix(raw[s.pos:], []byte("</")) {
			end := nameEnd(raw, s.pos+2)
			out = append(append(append(out, "</"...), localName(raw[s.pos+2:end])...), '>')
			n := bytes.IndexByte(raw[end:], '>')
			if n < 0 {
				return out
			}
			s.pos = end + n + 1
			bases = bases[:max(len(bases)-1, 1)]
			continue
		}
		start := s.pos
		name, ok, err := s.readTag()
		if err != nil {
			return out
		}
		if !ok {
			out = append(out, "&lt;"...)
			s.pos = start + 1
			continue
		}
		inside := s.innerBase(bases[len(bases)-1])
		out = s.appendTag(out, localName(name.of(raw)), inside)
		if !s.self && !isVoid(name.of(raw)) {
			bases = append(bases, inside)
		}
	}
	return append(out, raw[min(s.pos, len(raw)):]...)
}

// innerBase is the base inside the tag at hand.
func (s *xmlScanner) innerBase(outer *url.URL) *url.URL {
	value := s.attribute("xml:base")
	if value.end == 0 {
		return outer
	}
	return within(outer, value.of(s.doc))
}

// appendTag writes the tag at hand under a name, with its addresses resolved.
func (s *xmlScanner) appendTag(out, name []byte, base *url.URL) []byte {
	out = append(append(out, '<'), name...)
	for _, a := range s.attrs {
		key := a.name.of(s.doc)
		if isDeclaration(key) || isBase(key) {
			continue
		}
		value := unescape(a.value.of(s.doc))
		if string(key) == "href" || string(key) == "src" {
			value = cmp.Or(link.Resolve(base, value), value)
		}
		out = append(append(append(out, ' '), key...), `="`...)
		out = append(append(out, attrEscaper.Replace(value)...), '"')
	}
	if s.self {
		out = append(out, '/')
	}
	return append(out, '>')
}
