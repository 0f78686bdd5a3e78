package edition

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// told is an edition in a language, as "id: lead, others" an item.
func told(topic *feed.Topic, language string, filed ...feed.Filed) string {
	o := options
	o.Language = language
	ed := Of(topic, filed, o)
	var s []string
	for _, it := range ed.Entries {
		s = append(s, it.PublicID+": "+string(it.Entry.Source)+", "+alsos(it))
	}
	return strings.Join(s, "; ")
}

// owned is a group that the entry of a key was given the id of.
func owned(f feed.Filed, owner feed.EntryKey) feed.Filed {
	f.Owner = owner
	return f
}

func TestEditionOfOneLanguage(t *testing.T) {
	mixed := func() feed.Filed {
		return owned(group(10, 1, in("en", entry(1, "a")), in("ru", entry(4, "b")), in("ru", entry(6, "c"))), 1)
	}
	for _, tt := range []struct {
		name, language, want string
		change               func(*feed.Filed)
	}{
		{"the owner's", "en", "urn:x:a-1: a, ", nil},
		{"another's: as a topic has it that publishes every entry", "ru", feed.PublicID("b", "b-4") + ": b, c", nil},
		{"in all scripts and regions", "ru-RU", feed.PublicID("b", "b-4") + ": b, c", nil},
		{"nobody's", "uz", "", nil},
		{"of one that has an id of its own", "ru", "urn:x:own: b, c", func(f *feed.Filed) { f.Given = []feed.GivenID{{Entry: 4, PublicID: "urn:x:own"}} }},
		{"the owner is hidden: it stays", "ru", feed.PublicID("b", "b-4") + ": b, c", func(f *feed.Filed) { f.Hidden, f.Lead = []feed.EntryKey{1}, 4 }},
		{"the owner is hidden in its own", "en", "", func(f *feed.Filed) { f.Hidden, f.Lead = []feed.EntryKey{1}, 4 }},
		{"an id that is somebody's", "ru", feed.NameUUID("b", "b-4") + ": b, c", func(f *feed.Filed) { f.PublicID = feed.PublicID("b", "b-4") }},
	} {
		f := mixed()
		if tt.change != nil {
			tt.change(&f)
		}
		if got := told(&feed.Topic{}, tt.language, f); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// An entry that joins a group of another language comes to the edition of its own when
// it joins, and what changes in other languages changes nothing there.
func TestWhenALanguageJoins(t *testing.T) {
	o := options
	o.Language = "ru"
	f := owned(group(10, 1, in("en", entry(1, "a")), in("ru", entry(40, "b"))), 1)
	f.Changed = minute(500)
	other := owned(group(20, 2, in("ru", entry(20, "c"))), 20)
	ed := Of(&feed.Topic{}, []feed.Filed{f, other}, o)
	if len(ed.Entries) != 2 || ed.Entries[0].Entry.Key != 40 || !ed.Entries[0].Filed.Equal(minute(40)) {
		t.Errorf("%+v", ed.Entries)
	}
	if !ed.Updated.Equal(minute(40)) || ed.Language != "ru" {
		t.Errorf("updated %v in %q", ed.Updated, ed.Language)
	}
}

// A story is told by its first report in the language; one in another language that is
// hidden leaves no id behind.
func TestAStoryInOneLanguage(t *testing.T) {
	first, second, third := owned(group(10, 1, in("en", entry(1, "a"))), 1), owned(group(20, 1, in("ru", entry(2, "b"))), 2), owned(group(30, 1, in("ru", entry(3, "c"))), 3)
	if got := told(byStory, "ru", first, second, third); got != "urn:x:b-2: b, c" {
		t.Error(got)
	}
	first.Hidden = []feed.EntryKey{1}
	if got := told(byStory, "ru", first, second, third); got != "urn:x:b-2: b, c" {
		t.Errorf("the first is hidden: %s", got)
	}
	second.Hidden = []feed.EntryKey{2}
	second.Entries = append(second.Entries, in("en", entry(4, "d")))
	if got := told(byStory, "ru", first, second, third); got != "urn:x:b-2: c, " {
		t.Errorf("the first in the language is hidden: %s", got)
	}
}

func TestSpeaks(t *testing.T) {
	if t1 := (&feed.Topic{Languages: []string{"en", "ru"}}); !Speaks(t1, "ru") || Speaks(t1, "uz") || !Speaks(&feed.Topic{}, "uz") {
		t.Error("a topic speaks what it takes")
	}
}
