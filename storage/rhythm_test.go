package storage_test

import (
	"fmt"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// What a source brings is its rhythm, but for what the first visit finds; and what a
// topic files is read as such.
func TestRhythmOfASource(t *testing.T) {
	db := newDB(t)
	visit := func(at time.Time, dates ...time.Time) {
		t.Helper()
		v := &feed.Visit{At: at, Source: "https://x.example/", HTTP: 200, Next: at.Add(time.Hour), Document: &feed.Reading{Body: uint64(at.UnixNano())}}
		for i, d := range dates {
			e := feed.Entry{ID: fmt.Sprint(at.Unix(), "-", i), Title: "x", Published: d, Raw: feed.Raw(at.UnixNano() + int64(i))}
			v.Document.Window = append(v.Document.Window, e.Raw)
			v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e})
		}
		if _, err := db.Apply([]feed.Change{v}); err != nil {
			t.Fatal(err)
		}
	}
	rhythm := func() (r feed.Rhythm) {
		t.Helper()
		if err := db.View(func(rd *storage.Reader) (err error) {
			r, err = rd.Rhythm("https://x.example/")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	at := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	visit(at, at.Add(-time.Hour), at.Add(-50*time.Hour))
	if r := rhythm(); len(r.Days) != 0 || !r.Newest.Equal(at.Add(-time.Hour)) {
		t.Errorf("after the first visit %+v", r)
	}
	visit(at.Add(24*time.Hour), at.Add(20*time.Hour), at.Add(19*time.Hour), time.Time{})
	r := rhythm()
	if len(r.Days) != 1 || r.Days[0].Count != 3 || r.Days[0].Silence != 20*time.Hour || !r.Newest.Equal(at.Add(24*time.Hour)) {
		t.Errorf("%+v", r)
	}
	// What its hub sent is news as well.
	pushed := feed.Entry{ID: "pushed", Title: "x", Published: at.Add(26 * time.Hour), Raw: 1}
	p := &feed.Push{At: at.Add(27 * time.Hour), Source: "https://x.example/", Document: feed.Reading{Window: []feed.Raw{pushed.Raw}, Entries: []feed.Reported{{Entry: pushed}}}}
	if _, err := db.Apply([]feed.Change{p}); err != nil {
		t.Fatal(err)
	}
	if r := rhythm(); len(r.Days) != 1 || r.Days[0].Count != 4 || !r.Newest.Equal(pushed.Published) {
		t.Errorf("after a push %+v", r)
	}
	// One that a clock ahead of time left is thrown away.
	visit(at.AddDate(3, 0, 0), at.AddDate(3, 0, 0))
	visit(at.Add(48*time.Hour), at.Add(47*time.Hour))
	if r := rhythm(); !r.Newest.Equal(at.Add(47 * time.Hour)) {
		t.Errorf("after the clock was mended %+v", r)
	}
}
