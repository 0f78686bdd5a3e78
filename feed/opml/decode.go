package opml

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decode turns a document into UTF-8. What the bytes themselves prove counts
// more than the declaration, which is often wrong: a byte order mark, the zero
// bytes of UTF-16 and UTF-32, being valid UTF-8. Without any of them and without
// a charset that is known the text is windows-1252.
func decode(doc []byte) (string, error) {
	if enc := wide(doc); enc != nil {
		return convert(enc, doc)
	}
	doc = bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF"))
	if mostlyUTF8(doc) {
		return strings.ToValidUTF8(string(doc), "\ufffd"), nil
	}
	enc, err := htmlindex.Get(declaredCharset(doc))
	if name, _ := htmlindex.Name(enc); err != nil || name == "utf-8" || strings.HasPrefix(name, "utf-16") || enc == encoding.Replacement {
		enc = charmap.Windows1252
	}
	return convert(enc, doc)
}

func convert(enc encoding.Encoding, doc []byte) (string, error) {
	out, err := enc.NewDecoder().Bytes(doc)
	if err != nil {
		return "", fmt.Errorf("decode: %w", err)
	}
	return string(bytes.TrimPrefix(out, []byte("\xEF\xBB\xBF"))), nil
}

// wide recognises UTF-16 and UTF-32 by the byte order mark, or by where the zero
// bytes of the first characters stand. nil for neither.
func wide(doc []byte) encoding.Encoding {
	const big, little = unicode.BigEndian, unicode.LittleEndian
	const big32, little32 = utf32.BigEndian, utf32.LittleEndian
	if len(doc) < 4 {
		return nil
	}
	switch a, b, c, d := doc[0], doc[1], doc[2], doc[3]; {
	case a == 0 && b == 0 && c == 0xFE && d == 0xFF, a == 0 && b == 0 && c == 0 && d != 0:
		return utf32.UTF32(big32, utf32.IgnoreBOM)
	case a == 0xFF && b == 0xFE && c == 0 && d == 0, a != 0 && b == 0 && c == 0 && d == 0:
		return utf32.UTF32(little32, utf32.IgnoreBOM)
	case a == 0xFE && b == 0xFF, a == 0 && b != 0 && c == 0 && d != 0:
		return unicode.UTF16(big, unicode.IgnoreBOM)
	case a == 0xFF && b == 0xFE, a != 0 && b == 0 && c != 0 && d == 0:
		return unicode.UTF16(little, unicode.IgnoreBOM)
	}
	return nil
}

// mostlyUTF8 reports whether a text is UTF-8, with a few bad bytes at most among
// many good sequences.
func mostlyUTF8(doc []byte) bool {
	if utf8.Valid(doc) {
		return true
	}
	good, bad := 0, 0
	for len(doc) > 0 {
		if doc[0] < utf8.RuneSelf {
			doc = doc[1:]
			continue
		}
		c, n := utf8.DecodeRune(doc)
		switch {
		case c != utf8.RuneError || n > 1:
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
	head := string(doc[:min(len(doc), 1024)])
	_, head, ok := strings.Cut(head, "<?xml")
	if !ok {
		return ""
	}
	head, _, _ = strings.Cut(head, "?>")
	if _, head, ok = strings.Cut(head, "encoding"); !ok {
		return ""
	}
	head = strings.TrimLeft(head, " \t\r\n=")
	if head == "" || head[0] != '"' && head[0] != '\'' {
		return ""
	}
	label, _, _ := strings.Cut(head[1:], head[:1])
	return label
}
