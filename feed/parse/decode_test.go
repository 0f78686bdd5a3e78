package parse

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"topicwire/feed/chars"
)

func encode(t *testing.T, enc encoding.Encoding, s string) []byte {
	b, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	const ru, ja, zh = "Шанхай: учение", "ニュース", "新闻"
	decl := func(charset, text string) string {
		return `<?xml version="1.0" encoding="` + charset + `"?><rss>` + text + `</rss>`
	}
	for _, c := range []struct {
		name, contentType string
		doc               []byte
		want              string
	}{
		{"UTF-8", "", []byte(decl("utf-8", ru)), ru},
		{"UTF-8 declared windows-1251", "text/xml; charset=windows-1251", []byte(decl("windows-1251", ru)), ru},
		{"byte order mark", "", append([]byte("\xEF\xBB\xBF"), decl("utf-8", ru)...), ru},
		{"windows-1251 declared", "", encode(t, charmap.Windows1251, decl("windows-1251", ru)), ru},
		{"windows-1251 as cp1251", "", encode(t, charmap.Windows1251, decl("cp1251", ru)), ru},
		{"windows-1251 in the header", "text/xml; charset=windows-1251", encode(t, charmap.Windows1251, "<rss>"+ru+"</rss>"), ru},
		{"windows-1251 declared utf-8", "text/xml; charset='windows-1251'", encode(t, charmap.Windows1251, decl("utf-8", ru)), ru},
		{"windows-1251 declared nonsense", "text/xml; charset=windows-1251", encode(t, charmap.Windows1251, decl("x-nonsense", ru)), ru},
		{"KOI8-R", "", encode(t, charmap.KOI8R, decl("koi8-r", ru)), ru},
		{"UTF-16LE, no mark", "", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), decl("utf-16", ru)), ru},
		{"UTF-16BE, no mark", "", encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), decl("utf-16", ru)), ru},
		{"UTF-16 with mark", "", encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), decl("utf-16", ru)), ru},
		{"UTF-32BE", "", encode(t, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), decl("utf-32", ru)), ru},
		{"UTF-32LE with mark", "", encode(t, utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), decl("utf-32", ru)), ru},
		{"ISO-2022-JP", "", encode(t, japanese.ISO2022JP, decl("iso-2022-jp", ja)), ja},
		{"HZ", "", encode(t, simplifiedchinese.HZGB2312, decl("hz-gb-2312", zh)), zh},
		{"nothing says windows-1252", "", encode(t, charmap.Windows1252, "<rss>“façade”</rss>"), "“façade”"},
		{"KOI8-T", "", []byte(decl("koi8-t", "\xF4\xCF\x8D\xC9\xCB")), "Тоҷик"},
		{"cut inside a character", "text/xml; charset=windows-1251", []byte("<rss>" + ru + "\xD0"), ru},
		{"one bad byte", "", []byte("<rss>" + ru + "\xFF" + ru), ru + "\uFFFD" + ru},
	} {
		got, err := decode(c.doc, c.contentType)
		if err != nil || !utf8.Valid(got) || !bytes.Contains(got, []byte(c.want)) {
			t.Errorf("%s: %q %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestDecodeBound(t *testing.T) {
	doc := append([]byte(`<?xml version="1.0" encoding="windows-1251"?>`), bytes.Repeat([]byte{0xE0}, maxBytes*3/4)...)
	if _, err := decode(doc, ""); !errors.Is(err, ErrBound) {
		t.Errorf("error %v, want ErrBound", err)
	}
}

// TestCleanIsNotCopied: what needs no repair is read where it lies.
func TestCleanIsNotCopied(t *testing.T) {
	doc := ordinary(3)
	text, err := decode(doc, "text/xml; charset=utf-8")
	if err != nil {
		t.Fatal(err)
	}
	text = dropForbidden(text)
	lay, err := scan(text, "")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(doc, []byte("<rss"))
	if out := lay.out.pieces[0]; &out[0] != &doc[at] || len(out) != bytes.LastIndexByte(doc, '>')+1-at {
		t.Error("the document was copied")
	}
}

func TestDropForbidden(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain\ttext\r\n", "plain\ttext\r\n"},
		{"a\x00b\x1Fc\x0B", "abc"},
		{"a\uFFFEb\uFFFF", "ab"},
		{"\x01\uFFFF\x02", ""},
		{"12345678\x0812345678", "1234567812345678"},
		{"\uFFFD ｡ 新闻", "\uFFFD ｡ 新闻"},
		{"\xEF\xBF", "\xEF\xBF"},
	} {
		if got := string(dropForbidden([]byte(c.in))); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="koi8-u"?><rss>`+"\xD0\xE5\xF2"), "text/xml")
	f.Add([]byte("\xFF\xFE<\x00r\x00"), "text/xml; charset=utf-8")
	f.Add([]byte("<rss>\x1B$B"), "text/xml; charset=iso-2022-jp")
	f.Add([]byte("\x00\x00\xFE\xFF\x00\x00\x00<"), "")
	f.Fuzz(func(t *testing.T, doc []byte, contentType string) {
		text, err := decode(doc, contentType)
		if err != nil {
			return
		}
		if !utf8.Valid(text) {
			t.Fatalf("not UTF-8: %q", text)
		}
		for _, r := range string(dropForbidden(text)) {
			if !chars.Legal(r) {
				t.Fatalf("forbidden character %U", r)
			}
		}
	})
}
