package storage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// BenchmarkRetention removes the older half of a store in steps as a server does: entries
// of many sources, a tenth copies of others, a third in topics; a quarter in stories of a
// few, or all of them in stories of forty. It prints the digest of what is left.
func BenchmarkRetention(b *testing.B) {
	for _, bb := range []struct {
		n    int
		long bool
	}{{20_000, false}, {20_000, true}, {200_000, false}} {
		b.Run(fmt.Sprintf("%d/long=%v", bb.n, bb.long), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db, before := held(b, 2*bb.n, bb.long)
				b.StartTimer()
				removed, began := 0, cpuTime()
				for from := feed.EntryKey(1); from != 0; {
					res, err := db.Apply([]feed.Change{&feed.Retention{At: before.Add(10 * day), Before: before, From: from, Limit: 4000}})
					if err != nil {
						b.Fatal(err)
					}
					removed += res.Outcomes[0].Removed
					from = res.Outcomes[0].Next
				}
				b.StopTimer()
				b.ReportMetric(float64((cpuTime()-began).Microseconds())/float64(removed), "cpu-µs/removed")
				sum, err := db.Digest()
				if err != nil {
					b.Fatal(err)
				}
				fmt.Printf("%d removed, digest %x\n", removed, sum)
				db.Close()
				b.StartTimer()
			}
		})
	}
}

// cpuTime is what this process took of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// held is a store of n entries of n/40 sources, the older half of which is in no
// document any more, and when the younger half begins.
func held(b *testing.B, n int, long bool) (*storage.DB, time.Time) {
	b.Helper()
	type spot struct {
		group feed.GroupKey
		story feed.StoryKey
	}
	spots := make([]spot, n+1)
	place := says(func(e *feed.StoredEntry) (p feed.Placement) {
		partner := e.Key - min(e.Key-1, 21+feed.EntryKey(uint32(e.Key)*2654435761>>8%900))
		first := (e.Key-1)/800*800 + (e.Key-1)%20 + 1
		if long {
			partner = first
		}
		at := spots[partner]
		spots[e.Key] = spot{feed.GroupKey(e.Key), feed.StoryKey(e.Key)}
		switch {
		case e.Key < 1000 || partner == e.Key:
		case e.Key%10 == 0 && int(partner-1)/20%(n/40) != int(e.Key-1)/20%(n/40):
			p = feed.Placement{Tier: feed.TierGroup, Group: at.group, Story: at.story, Partner: partner}
			spots[e.Key] = at
		case long || e.Key%4 == 1:
			p = feed.Placement{Tier: feed.TierStory, Story: at.story, Partner: partner, Why: &feed.Likeness{Score: .4321, Rule: "text", Shared: []feed.SharedWord{{Word: "border", Share: .1}}}}
			spots[e.Key].story = at.story
		}
		return p
	})
	db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{Place: place})
	if err != nil {
		b.Fatal(err)
	}
	topics := strings.Fields("security water border energy rail gas summit")
	c := &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: feed.AllTopics, Hash: 1}}}
	for _, t := range topics {
		c.Hashes = append(c.Hashes, feed.TopicRules{ID: feed.TopicID(t), Hash: 1})
		c.Topics = append(c.Topics, feed.Topic{ID: feed.TopicID(t), Group: feed.GroupStory})
	}
	batch := []feed.Change{c}
	var half time.Time
	for key := 0; key < n; {
		at := t0.Add(time.Duration(key) * time.Second)
		if key == n/2 {
			half = at
		}
		var es []feed.Entry
		for range 20 {
			key++
			e := entry(fmt.Sprint("id-", key), fmt.Sprint("https://x.example/news/", key), "Title of entry "+fmt.Sprint(key))
			e.Content, e.Raw = text(key, 2000), feed.Raw(key)
			es = append(es, e)
		}
		v := visit(fmt.Sprintf("https://s%d.example/feed", key/20%(n/40)), at, es...)
		v.Document.Generation = 1
		for i := range v.Document.Entries {
			r := &v.Document.Entries[i]
			r.Matches, r.Terms = nil, make(feed.Terms, 120)
			for j := range topics {
				if k := key - 20 + i; k%(2*len(topics)) == j || k%31 == j {
					r.Matches = append(r.Matches, feed.Match{Topic: feed.TopicID(topics[j]), Reason: why(topics[j])})
				}
			}
		}
		if batch = append(batch, v); len(batch) >= 64 || key >= n {
			if _, err := db.Apply(batch); err != nil {
				b.Fatal(err)
			}
			batch = nil
		}
	}
	return db, half
}
