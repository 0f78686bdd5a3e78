package server

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/story"
	"topicwire/feed/text"
	"topicwire/storage"
)

// BenchmarkOneTitle stores entries of one title, each with a link of its own, and says
// what one costs at the writer when there are so many: with and without a text, of one
// source, of many that bring a document each, and of as many sources as entries; filed
// under no topic and under one whose reports are stories.
func BenchmarkOneTitle(b *testing.B) {
	const step = 500
	for _, bb := range []struct {
		name    string
		title   string
		sources int // 0 for one an entry
		text    func(n int) string
		filed   bool
	}{
		{"one source", "Weather", 1, noText, false},
		{"one source, filed", "Weather", 1, noText, true},
		{"one source, with texts", "Weather", 1, forecast, true},
		{"many sources", "Weather", 900, noText, true},
		{"many sources, with texts", "Weather", 900, forecast, true},
		{"many sources, one text", "Weather", 900, oneText, true},
		{"all sources, one text", "Weather", 0, oneText, true},
		{"all sources", "Weather for all of the country today", 0, noText, true},
		{"all sources, with texts", "Weather for all of the country today", 0, forecast, true},
	} {
		b.Run(strings.ReplaceAll(bb.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{NoSync: true, Place: story.New(story.Options{})})
				if err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				best := time.Hour // of the last few steps
				for n := 0; n < 36_000; {
					changes := make([]feed.Change, 0, step)
					for range step {
						changes = append(changes, bulletin(n, bb.title, bb.sources, bb.text(n), bb.filed))
						n++
					}
					begin := time.Now()
					if _, err := db.Apply(changes); err != nil {
						b.Fatal(err)
					}
					best = min(best, time.Since(begin))
					if n == 2000 || n == 9000 || n == 36_000 {
						b.ReportMetric(float64(best.Microseconds())/step, fmt.Sprintf("µs/entry-at-%d", n))
					}
					if n%2000 == 0 {
						best = time.Hour
					}
				}
				b.ReportMetric(time.Since(began).Seconds(), "s-in-all")
				db.Close()
			}
		})
	}
}

func noText(int) string { return "" }

func oneText(int) string { return "Light rain in the valleys, snow above two thousand metres" }

// forecast is a text that says nearly the same each time.
func forecast(n int) string {
	winds := []string{"north", "south", "west", "east"}
	return fmt.Sprintf("Light rain in the valleys, snow above %d metres, wind from the %s at %d metres a second", 1000+n%1700, winds[n%4], n%13)
}

func bulletin(n int, title string, sources int, summary string, filed bool) feed.Change {
	at := noon.Add(time.Duration(n) * time.Second)
	source := n
	if sources > 0 {
		source = n % sources
	}
	link := fmt.Sprintf("https://s%d.example/weather/%d", source, n)
	e := feed.Entry{ID: link, Link: link, Canonical: link, Title: title, Summary: summary, Language: "en", Published: at}
	e.Raw = feed.Raw(n + 1)
	r := feed.Reported{Entry: e, Terms: story.Terms(text.Cut(&text.Parts{feed.FieldTitle: {title}, feed.FieldSummary: {summary}}, "en"), nil)}
	if filed {
		r.Matches = []feed.Match{{Topic: "weather", Reason: feed.Reason{Hits: []feed.Hit{{Text: "Weather", Field: feed.FieldTitle, Pattern: "weather"}}}}}
	}
	return &feed.Visit{
		At: at, Source: feed.SourceID(fmt.Sprintf("https://s%d.example/feed", source)), Next: at.Add(time.Hour), HTTP: 200,
		Document: &feed.Reading{Body: uint64(n + 1), Window: []feed.Raw{e.Raw}, Entries: []feed.Reported{r}},
	}
}

// BenchmarkOneTitleAtOnce stores as many in one document.
func BenchmarkOneTitleAtOnce(b *testing.B) {
	for _, n := range []int{2000, 9000, 36_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			v := bulletin(0, "Weather", 1, forecast(0), true).(*feed.Visit)
			for k := 1; k < n; k++ {
				o := bulletin(k, "Weather", 1, forecast(k), true).(*feed.Visit)
				v.Document.Entries = append(v.Document.Entries, o.Document.Entries...)
				v.Document.Window = append(v.Document.Window, o.Document.Window...)
			}
			for b.Loop() {
				db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{NoSync: true, Place: story.New(story.Options{})})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := db.Apply([]feed.Change{v}); err != nil {
					b.Fatal(err)
				}
				db.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/entry")
		})
	}
}
