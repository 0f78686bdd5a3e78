package config

import (
	"fmt"
	"strings"
	"testing"
)

// manySources is a file of n sources, with all that a careful desk writes about
// each or with nothing but addresses.
func manySources(n int, full bool) []byte {
	var b strings.Builder
	b.WriteString("fetch: {contact: desk@wire.example}\nsources:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - url: https://site%d.example/rss/feed.xml\n", i)
		if full {
			fmt.Fprintf(&b, "    title: Газета %d\n    tags: [uzbekistan, wire]\n    language: uz\n", i)
		}
	}
	b.WriteString("topics:\n  all: {}\n")
	return []byte(b.String())
}

// manyPatterns is a file of about 2 MB: 1,000 topics with 60 patterns each, some
// from lists.
func manyPatterns() []byte {
	var b strings.Builder
	b.WriteString("fetch: {contact: desk@wire.example}\nsources: [{url: 'https://a.example/'}]\nlists:\n  region: [Central Asia*, Uzbek*, Узбекистан*]\ntopics:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "  topic-%d:\n    title: Topic %d\n    any:\n      - $region\n", i, i)
		for j := range 60 {
			fmt.Fprintf(&b, "      - безопасност* term%d\n", i*60+j)
		}
	}
	return []byte(b.String())
}

// manyTopics is a file of about 2 MB that has all there is: scoped maps, lists in
// scopes, scores, examples, caps.
func manyTopics() []byte {
	var b strings.Builder
	b.WriteString("fetch: {contact: desk@wire.example}\nsources:\n  - {url: 'https://a.example/', tags: [wire]}\n  - {url: 'https://b.example/', tags: [sport]}\nlists:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  list-%d: [", i)
		for j := range 30 {
			fmt.Fprintf(&b, "слово%d* term%d, ", i, j)
		}
		b.WriteString("]\n")
	}
	b.WriteString("topics:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "  topic-%d:\n    title: Topic %d\n    sources: {tags: [wire], addresses: ['https://b.example/']}\n    per_source: 10/day\n    prefer: [wire]\n    entry_title: \"{title} ({source})\"\n    any:\n", i, i)
		fmt.Fprintf(&b, "      - title: $list-%d\n      - {exact: $list-%d}\n      - {regex: '\\bterm%d\\b'}\n      - all: [$list-%d, {none: [{link: '*/sport/*'}]}]\n", i%100, (i+1)%100, i, (i+2)%100)
		for j := range 20 {
			fmt.Fprintf(&b, "      - air NEAR/5 (defen%d* OR оборон%d*)\n      - {title: [headline %d, %d]} # why\n", j, j, i, j)
		}
		b.WriteString("    score:\n      threshold: 6\n      weights: {")
		for j := range 10 {
			fmt.Fprintf(&b, "term%d: %d, $list-%d: 3, ", j, j-5, (i+j)%100)
		}
		b.WriteString("}\n    examples:\n      match:\n")
		for j := range 8 {
			fmt.Fprintf(&b, "        - Title %d of an entry that has to match\n", j)
		}
	}
	return []byte(b.String())
}

func benchmarkParse(b *testing.B, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if c, problems := Parse("config.yaml", data, "/", nil); c == nil {
			b.Fatal(problems)
		}
	}
}

func BenchmarkParse2000Addresses(b *testing.B) { benchmarkParse(b, manySources(2000, false)) }
func BenchmarkParse2000Sources(b *testing.B)   { benchmarkParse(b, manySources(2000, true)) }
func BenchmarkParse2MB(b *testing.B)           { benchmarkParse(b, manyPatterns()) }
func BenchmarkParse2MBTopics(b *testing.B)     { benchmarkParse(b, manyTopics()) }

// BenchmarkParseBroken is the file of 2 MB with a fault in each of its last
// topics: the most that reading it again may cost.
func BenchmarkParseBroken(b *testing.B) {
	data := []byte(strings.ReplaceAll(string(manyPatterns()), "title: Topic 99", "title: a: b 99"))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if c, _ := Parse("config.yaml", data, "/", nil); c != nil {
			b.Fatal("parsed")
		}
	}
}
