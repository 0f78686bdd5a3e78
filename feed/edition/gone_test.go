package edition

import (
	"testing"
	"time"

	"topicwire/feed"
)

// A story goes by the id and the place of its first report, also where that was removed
// since: it was there before the others, though it was filed at its own date.
func TestAStoryGoesByItsFirstReport(t *testing.T) {
	at := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	entry := feed.StoredEntry{Key: 2, Source: "b", Seen: at.Add(time.Hour)}
	left := feed.Filed{Membership: feed.Membership{PublicID: "second", Filed: at.Add(time.Hour), Group: 2, Lead: 2}, Story: 1, Entries: []feed.StoredEntry{entry}}
	gone := feed.Filed{Membership: feed.Membership{PublicID: "first", Filed: at, Group: 1}, Story: 1, Gone: at}
	topic := feed.Topic{ID: "t", Group: feed.GroupStory, Limit: 10}
	for want, seen := range map[string]time.Time{"first": at, "second": at.Add(2 * time.Hour)} {
		gone.Gone = seen
		ed := Of(&topic, []feed.Filed{left, gone}, Options{Source: func(id feed.SourceID) feed.SourceInfo { return feed.SourceInfo{ID: id} }})
		if len(ed.Entries) != 1 || ed.Entries[0].PublicID != want || ed.Entries[0].Entry.Key != 2 {
			t.Errorf("seen %s: %+v, want %s", seen, ed.Entries, want)
		}
	}
}
