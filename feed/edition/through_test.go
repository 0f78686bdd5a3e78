package edition

import (
	"fmt"
	"testing"

	"topicwire/feed"
)

// The feed of all topics has of a group what one of its topics shows, and names those
// that do.
func TestThrough(t *testing.T) {
	topics := map[feed.TopicID]*feed.Topic{
		"one": {ID: "one", Title: "One"}, "two": {ID: "two"}, "english": {ID: "english", Title: "English", Languages: []string{"en"}},
		"wire": {ID: "wire", Sources: feed.SourceFilter{Tags: []string{"wire"}}},
	}
	o := options
	o.Takes = sources("a", "b wire", "c")
	in := func(topic feed.TopicID, change func(*feed.Membership), matched ...feed.EntryKey) feed.Membership {
		m := feed.Membership{Topic: topic, Group: 1, PublicID: "urn:of:" + string(topic), Lead: 1, Filed: minute(5)}
		for _, k := range matched {
			m.Reasons = append(m.Reasons, feed.EntryReason{Entry: k, Reason: feed.Reason{Score: float64(k)}})
		}
		if change != nil {
			change(&m)
		}
		return m
	}
	hide := func(keys ...feed.EntryKey) func(*feed.Membership) {
		return func(m *feed.Membership) { m.Hidden = keys }
	}
	include := func(k feed.EntryKey) func(*feed.Membership) {
		return func(m *feed.Membership) { m.Included, m.Lead = true, k }
	}
	for _, tt := range []struct {
		name string
		ms   []feed.Membership
		want string // the lead, the others, the topics; "" for no item
	}{
		{"one topic", []feed.Membership{in("one", nil, 1)}, "1 [b c] [{one One}]"},
		{"two topics", []feed.Membership{in("one", nil, 1), in("two", nil, 2)}, "1 [b c] [{one One} {two }]"},
		{"a topic that nobody may see", []feed.Membership{in("secret", nil, 1), in("two", nil, 2)}, "1 [b c] [{two }]"},
		{"only such a one", []feed.Membership{in("secret", nil, 1)}, ""},
		{"hidden in one", []feed.Membership{in("one", hide(1, 2, 3), 1), in("two", nil, 2)}, "1 [b c] [{two }]"},
		{"hidden everywhere", []feed.Membership{in("one", hide(1, 2, 3), 1), in("two", hide(1, 2, 3), 2)}, ""},
		{"an entry that is hidden everywhere", []feed.Membership{in("one", hide(1), 1), in("two", hide(1), 2)}, "2 [c] [{one One} {two }]"},
		{"another hidden in each", []feed.Membership{in("one", hide(1, 2), 1), in("two", hide(2, 3), 2)}, "1 [c] [{one One} {two }]"},
		{"in a language that the topic does not take", []feed.Membership{in("english", nil, 1)}, "2 [] [{english English}]"},
		{"in one that another takes", []feed.Membership{in("english", nil, 1), in("one", hide(3), 1)}, "1 [b] [{english English} {one One}]"},
		{"of a source that the topic does not take", []feed.Membership{in("wire", nil, 2)}, "2 [] [{wire }]"},
		{"nothing that the topics take", []feed.Membership{in("english", hide(2), 1), in("wire", hide(2), 2)}, ""},
		{"included in spite of the rules", []feed.Membership{in("wire", include(3), 2)}, "2 [c] [{wire }]"},
	} {
		first, second, third := entry(1, "a"), entry(2, "b"), entry(3, "c")
		first.Language, second.Language, third.Language = "ru", "en", "uz"
		f := group(5, 1, first, second, third)
		f.Hidden, f.Reasons = nil, nil
		got := Through(f, tt.ms, func(id feed.TopicID) *feed.Topic { return topics[id] }, o)
		ed := Of(&feed.Topic{ID: feed.AllTopics}, []feed.Filed{got}, o)
		is := ""
		for _, it := range ed.Entries {
			var others []feed.SourceID
			for _, a := range it.Also {
				others = append(others, a.Source.ID)
			}
			is = fmt.Sprint(it.Entry.Key, " ", others, " ", it.Topics)
			if it.PublicID != "urn:x:a-1" || !it.Filed.Equal(minute(5)) {
				t.Errorf("%s: under %s at %v", tt.name, it.PublicID, it.Filed)
			}
		}
		if is != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, is, tt.want)
		}
	}
}
