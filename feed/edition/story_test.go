package edition

import (
	"testing"

	"topicwire/feed"
)

var byStory = &feed.Topic{Group: feed.GroupStory}

// A story lists its own group and all members of the others, the first of each
// publisher, those of its first day.
func TestStoryListsAllMembers(t *testing.T) {
	late := group(60*24+11, 1, entry(60*24+11, "z"))
	got := one(t, byStory, options,
		group(10, 1, entry(1, "a"), entry(2, "b")),
		group(20, 1, entry(5, "c"), entry(6, "d")), // d copies c
		group(30, 1, entry(7, "b")),
		group(60*24+10, 1, entry(60*24+10, "y")),
		late,
	)
	if got != "urn:x:a-1: 1, b c d y" {
		t.Error(got)
	}
}

func TestStoryWhoseFirstGroupIsHidden(t *testing.T) {
	first, second := group(10, 1, entry(1, "a")), group(20, 1, entry(2, "b"))
	first.Hidden = []feed.EntryKey{1}
	ed := Of(byStory, []feed.Filed{first, second}, options)
	if it := ed.Entries[0]; it.PublicID != "urn:x:a-1" || it.Entry.Key != 2 || !it.Filed.Equal(minute(10)) || len(it.Also) != 0 {
		t.Errorf("%s: %d, filed %v, also %v", it.PublicID, it.Entry.Key, it.Filed, it.Also)
	}
	// In another language it never was there: it leaves nothing behind.
	first.Hidden, first.Entries[0].Language, second.Entries[0].Language = nil, "ru", "en"
	ed = Of(&feed.Topic{Group: feed.GroupStory, Languages: []string{"en"}}, []feed.Filed{first, second}, options)
	if it := ed.Entries[0]; it.PublicID != "urn:x:b-2" || !it.Filed.Equal(minute(20)) || len(it.Also) != 0 {
		t.Errorf("%s, filed %v, also %v", it.PublicID, it.Filed, it.Also)
	}
}

// A report that subscribers never got does not take the story away from them.
func TestStoryOfPastAndPresent(t *testing.T) {
	past, now := group(10, 1, entry(1, "a")), group(20, 1, entry(2, "b"))
	past.Past = true
	ed := Of(byStory, []feed.Filed{past, now}, options)
	if len(ed.Entries) != 1 || len(ed.Past) != 0 || ed.Entries[0].PublicID != "urn:x:b-2" || alsos(ed.Entries[0]) != "a" {
		t.Errorf("%+v", ed)
	}
	ed = Of(byStory, []feed.Filed{past}, options)
	if len(ed.Entries) != 0 || len(ed.Past) != 1 {
		t.Errorf("%+v", ed)
	}
}

// A new source's backlog is filed at its own dates: it comes later all the same.
func TestBacklogDoesNotTakeOverAStory(t *testing.T) {
	backlog := group(5, 1, entry(90, "b"))
	backlog.Entries[0].Published = minute(5)
	if got := one(t, byStory, options, group(10, 1, entry(1, "a")), backlog); got != "urn:x:a-1: 1, b" {
		t.Error(got)
	}
}

// A story is led by its first group even if that is not among the newest.
func TestStoryFromBeforeTheNewest(t *testing.T) {
	first, second := group(10, 1, entry(1, "a")), group(20, 1, entry(2, "b"))
	asked := 0
	o := options
	o.Story = func(k feed.StoryKey) []feed.Filed {
		if asked++; k != 1 {
			t.Errorf("asked for story %d", k)
		}
		return []feed.Filed{second, first}
	}
	third := group(30, 1, entry(3, "c"))
	if got := one(t, byStory, o, third, second); got != "urn:x:a-1: 1, b c" || asked != 1 {
		t.Errorf("%s, asked %d times", got, asked)
	}
}

// Under none, what joins an old group of a backlog stands at its own date, and
// the backlog where it was.
func TestNoneOfABacklog(t *testing.T) {
	f := group(5, 0, entry(100, "a"), entry(101, "b"), entry(200, "c"))
	f.Entries[0].Published, f.Entries[1].Published = minute(5), minute(3)
	want := map[feed.EntryKey]int{100: 5, 101: 5, 200: 200}
	for _, it := range Of(&feed.Topic{Group: feed.GroupNone}, []feed.Filed{f}, options).Entries {
		if !it.Filed.Equal(minute(want[it.Entry.Key])) {
			t.Errorf("%d filed at %v", it.Entry.Key, it.Filed)
		}
	}
}
