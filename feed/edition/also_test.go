package edition

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// housed are options under which a source such as "ru@gazeta" is of the publisher
// behind the @, and one without is its own.
func housed() Options {
	o := options
	o.Source = func(id feed.SourceID) feed.SourceInfo {
		i := info(id)
		_, i.Publisher, _ = strings.Cut(string(id), "@")
		return i
	}
	return o
}

func TestAlsoCountsPublishers(t *testing.T) {
	long := func() []feed.StoredEntry {
		return []feed.StoredEntry{entry(1, "a"), entry(2, "b1@b"), entry(3, "b2@b"), entry(4, "c")}
	}
	story := feed.Topic{Group: feed.GroupStory}
	for _, tt := range []struct {
		name    string
		topic   feed.Topic
		groups  []feed.Filed
		want    string
		reports int
	}{
		{"two feeds of one house are named once, by the earlier", story, []feed.Filed{group(9, 1, long()...)}, "b1@b c", 4},
		{"and do not fill the list", feed.Topic{Group: feed.GroupStory, Also: 2}, []feed.Filed{group(9, 1, long()...)}, "b1@b c", 4},
		{"those of the lead's house are nobody else's", story, []feed.Filed{group(9, 1, entry(1, "en@a"), entry(2, "ru@a"), entry(3, "b"))}, "b", 3},
		{"between reports of a story, too", story, []feed.Filed{
			group(9, 1, entry(1, "en@a"), entry(2, "b")), group(10, 1, entry(3, "ru@a"), entry(4, "b2@b"), entry(5, "c")), group(11, 1, entry(6, "uz@c")),
		}, "b b2@b c uz@c", 6},
		{"a source of one name is no publisher's", story, []feed.Filed{group(9, 1, entry(1, "a"), entry(2, "x@a"), entry(3, "y@a"))}, "x@a", 3},
		{"a topic of reports counts by source, but for the lead's house", feed.Topic{}, []feed.Filed{group(9, 1, entry(1, "en@a"), entry(2, "ru@a"), entry(3, "b1@b"), entry(4, "b2@b"))}, "b1@b b2@b", 4},
		{"one source twice", story, []feed.Filed{group(9, 1, entry(1, "a")), group(10, 1, entry(2, "b"), entry(3, "a")), group(11, 1, entry(4, "b"))}, "b", 4},
		{"copies of each member are listed", story, []feed.Filed{group(9, 1, entry(1, "a")), group(10, 1, entry(2, "b"), entry(3, "c"), entry(4, "d"))}, "b c d", 4},
	} {
		it := Of(&tt.topic, tt.groups, housed()).Entries[0]
		if got := alsos(it); got != tt.want || it.Reports != tt.reports {
			t.Errorf("%s: %s of %d reports, want %s of %d", tt.name, got, it.Reports, tt.want, tt.reports)
		}
	}
}

// What links to the lead's own page is no other report: a source whose address was
// edited, or one that links to others.
func TestTheLeadsOwnPageIsNoOtherReport(t *testing.T) {
	at := func(k int, source, canonical string) feed.StoredEntry {
		e := entry(k, source)
		e.Canonical = canonical
		return e
	}
	for _, by := range []feed.Grouping{feed.GroupDuplicate, feed.GroupStory} {
		g := group(9, 1, at(1, "a", "http://a.example/1"), at(2, "b", "https://a.example/1/"), at(3, "c", "https://c.example/1"), at(4, "d", ""))
		it := Of(&feed.Topic{Group: by}, []feed.Filed{g}, housed()).Entries[0]
		if got := alsos(it); got != "c d" || it.Reports != 4 {
			t.Errorf("%s: also by %s of %d reports, want c d of 4", by, got, it.Reports)
		}
	}
}

func TestReportsInOtherLanguages(t *testing.T) {
	said := func(it feed.Item) string {
		var s []string
		for _, a := range it.Also {
			s = append(s, fmt.Sprintf("%s(%s %s)", a.Source.ID, a.Language, a.Foreign))
		}
		return strings.Join(s, " ")
	}
	groups := func() []feed.Filed {
		return []feed.Filed{
			group(9, 1, in("ru", entry(1, "a"))), group(10, 1, in("uz-cyrl", entry(2, "b"))), group(11, 1, in("ru", entry(3, "c")), entry(4, "d")),
			group(12, 1, in("en-gb", entry(5, "en@e"))), group(13, 1, in("uz", entry(6, "e@e"))),
		}
	}
	story := feed.Topic{Group: feed.GroupStory}
	if got, want := said(Of(&story, groups(), housed()).Entries[0]), "b(uz-cyrl Uzbek) c(ru ) d( ) en@e(en-gb English)"; got != want {
		t.Errorf("by date: %s, want %s", got, want)
	}
	// In the topic's language it comes first, though it joined later; of a house
	// that has several it is the one that is named.
	story.Language = "en"
	it := Of(&story, groups(), housed()).Entries[0]
	if got, want := said(it), "en@e(en-gb English) b(uz-cyrl Uzbek) c(ru ) d( )"; got != want || it.Entry.Key != 1 {
		t.Errorf("led by %d: %s, want %s", it.Entry.Key, got, want)
	}
	story.Language = "uz"
	if got, want := said(Of(&story, groups(), housed()).Entries[0]), "b(uz-cyrl Uzbek) e@e(uz Uzbek) c(ru ) d( )"; got != want {
		t.Errorf("in Uzbek first: %s, want %s", got, want)
	}
	// The lead's own publisher is listed where it has the news in the topic's
	// language and the lead is not in it; that takes nobody's place.
	house := func(lead string) string {
		topic := feed.Topic{Group: feed.GroupStory, Language: "en", Also: 1}
		return said(Of(&topic, []feed.Filed{
			group(9, 1, in(lead, entry(1, "x@g"))), group(10, 1, in("uz", entry(2, "uz@g")), in("ru", entry(3, "a"))), group(11, 1, in("ru", entry(4, "b"))),
			group(12, 1, in("en", entry(5, "en@g"))), group(13, 1, in("en", entry(6, "en2@g"))),
		}, housed()).Entries[0])
	}
	for lead, want := range map[string]string{"ru": "en@g(en English) a(ru )", "en": "a(ru Russian)"} {
		if got := house(lead); got != want {
			t.Errorf("of a house that led in %s: %s, want %s", lead, got, want)
		}
	}
	// A source's own language stands for that of its entries where they have none.
	o := housed()
	o.Source = func(id feed.SourceID) feed.SourceInfo { return feed.SourceInfo{ID: id, Title: "S", Language: "tg"} }
	if got, want := said(Of(&story, groups()[1:3], o).Entries[0]), "c(ru Russian) d(tg Tajik)"; got != want {
		t.Errorf("by the source: %s, want %s", got, want)
	}
}

func TestLeadInTheTopicsLanguage(t *testing.T) {
	first := func() feed.Filed { return group(9, 1, in("ru", entry(1, "a"))) }
	leads := func() feed.Filed {
		f := group(10, 1, in("en", entry(2, "b")), in("en", entry(3, "c")))
		f.InsteadOf = 1
		return f
	}
	topic := &feed.Topic{Group: feed.GroupStory, Language: "en"}
	for _, tt := range []struct {
		name   string
		change func(first, leads *feed.Filed)
		want   string
	}{
		{"it leads under the id and at the place of the first", func(_, _ *feed.Filed) {}, "urn:x:a-1: 2, c a"},
		{"one that joined later does not", func(_, l *feed.Filed) { l.InsteadOf = 0 }, "urn:x:a-1: 1, b c"},
		{"nor in the stead of a group that is not first", func(_, l *feed.Filed) { l.InsteadOf = 7 }, "urn:x:a-1: 1, b c"},
		{"nor of an operator's making in the past", func(_, l *feed.Filed) { l.Past = true }, "urn:x:a-1: 1, b c"},
		{"it is hidden", func(_, l *feed.Filed) { l.Hidden = []feed.EntryKey{2, 3} }, "urn:x:a-1: 1, "},
		{"its lead is hidden, and its copy leads as storage says", func(_, l *feed.Filed) { l.Hidden, l.Lead = []feed.EntryKey{2}, 3 }, "urn:x:a-1: 3, a"},
		{"the first is hidden", func(f, _ *feed.Filed) { f.Hidden = []feed.EntryKey{1} }, "urn:x:a-1: 2, c"},
	} {
		f, l := first(), leads()
		tt.change(&f, &l)
		for _, order := range [][]feed.Filed{{f, l}, {l, f}} {
			ed := Of(topic, order, options)
			if len(ed.Entries) != 1 {
				t.Fatalf("%s: %d items", tt.name, len(ed.Entries))
			}
			it := ed.Entries[0]
			if got := fmt.Sprintf("%s: %d, %s", it.PublicID, it.Entry.Key, alsos(it)); got != tt.want || !it.Filed.Equal(minute(9)) {
				t.Errorf("%s: %s filed %v, want %s", tt.name, got, it.Filed, tt.want)
			}
		}
	}
	// Where the lead is not of the topic, as its source is not, another of its
	// group does not lead in its name.
	o := options
	o.Takes = sources("a wire", "b", "c wire")
	only := *topic
	only.Sources.Tags = []string{"wire"}
	if got := one(t, &only, o, first(), leads()); got != "urn:x:a-1: 1, c" {
		t.Error(got)
	}
}

// A copy in the topic's language speaks for its group without being its lead.
func TestAVoiceSpeaks(t *testing.T) {
	topic := &feed.Topic{Group: feed.GroupStory, Language: "en"}
	f := group(9, 1, in("ru", entry(1, "a")), in("en", entry(2, "b")), in("en", entry(3, "c")))
	for _, tt := range []struct {
		name   string
		change func(f *feed.Filed)
		want   string
	}{
		{"it speaks", func(f *feed.Filed) { f.Voice = 3 }, "urn:x:a-1: 3, b a"},
		{"nobody does", func(*feed.Filed) {}, "urn:x:a-1: 1, b c"},
		{"it is hidden", func(f *feed.Filed) { f.Voice, f.Hidden = 3, []feed.EntryKey{3} }, "urn:x:a-1: 1, b"},
		{"it has left the group", func(f *feed.Filed) { f.Voice = 7 }, "urn:x:a-1: 1, b c"},
		{"an operator has chosen", func(f *feed.Filed) { f.Voice, f.Included = 3, true }, "urn:x:a-1: 1, b c"},
	} {
		f := f
		tt.change(&f)
		if got := one(t, topic, options, f); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Preference chooses among reports in the topic's language where one leads.
func TestPreferWithinTheTopicsLanguage(t *testing.T) {
	o := options
	o.Takes = sources("a", "b wire", "c wire", "d")
	topic := &feed.Topic{Group: feed.GroupStory, Language: "en", Prefer: []string{"wire"}}
	members := []feed.StoredEntry{in("en", entry(1, "a")), in("ru", entry(2, "b")), in("en", entry(3, "c"))}
	f := group(9, 1, members...)
	if got := one(t, topic, o, f); got != "urn:x:a-1: 3, a b" {
		t.Error(got)
	}
	f.Lead = 2 // filed before the topic had the language
	if got := one(t, topic, o, f); got != "urn:x:a-1: 2, a c" {
		t.Error(got)
	}
	f = group(9, 1, slices.Clone(members[:2])...)
	if got := one(t, topic, o, f); got != "urn:x:a-1: 1, b" {
		t.Error(got)
	}
}

// Newest is the date of the newest report, listed or not, and not of one that the
// topic does not take.
func TestNewest(t *testing.T) {
	late := entry(90, "e")
	late.Seen = minute(60 * 30)
	filed := func() []feed.Filed {
		return []feed.Filed{group(9, 1, in("en", entry(1, "a")), in("ru", entry(200, "r"))), group(10, 1, entry(7, "b"), entry(3, "a")), group(60*30, 1, late)}
	}
	for _, tt := range []struct {
		name  string
		topic feed.Topic
		want  int
	}{
		{"story", feed.Topic{Group: feed.GroupStory, Languages: []string{"en"}}, 90},
		{"report", feed.Topic{Languages: []string{"en"}}, 1},
		{"with all languages", feed.Topic{}, 200},
		{"entry", feed.Topic{Group: feed.GroupNone}, 1},
	} {
		for _, it := range Of(&tt.topic, filed(), options).Entries {
			if it.Entry.Key == 1 && !it.Newest.Equal(minute(tt.want)) {
				t.Errorf("%s: newest %v, want minute %d", tt.name, it.Newest, tt.want)
			}
		}
	}
}
