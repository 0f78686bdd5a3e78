package edition

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

var start = time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

var options = Options{Source: info, At: start}

func info(id feed.SourceID) feed.SourceInfo {
	return feed.SourceInfo{ID: id, Title: strings.ToUpper(string(id))}
}

// entry n of a source, published and seen at minute n.
func entry(n int, source string) feed.StoredEntry {
	return feed.StoredEntry{
		Entry: feed.Entry{
			ID: fmt.Sprintf("%s-%d", source, n), Link: fmt.Sprintf("https://%s.example/%d", source, n),
			Title: "Conference opens", Published: minute(n),
		},
		Key: feed.EntryKey(n), Source: feed.SourceID(source), Seen: minute(n),
	}
}

// group of entries, filed and changed at minute filed.
func group(filed int, story feed.StoryKey, entries ...feed.StoredEntry) feed.Filed {
	f := feed.Filed{Story: story, Entries: entries}
	f.Group = feed.GroupKey(entries[0].Key)
	f.PublicID = "urn:x:" + entries[0].ID
	f.Filed, f.Changed = minute(filed), minute(filed)
	f.Lead = entries[0].Key
	for i := range f.Entries {
		f.Entries[i].Group = f.Group
		f.Reasons = append(f.Reasons, feed.EntryReason{Entry: entries[i].Key, Reason: feed.Reason{Score: float64(entries[i].Key)}})
	}
	return f
}

func ids(ed *feed.Edition) string {
	var s []string
	for _, it := range ed.Entries {
		s = append(s, it.PublicID)
	}
	return strings.Join(s, " ")
}

func alsos(it feed.Item) string {
	var s []string
	for _, a := range it.Also {
		s = append(s, string(a.Source.ID))
	}
	return strings.Join(s, " ")
}

func TestNothingFiled(t *testing.T) {
	ed := Of(&feed.Topic{ID: "t"}, nil, options)
	if len(ed.Entries) != 0 || !ed.Updated.IsZero() || ed.Topic.ID != "t" {
		t.Errorf("%+v", ed)
	}
}

func TestOrderAndLimit(t *testing.T) {
	old := entry(5, "e")
	old.Published = minute(-9)
	filed := []feed.Filed{
		group(10, 0, entry(1, "a")),
		group(30, 0, entry(2, "b")),
		group(20, 0, entry(3, "c")), // filed together with the next: the later date leads
		group(20, 0, entry(4, "d")),
		group(20, 0, old),
	}
	filed[0].Changed = minute(99)
	ed := Of(&feed.Topic{}, filed, options)
	if got, want := ids(ed), "urn:x:b-2 urn:x:d-4 urn:x:c-3 urn:x:e-5 urn:x:a-1"; got != want {
		t.Errorf("order\n got %s\nwant %s", got, want)
	}
	ed = Of(&feed.Topic{Limit: 2}, filed, options)
	if got, want := ids(ed), "urn:x:b-2 urn:x:d-4"; got != want {
		t.Errorf("cut to %s, want %s", got, want)
	}
	if !ed.Updated.Equal(minute(99)) {
		t.Errorf("updated %v: a change behind the limit counts", ed.Updated)
	}
	many := make([]feed.Filed, 150)
	for i := range many {
		many[i] = group(i, 0, entry(i+1, "s"))
	}
	if n := len(Of(&feed.Topic{}, many, options).Entries); n != 100 {
		t.Errorf("%d entries without a limit", n)
	}
}

func TestEqualTimesAreOrderedByGroup(t *testing.T) {
	a, b := entry(1, "a"), entry(2, "b")
	b.Published = a.Published
	ed := Of(&feed.Topic{}, []feed.Filed{group(5, 0, a), group(5, 0, b)}, options)
	if got := ids(ed); got != "urn:x:b-2 urn:x:a-1" {
		t.Error(got)
	}
}

func TestDuplicate(t *testing.T) {
	other := entry(2, "b")
	other.Title = "Security conference"
	late := entry(3, "c")
	late.Published = minute(-5)
	f := group(9, 7, entry(1, "a"), other, late, entry(4, "d"), entry(5, "e"), entry(6, "f"), entry(7, "g"))
	it := Of(&feed.Topic{Group: feed.GroupDuplicate}, []feed.Filed{f}, options).Entries[0]
	if it.Entry.Key != 1 || it.PublicID != "urn:x:a-1" || it.Story != 7 || it.Source.Title != "A" {
		t.Errorf("lead %+v", it)
	}
	if got := alsos(it); got != "c b d e f" {
		t.Errorf("also %s: want the first five in time", got)
	}
	if it.Also[0].Title != "" || it.Also[1].Title != "Security conference" || it.Also[1].Link != "https://b.example/2" || !it.Also[1].When.Equal(minute(2)) {
		t.Errorf("also %+v", it.Also)
	}
	if len(it.Reasons) != 7 || it.Reasons[0].Score != 1 {
		t.Errorf("reasons %+v", it.Reasons)
	}
}

func TestLeadIsTheMembershipsOwn(t *testing.T) {
	f := group(9, 0, entry(1, "a"), entry(2, "b"))
	f.Lead = 2
	it := Of(&feed.Topic{}, []feed.Filed{f}, options).Entries[0]
	if it.Entry.Key != 2 || alsos(it) != "a" || it.Reasons[0].Score != 2 {
		t.Errorf("lead %d, also %s, reasons %v", it.Entry.Key, alsos(it), it.Reasons)
	}
	f.Lead = 99 // gone from the store
	if it := Of(&feed.Topic{}, []feed.Filed{f}, options).Entries[0]; it.Entry.Key != 1 {
		t.Errorf("lead %d where the membership's is gone", it.Entry.Key)
	}
	f.Entries = nil
	if n := len(Of(&feed.Topic{}, []feed.Filed{f}, options).Entries); n != 0 {
		t.Errorf("%d items of a group without entries", n)
	}
}

func TestStory(t *testing.T) {
	filed := []feed.Filed{
		group(20, 1, entry(5, "c"), entry(6, "a")),
		group(10, 1, entry(1, "a"), entry(2, "b")), // filed first
		group(15, 2, entry(3, "x")),
		group(12, 0, entry(7, "y")), // no story
		group(13, 0, entry(8, "z")),
	}
	filed[0].Changed = minute(50)
	ed := Of(&feed.Topic{Group: feed.GroupStory}, filed, options)
	if got, want := ids(ed), "urn:x:x-3 urn:x:z-8 urn:x:y-7 urn:x:a-1"; got != want {
		t.Fatalf("order\n got %s\nwant %s", got, want)
	}
	it := ed.Entries[3]
	if got := alsos(it); got != "b c" {
		t.Errorf("also %s: one a source, not the lead's own", got)
	}
	if !it.Changed.Equal(minute(50)) || !it.Filed.Equal(minute(10)) {
		t.Errorf("changed %v, filed %v", it.Changed, it.Filed)
	}
	if len(it.Reasons) != 4 || it.Reasons[0].Score != 1 {
		t.Errorf("reasons %+v", it.Reasons)
	}
}

func TestNone(t *testing.T) {
	iri := entry(2, "b")
	iri.ID = "https://b.example/2"
	same := entry(3, "c")
	same.ID = "https://b.example/2" // two sources, one id
	lead := entry(4, "d")
	lead.ID = "urn:x:a-1" // as the other group's lead
	late := entry(60, "e")
	filed := []feed.Filed{group(10, 0, lead, late), group(10, 0, entry(1, "a"), iri, same)}
	filed[0].PublicID = "urn:x:other"
	ed := Of(&feed.Topic{Group: feed.GroupNone}, filed, options)
	if len(ed.Entries) != 5 {
		t.Fatalf("%d items", len(ed.Entries))
	}
	got := make(map[feed.EntryKey]string)
	unique := make(map[string]bool)
	for _, it := range ed.Entries {
		got[it.Entry.Key] = it.PublicID
		unique[it.PublicID] = true
		if len(it.Also) != 0 {
			t.Errorf("also %v", it.Also)
		}
		if len(it.Reasons) != 1 || it.Reasons[0].Score != float64(it.Entry.Key) {
			t.Errorf("reasons of %d: %v", it.Entry.Key, it.Reasons)
		}
	}
	want := map[feed.EntryKey]string{
		1: "urn:x:a-1", 2: "https://b.example/2", 3: feed.NameUUID("c", "https://b.example/2"),
		4: "urn:x:other", 60: feed.PublicID("e", "e-60"),
	}
	if !reflect.DeepEqual(got, want) || len(unique) != 5 {
		t.Errorf("ids\n got %v\nwant %v", got, want)
	}
	if ed.Entries[0].Entry.Key != 60 || !ed.Entries[0].Filed.Equal(minute(60)) {
		t.Errorf("an entry that joined later is not first: %+v", ed.Entries[0])
	}
}

// The order in which memberships arrive means nothing, and nothing given is
// changed.
func TestPure(t *testing.T) {
	var filed []feed.Filed
	for i := 1; i < 40; i += 2 {
		filed = append(filed, group(i%5, feed.StoryKey(i%4), entry(i, fmt.Sprint("s", i%3)), entry(i+1, fmt.Sprint("s", i%3+1))))
	}
	for _, g := range []feed.Grouping{feed.GroupDuplicate, feed.GroupStory, feed.GroupNone} {
		topic := &feed.Topic{Group: g}
		want := Of(topic, filed, options)
		for seed := range 20 {
			shuffled := make([]feed.Filed, len(filed))
			for i, k := range rand.New(rand.NewPCG(1, uint64(seed))).Perm(len(filed)) {
				shuffled[i] = filed[k]
			}
			before := fmt.Sprintf("%+v", shuffled)
			if got := Of(topic, shuffled, options); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: another order gives another edition", g)
			}
			if fmt.Sprintf("%+v", shuffled) != before {
				t.Fatalf("%s: the memberships were changed", g)
			}
		}
	}
}
