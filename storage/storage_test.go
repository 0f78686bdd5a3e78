package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

var t0 = time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *storage.DB {
	t.Helper()
	db, err := storage.Open(path, storage.Options{Place: new(likeness), Timeout: 50 * time.Millisecond, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newDB(t *testing.T) *storage.DB { return open(t, filepath.Join(t.TempDir(), "t.db")) }

func apply(t *testing.T, db *storage.DB, changes ...feed.Change) storage.Result {
	t.Helper()
	res, err := db.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func entry(id, link, title string) feed.Entry {
	return feed.Entry{ID: id, Link: link, Canonical: link, Title: title, Summary: "<p>" + title + " " + strings.Repeat("text ", 60) + "</p>", Published: t0.Add(-time.Hour)}
}

func why(pattern string) feed.Reason {
	return feed.Reason{Score: 8.5, Threshold: 6, Hits: []feed.Hit{
		{Pattern: pattern, List: "terror", Field: feed.FieldTitle, Word: 2, Text: "anti-terror", Weight: -4},
		{Pattern: pattern, Field: feed.FieldCategory, Text: pattern, Weight: .25},
		{Pattern: pattern, Field: feed.FieldSummary, Word: 300, Text: pattern},
	}}
}

// visit is a successful visit that brings entries, each filed under security
// when its title has the word.
func visit(source string, at time.Time, entries ...feed.Entry) *feed.Visit {
	v := &feed.Visit{
		At: at, Source: feed.SourceID(source), Next: at.Add(time.Hour), HTTP: 200,
		Validators: &feed.Validators{ETag: `W/"` + at.Format("150405") + `"`, LastModified: "Wed, 04 Sep 2024 08:00:00 GMT"},
		Document:   &feed.Reading{Body: uint64(at.Unix()), Meta: feed.Meta{Title: "The " + source, Link: source}},
	}
	for i, e := range entries {
		e.Raw = feed.Raw(at.Unix()*100 + int64(i))
		r := feed.Reported{Entry: e}
		if strings.Contains(e.Title, "security") {
			r.Matches = []feed.Match{{Topic: "security", Reason: why("security")}}
		}
		v.Document.Window = append(v.Document.Window, e.Raw)
		v.Document.Entries = append(v.Document.Entries, r)
	}
	return v
}

func filed(t *testing.T, db *storage.DB, topic feed.TopicID) []feed.Filed {
	t.Helper()
	var all []feed.Filed
	if err := db.View(func(r *storage.Reader) (err error) {
		all, err = r.Filed(topic, 1000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func source(t *testing.T, db *storage.DB, id feed.SourceID) feed.SourceState {
	t.Helper()
	var s feed.SourceState
	if err := db.View(func(r *storage.Reader) (err error) {
		s, err = r.Source(id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	srcA = "https://a.example/feed"
	srcB = "https://b.example/feed"
)

func TestVisitStoresEverythingTogether(t *testing.T) {
	db := newDB(t)
	e := feed.Entry{
		ID: "tag:a.example,2024:1", Link: "https://a.example/1?utm_source=x", Canonical: "https://a.example/1", Title: "On security",
		Summary: "short", Content: strings.Repeat("<p>long ʻ Ўзбекистон</p>", 40), Published: t0, Updated: t0.Add(time.Minute),
		Language: "uz", Rights: "© A",
		Authors:    []feed.Person{{Name: "N", URI: "https://n.example", Email: "n@n.example"}, {Name: "M"}},
		Categories: []feed.Category{{Term: "t", Scheme: "s", Label: "l"}},
		Enclosures: []feed.Enclosure{{URL: "https://a.example/1.mp3", Type: "audio/mpeg", Length: 12}, {URL: "https://a.example/1.mp4", Title: "Film", Duration: 61}},
		Origin:     &feed.Origin{ID: "o", Title: "O", Link: "https://o.example", Self: "https://o.example/feed"},
		Image:      "https://a.example/1.jpg", FullText: "<p>whole</p>", Comments: "https://a.example/1#comments",
		Contributors: []feed.Person{{Name: "C", Email: "c@c.example"}},
		Links:        []feed.Link{{Rel: "via", URL: "https://v.example/", Type: "text/html", Title: "V", Language: "en"}, {Rel: "license", URL: "https://l.example/"}},
		Places:       []feed.Place{{Shape: "point", Coordinates: "41.3 69.2"}},
		Podcast: &feed.Podcast{Episode: "7", Season: "2", EpisodeType: "bonus", Explicit: "false",
			Transcripts: []feed.PodcastFile{{URL: "https://a.example/1.srt", Type: "application/srt", Language: "uz"}}, Chapters: &feed.PodcastFile{URL: "https://a.example/1.json"}},
	}
	v := visit(srcA, t0.Add(2*time.Minute), e)
	v.Why, v.Hold, v.Next = "Retry-After", t0.Add(3*time.Hour), t0.Add(3*time.Hour)
	v.Moved = feed.Move{To: "https://new.example/feed", Since: t0, Visits: 2}
	v.Address = "https://moved.example/feed"
	v.Document.Hints = feed.Hints{TTL: 60, SkipHours: []int{0, 23}, SkipDays: []time.Weekday{time.Sunday}, UpdatePeriod: time.Hour, UpdateBase: t0}
	v.Document.Dropped = 3
	v.Document.Dates = []time.Time{t0, t0.Add(-time.Hour), t0.Add(-50 * time.Hour)}
	v.Document.Meta = feed.Meta{Title: "A", Link: "https://a.example", Self: srcA, Hub: "https://h.example", ID: "urn:a", Language: "uz", Rights: "all", Authors: []feed.Person{{Name: "A"}}, Updated: t0}
	res := apply(t, db, v)
	if want := (storage.Result{Outcomes: []storage.Outcome{{New: 1}}, Topics: []feed.TopicID{"security"}}); !cmp.Equal(res, want) {
		t.Errorf("Apply: %s", cmp.Diff(want, res))
	}

	want := feed.SourceState{
		ID: srcA, Meta: v.Document.Meta, Validators: *v.Validators, Body: v.Document.Body, Next: v.Next,
		Why: v.Why, Hold: v.Hold, Hints: v.Document.Hints, Dates: v.Document.Dates, Moved: v.Moved, Address: v.Address,
		First: v.At, Fresh: v.At, Visited: v.At, Succeeded: v.At, Changed: v.At, HTTP: 200, Entries: 1, Visits: 1, New: 1, Dropped: 3,
	}
	if got := source(t, db, srcA); !cmp.Equal(got, want) {
		t.Errorf("source: %s", cmp.Diff(want, got))
	}

	all := filed(t, db, "security")
	if len(all) != 1 || len(all[0].Entries) != 1 {
		t.Fatalf("filed %d groups", len(all))
	}
	e.Raw = 0 // lives in the window only
	wantFiled := feed.Filed{
		Membership: feed.Membership{
			Topic: "security", Group: 1, PublicID: "tag:a.example,2024:1", Owner: 1, Filed: t0, Lead: 1, Changed: v.At,
			Reasons: []feed.EntryReason{{Entry: 1, Reason: why("security")}},
		},
		Story:   1,
		Entries: []feed.StoredEntry{{Entry: e, Key: 1, Source: srcA, Group: 1, Seen: v.At}},
	}
	if diff := cmp.Diff(wantFiled, all[0]); diff != "" {
		t.Errorf("filed: %s", diff)
	}
	if err := db.View(func(r *storage.Reader) error {
		if w := r.Window(srcA); !cmp.Equal(w, v.Document.Window) {
			t.Errorf("window %v", w)
		}
		s, err := r.Story(1)
		if !cmp.Equal(s.Groups, []feed.GroupKey{1}) {
			t.Errorf("story %+v", s)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestFailedVisitKeepsEntriesAndValidators(t *testing.T) {
	db := newDB(t)
	good := visit(srcA, t0, entry("1", "https://a.example/1", "security"))
	apply(t, db, good)
	bad := &feed.Visit{At: t0.Add(time.Hour), Source: srcA, Next: t0.Add(3 * time.Hour), HTTP: 500, Error: "the server answered 500"}
	apply(t, db, bad, bad)
	got := source(t, db, srcA)
	if got.Validators != *good.Validators || got.Body != good.Document.Body || !got.Succeeded.Equal(t0) {
		t.Errorf("a failed visit changed what was read before: %+v", got)
	}
	if got.Failures != 2 || got.Error != bad.Error || !got.Next.Equal(bad.Next) || got.HTTP != 500 {
		t.Errorf("the failure is not on the health record: %+v", got)
	}
	if n := len(filed(t, db, "security")); n != 1 {
		t.Errorf("%d groups filed, want 1", n)
	}
	// The next success clears the failure; a 304 without validators keeps them.
	apply(t, db, &feed.Visit{At: t0.Add(4 * time.Hour), Source: srcA, Next: t0.Add(5 * time.Hour), HTTP: 304})
	got = source(t, db, srcA)
	if got.Failures != 0 || got.Error != "" || got.Validators != *good.Validators {
		t.Errorf("after a 304: %+v", got)
	}
}

func TestClaimMovesOnlyTheNextVisit(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("1", "", "x")))
	before := source(t, db, srcA)
	next := t0.Add(7 * time.Hour)
	apply(t, db, &feed.Claim{At: t0, Sources: []feed.SourceID{srcA, srcB}, Next: []time.Time{next, next}})
	before.Next, before.Why = next, ""
	if got := source(t, db, srcA); !cmp.Equal(got, before) {
		t.Errorf("claim: %s", cmp.Diff(before, got))
	}
	if got := source(t, db, srcB); !got.Next.Equal(next) {
		t.Errorf("a source never visited: next %s", got.Next)
	}
}

func TestSameIDUpdates(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("1", "https://a.example/1", "About football")))
	changed := entry("1", "https://a.example/1", "About security")
	res := apply(t, db, visit(srcA, t0.Add(time.Hour), changed))
	if res.Outcomes[0] != (storage.Outcome{Updated: 1}) {
		t.Errorf("outcome %+v", res.Outcomes[0])
	}
	all := filed(t, db, "security")
	if len(all) != 1 || all[0].Entries[0].Title != "About security" || !all[0].Entries[0].Seen.Equal(t0) {
		t.Fatalf("filed %+v", all)
	}
	if !all[0].Filed.Equal(t0.Add(time.Hour)) {
		t.Errorf("filed at %s: an update that joins a topic is news", all[0].Filed)
	}
	// The same words again change nothing, and the topic's readers see nothing.
	res = apply(t, db, visit(srcA, t0.Add(2*time.Hour), changed))
	if res.Outcomes[0] != (storage.Outcome{}) || len(res.Topics) != 0 {
		t.Errorf("an unchanged entry: %+v", res)
	}
	// An update that no longer matches stays.
	res = apply(t, db, visit(srcA, t0.Add(3*time.Hour), entry("1", "https://a.example/1", "About football")))
	if n := len(filed(t, db, "security")); n != 1 || len(res.Topics) != 1 {
		t.Errorf("an update left its topic: %d filed, %v touched", n, res.Topics)
	}
}

func TestSameLinkIsOneGroup(t *testing.T) {
	db := newDB(t)
	apply(t, db,
		visit(srcA, t0, entry("a1", "https://x.example/1", "security")),
		visit(srcB, t0.Add(time.Hour), entry("b1", "https://x.example/1", "More on security")))
	all := filed(t, db, "security")
	if len(all) != 1 {
		t.Fatalf("%d groups, want 1", len(all))
	}
	f := all[0]
	if len(f.Entries) != 2 || f.Entries[0].Source != srcA || f.Entries[1].Source != srcB || f.Lead != 1 || len(f.Reasons) != 2 {
		t.Errorf("group %+v", f)
	}
	if f.PublicID != feed.PublicID(srcA, "a1") || !f.Filed.Equal(t0.Add(-time.Hour)) {
		t.Errorf("public id %s, filed %s: they stay when others join", f.PublicID, f.Filed)
	}
	if !f.Changed.Equal(t0.Add(time.Hour)) {
		t.Errorf("changed %s: readers see the new member", f.Changed)
	}
}

func TestAMemberThatMatchesFilesTheWholeGroup(t *testing.T) {
	db := newDB(t)
	apply(t, db,
		visit(srcA, t0, entry("a1", "https://x.example/1", "quiet title")),
		visit(srcB, t0.Add(time.Hour), entry("b1", "https://x.example/1", "on security")))
	all := filed(t, db, "security")
	if len(all) != 1 || len(all[0].Entries) != 2 || all[0].Lead != 2 {
		t.Fatalf("filed %+v", all)
	}
}

func TestRepeatedLinksGroupNothing(t *testing.T) {
	const home = "https://x.example/news"
	t.Run("within one document", func(t *testing.T) {
		db := newDB(t)
		apply(t, db,
			visit(srcB, t0, entry("b1", home, "security b1")),
			visit(srcA, t0, entry("a1", home, "security a1"), entry("a2", home, "security a2")))
		if n := len(filed(t, db, "security")); n != 3 {
			t.Errorf("%d groups, want 3", n)
		}
	})
	t.Run("over several visits", func(t *testing.T) {
		db := newDB(t)
		apply(t, db, visit(srcA, t0, entry("a1", home, "security a1")))
		apply(t, db, visit(srcA, t0.Add(time.Hour), entry("a2", home, "security a2")))
		apply(t, db, visit(srcB, t0.Add(2*time.Hour), entry("b1", home, "security b1")))
		if n := len(filed(t, db, "security")); n != 3 {
			t.Errorf("%d groups, want 3", n)
		}
	})
}

func TestOneSourcesIDsNeverOverwriteAnothers(t *testing.T) {
	db := newDB(t)
	apply(t, db,
		visit(srcA, t0, entry("https://x.example/id", "https://a.example/1", "security a")),
		visit(srcB, t0, entry("https://x.example/id", "https://b.example/1", "security b")))
	all := filed(t, db, "security")
	if len(all) != 2 {
		t.Fatalf("%d groups, want 2", len(all))
	}
	ids := map[string]bool{}
	for _, f := range all {
		ids[f.PublicID] = true
	}
	if !ids["https://x.example/id"] || !ids[feed.NameUUID(srcB, "https://x.example/id")] {
		t.Errorf("public ids %v: the first keeps the id, the second gets its own", ids)
	}
}

func TestBacklogLiesInThePast(t *testing.T) {
	db := newDB(t)
	old := entry("old", "https://a.example/old", "old security")
	old.Published = t0.Add(-40 * 24 * time.Hour)
	apply(t, db, visit(srcA, t0, old))
	late := entry("late", "https://a.example/late", "late security")
	late.Published = t0.Add(-20 * 24 * time.Hour)
	apply(t, db, visit(srcA, t0.Add(time.Hour), late))
	all := filed(t, db, "security")
	if len(all) != 2 || all[0].Entries[0].ID != "late" {
		t.Fatalf("order: %+v", all)
	}
	if !all[1].Filed.Equal(old.Published) {
		t.Errorf("what a first visit finds is filed at %s, want its own date %s", all[1].Filed, old.Published)
	}
	if !all[0].Filed.Equal(t0.Add(time.Hour)) {
		t.Errorf("a late arrival is filed at %s, want now: nobody may miss it", all[0].Filed)
	}
}

func TestRulesAndRefiling(t *testing.T) {
	db := newDB(t)
	rules := func(gen, hash uint64) *feed.ConfigChange {
		return &feed.ConfigChange{At: t0, Generation: gen, Hashes: []feed.TopicRules{{ID: "security", Hash: hash}}}
	}
	state := func() (s storage.TopicState) {
		t.Helper()
		if err := db.View(func(r *storage.Reader) error {
			all, err := r.Topics()
			s = all["security"]
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	apply(t, db, rules(1, 11))
	if s := state(); s.Wanted != 11 || s.Rules != 11 {
		t.Errorf("rules over an empty store: %+v", s)
	}
	young := entry("young", "https://a.example/2", "young")
	old := entry("old", "https://a.example/3", "old")
	old.Published = t0.Add(-30 * 24 * time.Hour)
	apply(t, db, visit(srcA, t0, old, young, entry("1", "https://a.example/1", "security")))
	apply(t, db, rules(2, 22))
	if s := state(); s.Wanted != 22 || s.Rules != 0 {
		t.Errorf("new rules over stored entries: %+v", s)
	}
	before := filed(t, db, "security")[0]
	at := t0.Add(10 * time.Minute)
	m := []feed.Match{{Topic: "security", Reason: why("new")}}
	// Entries got keys from the last of the document to its first: 1 is security, 2 young, 3 old.
	res := apply(t, db, &feed.Refiling{At: at, Generation: 2, Topics: []feed.TopicID{"security"}, Done: true,
		Entries: []feed.EntryMatches{{Entry: 1}, {Entry: 2, Matches: m}, {Entry: 3, Matches: m}}})
	if len(res.Topics) != 1 {
		t.Errorf("touched %v", res.Topics)
	}
	all := filed(t, db, "security")
	if len(all) != 2 || all[0].Entries[0].ID != "young" || all[1].Entries[0].ID != "old" {
		t.Fatalf("after refiling: %+v", all)
	}
	if !all[0].Filed.Equal(at) || !all[1].Filed.Equal(old.Published) {
		t.Errorf("filed %s and %s: young news now, old news in its own past", all[0].Filed, all[1].Filed)
	}
	if s := state(); s.Rules != 22 || !s.Changed.Equal(at) {
		t.Errorf("after refiling: %+v", s)
	}

	// Back to the old rules: the first entry returns under its own public id.
	apply(t, db, rules(3, 11), &feed.Refiling{At: at, Generation: 3, Topics: []feed.TopicID{"security"}, Done: true,
		Entries: []feed.EntryMatches{{Entry: 1, Matches: []feed.Match{{Topic: "security", Reason: why("security")}}}, {Entry: 2}, {Entry: 3}}})
	all = filed(t, db, "security")
	if len(all) != 1 || all[0].PublicID != before.PublicID {
		t.Errorf("after going back: %+v", all)
	}

	// A step that belongs to older rules does nothing.
	apply(t, db, &feed.Refiling{At: at, Generation: 2, Topics: []feed.TopicID{"security"}, Done: true, Entries: []feed.EntryMatches{{Entry: 1}}})
	if n := len(filed(t, db, "security")); n != 1 {
		t.Errorf("a stale step left %d filed, want 1", n)
	}
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	dir := t.TempDir()
	open := func(path string) error {
		db, err := storage.Open(path, storage.Options{Timeout: 50 * time.Millisecond})
		if err == nil {
			db.Close()
		}
		return err
	}
	file := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}

	t.Run("in use", func(t *testing.T) {
		p := filepath.Join(dir, "used.db")
		db, err := storage.Open(p, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := open(p); !errors.Is(err, storage.ErrLocked) || !strings.Contains(err.Error(), p) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("text", func(t *testing.T) {
		p := file("text.db", strings.Repeat("not a database\n", 1000))
		if err := open(p); !errors.Is(err, storage.ErrForeign) {
			t.Errorf("err = %v", err)
		}
		if b, _ := os.ReadFile(p); !strings.HasPrefix(string(b), "not a database") || len(b) != 15000 {
			t.Error("the file was touched")
		}
	})
	for name, o := range map[string]*bolt.Options{"other.db": nil, "unlisted.db": {NoFreelistSync: true}} {
		t.Run("another program's bbolt file, "+name, func(t *testing.T) {
			p := filepath.Join(dir, name)
			b, err := bolt.Open(p, 0o600, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err }); err != nil {
				t.Fatal(err)
			}
			b.Close()
			was, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := open(p); !errors.Is(err, storage.ErrForeign) {
				t.Errorf("err = %v", err)
			}
			if now, err := os.ReadFile(p); err != nil || string(now) != string(was) {
				t.Errorf("the file was touched: %v", err)
			}
		})
	}
	t.Run("a newer schema", func(t *testing.T) {
		p := filepath.Join(dir, "newer.db")
		if err := open(p); err != nil {
			t.Fatal(err)
		}
		b, err := bolt.Open(p, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Update(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte{0, 0, 0, storage.Schema + 1})
		}); err != nil {
			t.Fatal(err)
		}
		b.Close()
		if err := open(p); !errors.Is(err, storage.ErrNewer) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		if err := open(dir); err == nil {
			t.Error("opened a folder")
		}
	})
	t.Run("no folder", func(t *testing.T) {
		if err := open(filepath.Join(dir, "none", "t.db")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("err = %v", err)
		}
	})
}

func TestDamagedRecordsAreErrors(t *testing.T) {
	p := filepath.Join(t.TempDir(), "t.db")
	db := open(t, p)
	apply(t, db, visit(srcA, t0, entry("1", "https://a.example/1", "security")))
	db.Close()
	b, err := bolt.Open(p, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Update(func(tx *bolt.Tx) error {
		e := tx.Bucket([]byte("entries"))
		k, v := e.Cursor().First()
		return e.Put(k, v[:len(v)/2])
	}); err != nil {
		t.Fatal(err)
	}
	b.Close()
	db = open(t, p)
	if err := db.View(func(r *storage.Reader) error { _, err := r.Filed("security", 10); return err }); err == nil || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("err = %v, want one that names the entry", err)
	}
}

// history is a run of changes over several sources that touches every path.
func history() []feed.Change {
	var cs []feed.Change
	cs = append(cs, &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 5}, {ID: "water", Hash: 6}}})
	for day := range 6 {
		at := t0.Add(time.Duration(day) * 24 * time.Hour)
		for s := range 4 {
			src := fmt.Sprintf("https://s%d.example/feed", s)
			cs = append(cs, &feed.Claim{At: at, Sources: []feed.SourceID{feed.SourceID(src)}, Next: []time.Time{at.Add(time.Hour)}})
			if (day+s)%5 == 4 {
				cs = append(cs, &feed.Visit{At: at, Source: feed.SourceID(src), Next: at.Add(2 * time.Hour), Error: "the server answered 503 Service Unavailable", HTTP: 503})
				continue
			}
			var es []feed.Entry
			for i := range 5 {
				n := day*3 + i
				title := fmt.Sprintf("Report %d of day %d", n, day)
				if n%2 == 0 {
					title += " on security"
				}
				es = append(es, entry(fmt.Sprintf("s%d-%d", s, n), fmt.Sprintf("https://x.example/%d", n+s), title))
			}
			cs = append(cs, visit(src, at, es...))
			more := fmt.Sprintf("s%d-push", s)
			cs = append(cs, pushOf(visit(src, at.Add(time.Minute), entry(more, "https://x.example/"+more, fmt.Sprintf("Pushed on day %d, security", day)))),
				&feed.LeaseChange{At: at, Lease: feed.Lease{Source: feed.SourceID(src), Token: more, State: feed.LeaseActive, Until: at}})
		}
	}
	return append(cs,
		&feed.ConfigChange{At: t0, Generation: 2, Hashes: []feed.TopicRules{{ID: "security", Hash: 7}}},
		&feed.Refiling{At: t0.Add(200 * time.Hour), Generation: 2, Topics: []feed.TopicID{"security"}, Done: true, Entries: []feed.EntryMatches{
			{Entry: 1}, {Entry: 2, Matches: []feed.Match{{Topic: "security", Reason: why("x")}}}, {Entry: 3}}, Backfill: []time.Duration{time.Hour}},
		report("https://s5.example/feed", t0.Add(200*time.Hour), "p", "water border rail gas security"),
		report("https://s6.example/feed", t0.Add(200*time.Hour), "q", "water border rail gas"),
		report("https://s7.example/feed", t0.Add(200*time.Hour), "r", "chess open security"),
		&feed.Decision{At: t0.Add(200 * time.Hour), Kind: feed.DecisionHide, By: "A", Note: "ў", Topic: "security", Entries: []feed.EntryKey{2}},
		&feed.Decision{At: t0.Add(200 * time.Hour), Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 2}},
		&feed.Decision{At: t0.Add(200 * time.Hour), Kind: feed.DecisionUndo, Undo: 1},
		&feed.Retention{At: t0.Add(201 * time.Hour), Before: t0.Add(60 * time.Hour), From: 1, Limit: 30})
}

// dump is everything in a file, bucket by bucket.
func dump(t *testing.T, path string) string {
	t.Helper()
	b, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var out strings.Builder
	if err := b.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bk *bolt.Bucket) error {
			fmt.Fprintf(&out, "[%s] %d\n", name, bk.Sequence())
			return bk.ForEach(func(k, v []byte) error {
				fmt.Fprintf(&out, "%x = %x\n", k, v)
				return nil
			})
		})
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What a batch reads of itself is what the next one reads from the file: bbolt gives
// back nil for a nil value in the same transaction, and an empty one later.
func TestABatchReadsWhatTheFileWillSay(t *testing.T) {
	db, empty := newDB(t), false
	for batch := range slices.Chunk(history(), 3) {
		before, err := db.ApplyDumped(batch)
		if err != nil {
			t.Fatal(err)
		}
		if after := db.Dumped(); after != before {
			t.Fatal(cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")))
		}
		empty = empty || strings.Contains(before, " = , there: true\n")
	}
	if !empty {
		t.Error("the history writes no empty value")
	}
}

// The same changes in the same order give the same state, however they are cut
// into batches, through restarts, and through the form they have in a log.
func TestApplyIsDeterministic(t *testing.T) {
	changes := history()
	var want string
	for i, how := range []struct {
		name    string
		batch   int
		restart bool
		encode  bool
	}{{name: "one batch", batch: len(changes)}, {name: "one by one", batch: 1}, {name: "batches and restarts", batch: 7, restart: true}, {name: "through bytes", batch: 3, encode: true}} {
		path := filepath.Join(t.TempDir(), "t.db")
		db := open(t, path)
		for at := 0; at < len(changes); at += how.batch {
			batch := changes[at:min(at+how.batch, len(changes))]
			if how.encode {
				var decoded []feed.Change
				for _, c := range batch {
					d, err := db.DecodeChange(db.EncodeChange(c))
					if err != nil {
						t.Fatal(err)
					}
					decoded = append(decoded, d)
				}
				batch = decoded
			}
			apply(t, db, batch...)
			if how.restart {
				db.Close()
				db = open(t, path)
			}
		}
		db.Close()
		got := dump(t, path)
		if i == 0 {
			want = got
			if !strings.Contains(got, "[members]") || len(got) < 10000 {
				t.Fatal("the history wrote next to nothing")
			}
			continue
		}
		if got != want {
			t.Errorf("%s: the state differs: %s", how.name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
}

func TestABatchThatFailsWritesNothing(t *testing.T) {
	db := newDB(t)
	_, err := db.Apply([]feed.Change{
		visit(srcA, t0, entry("1", "https://a.example/1", "security")),
		&feed.Claim{At: t0, Sources: []feed.SourceID{srcA}}, // a time is missing
	})
	if err == nil {
		t.Fatal("a claim without times was applied")
	}
	if got := source(t, db, srcA); !cmp.Equal(got, feed.SourceState{ID: srcA}, cmpopts.EquateEmpty()) {
		t.Errorf("half a batch was written: %+v", got)
	}
}

func TestReleaseLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	for i := range 20 {
		at := t0.Add(time.Duration(i) * time.Hour)
		apply(t, db, visit(srcA, at, entry(fmt.Sprint(i), fmt.Sprintf("https://a.example/%d", i), "security")))
		if err := db.Release(); err != nil {
			t.Fatal(err)
		}
		if n := len(filed(t, db, "security")); n != i+1 {
			t.Fatalf("%d filed after %d visits", n, i+1)
		}
	}
}

func TestDamagedPagesAreErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	for i := range 30 {
		apply(t, db, visit(srcA, t0.Add(time.Duration(i)*time.Hour), entry(fmt.Sprint(i), fmt.Sprintf("https://a.example/%d", i), "security")))
	}
	db.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 8192
	wrong := 0
	for n := 2; n*page < len(whole) && n < 80; n++ {
		bad := append([]byte(nil), whole...)
		for i := n * page; i < (n+1)*page; i++ {
			bad[i] = 0
		}
		// A file of its own each: one that cannot be opened may stay locked.
		copied := fmt.Sprintf("%s.%d", path, n)
		if err := os.WriteFile(copied, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := storage.Open(copied, storage.Options{NoSync: true})
		if err == nil {
			err = db.View(func(r *storage.Reader) error { _, err := r.Filed("security", 100); return err })
			if err == nil {
				_, err = db.Apply([]feed.Change{visit(srcA, t0.Add(1000*time.Hour), entry("new", "https://a.example/new", "security"))})
			}
			db.Close()
		}
		if err != nil {
			wrong++
		}
	}
	if wrong == 0 {
		t.Error("no page of the file matters")
	}
}
