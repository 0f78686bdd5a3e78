package edition

import (
	"testing"
	"time"

	"topicwire/feed"
)

// What leaves changes the document as what comes does: readers that ask whether
// it was modified since must get the shorter one.
func TestAnEditionIsUpdatedWhenAnEntryLeft(t *testing.T) {
	topic := &feed.Topic{MaxAge: time.Hour, Limit: 2}
	filed := []feed.Filed{group(0, 0, entry(0, "a")), group(20, 0, entry(1, "b")), group(30, 0, entry(2, "c"))}
	for _, tt := range []struct{ at, entries, updated int }{
		{40, 2, 30},  // nothing left: the newest change
		{60, 2, 30},  // the oldest left, but the limit had left it out before
		{80, 1, 80},  // the second left at this minute
		{85, 1, 80},  // and has been gone since
		{90, 0, 90},  // the last one left
		{500, 0, 90}, // it never changes again
	} {
		ed := Of(topic, filed, Options{Source: info, At: minute(tt.at)})
		if len(ed.Entries) != tt.entries || !ed.Updated.Equal(minute(tt.updated)) {
			t.Errorf("at minute %d: %d entries, updated at minute %.0f, want %d and %d",
				tt.at, len(ed.Entries), ed.Updated.Sub(start).Minutes(), tt.entries, tt.updated)
		}
	}
}
