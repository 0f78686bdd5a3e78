package storage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// text is some words of a report.
func text(seed, size int) string {
	words := strings.Fields("conference security border water energy Tashkent region agreement ministers officials statement exercise railway customs")
	var s strings.Builder
	for i := 0; s.Len() < size; i++ {
		s.WriteString(words[(seed*7+i*i*3+i)%len(words)])
		s.WriteByte(' ')
		if i%9 == 0 {
			fmt.Fprintf(&s, "<b>%d</b> ", seed+i)
		}
	}
	return s.String()
}

// fill stores visits of 20 entries of 2 KB with terms bytes of terms, 64 to a
// transaction, as a cold round does.
func fill(b *testing.B, db *storage.DB, from, terms int) int {
	b.Helper()
	var batch []feed.Change
	for range 64 {
		var es []feed.Entry
		at := t0.Add(time.Duration(from) * time.Second)
		for range 20 {
			from++
			e := entry(fmt.Sprint("id-", from), fmt.Sprint("https://x.example/news/", from), "Title of entry "+fmt.Sprint(from))
			e.Published = at.Add(-time.Duration(from*7919%86400) * time.Second)
			if from%4 == 0 {
				e.Title += " security"
			}
			e.Content = text(from, 2000)
			es = append(es, e)
		}
		v := visit(fmt.Sprintf("https://s%d.example/feed", from/20), at, es...)
		for i := range v.Document.Entries {
			v.Document.Entries[i].Terms = make(feed.Terms, terms)
		}
		batch = append(batch, v)
	}
	if _, err := db.Apply(batch); err != nil {
		b.Fatal(err)
	}
	return from
}

// BenchmarkApply stores new entries: alone, with the feed of all topics, and with the
// terms of a story in every fourth of which a likeness is kept.
func BenchmarkApply(b *testing.B) {
	for _, bb := range []struct {
		name  string
		all   bool
		terms int
		place storage.Placer
	}{
		{"alone", false, 0, nil},
		{"all", true, 0, nil},
		{"stories", false, 120, says(func(e *feed.StoredEntry) feed.Placement {
			if e.Key%4 != 0 {
				return feed.Placement{}
			}
			why := &feed.Likeness{Score: .4321, Needed: .25, Mean: .3, MeanNeeded: .18, Rule: "text", Apart: time.Hour}
			for _, w := range strings.Fields("confe secur borde water energ tashk regio agree minis offic") {
				why.Shared = append(why.Shared, feed.SharedWord{Word: w, Share: .1})
			}
			return feed.Placement{Tier: feed.TierStory, Story: feed.StoryKey(e.Key - 1), Partner: e.Key - 1, Why: why}
		})},
	} {
		b.Run(bb.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "t.db")
			db, err := storage.Open(path, storage.Options{Place: bb.place})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if bb.all {
				if _, err := db.Apply([]feed.Change{published(1, "security")}); err != nil {
					b.Fatal(err)
				}
			}
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				n = fill(b, db, n, bb.terms)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/entry")
			if st, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(st.Size())/float64(n), "B/entry")
			}
		})
	}
}

// BenchmarkRefiling reads and files anew 20,000 entries in steps of 500, a
// quarter of which join a topic or leave it.
func BenchmarkRefiling(b *testing.B) {
	db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	for n < 20000 {
		n = fill(b, db, n, 0)
	}
	gen, matching := uint64(0), false
	var read time.Duration
	for b.Loop() {
		gen, matching = gen+1, !matching
		if _, err := db.Apply([]feed.Change{&feed.ConfigChange{At: t0, Generation: gen, Hashes: []feed.TopicRules{{ID: "new", Hash: gen}}}}); err != nil {
			b.Fatal(err)
		}
		for from := feed.EntryKey(1); from != 0; {
			began := time.Now()
			c := &feed.Refiling{At: t0, Generation: gen, Topics: []feed.TopicID{"new"}}
			if err := db.View(func(r *storage.Reader) error {
				return r.Entries(from, func(e feed.StoredEntry) bool {
					em := feed.EntryMatches{Entry: e.Key}
					if matching && e.Key%4 == 0 {
						em.Matches = []feed.Match{{Topic: "new", Reason: why("x")}}
					}
					c.Entries = append(c.Entries, em)
					return len(c.Entries) < 500
				})
			}); err != nil {
				b.Fatal(err)
			}
			read += time.Since(began)
			from = 0
			if len(c.Entries) == 500 {
				from = c.Entries[499].Entry + 1
			}
			if _, err := db.Apply([]feed.Change{c}); err != nil {
				b.Fatal(err)
			}
		}
	}
	per := float64(n) * float64(b.N)
	b.ReportMetric(float64(read.Nanoseconds())/per, "ns-reading/entry")
	b.ReportMetric(float64((b.Elapsed()-read).Nanoseconds())/per, "ns-filing/entry")
}

// BenchmarkWindow reads a window of 100,000 entries with 120 bytes of terms, as
// a placer does once after a start, and stores one entry.
func BenchmarkWindow(b *testing.B) {
	path := filepath.Join(b.TempDir(), "t.db")
	db, err := storage.Open(path, storage.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for n < 100000 {
		n = fill(b, db, n, 120)
	}
	db.Close()
	for b.Loop() {
		a := new(asks)
		db, err := storage.Open(path, storage.Options{NoSync: true, Place: a})
		if err != nil {
			b.Fatal(err)
		}
		n++
		if _, err := db.Apply([]feed.Change{report(srcA, t0.Add(time.Duration(n)*time.Second), fmt.Sprint("one-", n), "x")}); err != nil {
			b.Fatal(err)
		}
		if len(a.window[0]) < 100000 {
			b.Fatalf("%d entries in the window", len(a.window[0]))
		}
		db.Close()
	}
}
