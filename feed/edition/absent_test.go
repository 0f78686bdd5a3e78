package edition

import (
	"testing"
	"time"

	"topicwire/feed"
)

func TestAbsent(t *testing.T) {
	const day = 24 * time.Hour
	at := start.Add(40 * day)
	recent := func(key int, source string) feed.Filed {
		return filedAt(key, source, at.Add(-time.Hour+time.Duration(key)*time.Minute))
	}
	hidden, past, russian, plain := recent(1, "a"), recent(2, "a"), recent(3, "a"), recent(4, "a")
	hidden.Hidden = []feed.EntryKey{1}
	past.Past = true
	russian.Entries[0].Language, plain.Entries[0].Language = "ru", "en"
	nobody := recent(5, "a")
	nobody.Entries = nil
	first, second, third := recent(6, "a"), recent(7, "b"), recent(8, "b")
	first.Story, second.Story, third.Story = 6, 6, 6
	hiddenFirst := first
	hiddenFirst.Hidden = []feed.EntryKey{6}
	late := plain
	late.Entries = append([]feed.StoredEntry{plain.Entries[0]}, entry(9, "b"))
	late.Hidden = []feed.EntryKey{4}

	for _, tt := range []struct {
		name  string
		topic feed.Topic
		filed []feed.Filed
		group feed.GroupKey
		want  string
	}{
		{"there", feed.Topic{}, []feed.Filed{plain}, 4, ""},
		{"not filed", feed.Topic{}, []feed.Filed{plain}, 99, "not filed under the topic"},
		{"hidden", feed.Topic{}, []feed.Filed{hidden}, 1, "hidden by an operator"},
		{"one hidden, one not", feed.Topic{}, []feed.Filed{late}, 4, ""},
		{"past", feed.Topic{Backfill: 2 * day}, []feed.Filed{past}, 2, "found by a rule change when it was already older than backfill (2d), or one of more entries at once than max_new of its source: on pages and in archives only"},
		{"past, without an age", feed.Topic{}, []feed.Filed{past}, 2, "found by a rule change when it was no news any more, or one of more entries at once than max_new of its source: on pages and in archives only"},
		{"language", feed.Topic{Languages: []string{"en"}}, []feed.Filed{russian}, 3, "in a language the topic does not take: ru"},
		{"no language", feed.Topic{Languages: []string{"en"}, DropUnknown: true}, []feed.Filed{past}, 2, "in a language the topic does not take: unknown"},
		{"source", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"wire"}}}, []feed.Filed{plain}, 4, "from a source the topic does not take: A"},
		{"gone", feed.Topic{}, []feed.Filed{nobody}, 5, "no longer stored"},
		{"capped", feed.Topic{PerSource: feed.Cap{Entries: 1, Per: feed.PerDay}}, []feed.Filed{russian, plain}, 4, "over the cap of 1/day of A"},
		{"first under the cap", feed.Topic{PerSource: feed.Cap{Entries: 1, Per: feed.PerDay}}, []feed.Filed{russian, plain}, 3, ""},
		{"aged", feed.Topic{MaxAge: 30 * day}, []feed.Filed{filedAt(1, "a", start)}, 1, "filed 40d ago; max_age is 30d"},
		{"aged by minutes", feed.Topic{MaxAge: 36 * time.Minute}, []feed.Filed{plain}, 4, "filed 56m ago; max_age is 36m"},
		{"aged by hours", feed.Topic{MaxAge: 36 * time.Hour}, []feed.Filed{filedAt(1, "a", at.Add(-37*time.Hour))}, 1, "filed 37h ago; max_age is 36h"},
		{"beyond the limit", feed.Topic{Limit: 1}, []feed.Filed{russian, plain}, 3, "beyond the newest 1"},
		{"folded", feed.Topic{Group: feed.GroupStory}, []feed.Filed{first, second}, 7, "folded into the report of A"},
		{"folded into a hidden one's place", feed.Topic{Group: feed.GroupStory}, []feed.Filed{hiddenFirst, second, third}, 8, "folded into the report of B"},
		{"the next of a hidden one", feed.Topic{Group: feed.GroupStory}, []feed.Filed{hiddenFirst, second}, 7, ""},
		{"folded into one that is absent", feed.Topic{Group: feed.GroupStory, Limit: 1}, []feed.Filed{first, second, filedAt(20, "c", at)}, 7,
			"folded into the report of A, which is missing: beyond the newest 1"},
		{"leads its story", feed.Topic{Group: feed.GroupStory}, []feed.Filed{first, second}, 6, ""},
		{"one of its entries", feed.Topic{Group: feed.GroupNone, Limit: 1}, []feed.Filed{late}, 4, ""},
		{"none of its entries", feed.Topic{Group: feed.GroupNone, Limit: 1}, []feed.Filed{late, filedAt(20, "c", at)}, 4, "beyond the newest 1"},
	} {
		o := Options{Source: info, Takes: sources("a", "b"), At: at}
		if got := Absent(&tt.topic, tt.filed, tt.group, o); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		in := false
		for _, it := range Of(&tt.topic, tt.filed, o).Entries {
			in = in || it.Group == tt.group
		}
		if in != (tt.want == "") {
			t.Errorf("%s: in the document: %v", tt.name, in)
		}
	}
}

func TestAbsentSince(t *testing.T) {
	m := &feed.Membership{Filed: start}
	if got := AbsentSince(&feed.Topic{}, m, Options{}); !got.Equal(start) {
		t.Error(got)
	}
	monday := time.Date(2024, 9, 2, 0, 0, 0, 0, time.UTC)
	if got := AbsentSince(&feed.Topic{PerSource: feed.Cap{Entries: 1, Per: feed.PerWeek}}, m, Options{}); !got.Equal(monday) {
		t.Error(got)
	}
}
