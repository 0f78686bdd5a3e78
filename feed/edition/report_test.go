package edition

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// sources are configured with the tags after their names.
func sources(configured ...string) func(feed.SourceID) *feed.Source {
	all := make(map[feed.SourceID]*feed.Source)
	for _, s := range configured {
		words := strings.Fields(s)
		all[feed.SourceID(words[0])] = &feed.Source{ID: feed.SourceID(words[0]), Tags: words[1:]}
	}
	return func(id feed.SourceID) *feed.Source { return all[id] }
}

func in(language string, e feed.StoredEntry) feed.StoredEntry {
	e.Language = language
	return e
}

// one is the only item of an edition, as "id: lead, also".
func one(t *testing.T, topic *feed.Topic, o Options, f ...feed.Filed) string {
	t.Helper()
	ed := Of(topic, f, o)
	if len(ed.Entries) == 0 {
		return ""
	}
	if len(ed.Entries) > 1 {
		t.Fatalf("%d items", len(ed.Entries))
	}
	it := ed.Entries[0]
	return fmt.Sprintf("%s: %d, %s", it.PublicID, it.Entry.Key, alsos(it))
}

func TestTheTopicChoosesAmongMembers(t *testing.T) {
	takes := sources("a wire", "b wire sport", "c local", "d")
	members := []feed.StoredEntry{in("ru", entry(1, "a")), in("en", entry(2, "b")), in("en-gb", entry(3, "c")), in("", entry(4, "d"))}
	for _, tt := range []struct {
		name  string
		topic feed.Topic
		want  string
	}{
		{"all", feed.Topic{}, "urn:x:a-1: 1, b c d"},
		{"a language of the lead's copies", feed.Topic{Languages: []string{"en"}}, "urn:x:a-1: 2, c d"},
		{"unknown dropped", feed.Topic{Languages: []string{"en"}, DropUnknown: true}, "urn:x:a-1: 2, c"},
		{"unknown is all there is", feed.Topic{Languages: []string{"uz"}}, "urn:x:a-1: 4, "},
		{"no member", feed.Topic{Languages: []string{"uz"}, DropUnknown: true}, ""},
		{"a tag", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"wire"}}}, "urn:x:a-1: 1, b"},
		{"an unwanted tag", feed.Topic{Sources: feed.SourceFilter{Without: []string{"wire"}}}, "urn:x:a-1: 3, d"},
		{"an address", feed.Topic{Sources: feed.SourceFilter{Addresses: []feed.SourceID{"d"}}}, "urn:x:a-1: 4, "},
		{"tag and language", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"wire"}}, Languages: []string{"en"}}, "urn:x:a-1: 2, "},
		{"no source", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"x"}}}, ""},
	} {
		for _, g := range []feed.Grouping{feed.GroupDuplicate, feed.GroupStory} {
			tt.topic.Group = g
			o := options
			o.Takes = takes
			if got := one(t, &tt.topic, o, group(9, 3, members...)); got != tt.want {
				t.Errorf("%s, %s: %s, want %s", tt.name, g, got, tt.want)
			}
		}
	}
	// A member that did not match by itself is listed, and gives no reasons;
	// those of one that is not shown stay untold.
	f := group(9, 0, members...)
	f.Reasons = f.Reasons[:2]
	it := Of(&feed.Topic{Languages: []string{"en"}}, []feed.Filed{f}, options).Entries[0]
	if alsos(it) != "c d" || len(it.Reasons) != 1 || it.Reasons[0].Score != 2 {
		t.Errorf("also %s, reasons %v", alsos(it), it.Reasons)
	}
	// None publishes what is allowed, each by itself.
	ed := Of(&feed.Topic{Group: feed.GroupNone, Languages: []string{"en"}, DropUnknown: true}, []feed.Filed{group(9, 0, members...)}, options)
	if len(ed.Entries) != 2 || ed.Entries[0].Entry.Key != 3 || ed.Entries[1].Entry.Key != 2 || ed.Entries[1].PublicID == "urn:x:a-1" {
		t.Errorf("%+v", ids(ed))
	}
}

// A source that is no longer configured has no tags: what matched stays.
func TestASourceThatIsGone(t *testing.T) {
	o := options
	o.Takes = sources("b wire")
	topic := &feed.Topic{Sources: feed.SourceFilter{Tags: []string{"wire"}}}
	f := group(9, 0, entry(1, "gone"), entry(2, "b"), entry(3, "lost"))
	f.Reasons = f.Reasons[:2]
	if got := one(t, topic, o, f); got != "urn:x:gone-1: 1, b" {
		t.Error(got)
	}
}

func TestPrefer(t *testing.T) {
	o := options
	o.Takes = sources("a", "b wire", "c agency", "d agency wire", "e")
	topic := &feed.Topic{Prefer: []string{"agency", "wire"}}
	for _, tt := range []struct {
		name    string
		entries []feed.StoredEntry
		want    string
	}{
		{"nobody", []feed.StoredEntry{entry(1, "a"), entry(2, "e")}, "1, e"},
		{"the one who has a tag", []feed.StoredEntry{entry(1, "a"), entry(2, "b")}, "2, a"},
		{"the first tag", []feed.StoredEntry{entry(1, "b"), entry(2, "c")}, "2, b"},
		{"the membership's lead among equals", []feed.StoredEntry{entry(1, "d"), entry(2, "c")}, "1, c"},
		{"a source that is gone", []feed.StoredEntry{entry(1, "x"), entry(2, "b")}, "2, x"},
	} {
		if got := one(t, topic, o, group(9, 0, tt.entries...)); !strings.HasSuffix(got, ": "+tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	// What joins later does not lead: a minute is one round over the sources.
	for seen, want := range map[int]string{9: "urn:x:a-1: 20, a", 10: "urn:x:a-1: 20, a", 11: "urn:x:a-1: 1, c", 5000: "urn:x:a-1: 1, "} {
		late := entry(20, "c")
		late.Seen = minute(seen)
		if got := one(t, topic, o, group(9, 0, entry(1, "a"), late)); got != want {
			t.Errorf("joined at minute %d: %s, want %s", seen, got, want)
		}
	}
	// A backlog is filed at its own dates: it was filed when it was seen.
	old := entry(100, "a")
	next := entry(101, "c")
	if got := one(t, topic, o, group(5, 0, old, next)); got != "urn:x:a-100: 101, a" {
		t.Errorf("backlog: %s", got)
	}
	// An operator's choice is above preference.
	f := group(9, 0, entry(1, "a"), entry(2, "c"))
	f.Included = true
	if got := one(t, topic, o, f); got != "urn:x:a-1: 1, c" {
		t.Errorf("included: %s", got)
	}
	f = group(9, 0, entry(1, "c"), entry(2, "a"), entry(3, "d"))
	f.Included, f.Lead = true, 2
	if got := one(t, topic, o, f); got != "urn:x:c-1: 2, c d" {
		t.Errorf("included: %s", got)
	}
}

func TestHidden(t *testing.T) {
	f := group(9, 0, entry(1, "a"), entry(2, "b"), entry(3, "c"))
	for hidden, want := range map[string]string{
		"":      "urn:x:a-1: 1, b c",
		"1":     "urn:x:a-1: 2, c",
		"2":     "urn:x:a-1: 1, c",
		"1 2":   "urn:x:a-1: 3, ",
		"1 2 3": "",
	} {
		f.Hidden = nil
		for _, k := range strings.Fields(hidden) {
			f.Hidden = append(f.Hidden, feed.EntryKey(k[0]-'0'))
		}
		for _, g := range []feed.Grouping{feed.GroupDuplicate, feed.GroupStory} {
			if got := one(t, &feed.Topic{Group: g}, options, f); got != want {
				t.Errorf("hidden %q, %s: %s, want %s", hidden, g, got, want)
			}
		}
	}
	// Under none, the others keep the ids they have.
	f.Hidden = nil
	all := Of(&feed.Topic{Group: feed.GroupNone}, []feed.Filed{f}, options)
	f.Hidden = []feed.EntryKey{1}
	left := Of(&feed.Topic{Group: feed.GroupNone}, []feed.Filed{f}, options)
	if ids(all) != ids(left)+" urn:x:a-1" {
		t.Errorf("%s, then %s", ids(all), ids(left))
	}
	f.Hidden, f.Entries = nil, f.Entries[1:] // the lead is gone
	if left := Of(&feed.Topic{Group: feed.GroupNone}, []feed.Filed{f}, options); ids(all) != ids(left)+" urn:x:a-1" {
		t.Errorf("%s, then %s", ids(all), ids(left))
	}
}

// One who matched by himself speaks before one who did not, where the lead is
// gone; but one who joined later never before those who were there.
func TestTheNextLeads(t *testing.T) {
	f := group(9, 0, entry(1, "a"), entry(2, "b"), entry(3, "c"), entry(50, "d"), entry(60, "e"))
	f.Reasons = f.Reasons[2:]
	f.Hidden = []feed.EntryKey{1}
	if got := one(t, &feed.Topic{}, options, f); got != "urn:x:a-1: 3, b d e" {
		t.Error(got)
	}
	f.Hidden = []feed.EntryKey{1, 2, 3}
	f.Reasons = f.Reasons[2:]
	if got := one(t, &feed.Topic{}, options, f); got != "urn:x:a-1: 50, e" {
		t.Error(got)
	}
}

func TestIncluded(t *testing.T) {
	f := group(9, 0, in("uz", entry(1, "a")), in("en", entry(2, "b")))
	f.Included = true
	topic := &feed.Topic{Languages: []string{"en"}}
	if got := one(t, topic, options, f); got != "urn:x:a-1: 1, b" {
		t.Errorf("an operator's entry in another language: %s", got)
	}
	if !Of(topic, []feed.Filed{f}, options).Entries[0].Included {
		t.Error("not marked")
	}
}

func TestAlso(t *testing.T) {
	f := group(9, 0, entry(1, "a"), entry(2, "b"), entry(3, "c"), entry(4, "d"), entry(5, "e"), entry(6, "f"), entry(7, "g"))
	for most, want := range map[int]string{0: "b c d e f", 2: "b c", 50: "b c d e f g", -1: ""} {
		if got := alsos(Of(&feed.Topic{Also: most}, []feed.Filed{f}, options).Entries[0]); got != want {
			t.Errorf("%d: %s, want %s", most, got, want)
		}
	}
	// The list is closed a day after filing, whatever the time is.
	inTime, late := entry(8, "h"), entry(9, "i")
	inTime.Seen, late.Seen = minute(9+24*60), minute(9+24*60+1)
	f = group(9, 0, entry(1, "a"), inTime, late)
	for _, at := range []time.Time{minute(10), minute(100_000)} {
		if got := one(t, &feed.Topic{}, Options{Source: info, At: at}, f); got != "urn:x:a-1: 1, h" {
			t.Error(got)
		}
	}
}

func TestPlaced(t *testing.T) {
	f := group(9, 4, entry(5, "a"), entry(6, "b"))
	f.Placed = []feed.Placed{
		{Entry: 6, Placement: feed.Placement{Tier: feed.TierGroup, Partner: 5}},
		{Entry: 5, Placement: feed.Placement{Tier: feed.TierStory, Partner: 1}},
	}
	first := group(3, 4, entry(1, "c"))
	it := Of(&feed.Topic{}, []feed.Filed{f, first}, options).Entries[0]
	if it.Placed == nil || it.Placed.Tier != feed.TierStory || it.Partner == nil || it.Partner.Link != "https://c.example/1" || it.Partner.Source.Title != "C" {
		t.Errorf("%+v with %+v", it.Placed, it.Partner)
	}
	if it.Group != 5 || it.Story != 4 || it.Reports != 3 {
		t.Errorf("group %d, story %d of %d", it.Group, it.Story, it.Reports)
	}
	// A report that the topic does not show is not spoken of.
	first.Hidden = []feed.EntryKey{1}
	it = Of(&feed.Topic{}, []feed.Filed{f, first}, options).Entries[0]
	if it.Placed == nil || it.Partner != nil || it.Reports != 2 {
		t.Errorf("%+v with %+v, %d", it.Placed, it.Partner, it.Reports)
	}
	f.Placed = []feed.Placed{{Entry: 5}}
	if it := Of(&feed.Topic{}, []feed.Filed{f}, options).Entries[0]; it.Placed != nil {
		t.Errorf("the first of a story was placed: %+v", it.Placed)
	}
}

// Whoever joins, and whatever they match: id, lead, place and dates of what is
// published stay.
func TestNobodyWhoJoinsChangesAnItem(t *testing.T) {
	o := options
	o.Takes = sources("s0", "s1 wire", "s2 agency", "s3 wire", "s4 local", "s5 agency wire")
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(7, seed))
		topic := &feed.Topic{
			Group:  []feed.Grouping{feed.GroupDuplicate, feed.GroupStory, feed.GroupNone}[r.IntN(3)],
			Prefer: [][]string{nil, {"agency"}, {"wire", "agency"}}[r.IntN(3)],
		}
		if r.IntN(3) == 0 {
			topic.Languages = []string{"en"}
		}
		languages := []string{"", "en", "ru"}
		var all []feed.StoredEntry
		for k := range 6 {
			e := in(languages[r.IntN(3)], entry(1+10*k, fmt.Sprint("s", r.Perm(6)[0])))
			e.Published = minute(r.IntN(60))
			all = append(all, e)
		}
		n := 1 + r.IntN(3)
		f := group(all[n-1].Seen.Minute(), 1, all[:n]...)
		if r.IntN(3) == 0 {
			f.Hidden = []feed.EntryKey{f.Lead}
		}
		later := f
		later.Entries, later.Changed = all, minute(500)
		for _, e := range all[n:] {
			if r.IntN(2) == 0 {
				later.Reasons = append(later.Reasons, feed.EntryReason{Entry: e.Key})
			}
		}
		follow := group(70, 1, in("en", entry(71, "s1")))
		before := Of(topic, []feed.Filed{f}, o)
		after := make(map[string]feed.Item)
		for _, it := range Of(topic, []feed.Filed{later, follow}, o).Entries {
			after[it.PublicID] = it
		}
		for _, b := range before.Entries {
			a, ok := after[b.PublicID]
			if !ok || a.Entry.Key != b.Entry.Key || !a.Filed.Equal(b.Filed) || !a.Entry.Published.Equal(b.Entry.Published) || !a.Entry.Updated.Equal(b.Entry.Updated) {
				t.Fatalf("seed %d, %s: %s of %d became %s of %d", seed, topic.Group, b.PublicID, b.Entry.Key, a.PublicID, a.Entry.Key)
			}
		}
	}
}
