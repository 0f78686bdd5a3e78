package server

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/desk"
)

// A bench is a server with n stored entries and ten topics of 60 patterns.
type bench struct {
	*Server
	b      *testing.B
	topics [][]string // their patterns
}

func newBench(b *testing.B, n int) *bench {
	x := &bench{b: b}
	p := newPress(20_000)
	for _, t := range p.topics(10, 60) {
		var patterns []string
		for _, r := range t.Rules[0].Parts {
			patterns = append(patterns, r.Pattern)
		}
		x.topics = append(x.topics, patterns)
	}
	var err error
	dir := b.TempDir()
	if x.Server, err = Open(b.Context(), Options{Config: x.config(dir)}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	for i := 0; i < n; {
		var v *feed.Visit
		v, i = p.visit(i)
		st := x.state.Load()
		v.Document.Generation = st.Generation
		for j := range v.Document.Entries {
			r := &v.Document.Entries[j]
			r.Matches, r.Terms = st.read(v.Source, &r.Entry)
			r.Terms = nil // as few stories as there can be: they are another matter
		}
		if err := x.writer.do(v); err != nil {
			b.Fatal(err)
		}
	}
	return x
}

// config is a configuration with the topics as they are now.
func (x *bench) config(dir string) *config.Config {
	var s strings.Builder
	for i, patterns := range x.topics {
		fmt.Fprintf(&s, "  topic-%d: {any: [%s]}\n", i, strings.Join(patterns, ", "))
	}
	cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
fetch: {contact: desk@x.example}
storage: {path: s.db}
sources: [{url: "https://x.example/rss"}]
topics:
%s`, s.String()), dir, nil)
	if cfg == nil {
		x.b.Fatal(problems)
	}
	return cfg
}

// change gives some topics a few other patterns.
func (x *bench) change(topics int, round int) *config.Config {
	rng := rand.New(rand.NewPCG(uint64(round), 7))
	for i := range topics {
		p := newPress(20_000)
		p.rng = rng
		for j := range 5 {
			x.topics[i][j] = p.word(3000 + rng.IntN(50_000))
		}
	}
	return x.config(x.db.Path())
}

var changes = []struct {
	name   string
	topics int
}{{"all", 10}, {"one of ten", 1}}

// BenchmarkRefiling files 20,000 entries anew under rules that changed.
func BenchmarkRefiling(b *testing.B) {
	const n = 20_000
	x := newBench(b, n)
	round := 0
	for _, c := range changes {
		b.Run(c.name, func(b *testing.B) {
			began := cpuTime()
			rounds := 0
			for b.Loop() {
				round, rounds = round+1, rounds+1
				cfg := x.change(c.topics, round)
				m, problems := Check(cfg)
				if m == nil {
					b.Fatal(problems)
				}
				if err := x.adopt(b.Context(), x.newState(cfg, m)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-began).Microseconds())/float64(rounds)/n, "cpu-µs/entry")
		})
	}
}

// BenchmarkPreviewed previews a configuration over 20,000 entries.
func BenchmarkPreviewed(b *testing.B) {
	const n = 20_000
	x := newBench(b, n)
	round := 0
	for _, c := range append(changes, struct {
		name   string
		topics int
	}{"none", 0}) {
		b.Run(c.name, func(b *testing.B) {
			kept := make([][]string, len(x.topics))
			for i := range kept {
				kept[i] = append([]string(nil), x.topics[i]...)
			}
			defer func() { x.topics = kept }()
			began := cpuTime()
			rounds := 0
			for b.Loop() {
				round, rounds = round+1, rounds+1
				cfg := x.change(c.topics, round)
				m, problems := Check(cfg)
				if m == nil {
					b.Fatal(problems)
				}
				out, err := x.Desk().Preview(b.Context(), desk.PreviewRequest{Topics: cfg.Topics, Compiled: m.Matcher, Sources: cfg.Sources, All: true})
				if err != nil || len(out) != 10 {
					b.Fatal(out, err)
				}
			}
			b.ReportMetric(float64((cpuTime()-began).Microseconds())/float64(rounds)/n, "cpu-µs/entry")
		})
	}
}
