package chars

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// ErrTooLong says that a document has more bytes in UTF-8 than it may have.
var ErrTooLong = errors.New("too many bytes of UTF-8")

// Decode turns a document into UTF-8 without byte order mark; a document that
// is so already comes back as it is. What the bytes themselves prove counts
// most: a byte order mark, then the zero bytes of UTF-16 and UTF-32, then being
// valid UTF-8. Declarations are wrong too often to count before that. The XML
// declaration comes next, then the charset of contentType (RFC 7303 §3 has it
// the other way round, but servers send a charset they know nothing of), and
// windows-1252 in the end. What is decoded has at most so many bytes; more are
// ErrTooLong.
func Decode(doc []byte, contentType string, most int) ([]byte, error) {
	if enc := wide(doc); enc != nil {
		return convert(enc, doc, most)
	}
	doc = bytes.TrimPrefix(doc, mark)
	labels := []string{declaredCharset(doc), headerCharset(contentType)}
	if utf8.Valid(doc) {
		for _, label := range labels {
			if enc := sevenBit(label, doc); enc != nil {
				return convert(enc, doc, most)
			}
		}
		return doc, nil
	}
	if mostlyUTF8(doc) {
		return bytes.ToValidUTF8(doc, []byte("\uFFFD")), nil
	}
	for _, label := range labels {
		if enc := lookup(label); enc != nil && enc != unicode.UTF8 {
			return convert(enc, doc, most)
		}
	}
	return convert(charmap.Windows1252, doc, most)
}

var mark = []byte("\uFEFF")

// convert decodes doc, without its byte order mark.
func convert(enc encoding.Encoding, doc []byte, most int) ([]byte, error) {
	dec := enc.NewDecoder()
	out := make([]byte, min(len(doc)+len(doc)/2+16, most))
	nDst, nSrc := 0, 0
	for {
		n, m, err := dec.Transform(out[nDst:], doc[nSrc:], true)
		nDst += n
		nSrc += m
		switch {
		case err == nil:
			return bytes.TrimPrefix(out[:nDst], mark), nil
		case !errors.Is(err, transform.ErrShortDst):
			return nil, fmt.Errorf("charset, at byte %d: %w", nSrc, err)
		case len(out) >= most:
			return nil, fmt.Errorf("%w: more than %d", ErrTooLong, most)
		}
		more := make([]byte, min(2*len(out), most))
		copy(more, out[:nDst])
		out = more
	}
}

// wide recognises UTF-16 and UTF-32 by the byte order mark, or by where the zero
// bytes of the first characters stand. nil for neither.
func wide(doc []byte) encoding.Encoding {
	if len(doc) < 4 {
		return nil
	}
	switch a, b, c, d := doc[0], doc[1], doc[2], doc[3]; {
	case a == 0 && b == 0 && c == 0xFE && d == 0xFF, a == 0 && b == 0 && c == 0 && d != 0:
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case a == 0xFF && b == 0xFE && c == 0 && d == 0, a != 0 && b == 0 && c == 0 && d == 0:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case a == 0xFE && b == 0xFF, a == 0 && b != 0 && c == 0 && d != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case a == 0xFF && b == 0xFE, a != 0 && b == 0 && c != 0 && d == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	return nil
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
	_, head, _ := strings.Cut(string(doc[:min(len(doc), 1024)]), "<?xml")
	head, _, _ = strings.Cut(head, "?>")
	_, head, _ = strings.Cut(head, "encoding")
	head = strings.TrimLeft(head, " \t\r\n=")
	if head == "" || head[0] != '"' && head[0] != '\'' {
		return ""
	}
	label, _, closed := strings.Cut(head[1:], head[:1])
	if !closed {
		return ""
	}
	return label
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
	enc, err := htmlindex.Get(label)
	if name, _ := htmlindex.Name(enc); strings.HasPrefix(name, "utf-16") {
		return nil // its bytes would have shown it
	}
	if err == nil && enc != encoding.Replacement {
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
