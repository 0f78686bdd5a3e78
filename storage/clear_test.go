package storage_test

import (
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
)

// Entries that are removed together leave what they leave one after the other. The feed of
// all topics follows the topics before: what it gets of ids that two entries have hangs on
// the order in which they get them.
func TestDrawnEntriesAreRemovedTogether(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		d, drawn := drawHistory(t, 50)
		var cs []feed.Change
		for _, c := range drawn {
			cs = append(cs, c)
			if c, ok := c.(*feed.ConfigChange); ok {
				r := d.refileAll()
				r.At, r.Generation = c.At, c.Generation
				cs = append(cs, r)
			}
		}
		_, open := temp(t)
		together := open()
		_, open = temp(t)
		single := open()
		for _, c := range cs {
			b := together.EncodeChange(c)
			again, err := single.DecodeChange(b)
			if err != nil {
				t.Fatal(err)
			}
			r, ok := again.(*feed.Retention)
			if !ok {
				applyAll(t, together, c)
				applyAll(t, single, again)
				continue
			}
			removed := 0
			for from := feed.EntryKey(1); from != 0; {
				res, _ := applyAll(t, single, &feed.Retention{At: r.At, Before: r.Before, From: from, Limit: 1})
				removed += res.Outcomes[0].Removed
				from = res.Outcomes[0].Next
			}
			res, _ := applyAll(t, together, &feed.Retention{At: r.At, Before: r.Before, From: 1, Limit: 1000})
			if n := res.Outcomes[0].Removed; n != removed {
				t.Fatalf("%d removed together, %d one after the other", n, removed)
			}
		}
		sameDump(t, single.Dump(false), together.Dump(false), "together")
	})
}
