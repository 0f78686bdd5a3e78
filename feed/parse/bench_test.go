package parse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// ordinary is a feed as news sites write them, of n entries.
func ordinary(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
	<title>Wire of the valley</title>
	<link>https://wire.example/</link>
	<atom:link href="https://wire.example/feed.xml" rel="self" type="application/rss+xml"/>
	<description>News of the valley</description>
	<language>en</language>
	<lastBuildDate>Thu, 05 Sep 2024 12:00:00 +0000</lastBuildDate>
`)
	for i := range n {
		fmt.Fprintf(&b, `	<item>
		<title>Report %d: the council &amp; the river</title>
		<link>https://wire.example/%d/the-council-and-the-river</link>
		<guid isPermaLink="false">https://wire.example/?p=%d</guid>
		<pubDate>Thu, 05 Sep 2024 12:%02d:00 +0000</pubDate>
		<dc:creator><![CDATA[A. Writer]]></dc:creator>
		<category><![CDATA[Water]]></category>
		<category><![CDATA[Region]]></category>
		<description><![CDATA[<p>The council met on Thursday to speak of the river, of which there is less every year, and of those who draw from it.</p>]]></description>
		<content:encoded><![CDATA[%s]]></content:encoded>
		<media:content url="https://wire.example/pictures/%d.jpg" medium="image" type="image/jpeg"/>
	</item>
`, i, i, i, i%60, strings.Repeat(`<p>Of the <a href="https://wire.example/river">river</a> there is less every year. The council met to speak of it and of those who draw from it.</p>
`, 6), i)
	}
	b.WriteString("</channel>\n</rss>\n")
	return b.Bytes()
}

// BenchmarkGofeed is the floor: gofeed alone on the same bytes.
func BenchmarkGofeed(b *testing.B) {
	doc := ordinary(100)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		p := gofeed.NewParser()
		p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
		if _, err := p.Parse(bytes.NewReader(doc)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGuard is all that stands before gofeed: decode, clean, scan.
func BenchmarkGuard(b *testing.B) {
	doc := ordinary(100)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		text, err := decode(doc, "")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := scan(dropForbidden(text), ""); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFeed(b *testing.B) {
	doc := ordinary(100)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := Feed(doc, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
