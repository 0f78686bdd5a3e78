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
