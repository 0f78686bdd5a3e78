package poll

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A hostile document is made to take as much memory as the bounds allow.
type hostile struct {
	name string
	make func() []byte
	kind string // Content-Type; "" for XML
}

const (
	atomHead    = `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/"><title>t</title>`
	atomTail    = `</feed>`
	rssOpen     = `<rss version="2.0" xmlns:x="http://example.org/x" xmlns:media="http://search.yahoo.com/mrss/" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title>`
	rssClose    = `</channel></rss>`
	jsonOpen    = `{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[`
	jsonClose   = `]}`
	full        = 10<<20 - 1<<10 // as long as a body may be, nearly
	fullEntry   = 4<<20 - 1<<10  // and an entry
	cjk         = "国家主席在北京会见了中亚各国领导人并就地区安全合作交换了意见"
	uzbek       = "Oʻzbekiston Respublikasi Prezidenti bugun Toshkentda xavfsizlik masalalari bo‘yicha yigʻilish oʻtkazdi. "
	turkish     = "İstanbul'da GÜVENLİK toplantısı yapıldı; Cumhurbaşkanı Iğdır'ı ziyaret etti. "
	uzbekCyril  = "Ўзбекистон Республикаси Президенти бугун Тошкентда ҳавфсизлик масалалари бўйича йиғилиш ўтказди. "
	cjkEntities = "&#x56FD;&#x5BB6;"
)

// filled repeats what each gives for a number between head and tail, to size bytes at most.
func filled(head, tail string, size int, each func(n int) string) []byte {
	var b bytes.Buffer
	b.Grow(size)
	b.WriteString(head)
	for n := 0; ; n++ {
		s := each(n)
		if b.Len()+len(s)+len(tail) > size {
			break
		}
		b.WriteString(s)
	}
	b.WriteString(tail)
	return b.Bytes()
}

// same gives the same for every number.
func same(s string) func(int) string { return func(int) string { return s } }

// items are as many entries of about so many bytes of text as fit.
func items(text string, each int) []byte {
	body := strings.Repeat(text, each/len(text)+1)
	return filled(rssOpen, rssClose, full, func(n int) string {
		return fmt.Sprintf("<item><title>%d %s</title><guid>%d</guid><description>%s</description></item>", n, text, n, body)
	})
}

// hostiles are one document of every kind that we know.
var hostiles = []hostile{
	{name: "xml:base chains", make: func() []byte {
		long := strings.Repeat("b", 1900)
		return filled(atomHead, atomTail, full, func(n int) string {
			return fmt.Sprintf(`<entry xml:base="%s/%d/"><id>urn:%d</id><title>t%d</title><link href="c"/><link rel="enclosure" href="d"/><content type="xhtml"><div xml:base="../e/"><a href="f">g</a></div></content></entry>`, long, n, n, n)
		})
	}},
	{name: "xml:base chains, many links", make: func() []byte {
		long := strings.Repeat("b", 1900)
		return filled(atomHead, atomTail, full, func(n int) string {
			return fmt.Sprintf(`<entry xml:base="%s/%d/"><id>urn:%d</id><title>t%d</title>%s</entry>`, long, n, n, n, strings.Repeat(`<link rel="enclosure" href="d`+fmt.Sprint(n)+`"/>`, 40))
		})
	}},
	{name: "xml:base chains, different links", make: func() []byte {
		long := strings.Repeat("b", 1900)
		return filled(atomHead, atomTail, 3<<20, func(n int) string {
			var b strings.Builder
			fmt.Fprintf(&b, `<entry xml:base="%s/%d/"><id>urn:%d</id><title>t%d</title>`, long, n, n, n)
			for i := range 100 {
				fmt.Fprintf(&b, `<link rel="enclosure" href="d%d"/><link rel="related" href="e%d"/>`, i, i)
			}
			return b.String() + "</entry>"
		})
	}},
	{name: "long dates", make: func() []byte {
		date := strings.Repeat("Thu, 05 Sep 2024 12:00:00 +0000 ", 141)
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>t%d</title><pubDate>%s</pubDate></item>", n, n, date)
		})
	}},
	{name: "long dates of nothing", make: func() []byte {
		date := strings.Repeat("x", 4500)
		return filled(atomHead, atomTail, full, func(n int) string {
			return fmt.Sprintf("<entry><id>urn:%d</id><title>t%d</title><updated>%s</updated><published>%s</published></entry>", n, n, date, date)
		})
	}},
	{name: "long dates of the channel", make: func() []byte {
		return filled(rssOpen, rssClose, full, same("<pubDate>"+strings.Repeat("Mon Jan ", 500)+"</pubDate>"))
	}},
	{name: "white space in the channel", make: func() []byte {
		return filled(rssOpen, "<item><title>a</title></item>"+rssClose, full, same(" \n\t "))
	}},
	{name: "white space in an item", make: func() []byte {
		return filled(rssOpen+"<item><title>a</title>", "</item>"+rssClose, fullEntry, same(" \n\t "))
	}},
	{name: "white space in texts", make: func() []byte { return items(" \n\t ", 1<<20) }},
	{name: "white space before the root", make: func() []byte {
		return filled("", rssOpen+"<item><title>a</title></item>"+rssClose, full, same(" \n\t "))
	}},
	{name: "white space behind the root", make: func() []byte {
		return filled(rssOpen+"<item><title>a</title></item>"+rssClose, "", full, same(" \n\t "))
	}},
	{name: "white space in JSON", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, `{"id":"1","title":"a"}`+jsonClose, full, same(" \n\t "))
	}},
	{name: "description of the channel", make: func() []byte {
		return filled(rssOpen+"<description>", "</description><item><title>a</title></item>"+rssClose, full, same("word &amp; "))
	}},
	{name: "title of the channel", make: func() []byte {
		return filled(rssOpen+"<title>", "</title><item><title>a</title></item>"+rssClose, full, same("Слово &amp; "))
	}},
	{name: "extension of the channel", make: func() []byte {
		return filled(rssOpen+"<x:y>", "</x:y><item><title>a</title></item>"+rssClose, full, same("word word "))
	}},
	{name: "attributes, 300,000", make: func() []byte {
		var b strings.Builder
		for i := range 90 {
			fmt.Fprintf(&b, ` a%d="%d"`, i, i)
		}
		tag := "<x:a" + b.String() + "/>"
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>t%d</title>%s</item>", n, n, tag)
		})
	}},
	{name: "attributes, 300,000, in few items", make: func() []byte {
		var b strings.Builder
		for i := range 90 {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		tag := "<x:a" + b.String() + "/>"
		return filled(rssOpen, rssClose, 2_300_000, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, strings.Repeat(tag, 800))
		})
	}},
	{name: "attributes of native elements", make: func() []byte {
		var b strings.Builder
		for i := range 99 {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return filled(rssOpen, rssClose, 4_000_000, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, strings.Repeat("<category"+b.String()+">c</category>", 10))
		})
	}},
	{name: "attributes of 1 MiB", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf(`<item><guid>%d</guid><enclosure url="http://example.org/%s"/></item>`, n, strings.Repeat("a", 1<<20-100))
		})
	}},
	{name: "CJK, small texts", make: func() []byte { return items(cjk, 900) }},
	{name: "CJK, one title", make: func() []byte {
		return filled(rssOpen+"<item><title>", "</title></item>"+rssClose, fullEntry, same(cjk))
	}},
	{name: "CJK titles", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>%s</title></item>", n, strings.Repeat(cjk, 3<<20/len(cjk)))
		})
	}},
	{name: "CJK words in categories", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>t</title>%s</item>", n, strings.Repeat("<category>"+strings.Repeat(cjk, 200)+"</category>", 2)+"<category>"+strings.Repeat(cjk, 3000)+"</category>")
		})
	}},
	{name: "gb18030", make: func() []byte { return gb18030(items(cjk, 1<<20)) }},
	{name: "UTF-16", make: func() []byte { return utf16le(items(cjk, 1<<20)) }},
	{name: "UTF-16, ampersands", make: func() []byte {
		return utf16le(filled(rssOpen, rssClose, 5<<20, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><description>%s</description></item>", n, strings.Repeat("a & b & ccccccccc ddddd ", 100))
		}))
	}},
	{name: "Uzbek words", make: func() []byte { return items(uzbek, 500_000) }},
	{name: "Uzbek words, Cyrillic", make: func() []byte { return items(uzbekCyril, 500_000) }},
	{name: "Turkish words", make: func() []byte { return items(turkish, 500_000) }},
	{name: "Turkish titles", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>%s</title></item>", n, strings.Repeat(turkish, 3<<20/len(turkish)))
		})
	}},
	{name: "short words", make: func() []byte { return items("a b c ", 1<<20) }},
	{name: "short words in titles", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><title>%s</title></item>", n, strings.Repeat("a ", 1_900_000))
		})
	}},
	{name: "one long word", make: func() []byte { return items("слово", fullEntry-1000) }},
	{name: "one long word in the title", make: func() []byte {
		return filled(rssOpen+"<item><title>", "</title></item>"+rssClose, fullEntry, same("İı"))
	}},
	{name: "small entries", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			if n >= 10_000 {
				return strings.Repeat(" ", full)
			}
			return fmt.Sprintf("<item><guid>%d</guid><title>Report %d: the council</title><link>http://example.org/%d</link><description>%s</description></item>", n, n, n, strings.Repeat("word ", 160))
		})
	}},
	{name: "large entries", make: func() []byte { return items("word ", 3<<20) }},
	{name: "markup of entries", make: func() []byte { return items("&lt;p>a&lt;/p>", 20_000) }},
	{name: "XHTML", make: func() []byte {
		return filled(atomHead, atomTail, 4<<20, func(n int) string {
			return fmt.Sprintf(`<entry><id>urn:%d</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">%s</div></content></entry>`, n, strings.Repeat("<p>a <b>b</b></p>", 1000))
		})
	}},
	{name: "entities of a DTD", make: func() []byte {
		return filled(`<!DOCTYPE rss [<!ENTITY a "`+strings.Repeat("x", 4000)+`"><!ENTITY b "b">]>`+rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><description>&a;%s</description></item>", n, strings.Repeat("&b; word word ", 500))
		})
	}},
	{name: "references", make: func() []byte { return items(cjkEntities, 1<<20) }},
	{name: "named references", make: func() []byte { return items("&nbsp;&eacute;", 1<<20) }},
	{name: "CDATA sections", make: func() []byte { return items("<![CDATA[a]]>b", 40_000) }},
	{name: "CDATA of 3 MiB", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><description><![CDATA[%s]]></description></item>", n, strings.Repeat("<p>Слово и дело</p>", 3<<20/34))
		})
	}},
	{name: "extensions of the channel, many", make: func() []byte {
		return filled(rssOpen, rssClose, 1_500_000, func(n int) string { return fmt.Sprintf("<x:a%d/>", n) })
	}},
	{name: "elements of one item", make: func() []byte {
		return filled(rssOpen+"<item>", "</item>"+rssClose, fullEntry, func(n int) string { return fmt.Sprintf("<a%d>b</a%d>", n, n) })
	}},
	{name: "categories, ten thousands", make: func() []byte {
		return filled(rssOpen+"<item>", "</item>"+rssClose, fullEntry, func(n int) string { return fmt.Sprintf("<category>%d</category>", n) })
	}},
	{name: "categories of many items", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			var b strings.Builder
			for i := range 200 {
				fmt.Fprintf(&b, "<category>%d</category>", i)
			}
			return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, b.String())
		})
	}},
	{name: "enclosures", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			var b strings.Builder
			for i := range 200 {
				fmt.Fprintf(&b, `<enclosure url="http://example.org/%d"/>`, i)
			}
			return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, b.String())
		})
	}},
	{name: "media", make: func() []byte {
		return filled(rssOpen, rssClose, 4<<20, func(n int) string {
			var b strings.Builder
			for i := range 190 {
				fmt.Fprintf(&b, `<media:content url="http://example.org/%d"/>`, i)
			}
			return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, b.String())
		})
	}},
	{name: "keywords", make: func() []byte {
		return filled(rssOpen+"<item><i:keywords>", "</i:keywords></item>"+rssClose, fullEntry, func(n int) string { return fmt.Sprintf("%d,", n) })
	}},
	{name: "ampersands", make: func() []byte {
		return filled(rssOpen, rssClose, full, func(n int) string {
			return fmt.Sprintf("<item><guid>%d</guid><description>%s</description></item>", n, strings.Repeat("a & b ccccccccc ddddddd ", 100))
		})
	}},
	{name: "JSON, 10,000 items", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, "{}"+jsonClose, full, func(n int) string {
			return fmt.Sprintf(`{"id":"%d","title":"t%d","content_text":"%s"},`, n, n, strings.Repeat("Слово ", 85))
		})
	}},
	{name: "JSON, large items", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, "{}"+jsonClose, full, func(n int) string {
			return fmt.Sprintf(`{"id":"%d","title":"t%d","content_html":"%s"},`, n, n, strings.Repeat("Слово ", 3<<20/11))
		})
	}},
	{name: "JSON, escapes", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, "{}"+jsonClose, full, func(n int) string {
			return fmt.Sprintf(`{"id":"%d","title":"t%d","content_text":"%s"},`, n, n, strings.Repeat(`\u56fd\u5bb6 `, 3<<20/13))
		})
	}},
	{name: "JSON, one member of the wrong kind", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, "{}"+jsonClose, full, func(n int) string {
			return fmt.Sprintf(`{"id":%d,"title":"t%d","content_text":"%s"},`, n, n, strings.Repeat("Слово ", 85))
		})
	}},
	{name: "JSON, large items of the wrong kind", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen, "{}"+jsonClose, full, func(n int) string {
			return fmt.Sprintf(`{"id":%d,"title":"t%d","content_text":"%s"},`, n, n, strings.Repeat("Слово ", 3<<20/11))
		})
	}},
	{name: "JSON, tags", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen+`{"tags":[`, `""]}`+jsonClose, 1_490_000, same(`"",`))
	}},
	{name: "JSON, attachments", kind: "application/feed+json", make: func() []byte {
		return filled(jsonOpen+`{"attachments":[`, `{}]}`+jsonClose, 500_000, same(`{},`))
	}},
	{name: "JSON, description of the feed", kind: "application/feed+json", make: func() []byte {
		return filled(`{"version":"https://jsonfeed.org/version/1.1","description":"`, `","items":[{"id":"1","title":"a"}]}`, full, same(`w\u00f6rd `))
	}},
}

func gb18030(doc []byte) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(slices.Concat([]byte(`<?xml version="1.0" encoding="gb18030"?>`), doc))
	if err != nil {
		panic(err)
	}
	return out
}

// utf16le is the document in UTF-16, as much of it as fits with its end.
func utf16le(doc []byte) []byte {
	units := utf16.Encode([]rune(string(doc)))
	out := binary.LittleEndian.AppendUint16(nil, 0xFEFF)
	for _, u := range units {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out[:min(len(out), full&^1)]
}
