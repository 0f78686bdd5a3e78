package parse

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// decode turns a document into UTF-8 without byte order mark; a document that
// is so already comes back as it is. What the bytes themselves prove counts
// most: a byte order mark, then the zero bytes of UTF-16 and UTF-32, then being
// valid UTF-8. Declarations are wrong too often to count before that. The XML
// declaration comes next, then the charset of contentType (RFC 7303 §3 has it
// the other way round, but servers send a charset they know nothing of), and
// windows-1252 in the end.
func decode(doc []byte, contentType string) ([]byte, error) {
	if enc, size := wide(doc); enc != nil {
		return convert(enc, doc[size:])
	}
	doc = bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF"))
	declared, received := declaredCharset(doc), headerCharset(contentType)
	if utf8.Valid(doc) {
		// Seven-bit encodings are valid UTF-8 as they stand.
		for _, label := range []string{declared, received} {
			if enc := sevenBit(label, doc); enc != nil {
				return convert(enc, doc)
			}
		}
		return doc, nil
	}
	if mostlyUTF8(doc) {
		return bytes.ToValidUTF8(doc, []byte("\uFFFD")), nil
	}
	for _, label := range []string{declared, received, "windows-1252"} {
		if enc := lookup(label); enc != nil && enc != unicode.UTF8 {
			return convert(enc, doc)
		}
	}
	return nil, fmt.Errorf("%w: unknown charset", ErrMalformed) // windows-1252 is known
}

// convert decodes doc, within maxBytes.
func convert(enc encoding.Encoding, doc []byte) ([]byte, error) {
	dec := enc.NewDecoder()
	out := make([]byte, min(len(doc)+len(doc)/2+16, maxBytes))
	nDst, nSrc := 0, 0
	for {
		n, m, err := dec.Transform(out[nDst:], doc[nSrc:], true)
		nDst += n
		nSrc += m
		switch {
		case err == nil:
			return bytes.TrimPrefix(out[:nDst], []byte("\xEF\xBB\xBF")), nil
		case !errors.Is(err, transform.ErrShortDst):
			return nil, fmt.Errorf("%w: charset, at byte %d: %w", ErrMalformed, nSrc, err)
		case len(out) >= maxBytes:
			return nil, fmt.Errorf("%w: more than %d bytes of UTF-8", ErrBound, maxBytes)
		}
		more := make([]byte, min(2*len(out), maxBytes))
		copy(more, out[:nDst])
		out = more
	}
}

// wide recognises UTF-16 and UTF-32, by the byte order mark, whose size is
// returned, or by where the zero bytes of the first characters stand.
func wide(doc []byte) (enc encoding.Encoding, size int) {
	const big, little = unicode.BigEndian, unicode.LittleEndian
	utf16 := func(e unicode.Endianness) encoding.Encoding { return unicode.UTF16(e, unicode.IgnoreBOM) }
	has := func(prefix string) bool { return bytes.HasPrefix(doc, []byte(prefix)) }
	switch {
	case has("\x00\x00\xFE\xFF"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case has("\xFF\xFE\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case has("\xFE\xFF"):
		return utf16(big), 2
	case has("\xFF\xFE"):
		return utf16(little), 2
	case len(doc) < 4:
		return nil, 0
	}
	a, b, c, d := doc[0] != 0, doc[1] != 0, doc[2] != 0, doc[3] != 0
	switch {
	case a && !b && !c && !d:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 0
	case !a && !b && !c && d:
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 0
	case a && !b && c && !d:
		return utf16(little), 0
	case !a && b && !c && d:
		return utf16(big), 0
	}
	return nil, 0
}

// mostlyUTF8 reports whether text that is not valid UTF-8 is nothing else
// either: cut inside a character, or with a few bad bytes among many good
// sequences. No other charset gives as many by chance.
func mostlyUTF8(doc []byte) bool {
	good, bad := 0, 0
	for len(doc) > 0 {
		if doc[0] < utf8.RuneSelf {
			doc = doc[1:]
			continue
		}
		r, n := utf8.DecodeRune(doc)
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case utf8.FullRune(doc):
			bad++
		}
		doc = doc[n:]
	}
	return good > 10*bad
}

// declaredCharset is the encoding of the XML declaration, or "".
func declaredCharset(doc []byte) string {
	head := doc[:min(len(doc), 1024)]
	i := bytes.Index(head, []byte("<?xml"))
	if i < 0 {
		return ""
	}
	head = head[i:]
	if i := bytes.Index(head, []byte("?>")); i >= 0 {
		head = head[:i]
	}
	i = bytes.Index(head, []byte("encoding"))
	if i < 0 {
		return ""
	}
	head = bytes.TrimLeft(head[i+len("encoding"):], " \t\r\n=")
	if len(head) == 0 || head[0] != '"' && head[0] != '\'' {
		return ""
	}
	end := bytes.IndexByte(head[1:], head[0])
	if end < 0 {
		return ""
	}
	return string(head[1 : 1+end])
}

func headerCharset(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err == nil {
		return strings.Trim(params["charset"], `'" `)
	}
	_, after, found := strings.Cut(strings.ToLower(contentType), "charset=")
	if !found {
		return ""
	}
	label, _, _ := strings.Cut(after, ";")
	return strings.Trim(label, `'" `)
}

// sevenBit is the encoding of a label that writes in ASCII bytes what is not
// ASCII text, where doc has a sign of it.
func sevenBit(label string, doc []byte) encoding.Encoding {
	label = strings.ToLower(label)
	switch {
	case strings.HasPrefix(label, "iso-2022-") && bytes.IndexByte(doc, 0x1B) >= 0,
		strings.HasPrefix(label, "hz") && bytes.Contains(doc, []byte("~{")):
		return lookup(label)
	}
	return nil
}

// lookup finds an encoding by its label: those of the WHATWG's Encoding
// Standard, then those of IANA, then names in use that neither has. nil for one
// that nobody knows.
func lookup(label string) encoding.Encoding {
	label = strings.ToLower(strings.TrimSpace(label))
	switch label {
	case "":
		return nil
	case "hz", "hz-gb-2312":
		return simplifiedchinese.HZGB2312
	case "koi8-t":
		return koi8T
	case "cp949", "uhc", "ms949":
		label = "euc-kr"
	case "cp932", "ms932", "windows-932":
		label = "shift_jis"
	case "cp936", "ms936", "gb_2312":
		label = "gbk"
	case "cp950", "ms950":
		label = "big5"
	case "cp874":
		label = "windows-874"
	case "utf_8", "u8", "utf":
		label = "utf-8"
	}
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement {
		return enc
	}
	if enc, err := ianaindex.IANA.Encoding(label); err == nil && enc != nil {
		return enc
	}
	if rest, ok := strings.CutPrefix(label, "cp"); ok && len(rest) > 0 {
		if enc, err := htmlindex.Get("windows-" + rest); err == nil {
			return enc
		}
		if enc, err := ianaindex.IANA.Encoding("IBM" + rest); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}
