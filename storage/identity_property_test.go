package storage_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// Whatever ids, links, titles and dates a source mixes, every item has an entry, two
// items that say different things have two, a document that comes again changes
// nothing, and what is derived holds.
func TestIdentityOfWhateverASourceSays(t *testing.T) {
	ids := rapid.SampledFrom([]string{"", "x1", "x2", "N/A", home, "http://shop.example/a", "https://shop.example/a/", home + "a#1", home + "a#2", home + "?p=1"})
	links := rapid.SampledFrom([]string{"", home, home + "a", home + "a?v=2", "http://shop.example/a/", home + "b", "https://news.google.com/rss/articles/x"})
	titles := rapid.SampledFrom([]string{"", "Weather", "The dam opens", "The dam opens (update)", "Talks 1", "Talks 2"})
	more := rapid.SampledFrom([]string{"undated", later(0), later(1), later(2), "Rain falls.", "The sun shines on all of it."})
	item := rapid.Custom(func(t *rapid.T) feed.Entry {
		return said(ids.Draw(t, "id"), links.Draw(t, "link"), titles.Draw(t, "title"), more.Draw(t, "date"), more.Draw(t, "text"))
	})
	fresh := tempDB(t)
	rapid.Check(t, func(rt *rapid.T) {
		_, open := fresh(rt)
		db := open()
		at := t0
		for range rapid.IntRange(1, 5).Draw(rt, "documents") {
			at = at.Add(24 * time.Hour)
			items := rapid.SliceOfN(item, 1, 6).Draw(rt, "items")
			applyAll(rt, db, document(t, db, at, items...))
			res, _ := applyAll(rt, db, document(t, db, at.Add(time.Hour), items...))
			if res.Outcomes[0] != (storage.Outcome{}) {
				rt.Errorf("the same document again: %+v", res.Outcomes[0])
			}
			entries := make(map[feed.EntryKey]bool)
			for i, k := range db.WindowKeys(1) {
				if k == 0 {
					rt.Errorf("item %d of %d has no entry", i, len(items))
				}
				entries[k] = true
			}
			if len(entries) < len(titlesOf(items)) {
				rt.Errorf("%d entries of items with %d titles that are not alike", len(entries), len(titlesOf(items)))
			}
			db.Verify(t.Context(), func(wrong string) { rt.Error(wrong) })
		}
	})
}

// titlesOf are the titles of items, those that are nearly one as one.
func titlesOf(items []feed.Entry) map[string]bool {
	m := make(map[string]bool)
	for _, e := range items {
		if e.Title != "" {
			m[e.Title[:min(len(e.Title), 13)]] = true
		}
	}
	return m
}
