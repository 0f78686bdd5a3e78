package opml

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// manyFeeds is a list of n feeds in folders of a hundred.
func manyFeeds(n int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\"><head><title>Many</title></head><body>\n")
	for i := range n {
		if i%100 == 0 {
			fmt.Fprintf(&b, "<outline text=\"Folder %d\">\n", i/100)
		}
		fmt.Fprintf(&b, "  <outline type=\"rss\" text=\"Газета %d &amp; more\" title=\"Газета %d\" xmlUrl=\"https://site%d.example/rss?a=1&amp;b=2\" htmlUrl=\"https://site%d.example/\"/>\n", i, i, i, i)
		if i%100 == 99 {
			b.WriteString("</outline>\n")
		}
	}
	b.WriteString("</body></opml>\n")
	return b.Bytes()
}

func BenchmarkRead40000(b *testing.B) {
	data := manyFeeds(40_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite40000(b *testing.B) {
	d, err := Read(manyFeeds(40_000))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHostile reads 16 MiB of one thing again and again: each must cost
// about what any other text of the length does.
func BenchmarkHostile(b *testing.B) {
	for _, piece := range []string{
		"<", "<!--", "<![CDATA[", "<?", "<!DOCTYPE [", "<!", "&", "&#38;", "&a", "\"", "<a b=\"", "<outline text='", "<outline text=\"a\" ", "</", "</outline", "<outline text='x'>",
		"<outline xmlUrl='x:'/>", "<outline xmlUrl='http://a/' category='a,b'/>", "<title>", "<title>&amp;", "<outline a=\"\"", "'\" a=", "<outline text=\"'' \"",
	} {
		for place, prefix := range map[string]string{"text": "<opml><head>", "attribute": "<opml><outline text=\""} {
			b.Run(place+" "+strings.ReplaceAll(piece, "/", "|"), func(b *testing.B) {
				data := []byte(prefix + strings.Repeat(piece, (MaxSize-100)/len(piece)))
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := Read(data); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
