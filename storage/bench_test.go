package storage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// BenchmarkApply stores visits of 20 entries of 2 KB, 64 to a transaction, as a
// cold round does.
func BenchmarkApply(b *testing.B) {
	db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{Place: joinLinks})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	words := strings.Fields("conference security border water energy Tashkent region agreement ministers officials statement exercise railway customs")
	n := 0
	text := func(seed, size int) string {
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
	b.ReportAllocs()
	for b.Loop() {
		var batch []feed.Change
		for range 64 {
			var es []feed.Entry
			for range 20 {
				n++
				e := entry(fmt.Sprint("id-", n), fmt.Sprint("https://x.example/news/", n), "Title of entry "+fmt.Sprint(n))
				if n%4 == 0 {
					e.Title += " security"
				}
				e.Content = text(n, 2000)
				es = append(es, e)
			}
			batch = append(batch, visit(fmt.Sprintf("https://s%d.example/feed", n/20), t0.Add(time.Duration(n)*time.Second), es...))
		}
		if _, err := db.Apply(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/entry")
}
