package server

import (
	"fmt"
	"testing"

	"topicwire/config"
	"topicwire/feed"
)

// BenchmarkMoves is how long a change of rules is judged for, by stored entries, beside
// nothing else that goes on.
func BenchmarkMoves(b *testing.B) {
	for _, n := range []int{20_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkMoves(b, n) })
	}
}

func benchmarkMoves(b *testing.B, n int) {
	dir := b.TempDir()
	with := func(topics string) *config.Config {
		cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
fetch: {contact: desk@x.example}
storage: {path: s.db}
sources: [{url: "https://x.example/rss"}]
topics: {%s}
`, topics), dir, nil)
		if cfg == nil {
			b.Fatal(problems)
		}
		return cfg
	}
	s, err := Open(b.Context(), Options{Config: with("water: {any: [rivers, council]}, ways: {any: [roads]}")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for from := 0; from < n; from += 2000 {
		v := &feed.Visit{At: noon, Source: "https://x.example/rss", HTTP: 200, Document: &feed.Reading{Body: uint64(from + 1), Generation: s.state.Load().Generation}}
		for i := from; i < min(from+2000, n); i++ {
			what := []string{"rivers", "roads", "markets", "schools", "weather"}[i%5]
			e := feed.Entry{
				ID: fmt.Sprint(i), Link: fmt.Sprint("https://x.example/", i), Canonical: fmt.Sprint("https://x.example/", i), Published: noon, Raw: feed.Raw(i + 1),
				Title:   fmt.Sprintf("Meeting number %d of the region about %s in Tashkent", i, what),
				Summary: "Officials of the region met for two days and agreed on the sharing of water and on a common air defence system; they meet again in spring.",
			}
			v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: s.state.Load().match(v.Source, &e)})
		}
		if err := s.writer.do(v); err != nil {
			b.Fatal(err)
		}
	}
	cfg := with("water: {any: [rivers, markets]}, ways: {any: [roads, weather]}")
	m, _ := Check(cfg)
	run, next := s.state.Load(), stateOf(cfg, m)
	pairs, err := s.pairs(run, next, m.RulesOver(cfg.Sources))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if out, err := s.moves(b.Context(), run, next, pairs); err != nil || len(out) != 2 {
			b.Fatal(out, err)
		}
	}
}
