package storage

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// TestPagesAreFull: what topics publish one after the other leaves full pages behind,
// though several topics grow at once.
func TestPagesAreFull(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "t.db"), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2024, 9, 5, 12, 0, 0, 0, time.UTC)
	for i := range 1600 {
		v := &feed.Visit{Source: "https://a.example/feed", At: at.Add(time.Duration(i) * time.Minute), Document: &feed.Reading{}}
		for j := range 5 {
			id := fmt.Sprintf("https://a.example/%d-%d", i, j)
			v.Document.Window = append(v.Document.Window, feed.Raw(5*i+j+1))
			v.Document.Entries = append(v.Document.Entries, feed.Reported{
				Entry:   feed.Entry{ID: id, Link: id, Canonical: id, Title: "Title", Raw: feed.Raw(5*i + j + 1), Published: v.At},
				Matches: []feed.Match{{Topic: feed.TopicID(fmt.Sprint("topic", j))}, {Topic: "each"}},
			})
		}
		if _, err := db.Apply([]feed.Change{v}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.file.view(func(tx *bolt.Tx) error {
		if s := tx.Bucket(bMembers).Stats(); s.KeyN < 16000 || 4*s.LeafInuse < 3*s.LeafAlloc {
			t.Errorf("%d rows of members fill %d of %d bytes", s.KeyN, s.LeafInuse, s.LeafAlloc)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
