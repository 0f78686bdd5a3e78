package edition

import (
	"fmt"
	"testing"
	"time"

	"topicwire/feed"
)

// BenchmarkOf makes the edition of 113 groups of one to four members, of which a
// plain topic publishes 100.
func BenchmarkOf(b *testing.B) {
	var filed []feed.Filed
	for i := range 113 {
		var entries []feed.StoredEntry
		for k := range 1 + i%4 {
			e := in("en", entry(10*i+k+1, fmt.Sprint("s", (i+k)%9)))
			e.Summary = "<p>A summary of the entry.</p>"
			entries = append(entries, e)
		}
		filed = append(filed, group(10*i+5, feed.StoryKey(i/2+1), entries...))
	}
	o := options
	o.Takes = sources("s0 wire", "s1", "s2", "s3 wire", "s4", "s5", "s6", "s7", "s8")
	for name, topic := range map[string]*feed.Topic{
		"plain": {},
		"full": {
			Languages: []string{"en", "ru"}, Prefer: []string{"wire"}, PerSource: feed.Cap{Entries: 10, Per: feed.PerDay},
			MaxAge: 30 * 24 * time.Hour, EntryTitle: "{title} ({source})", Group: feed.GroupStory,
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Of(topic, filed, o)
			}
		})
	}
}
