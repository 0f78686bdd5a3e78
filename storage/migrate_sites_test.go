package storage_test

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// TestAFileOfSchema4: the last version with schema 4 stored two files, the second with a
// copy of the first one's dam under another id, and with an entry of its own whose id is
// one of the first one's.
func TestAFileOfSchema4(t *testing.T) {
	path, was := fileOf(t, "schema4")
	db := open(t, path)
	if kept, err := os.ReadFile(path + ".before-v5"); err != nil || !bytes.Equal(kept, was) {
		t.Errorf("the old file is not kept beside: %v, %d bytes of %d", err, len(kept), len(was))
	}
	db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
	view(t, db, func(r *storage.Reader) error {
		var dam, border feed.EntryKey
		if err := r.Entries(0, func(e feed.StoredEntry) bool {
			switch e.Title {
			case "Dam security in the valley":
				dam = e.Key
			case "Border post opens":
				border = e.Key
			}
			return true
		}); err != nil {
			return err
		}
		for _, topic := range []feed.TopicID{"security", "everything", feed.AllTopics} {
			for id, want := range map[string]feed.EntryKey{"https://a.example/?p=1": 0, "tag:a.example,2024:border": border, feed.PublicID("file:a.xml", "i-3"): 0} {
				got, ok, err := r.GivenTo(topic, id)
				if err != nil || want != 0 && got != want || ok != (got != 0) {
					t.Errorf("%s gave %s to entry %d (%v, %v), want %d", topic, id, got, ok, err, want)
				}
			}
		}
		if k, _, _ := r.GivenTo("everything", feed.PublicID("file:a.xml", "i-3")); k == 0 {
			t.Error("an id that is a UUID leads nowhere")
		}
		keys, err := r.FindLink("http://a.example/dam/")
		if err != nil || len(keys) != 2 || !slices.Contains(keys, dam) {
			t.Errorf("the page of the dam is that of %v (%v)", keys, err)
		}
		return err
	})
	apply(t, db, visit(srcC, t0.Add(time.Hour), entry("c-1", "https://a.example/dam?v=2", "Dam security in the valley")))
	view(t, db, func(r *storage.Reader) error {
		keys, err := r.FindLink("https://a.example/dam")
		if err != nil || len(keys) != 3 {
			t.Errorf("the page of the dam is that of %v after another copy (%v)", keys, err)
		}
		return err
	})
	db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
}

// TestOneIDInManyTopics: a public id leads to the entry that each topic gave it to, and a
// topic that takes it back leaves the others theirs.
func TestOneIDInManyTopics(t *testing.T) {
	db := newDB(t)
	id := "https://a.example/1"
	tell := func(source string, at time.Time, title, link string, topics ...feed.TopicID) *feed.Visit {
		v := visit(source, at, entry(id, link, title))
		v.Document.Entries[0].Matches = nil
		for _, topic := range topics {
			v.Document.Entries[0].Matches = append(v.Document.Entries[0].Matches, feed.Match{Topic: topic})
		}
		return v
	}
	apply(t, db, tell(srcA, t0, "One", id, "dam", "police"), tell(srcB, t0.Add(time.Minute), "Another with its id", "https://b.example/x", "police", "border"))
	given := func(topic feed.TopicID) (k feed.EntryKey) {
		view(t, db, func(r *storage.Reader) (err error) {
			k, _, err = r.GivenTo(topic, id)
			return err
		})
		return k
	}
	if given("dam") != 1 || given("police") != 1 || given("border") != 2 {
		t.Errorf("the id leads to %d, %d and %d, want 1, 1 and 2", given("dam"), given("police"), given("border"))
	}
	view(t, db, func(r *storage.Reader) error {
		keys, err := r.Given(id)
		if !slices.Equal(keys, []feed.EntryKey{1, 2}) {
			t.Errorf("the id was given to %v", keys)
		}
		return err
	})
	db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
}
