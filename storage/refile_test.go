package storage_test

import (
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// What a refiling leaves out, because it concerns none of the topics and nothing takes it,
// makes no difference.
func TestDrawnRefilingsOfWhatIsConcerned(t *testing.T) {
	temp := tempDB(t)
	left := 0
	rapid.Check(t, func(t *rapid.T) {
		d, cs := drawHistory(t, 40)
		_, open := temp(t)
		all := open()
		_, open = temp(t)
		some := open()
		both := func(c feed.Change) {
			b := all.EncodeChange(c)
			again, err := all.DecodeChange(b)
			if err != nil {
				t.Fatal(err)
			}
			applyAll(t, all, c)
			applyAll(t, some, again)
		}
		for _, c := range cs {
			both(c)
		}
		topics := rapid.SampledFrom([][]feed.TopicID{{"security"}, {"water"}, {"water", feed.AllTopics}, {feed.AllTopics}, {"new"}}).Draw(t, "topics")
		c := &feed.ConfigChange{At: d.at, Generation: d.gen + 1, Topics: []feed.Topic{{ID: "security"}, {ID: "water", Draft: d.n(2, "draft") == 0}, {ID: "new"}}}
		for _, id := range []feed.TopicID{"security", "water", "new", feed.AllTopics} {
			c.Hashes = append(c.Hashes, feed.TopicRules{ID: id, Hash: d.gen + 100})
		}
		both(c)
		for from, last := feed.EntryKey(1), false; !last; {
			step := func() *feed.Refiling {
				return &feed.Refiling{At: d.at, Generation: c.Generation, Topics: topics}
			}
			named, concerned := step(), step()
			if err := some.View(func(r *storage.Reader) error {
				return r.EachToRefile(from, topics, func(e feed.StoredEntry, is bool) bool {
					em := feed.EntryMatches{Entry: e.Key}
					for _, id := range topics {
						if id != feed.AllTopics && d.n(3, "match") == 0 {
							em.Matches = append(em.Matches, feed.Match{Topic: id, Reason: why("anew")})
						}
					}
					named.Entries = append(named.Entries, em)
					if is || len(em.Matches) > 0 {
						concerned.Entries = append(concerned.Entries, em)
					} else {
						left++
					}
					from = e.Key + 1
					return len(named.Entries) < 5
				})
			}); err != nil {
				t.Fatal(err)
			}
			last = len(named.Entries) < 5
			named.Done, concerned.Done = last, last
			applyAll(t, all, named)
			applyAll(t, some, concerned)
		}
		sound(t, some)
		sameDump(t, all.Dump(false), some.Dump(false), "of what is concerned")
	})
	if left < 10 {
		t.Errorf("%d left out: the test shows nothing", left)
	}
}
