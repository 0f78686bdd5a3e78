package edition

import (
	"testing"

	"topicwire/feed"
)

func placeOf(f feed.Filed) feed.FiledAt { return feed.FiledAt{Filed: f.Filed, Group: f.Group} }

// An archive has what is filed in it, whatever subscribers get of it.
func TestArchiveHasAll(t *testing.T) {
	o := options
	o.At = minute(60 * 24 * 30)
	past := group(40, 0, entry(4, "c"))
	past.Past = true
	hidden := group(50, 0, entry(5, "d"))
	hidden.Hidden = []feed.EntryKey{5}
	filed := []feed.Filed{group(10, 0, entry(1, "a")), group(20, 0, entry(2, "a")), group(30, 0, entry(3, "b")), past, hidden, group(60, 0, entry(6, "e"))}
	topic := &feed.Topic{Limit: 1, MaxAge: 60e9, PerSource: feed.Cap{Entries: 1, Per: feed.PerDay}}
	for _, tt := range []struct {
		from, to feed.FiledAt
		want     string
	}{
		{feed.FiledAt{}, feed.FiledAt{}, "6 4 3 2 1"},
		{placeOf(filed[1]), feed.FiledAt{}, "6 4 3 2"},
		{placeOf(filed[1]), placeOf(filed[3]), "3 2"},
		{feed.FiledAt{}, placeOf(filed[0]), ""},
	} {
		if got := keys(Archive(topic, filed, tt.from, tt.to, o).Entries); got != tt.want {
			t.Errorf("from %v to %v: %s, want %s", tt.from, tt.to, got, tt.want)
		}
	}
}

// A story is in the archive of the report that gives it its id, with all the others.
func TestArchiveOfStories(t *testing.T) {
	first, second := group(10, 1, entry(1, "a")), group(90, 1, entry(9, "b"))
	filed := []feed.Filed{first, second, group(95, 2, entry(10, "c"))}
	for name, at := range map[string][]feed.Filed{"all at hand": filed, "one of each": {first}} {
		o := options
		o.Story = func(k feed.StoryKey) []feed.Filed { return []feed.Filed{first, second} }
		if got := Archive(byStory, at, feed.FiledAt{}, placeOf(second), o); keys(got.Entries) != "1" || alsos(got.Entries[0]) != "b" {
			t.Errorf("%s: %s", name, keys(got.Entries))
		}
	}
	o := options
	o.Story = func(k feed.StoryKey) []feed.Filed { return []feed.Filed{first, second} }
	if got := keys(Archive(byStory, filed[1:2], placeOf(second), feed.FiledAt{}, o).Entries); got != "" {
		t.Errorf("the second report's archive has the story, too: %s", got)
	}
}

// In a topic that publishes every entry one that joins its group later is in the archive
// of its own time, and never in two or in none.
func TestArchiveOfEveryEntry(t *testing.T) {
	single := &feed.Topic{Group: feed.GroupNone}
	day := 60 * 24
	filed := []feed.Filed{
		group(10, 1, entry(1, "a"), entry(2*day, "b"), entry(30*day, "c")),
		group(day, 2, entry(day, "d")),
		group(40*day, 3, entry(40*day, "e")),
	}
	at := placeOf(filed[1])
	from := ArchiveFrom(single, at)
	if from.Before(placeOf(filed[0])) == false {
		t.Errorf("read from %v", from)
	}
	if got := keys(Archive(single, filed[:1], feed.FiledAt{}, at, options).Entries); got != "43200 1" {
		t.Errorf("closed: %s", got)
	}
	if got := keys(Archive(single, filed, at, feed.FiledAt{}, options).Entries); got != "57600 2880 1440" {
		t.Errorf("open: %s", got)
	}
	if from := ArchiveFrom(&feed.Topic{}, at); from != at {
		t.Errorf("other topics read from %v", from)
	}
}

// The date of an archive is that of what it shows: a report that is not listed any more
// does not move it.
func TestArchiveIsUpdatedByWhatItShows(t *testing.T) {
	f := group(10, 1, entry(1, "a"), entry(60*24*3, "late"))
	f.Changed = minute(60 * 24 * 3)
	if ed := Archive(&feed.Topic{}, []feed.Filed{f}, feed.FiledAt{}, feed.FiledAt{}, options); !ed.Updated.Equal(minute(10)) {
		t.Errorf("updated %v", ed.Updated)
	}
	f = group(10, 1, entry(1, "a"), entry(70, "soon"))
	if ed := Archive(&feed.Topic{}, []feed.Filed{f}, feed.FiledAt{}, feed.FiledAt{}, options); !ed.Updated.Equal(minute(70)) {
		t.Errorf("with a listed one: updated %v", ed.Updated)
	}
}
