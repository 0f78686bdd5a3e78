package storage_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

func leases(t *testing.T, db *storage.DB) []feed.Lease {
	t.Helper()
	var all []feed.Lease
	if err := db.View(func(r *storage.Reader) (err error) {
		all, err = r.Leases()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// A lease comes back from the file with all that it had, is replaced by its token, and
// goes when it is given up.
func TestLeasesAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	full := feed.Lease{
		Source: srcA, Token: "T1", Callback: "https://w.example/websub/T1", Secret: "s", Hub: "https://hub.example/", Topic: srcA + "?self",
		State: feed.LeaseActive, Since: t0, Until: t0.Add(240 * time.Hour), Next: t0.Add(192 * time.Hour), Pending: true, Failures: 3, Error: "503", Missed: true,
	}
	other := feed.Lease{Source: srcB, Token: "T2", State: feed.LeaseAsked}
	first := full
	first.State = feed.LeaseAsked
	apply(t, db, &feed.LeaseChange{At: t0, Lease: first}, &feed.LeaseChange{At: t0, Lease: other}, &feed.LeaseChange{At: t0, Lease: full})
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
	db.Close()
	db = open(t, path)
	if got := leases(t, db); !cmp.Equal(got, []feed.Lease{full, other}) {
		t.Errorf("%s", cmp.Diff([]feed.Lease{full, other}, got))
	}
	apply(t, db, &feed.LeaseChange{At: t0, Lease: feed.Lease{Token: "T1"}})
	if got := leases(t, db); !cmp.Equal(got, []feed.Lease{other}) {
		t.Errorf("left are %+v", got)
	}
	if _, err := db.Apply([]feed.Change{&feed.LeaseChange{At: t0, Lease: other}, &feed.LeaseChange{At: t0}}); err == nil {
		t.Error("a lease without a token was stored")
	}
}

func pushOf(v *feed.Visit) *feed.Push {
	return &feed.Push{At: v.At, Source: v.Source, Document: *v.Document}
}

func window(t *testing.T, db *storage.DB, id feed.SourceID) (raws []feed.Raw) {
	t.Helper()
	if err := db.View(func(r *storage.Reader) error {
		raws = r.Window(id)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return raws
}

// A part of a document, pushed, brings entries and nothing else: what the source's own
// document said, when it is due and how it does stay.
func TestAPushedPartLeavesTheDocumentAlone(t *testing.T) {
	db := newDB(t)
	v := visit(srcA, t0, entry("1", "https://a.example/1", "security one"), entry("2", "https://a.example/2", "security two"))
	v.Document.Hints = feed.Hints{TTL: 90}
	apply(t, db, v)
	before := source(t, db, srcA)
	part := pushOf(visit(srcA, t0.Add(time.Hour), entry("3", "https://a.example/3", "security three")))
	part.Document.Meta = feed.Meta{Title: "what the hub calls it"}
	part.Document.Dates = []time.Time{t0.Add(time.Hour)}
	res := apply(t, db, part)
	if res.Outcomes[0].New != 1 || len(res.Topics) != 1 || len(filed(t, db, "security")) != 3 {
		t.Errorf("%+v, %d filed", res, len(filed(t, db, "security")))
	}
	for _, f := range filed(t, db, "security") {
		if news := f.Entries[0].ID == "3"; news != f.Filed.Equal(part.At) {
			t.Errorf("%s is filed at %s: what is pushed is news, not backlog", f.Entries[0].ID, f.Filed)
		}
	}
	want := before
	want.New, want.Changed, want.Dates = 3, part.At, part.Document.Dates
	if got := source(t, db, srcA); !cmp.Equal(got, want) {
		t.Errorf("the source is another one: %s", cmp.Diff(want, got))
	}
	if got, want := window(t, db, srcA), []feed.Raw{part.Document.Window[0], v.Document.Window[0], v.Document.Window[1]}; !slices.Equal(got, want) {
		t.Errorf("the window is %d, want %d", got, want)
	}
	// What the source still has stays, however old, and what was pushed too.
	if removed, _ := retain(t, db, t0.Add(9*day), t0.Add(8*day), 10); removed != 0 {
		t.Errorf("%d entries removed that the source has", removed)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// What was pushed and is polled later, and what was polled and is pushed later, is one
// entry; bytes that came back are not the bytes of now.
func TestAPushAndAVisitOfOneEntry(t *testing.T) {
	db := newDB(t)
	old := entry("1", "https://a.example/1", "security one")
	apply(t, db, visit(srcA, t0, old))
	later := entry("1", "https://a.example/1", "security one, corrected")
	apply(t, db, pushOf(visit(srcA, t0.Add(time.Hour), later, entry("2", "https://a.example/2", "security two"))))
	o := apply(t, db, visit(srcA, t0.Add(2*time.Hour), entry("2", "https://a.example/2", "security two"), later)).Outcomes[0]
	if o.New != 0 || o.Updated != 0 || len(filed(t, db, "security")) != 2 {
		t.Errorf("%+v, %d filed", o, len(filed(t, db, "security")))
	}
	if got := find(t, db, srcA, "1").Title; got != later.Title {
		t.Errorf("the entry is called %q", got)
	}
	back := pushOf(visit(srcA, t0.Add(3*time.Hour), old))
	apply(t, db, back)
	if got := window(t, db, srcA); len(got) != 2 || got[0] != back.Document.Window[0] {
		t.Errorf("the window has %d: an entry is in it under the bytes of now alone", got)
	}
	if got := find(t, db, srcA, "1").Title; got != old.Title {
		t.Errorf("the entry is called %q", got)
	}
}

// A push ahead of the source's first document is none: the backlog that follows lies in
// the past.
func TestAPushIsNotTheFirstDocument(t *testing.T) {
	db := newDB(t)
	before := entry("2", "https://a.example/2", "security two")
	before.Published = t0.Add(-50 * day)
	apply(t, db, pushOf(visit(srcA, t0, before)))
	if got := source(t, db, srcA); got.Meta.Title == "" || !got.First.IsZero() || !got.Visited.IsZero() {
		t.Errorf("%+v", got)
	}
	old := entry("1", "https://a.example/1", "security one")
	old.Published = t0.Add(-100 * day)
	apply(t, db, visit(srcA, t0.Add(time.Hour), old))
	all := filed(t, db, "security")
	for _, f := range all {
		if !f.Filed.Equal(f.Entries[0].Published) {
			t.Errorf("%s, of the backlog, is filed at %s", f.Entries[0].ID, f.Filed)
		}
	}
	if len(all) != 2 {
		t.Errorf("%d filed", len(all))
	}
}

// A link to the feed's home page tells nothing of an entry, also where the pushed part
// does not say which page that is.
func TestAPushKnowsTheHomePage(t *testing.T) {
	db := newDB(t)
	const home = "https://a.example/news/2024/home"
	v := visit(srcA, t0, entry("1", "https://a.example/1", "one"))
	v.Document.Meta.Link = home
	apply(t, db, v)
	for i, title := range []string{"security of water", "security of rails"} {
		e := entry(home, home, title)
		e.Published = t0.Add(time.Duration(i) * time.Minute)
		p := pushOf(visit(srcA, t0.Add(time.Duration(i+1)*time.Hour), e))
		p.Document.Meta = feed.Meta{}
		if o := apply(t, db, p).Outcomes[0]; o.New != 1 {
			t.Errorf("%q: %+v", title, o)
		}
	}
}

// A push that was read under older rules is matched by those in force.
func TestAStalePushIsMatchedAnew(t *testing.T) {
	db, m := openMatching(t, filepath.Join(t.TempDir(), "t.db"), new(likeness))
	apply(t, db, asksFor(t0, 7, "water"))
	p := pushOf(visit(srcA, t0.Add(time.Hour), entry("1", "https://a.example/1", "security of water")))
	p.Document.Generation = 6
	apply(t, db, p)
	if got := filed(t, db, "security"); len(got) != 1 || got[0].Reasons[0].Reason.Hits[1].Pattern != "water" || m.asked != 1 {
		t.Errorf("asked %d times: %+v", m.asked, got)
	}
}
