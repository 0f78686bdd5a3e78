package parse

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

type bomb struct {
	name string
	make func() []byte
	want string // in the error; "" for either
}

const rssHead = `<rss version="2.0" xmlns:x="http://example.org/x"><channel><title>t</title>`

// bombs are documents made to cost more than they are worth.
var bombs = []bomb{
	{"10 MB of open extension elements", func() []byte {
		return fill(rssHead+"<item>", "<x:a>", "", 10<<20)
	}, "nested more than 100"},
	{"nested namespace declarations", func() []byte {
		var b strings.Builder
		b.WriteString(rssHead + "<item>")
		for i := 0; b.Len() < 400<<10; i++ {
			fmt.Fprintf(&b, `<x:a xmlns:n%d="http://example.org/%d">`, i, i)
		}
		return []byte(b.String())
	}, "more than 100"},
	{"namespace declarations in scope", func() []byte {
		var b strings.Builder
		b.WriteString(`<rss version="2.0"`)
		for i := range 90 {
			fmt.Fprintf(&b, ` xmlns:n%d="http://example.org/%d"`, i, i)
		}
		return fill(b.String()+"><channel><item>", "<n1:a/>", "</item></channel></rss>", 10<<20)
	}, ""},
	{"nested xml:base", func() []byte {
		var b strings.Builder
		b.WriteString(rssHead + "<item>")
		for i := 0; b.Len() < 400<<10; i++ {
			fmt.Fprintf(&b, `<x:a xml:base="%s/">`, strings.Repeat("b", 200))
		}
		return []byte(b.String())
	}, "nested more than 100"},
	{"xml:base on every entry", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/">`,
			`<entry xml:base="`+strings.Repeat("b", 1000)+`/"><link href="c"/></entry>`, "</feed>", 9<<20)
	}, ""},
	{"long xml:base", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/`, "b", `"></feed>`, 1<<20)
	}, "xml:base of more than"},
	{"comments in an extension", func() []byte {
		return fill(rssHead+"<item><x:a>", "t<!---->", "</x:a></item></channel></rss>", 8*200_000)
	}, ""},
	{"elements in an extension's text", func() []byte {
		return fill(rssHead+"<item><x:a>", "text<x:b/>", "</x:a></item></channel></rss>", 4<<20)
	}, ""},
	{"10 MB of items", func() []byte {
		return fill(rssHead, "<item/>", "</channel></rss>", 10<<20)
	}, "more than 10000 entries"},
	{"9,000 items of ten extensions", func() []byte {
		return fill(rssHead, "<item>"+strings.Repeat(`<x:a b="c">d</x:a>`, 10)+"</item>", "</channel></rss>", 9000*193)
	}, ""},
	{"elements in one item", func() []byte {
		return fill(rssHead+"<item>", "<a/>", "</item></channel></rss>", 4<<20)
	}, ""},
	{"extensions in one item", func() []byte {
		return fill(rssHead+"<item>", "<x:a/>", "</item></channel></rss>", 4<<20)
	}, ""},
	{"extensions of the channel", func() []byte {
		return fill(rssHead, "<x:a/>", "</channel></rss>", 10<<20)
	}, ""},
	{"keywords", func() []byte {
		var b strings.Builder
		b.WriteString(`<rss xmlns:i="http://www.itunes.com/DTDs/PodCast-1.0.dtd"><channel><item><i:keywords>`)
		for i := 0; b.Len() < 4<<20-100; i++ {
			fmt.Fprintf(&b, "%d,", i)
		}
		return []byte(b.String() + "</i:keywords></item></channel></rss>")
	}, ""},
	{"attributes of one element", func() []byte {
		var b strings.Builder
		b.WriteString(rssHead + "<item><x:a")
		for i := 0; b.Len() < 10<<20-100; i++ {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return []byte(b.String() + "/></item></channel></rss>")
	}, "more than 100 attributes"},
	{"attributes of many elements", func() []byte {
		return fill(rssHead+"<item>", "<x:a"+strings.Repeat(" a=''", 90)+"/>", "</item></channel></rss>", 4<<20)
	}, ""},
	{"bare ampersands", func() []byte {
		return fill(rssHead, "<item><description>"+strings.Repeat("&", 2000)+"</description></item>", "</channel></rss>", 10<<20)
	}, "repairs"},
	{"bare angle brackets", func() []byte {
		return fill(rssHead+"<description>", "<", "</description></channel></rss>", 10<<20)
	}, "repairs"},
	{"stray end tags", func() []byte {
		return fill(rssHead, "</b>", "</channel></rss>", 10<<20)
	}, ""},
	{"forbidden characters", func() []byte {
		return fill(rssHead+"<description>", "\x01a\uFFFE", "</description></channel></rss>", 10<<20)
	}, ""},
	{"paragraphs in HTML", func() []byte {
		return fill(rssHead+"<item><description>", "&lt;p>", "</description></item></channel></rss>", 4<<20)
	}, ""},
	{"nested HTML", func() []byte {
		return fill(rssHead+"<item><description><![CDATA[", "<b><i>", "]]></description></item></channel></rss>", 4<<20)
	}, ""},
	{"HTML in every item", func() []byte {
		return fill(rssHead, "<item><description><![CDATA["+strings.Repeat("<b><i>a</i>", 100)+"]]></description></item>", "</channel></rss>", 9<<20)
	}, ""},
	{"one entry of 9 MB", func() []byte {
		return fill(rssHead+"<item><description>", "word ", "</description></item></channel></rss>", 9<<20)
	}, "an entry of more than"},
	{"billion laughs", func() []byte {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">`)
		for i := 1; i < 10; i++ {
			fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
		}
		b.WriteString(`]>` + rssHead + `<item><title>&l9;</title></item></channel></rss>`)
		return []byte(b.String())
	}, ""},
	{"references to an entity", func() []byte {
		return fill(`<!DOCTYPE rss [<!ENTITY a "`+strings.Repeat("x", 4000)+`"><!ENTITY b "">]>`+rssHead+"<item><description>", "&a;&b;", "</description></item></channel></rss>", 4<<20)
	}, ""},
	{"tags below a DTD", func() []byte {
		return fill(`<!DOCTYPE rss [<!ENTITY a "x">]>`+rssHead+"<item>", "<x:a b='&a;'/>", "</item></channel></rss>", 10<<20)
	}, ""},
	{"external entity", func() []byte {
		return []byte(`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname">]>` +
			rssHead + `<item><title>a&f;b</title></item></channel></rss>`)
	}, ""},
	{"10 MB of JSON items", func() []byte {
		return fill(`{"version":"https://jsonfeed.org/version/1.1","items":[`, "{},", `{}]}`, 10<<20)
	}, "more than 10000 entries"},
	{"nested JSON", func() []byte {
		return fill(`{"items":[{"_x":`, "[", "", 10<<20)
	}, "nested more than 100"},
	{"JSON values", func() []byte {
		return fill(`{"items":[{"tags":[`, `"",`, `""]}]}`, 4<<20)
	}, ""},
	{"JSON objects", func() []byte {
		return fill(`{"items":[{"attachments":[`, `{},`, `{}]}]}`, 4<<20)
	}, ""},
	{"JSON null items", func() []byte {
		return fill(`{"items":[`, `null,`, `null]}`, 10<<20)
	}, ""},
	{"legacy charset that doubles", func() []byte {
		return fill(`<?xml version="1.0" encoding="windows-1251"?>`+rssHead+"<description>", "\xE0", "</description></channel></rss>", 10<<20)
	}, "UTF-8"},
}

// limits are documents that come close to the bounds, for the benchmark: they
// are all read, and show what the bounds allow.
var limits = []bomb{
	{"categories", func() []byte {
		return fill(rssHead+"<item>", "<category>c</category>", "</item></channel></rss>", 4<<20)
	}, ""},
	{"different categories", func() []byte {
		var b strings.Builder
		b.WriteString(rssHead + "<item>")
		for i := 0; b.Len() < 4<<20-100; i++ {
			fmt.Fprintf(&b, "<category>%d</category>", i)
		}
		return []byte(b.String() + "</item></channel></rss>")
	}, ""},
	{"many large entries", func() []byte {
		return fill(rssHead, "<item><description>"+strings.Repeat("word ", 200_000)+"</description></item>", "</channel></rss>", 9<<20)
	}, ""},
	{"large channel description", func() []byte {
		return fill(rssHead+"<description>", "word &amp; ", "</description></channel></rss>", 9<<20)
	}, ""},
	{"links below an xml:base", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/`+strings.Repeat("b", 1000)+
			`/"><entry><content type="html">`, `&lt;a href="c">`, `</content></entry></feed>`, 3<<20)
	}, ""},
	{"links below an xml:base inside XHTML", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div xml:base="http://example.org/`+strings.Repeat("b", 1000)+
			`/">`, `<a href="c"/>`, `</div></content></entry></feed>`, 600_000)
	}, ""},
	{"entries with an xml:base inside XHTML", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom">`, `<entry><content type="xhtml"><div xml:base="http://example.org/`+strings.Repeat("b", 1000)+`/">`+
			strings.Repeat(`<a href="c">d</a>`, 10)+`</div></content></entry>`, `</feed>`, 5<<20)
	}, ""},
	{"XHTML with prefixes", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">`, "<h:b>a</h:b>", `</h:div></content></entry></feed>`, 1_400_000)
	}, ""},
	{"XHTML bodies", func() []byte {
		return fill(rssHead, `<item><body xmlns="http://www.w3.org/1999/xhtml"><div><p>a</p><p>b</p></div></body></item>`, "</channel></rss>", 890_000)
	}, ""},
	{"elements within bounds", func() []byte {
		return fill(rssHead+"<item>", "<a/>", "</item></channel></rss>", 1_990_000)
	}, ""},
	{"extensions within bounds", func() []byte {
		return fill(rssHead+"<item>", "<x:a/>", "</item></channel></rss>", 890_000)
	}, ""},
	{"extensions with attributes within bounds", func() []byte {
		return fill(rssHead, "<item>"+strings.Repeat(`<x:a b="c">d</x:a>`, 10)+"</item>", "</channel></rss>", 1_270_000)
	}, ""},
	{"extensions of different names within bounds", func() []byte {
		var b strings.Builder
		b.WriteString(rssHead + "<item>")
		for i := 0; b.Len() < 1_400_000; i++ {
			fmt.Fprintf(&b, "<x:a%d/>", i)
		}
		return []byte(b.String() + "</item></channel></rss>")
	}, ""},
	{"HTML within bounds", func() []byte {
		return fill(rssHead, "<item><description><![CDATA["+strings.Repeat("<b><i>a</i>", 100)+"]]></description></item>", "</channel></rss>", 1_200_000)
	}, ""},
	{"nested HTML within bounds", func() []byte {
		return fill(rssHead+"<item><description><![CDATA[", "<b><i>", "]]></description></item></channel></rss>", 950_000)
	}, ""},
	{"XHTML within bounds", func() []byte {
		return fill(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml">`, "<b>a</b><i>b</i>", "</content></entry></feed>", 1_500_000)
	}, ""},
	{"text pieces within bounds", func() []byte {
		return fill(rssHead+"<item><x:a>", "text<x:b/>", "</x:a></item></channel></rss>", 260_000)
	}, ""},
	{"JSON values within bounds", func() []byte {
		return fill(`{"items":[{"tags":[`, `"",`, `""]}]}`, 1_490_000)
	}, ""},
	{"JSON objects within bounds", func() []byte {
		return fill(`{"items":[{"attachments":[`, `{},`, `{}]}]}`, 620_000)
	}, ""},
	{"JSON authors within bounds", func() []byte {
		return fill(`{"items":[{"authors":[`, `{},`, `{}]}]}`, 620_000)
	}, ""},
	{"entries within bounds", func() []byte {
		return fill(rssHead, "<item><title>t</title><link>http://example.org/</link><guid>g</guid></item>", "</channel></rss>", 74*9900)
	}, ""},
}

// fill repeats middle between head and tail, to size bytes at most.
func fill(head, middle, tail string, size int) []byte {
	n := (size - len(head) - len(tail)) / len(middle)
	return slices.Concat([]byte(head), bytes.Repeat([]byte(middle), n), []byte(tail))
}

// peak calls f and returns how far the heap rose meanwhile, in bytes, garbage
// included.
func peak(f func()) uint64 {
	heap := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before := heap()
	var top atomic.Uint64
	top.Store(before)
	done, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				top.Store(max(top.Load(), heap()))
			}
		}
	}()
	f()
	close(done)
	<-ended
	return top.Load() - before
}

// TestBombs: refused with a message that says why, or read, in bounded time.
func TestBombs(t *testing.T) {
	for _, b := range bombs {
		t.Run(strings.ReplaceAll(b.name, " ", "_"), func(t *testing.T) {
			doc := b.make()
			start := time.Now()
			d, err := Feed(doc, Options{URL: "http://example.org/feed"})
			took := time.Since(start)
			if err == nil {
				t.Logf("read in %v: %d entries", took, len(d.Entries))
			} else {
				t.Logf("refused in %v: %v", took, err)
			}
			if b.want != "" && (err == nil || !strings.Contains(err.Error(), b.want)) {
				t.Errorf("error %v, want one that says %q", err, b.want)
			}
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if err == nil {
				for _, e := range d.Entries {
					if strings.Contains(e.Title, "lollol") || strings.Contains(e.Title, "localhost") {
						t.Errorf("an entity was expanded: %q", e.Title)
					}
				}
			}
		})
	}
}

// BenchmarkBombs measures each alone.
func BenchmarkBombs(b *testing.B) {
	for _, bomb := range append(bombs[:len(bombs):len(bombs)], limits...) {
		b.Run(strings.ReplaceAll(bomb.name, " ", "_"), func(b *testing.B) {
			doc := bomb.make()
			var top uint64
			for b.Loop() {
				top = max(top, peak(func() { Feed(doc, Options{}) }))
			}
			b.ReportMetric(float64(top)/(1<<20), "peak-MiB")
		})
	}
}
