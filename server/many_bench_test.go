package server

import (
	"fmt"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/storage"
)

// BenchmarkMany is what pages about sources and the status cost, by how many sources and
// entries there are; cpu-ms/op is the processor time, which others on the machine disturb
// less.
func BenchmarkMany(b *testing.B) {
	for _, n := range []struct{ sources, entries int }{{200, 20_000}, {10_000, 20_000}, {200, 200_000}, {2_000, 200_000}, {10_000, 200_000}} {
		b.Run(fmt.Sprintf("sources=%d/entries=%d", n.sources, n.entries), func(b *testing.B) { benchmarkMany(b, n.sources, n.entries) })
	}
}

func benchmarkMany(b *testing.B, sources, entries int) {
	s := severalSources(b, sources, entries)
	st := s.state.Load()
	site := s.emptySite(st, nil, s.underway)
	s.serving.Store(&noon)
	s.showAll(s.publisher, site)
	admin := s.admin(st.cfg, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8081})
	get := func(path string) func() error {
		return func() error {
			r, w := httptest.NewRequest("GET", "http://localhost"+path, nil), httptest.NewRecorder()
			if admin.ServeHTTP(w, r); w.Code != 200 || w.Body.Len() < 100 {
				return fmt.Errorf("%s: %d, %d bytes", path, w.Code, w.Body.Len())
			}
			return nil
		}
	}
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"health", func() error { _, err := s.Health(b.Context()); return err }},
		{"page of sources", func() error { s.showSources(site); return nil }},
		{"operators' page", get("/")},
		{"found by word", get("/?q=number+17")},
		{"metrics", get("/metrics")},
		{"alarms", func() error { s.alarms.look(b.Context(), true); return nil }},
		{"status", func() error { _, err := s.Status(b.Context()); return err }},
		{"counts", func() error {
			return s.db.View(func(r *storage.Reader) error { r.Counts(); return nil })
		}},
		{"space", func() error { _, err := s.db.Space(); return err }},
	} {
		b.Run(part.name, func(b *testing.B) {
			b.ReportAllocs()
			before := processor(b)
			for b.Loop() {
				if err := part.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(processor(b)-before)/1e6/float64(b.N), "cpu-ms/op")
		})
	}
}

// severalSources is a server with entries of many sources, three topics of which have one in
// five.
func severalSources(b *testing.B, sources, entries int) *Server {
	b.Helper()
	var text strings.Builder
	text.WriteString("fetch: {contact: desk@x.example}\nstorage: {path: s.db}\ntopics: {water: {any: [rivers]}, ways: {any: [roads]}, trade: {any: [markets], group: story}}\nsources:\n")
	for i := range sources {
		fmt.Fprintf(&text, "  - {url: \"https://n%d.example/rss\", title: \"Source number %d\"}\n", i, i)
	}
	dir := b.TempDir()
	cfg, problems := config.Parse(filepath.Join(dir, "config.yaml"), []byte(text.String()), dir, nil)
	if cfg == nil {
		b.Fatal(problems)
	}
	s, err := Open(b.Context(), Options{Config: cfg, Now: func() time.Time { return noon }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	run, each := s.state.Load(), entries/sources
	const step = 32 // visits a commit
	for from := 0; from < sources*(each+19)/20; from += step {
		var changes []feed.Change
		for i := from; i < min(from+step, sources*(each+19)/20); i++ {
			source, round := i%sources, i/sources
			at := noon.Add(-time.Duration((each+19)/20-round) * time.Hour)
			v := &feed.Visit{
				At: at, Source: cfg.Sources[source].ID, HTTP: 200, Next: noon.Add(time.Hour),
				Document: &feed.Reading{Body: uint64(i + 1), Generation: run.Generation},
			}
			for k := range min(each, 20) {
				n := i*20 + k
				what := []string{"rivers", "roads", "markets", "schools", "weather", "theatres", "teachers", "harvests", "hospitals", "football", "trains", "courts", "taxes", "museums", "miners"}[n%15]
				e := feed.Entry{
					ID: fmt.Sprint(n), Link: fmt.Sprintf("https://n%d.example/%d", source, n), Canonical: fmt.Sprintf("https://n%d.example/%d", source, n), Published: at, Raw: feed.Raw(n + 1),
					Title:   fmt.Sprintf("Meeting %d on day %d about %s in town %d", n, n*7%997, what, n*13%1009),
					Summary: fmt.Sprintf("Officials of the region %d met for two days and agreed on the sharing of %s and on a common plan of %d houses; they meet again in spring.", n*31%1013, what, n*17%1019),
				}
				m, terms := run.read(v.Source, &e)
				v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: m, Terms: terms})
			}
			changes = append(changes, v)
		}
		if _, err := s.db.Apply(changes); err != nil {
			b.Fatal(err)
		}
	}
	if f, err := s.db.Space(); err == nil {
		b.Logf("%d sources, %d MB", sources, f.Bytes>>20)
	}
	return s
}

// processor is the processor time of this process.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
