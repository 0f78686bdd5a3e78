package storage_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

// ledBy announces the topic security, whose stories are led by a language.
func ledBy(at time.Time, generation, hash uint64, language string) *feed.ConfigChange {
	return &feed.ConfigChange{
		At: at, Generation: generation, Hashes: []feed.TopicRules{{ID: "security", Hash: hash}},
		Topics: []feed.Topic{{ID: "security", Group: feed.GroupStory, Language: language}},
	}
}

// told is a visit that brings one report in a language. The source is called as
// the report is; two of its words make it a report of the same event, four a copy.
func told(id, language string, at time.Time, words string) *feed.Visit {
	v := report("https://"+id+".example/feed", at, id, words)
	v.Document.Entries[0].Entry.Language = language
	return v
}

// asked is a visit that was claimed before its request left.
func asked(v *feed.Visit, at time.Time) *feed.Visit {
	v.Asked = at
	return v
}

// known is a visit to a source that was visited before, so that what it brings is
// news.
func known(id string) feed.Change {
	return visit("https://"+id+".example/feed", t0.Add(-day), entry(id+"-old", "https://old.example/"+id, "old "+id))
}

// leads are what is filed under security, the oldest group first, as
// "lead" or "lead instead of another".
func leads(t *testing.T, db *storage.DB) string {
	t.Helper()
	f := filed(t, db, "security")
	slices.SortFunc(f, func(a, b feed.Filed) int { return int(a.Group) - int(b.Group) })
	name := make(map[feed.EntryKey]string)
	for i := range f {
		for _, e := range f[i].Entries {
			name[e.Key] = e.ID
		}
	}
	var s []string
	for i := range f {
		said := name[f[i].Lead]
		if k := f[i].Voice; k != 0 {
			said += " spoken for by " + name[k]
		}
		if k := f[i].InsteadOf; k != 0 {
			said += " instead of " + name[feed.EntryKey(k)]
		}
		s = append(s, said)
	}
	return strings.Join(s, ", ")
}

// Reports of one event in two languages: two words in common.
const (
	one   = "security summit Osh"
	other = "security summit rail"
	third = "security summit gas"
)

func TestALanguageLeads(t *testing.T) {
	at := func(d time.Duration) time.Time { return t0.Add(time.Hour + d) }
	for _, tt := range []struct {
		name     string
		language string
		changes  []feed.Change
		want     string
	}{
		{"one that joins later never leads", "en", []feed.Change{
			told("ru", "ru", at(0), one), told("en", "en", at(time.Second), other), told("en2", "en", at(time.Hour), third),
		}, "ru, en, en2"},
		{"one that was asked for together was there, whoever answers first", "en", []feed.Change{
			asked(told("ru", "ru", at(time.Second), one), at(0)), asked(told("en", "en", at(2*time.Second), other), at(0)),
			asked(told("en2", "en", at(3*time.Second), third), at(0)),
		}, "ru, en instead of ru, en2"},
		{"within one millisecond", "en", []feed.Change{
			asked(told("ru", "ru", at(900*time.Microsecond), one), at(300*time.Microsecond)), asked(told("en", "en", at(2*time.Millisecond), other), at(300*time.Microsecond)),
		}, "ru, en instead of ru"},
		{"and the other way round", "en", []feed.Change{
			asked(told("en", "en", at(time.Second), one), at(0)), asked(told("ru", "ru", at(2*time.Second), other), at(0)),
		}, "en, ru"},
		{"who answered first and is written last does not take the lead", "en", []feed.Change{
			asked(told("en", "en", at(2*time.Second), one), at(0)), asked(told("ru", "ru", at(time.Second), other), at(0)),
			asked(told("uz", "uz", at(time.Millisecond), third), at(0)),
		}, "en instead of uz, ru, uz"},
		{"of the next round it was not", "en", []feed.Change{
			asked(told("ru", "ru", at(time.Second), one), at(0)), asked(told("en", "en", at(3*time.Second), other), at(2*time.Second)),
		}, "ru, en"},
		{"nor after a round of an hour", "en", []feed.Change{
			asked(told("ru", "ru", at(time.Second), one), at(0)), asked(told("en", "en", at(time.Hour), other), at(0)),
		}, "ru, en"},
		{"one that was seen before the first was written", "en", []feed.Change{
			told("ru", "ru", at(2*time.Second), one), told("en", "en", at(time.Second), other),
		}, "ru, en instead of ru"},
		{"in another script or country", "uz", []feed.Change{
			asked(told("ru", "ru", at(0), one), at(0)), asked(told("uz", "uz-cyrl", at(1), other), at(0)),
		}, "ru, uz instead of ru"},
		{"a topic without a language", "", []feed.Change{
			asked(told("ru", "ru", at(0), one), at(0)), asked(told("en", "en", at(1), other), at(0)),
		}, "ru, en"},
		{"in no language that is known", "en", []feed.Change{
			asked(told("ru", "ru", at(0), one), at(0)), asked(told("no", "", at(1), other), at(0)),
		}, "ru, no"},
		{"a first visit's backlog is there when it is seen", "en", []feed.Change{
			asked(told("ru", "ru", at(0), one), at(0)),
			func() feed.Change {
				v := asked(told("en", "en", at(1), other), at(0))
				v.Document.Entries[0].Entry.Published = t0.Add(-day)
				return v
			}(),
		}, "ru, en instead of ru"},
		{"one that matches only when it is corrected joins late", "en", []feed.Change{
			told("en", "en", at(0), "summit Osh"), told("ru", "ru", at(time.Minute), "security summit Osh"),
			func() feed.Change {
				v := told("en", "en", at(2*time.Minute), "security summit Osh")
				v.Document.Entries[0].Entry.Summary = "corrected"
				return v
			}(),
		}, "en, ru"},
	} {
		db := newDB(t)
		cs := []feed.Change{ledBy(t0.Add(-2*day), 1, 1, tt.language)}
		for _, id := range []string{"ru", "en", "en2", "uz", "no"} {
			cs = append(cs, known(id))
		}
		apply(t, db, append(cs, tt.changes...)...)
		if got := leads(t, db); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Within a group the member in the topic's language leads that was there when the
// group was filed, though another one brought it into the topic; under its own id.
func TestALanguageLeadsAGroup(t *testing.T) {
	for _, tt := range []struct {
		language, lead string
	}{{"", "ru"}, {"ru", "ru"}, {"en", "en"}, {"uz", "ru"}} {
		db := newDB(t)
		same := func(id, language, title string, at time.Time) *feed.Visit {
			e := entry("https://ids.example/"+id, "https://x.example/1", title)
			e.Language = language
			return visit("https://"+id+".example/feed", at, e)
		}
		apply(t, db, ledBy(t0, 1, 1, tt.language),
			same("en", "en", "a summit", t0.Add(time.Hour)),
			same("ru", "ru", "on security", t0.Add(2*time.Hour)),
			same("en2", "en", "on security", t0.Add(3*time.Hour)))
		f := filed(t, db, "security")
		if len(f) != 1 || len(f[0].Entries) != 3 {
			t.Fatalf("%d groups: this proves nothing", len(f))
		}
		lead := f[0].Entries[slices.IndexFunc(f[0].Entries, func(e feed.StoredEntry) bool { return e.Key == f[0].Lead })]
		if want := "https://ids.example/" + tt.lead; lead.ID != want || f[0].PublicID != want || f[0].InsteadOf != 0 {
			t.Errorf("%q: led by %s as %s, want %s", tt.language, lead.ID, f[0].PublicID, want)
		}
	}
}

// A group that is filed late does not lead, though a member of it in the topic's
// language was stored before the story was first filed.
func TestAGroupThatIsFiledLateDoesNotLead(t *testing.T) {
	db := newDB(t)
	apply(t, db, ledBy(t0.Add(-2*day), 1, 1, "en"), known("ru"), known("en"), known("ru2"),
		told("en", "en", t0, "summit Osh rail gas"), told("ru", "ru", t0.Add(time.Hour), "security summit Osh"))
	apply(t, db, asked(told("ru2", "ru", t0.Add(2*time.Hour), "security summit Osh rail gas"), t0.Add(2*time.Hour)))
	f := filed(t, db, "security")
	if len(f) != 2 || len(f[0].Entries) != 2 || f[0].Story != f[1].Story {
		t.Fatalf("%d groups: this proves nothing", len(f))
	}
	if got, want := leads(t, db), "en, ru"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A copy in the topic's language that comes with the same round speaks for the
// group, and so may lead the story, without any change of what is filed; one that
// comes later does not.
func TestACopyInTheLanguageSpeaks(t *testing.T) {
	copied := func(id, language string, at time.Time) *feed.Visit {
		v := told(id, language, at, "security summit Osh rail gas")
		return asked(v, t0)
	}
	for _, tt := range []struct {
		name    string
		changes []feed.Change
		want    string
	}{
		{"with the round", []feed.Change{copied("ru", "ru", t0.Add(1)), copied("en", "en", t0.Add(time.Second)), copied("en2", "en", t0.Add(2*time.Second))}, "ru spoken for by en"},
		{"later", []feed.Change{copied("ru", "ru", t0.Add(1)), copied("en", "en", t0.Add(time.Hour))}, "ru"},
		{"for the story, too", []feed.Change{
			asked(told("uz", "uz", t0.Add(1), "security summit"), t0), copied("ru", "ru", t0.Add(2*time.Millisecond)), copied("en", "en", t0.Add(time.Second)),
			asked(told("en2", "en", t0.Add(2*time.Second), "security gas"), t0),
		}, "uz, ru spoken for by en instead of uz, en2"},
		{"one that does not match by itself is there, and no more", []feed.Change{copied("ru", "ru", t0.Add(1)), func() feed.Change {
			v := copied("en", "en", t0.Add(time.Second))
			v.Document.Entries[0].Matches = nil
			return v
		}()}, "ru"},
	} {
		db := newDB(t)
		cs := []feed.Change{ledBy(t0.Add(-2*day), 1, 1, "en")}
		for _, id := range []string{"ru", "en", "en2", "uz"} {
			cs = append(cs, known(id))
		}
		apply(t, db, append(cs, tt.changes[0])...)
		before := filed(t, db, "security")[0]
		apply(t, db, tt.changes[1:]...)
		if got := leads(t, db); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		for _, f := range filed(t, db, "security") {
			if f.Group == before.Group && (f.PublicID != before.PublicID || !f.Filed.Equal(before.Filed) || f.Lead != before.Lead) {
				t.Errorf("%s: %+v was %+v", tt.name, f.Membership, before.Membership)
			}
		}
	}
}

// New rules that find a story find it whole: what is in the topic's language
// leads, in whatever steps its reports are filed. What they add to a story that
// was filed before does not.
func TestALanguageLeadsWhatRulesFind(t *testing.T) {
	m := func(keys ...feed.EntryKey) (all []feed.EntryMatches) {
		for _, k := range keys {
			all = append(all, feed.EntryMatches{Entry: k, Matches: []feed.Match{{Topic: "security", Reason: why("x")}}})
		}
		return all
	}
	at := t0.Add(2 * day)
	step := func(after time.Duration, done bool, es []feed.EntryMatches, backfill time.Duration) *feed.Refiling {
		return &feed.Refiling{At: at.Add(after), Generation: 2, Topics: []feed.TopicID{"security"}, Backfill: []time.Duration{backfill}, Entries: es, Done: done}
	}
	stored := func() (*storage.DB, feed.EntryKey, feed.EntryKey) {
		db := newDB(t)
		apply(t, db, ledBy(t0, 1, 1, "en"), known("ru"), known("en"),
			told("ru", "ru", t0.Add(day), "summit Osh water"), told("en", "en", t0.Add(day+time.Hour), "summit Osh rail"))
		ru, en := find(t, db, "https://ru.example/feed", "ru"), find(t, db, "https://en.example/feed", "en")
		if ru.Group == en.Group {
			t.Fatal("one group: this proves nothing")
		}
		return db, ru.Key, en.Key
	}
	db, ru, en := stored()
	apply(t, db, ledBy(at, 2, 2, "en"), step(0, false, m(ru), 30*day), step(time.Second, true, m(en), 30*day))
	if got, want := leads(t, db), "ru, en instead of ru"; got != want {
		t.Errorf("found together: %s, want %s", got, want)
	}
	db, ru, en = stored()
	apply(t, db, ledBy(at, 2, 2, "en"), step(0, true, m(ru), 30*day), ledBy(at.Add(time.Hour), 3, 3, "en"))
	again := step(2*time.Hour, true, m(ru, en), 30*day)
	again.Generation = 3
	apply(t, db, again)
	if got, want := leads(t, db), "ru, en"; got != want {
		t.Errorf("found later: %s, want %s", got, want)
	}
	db, ru, en = stored()
	apply(t, db, ledBy(at, 2, 2, "en"), step(0, true, m(ru), 30*day), step(time.Second, true, m(en), time.Hour))
	if got, want := leads(t, db), "ru, en"; got != want {
		t.Errorf("no news any more: %s, want %s", got, want)
	}
}

// What is filed stays as it is, whatever language its topic has afterwards, and
// comes back as it was when rules drop it and take it again.
func TestWhoLeadsStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	apply(t, db, ledBy(t0.Add(-2*day), 1, 1, "en"), known("ru"), known("en"),
		asked(told("ru", "ru", t0, one), t0), asked(told("en", "en", t0.Add(time.Second), other), t0))
	const want = "ru, en instead of ru"
	before := filed(t, db, "security")
	if got := leads(t, db); got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	db.Close()
	db = open(t, path)
	state := func(db *storage.DB) (s storage.TopicState) {
		view(t, db, func(r *storage.Reader) error {
			all, err := r.Topics()
			s = all["security"]
			return err
		})
		return s
	}
	if got := state(db).Leads; got != "en" {
		t.Errorf("the topic's language after a restart: %q", got)
	}
	apply(t, db, ledBy(t0.Add(time.Hour), 2, 1, "ru"), told("ru3", "ru", t0.Add(time.Hour), third))
	if got := state(db); got.Leads != "ru" || got.Rules != 1 {
		t.Errorf("another language alone: %+v; nothing needs to be filed anew", got)
	}
	if diff := cmp.Diff(before, filed(t, db, "security")[1:]); diff != "" {
		t.Error(diff)
	}
	ru, en := find(t, db, "https://ru.example/feed", "ru").Key, find(t, db, "https://en.example/feed", "en").Key
	refile := func(generation uint64, matches ...feed.Match) {
		at := t0.Add(time.Duration(generation) * time.Hour)
		apply(t, db, ledBy(at, generation, generation, "ru"), &feed.Refiling{
			At: at, Generation: generation, Topics: []feed.TopicID{"security"}, Done: true,
			Entries: []feed.EntryMatches{{Entry: ru, Matches: matches}, {Entry: en, Matches: matches}},
		})
	}
	refile(3)
	if got := leads(t, db); got != "ru3" {
		t.Fatalf("dropped: %s", got)
	}
	refile(4, feed.Match{Topic: "security", Reason: why("x")})
	if got := leads(t, db); got != want+", ru3" {
		t.Errorf("filed again: %s, want %s", got, want)
	}
}

// Every language, order and cut of one round gives the same lead in the same file.
func TestALeadDoesNotHangOnHowCommitsAreCut(t *testing.T) {
	var changes []feed.Change
	changes = append(changes, ledBy(t0.Add(-2*day), 1, 1, "en"))
	for i, l := range []string{"ru", "uz", "en", "en", "ru"} {
		at := t0.Add(time.Duration(i) * time.Second)
		changes = append(changes, asked(told(fmt.Sprint(l, i), l, at, "security summit "+fmt.Sprint("w", i)), t0))
	}
	dumps := make(map[string]bool)
	for _, batch := range []int{1, 2, len(changes)} {
		db := newDB(t)
		for cs := range slices.Chunk(changes, batch) {
			apply(t, db, cs...)
		}
		if got, want := leads(t, db), "ru0, uz1, en2 instead of ru0, en3, ru4"; got != want {
			t.Errorf("in batches of %d: %s, want %s", batch, got, want)
		}
		dumps[db.Dump(false)] = true
	}
	if len(dumps) != 1 {
		t.Errorf("%d different states", len(dumps))
	}
}

// Who leads a story comes back when a merger is undone, also where others have joined
// it since.
func TestALeadComesBack(t *testing.T) {
	at := func(d time.Duration) time.Time { return t0.Add(time.Hour + d) }
	for _, pair := range [][2]string{{"ru", "en"}, {"en", "uz"}, {"ru", "uz"}} {
		for _, joined := range []bool{false, true} {
			db := newDB(t)
			apply(t, db, ledBy(t0.Add(-2*day), 1, 1, "en"), known("ru"), known("en"), known("uz"),
				asked(told("ru", "ru", at(0), one), at(0)), asked(told("uz", "uz", at(time.Second), third), at(0)),
				asked(told("en", "en", at(2*time.Second), other), at(0)))
			want := leads(t, db)
			if want != "ru, uz, en instead of ru" {
				t.Fatal(want)
			}
			group := make(map[string]feed.GroupKey)
			for _, f := range filed(t, db, "security") {
				group[f.Entries[0].ID] = f.Group
			}
			n := decide(t, db, &feed.Decision{At: at(90 * time.Minute), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{group[pair[0]], group[pair[1]]}}).Outcomes[0].Decision
			if joined {
				apply(t, db, told("late", "en", at(100*time.Minute), "security summit Osh rail gas"))
				want += ", late"
			}
			undo(t, db, n)
			if got := leads(t, db); got != want {
				t.Errorf("%v, joined %v: %s, want %s", pair, joined, got, want)
			}
		}
	}
}
