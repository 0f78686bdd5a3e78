package storage_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

// report is a visit of one source that brings one entry, published now, with its
// title as terms.
func report(source string, at time.Time, id, title string) *feed.Visit {
	e := entry(id, "https://"+id+".example/", title)
	e.Published = at
	v := visit(source, at, e)
	v.Document.Entries[0].Terms = feed.Terms(title)
	return v
}

func view(t *testing.T, db *storage.DB, read func(*storage.Reader) error) {
	t.Helper()
	if err := db.View(read); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, db *storage.DB, source feed.SourceID, id string) (e feed.StoredEntry) {
	t.Helper()
	view(t, db, func(r *storage.Reader) (err error) {
		var ok bool
		if e, ok, err = r.EntryOf(source, id); !ok {
			t.Fatalf("%s of %s is not stored", id, source)
		}
		return err
	})
	return e
}

func story(t *testing.T, db *storage.DB, e feed.StoredEntry) (s feed.Story) {
	t.Helper()
	view(t, db, func(r *storage.Reader) error {
		g, err := r.Group(e.Group)
		if err != nil {
			return err
		}
		s, err = r.Story(g.Story)
		return err
	})
	return s
}

func placed(t *testing.T, db *storage.DB, k feed.EntryKey) (p feed.Placed, ok bool) {
	t.Helper()
	view(t, db, func(r *storage.Reader) (err error) {
		p, ok, err = r.Placed(k)
		return err
	})
	return p, ok
}

const (
	srcC = "https://c.example/feed"
	srcD = "https://d.example/feed"
)

func TestPlacementIsStoredWithItsReason(t *testing.T) {
	db := newDB(t)
	apply(t, db,
		report(srcA, t0, "a", "water border rail gas security"),
		report(srcB, t0.Add(time.Hour), "b", "water border rail gas security"),
		report(srcC, t0.Add(2*time.Hour), "c", "water border football security"),
		report(srcD, t0.Add(3*time.Hour), "d", "chess"))
	a, b, c, d := find(t, db, srcA, "a"), find(t, db, srcB, "b"), find(t, db, srcC, "c"), find(t, db, srcD, "d")
	if b.Group != a.Group || c.Group == a.Group || d.Group == a.Group {
		t.Errorf("groups %d %d %d %d", a.Group, b.Group, c.Group, d.Group)
	}
	if s := story(t, db, a); !cmp.Equal(s, feed.Story{Key: 1, Groups: []feed.GroupKey{a.Group, c.Group}}) {
		t.Errorf("story %+v", s)
	}
	shared := func(words ...string) (all []feed.SharedWord) {
		for _, w := range words {
			all = append(all, feed.SharedWord{Word: w, Share: 1 / float64(len(words))})
		}
		return all
	}
	wantB := feed.Placed{Entry: b.Key, At: b.Seen, Placement: feed.Placement{Tier: feed.TierGroup, Group: a.Group, Story: 1, Partner: a.Key,
		Why: &feed.Likeness{Score: 5. / 16, Needed: .125, Rule: "text", Apart: time.Hour, Shared: shared("water", "border", "rail", "gas", "security")}}}
	near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-4 && b-a < 1e-4 }) // as precise as it is kept
	if p, ok := placed(t, db, b.Key); !ok || !cmp.Equal(p, wantB, near) {
		t.Errorf("a copy: %s", cmp.Diff(wantB, p, near))
	}
	if p, ok := placed(t, db, c.Key); !ok || p.Tier != feed.TierStory || p.Partner != a.Key || p.Group != c.Group || len(p.Why.Shared) != 3 {
		t.Errorf("another report: %+v", p)
	}
	for _, e := range []feed.StoredEntry{a, d} {
		if p, ok := placed(t, db, e.Key); ok {
			t.Errorf("the first of a story was placed: %+v", p)
		}
	}
	if all := filed(t, db, "security"); len(all) != 2 || len(all[1].Placed) != 1 || !cmp.Equal(all[1].Placed[0], wantB, near) {
		t.Errorf("filed %+v", all)
	}
	view(t, db, func(r *storage.Reader) error {
		x, err := r.Extent(1)
		if !x.Began.Equal(t0) || x.Entries != 3 {
			t.Errorf("extent %+v", x)
		}
		return err
	})
}

func TestEveryPartOfAReasonIsKept(t *testing.T) {
	why := &feed.Likeness{Score: .7512, Needed: .75, Mean: .1234, MeanNeeded: .18, Title: 1, TitleNeeded: .6, Rule: "text and title",
		Shared: []feed.SharedWord{{Word: "шос", Share: .5}, {Word: "ташк", Share: .25}}, Numbers: []string{"12", "3.5"}, Apart: -90 * time.Minute}
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true, Place: says(func(e *feed.StoredEntry) feed.Placement {
		if e.Key == 1 {
			return feed.Placement{}
		}
		return feed.Placement{Tier: feed.TierStory, Story: 1, Partner: 1, Why: why}
	})})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	apply(t, db, report(srcA, t0, "a", "x"), report(srcB, t0, "b", "x"))
	if p, ok := placed(t, db, 2); !ok || !cmp.Equal(p.Why, why) {
		t.Error(cmp.Diff(why, p.Why))
	}
}

// says is a placer without a memory.
type says func(e *feed.StoredEntry) feed.Placement

func (f says) Place(e *feed.StoredEntry, _ feed.Terms, _ []feed.Neighbour, _ *feed.Surroundings) (feed.Placement, error) {
	return f(e), nil
}
func (says) Forget(feed.EntryKey) {}
func (says) Reset()               {}

func TestTwoEntriesOfOneSourceNeverShareAGroup(t *testing.T) {
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true, Place: says(func(e *feed.StoredEntry) feed.Placement {
		if e.Key == 1 {
			return feed.Placement{}
		}
		return feed.Placement{Tier: feed.TierGroup, Group: 1, Story: 1, Partner: 1}
	})})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	apply(t, db, report(srcA, t0, "a", "x"), report(srcB, t0, "b", "x"), report(srcA, t0.Add(time.Hour), "a2", "x"), report(srcB, t0.Add(time.Hour), "b2", "x"))
	for id, want := range map[string]feed.GroupKey{"a": 1, "a2": 3} {
		if g := find(t, db, srcA, id).Group; g != want {
			t.Errorf("%s is in group %d, want %d", id, g, want)
		}
	}
	if _, ok := placed(t, db, 3); ok {
		t.Error("the refused placement is stored")
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// asks notes what the placer is told of the window.
type asks struct {
	marks  []time.Time
	window [][]feed.EntryKey
}

func (a *asks) Place(e *feed.StoredEntry, _ feed.Terms, _ []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	a.marks = append(a.marks, s.Mark)
	var keys []feed.EntryKey
	err := s.Window(time.Time{}, func(w feed.Windowed) error {
		keys = append(keys, w.Entry)
		return nil
	})
	a.window = append(a.window, keys)
	return feed.Placement{}, err
}
func (*asks) Forget(feed.EntryKey) {}
func (*asks) Reset()               {}

func TestTheWindowEndsBehindTheMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	late := report(srcC, t0.Add(7*day), "late", "x") // its date is its own, not its arrival
	late.Document.Entries[0].Entry.Published = t0.Add(4 * day)
	gone := report(srcC, t0.Add(8*day), "gone", "x")
	gone.Document.Entries[0].Entry.Published = t0.Add(-time.Hour)
	mute := report(srcD, t0.Add(7*day+time.Hour), "mute", "x")
	mute.Document.Entries[0].Terms = nil
	changes := []feed.Change{
		report(srcA, t0, "1", "x"),            // 1
		report(srcA, t0.Add(5*day), "2", "x"), // 2
		report(srcB, t0.Add(6*day), "3", "x"), // 3: the first is at the very edge
		report(srcB, t0.Add(7*day), "4", "x"), // 4: the first is behind it
		late, mute, gone,                      // 5, 6, 7
		report(srcD, t0.Add(8*day), "5", "x"),      // 8
		report(srcD, t0.Add(14*day), "quiet", "x"), // 9
	}
	want := [][]feed.EntryKey{nil, {1}, {1, 2}, {2, 3}, {2, 3, 4}, {2, 3, 4, 5}, {2, 3, 4, 5}, {2, 3, 4, 5}, {8}}
	for _, restart := range []bool{false, true} {
		a := new(asks)
		for _, c := range changes {
			db, err := storage.Open(path, storage.Options{NoSync: true, Place: a})
			if err != nil {
				t.Fatal(err)
			}
			apply(t, db, c)
			if restart {
				db.Close()
				continue
			}
			t.Cleanup(func() { db.Close() })
			apply(t, db, changes[1:]...)
			if n := db.WindowRows(); n != 2 {
				t.Errorf("%d rows are left, want those of the last two", n)
			}
			break
		}
		if diff := cmp.Diff(want, a.window); diff != "" {
			t.Errorf("restart %v: %s", restart, diff)
		}
		for i, m := range []time.Time{t0, t0.Add(5 * day), t0.Add(6 * day), t0.Add(7 * day), t0.Add(7 * day)} {
			if !a.marks[i].Equal(m) {
				t.Errorf("mark %d is %s, want %s", i, a.marks[i], m)
			}
		}
		path += ".2"
	}
}

func TestThePlacerStartsAnewWhenItsEntriesAreNotStored(t *testing.T) {
	p := new(likeness)
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true, Place: p})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	broken := &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}} // a time is missing
	if _, err := db.Apply([]feed.Change{broken}); err == nil || p.resets != 0 {
		t.Errorf("%v, %d resets where nothing was placed", err, p.resets)
	}
	apply(t, db, report(srcA, t0, "a", "water border rail gas"))
	if _, err := db.Apply([]feed.Change{report(srcB, t0, "never", "chess open final game"), broken}); err == nil || p.resets != 1 {
		t.Fatalf("%v, %d resets", err, p.resets)
	}
	apply(t, db, report(srcB, t0, "b", "chess open final game"), report(srcC, t0, "c", "water border rail gas"))
	if b, c := find(t, db, srcB, "b"), find(t, db, srcC, "c"); b.Group != feed.GroupKey(b.Key) || c.Group != 1 {
		t.Errorf("b in %d, c in %d", b.Group, c.Group)
	}
	if p.rebuilt != 2 {
		t.Errorf("the window was read %d times, want 2", p.rebuilt)
	}
}

func TestAPlacerThatFailsFailsTheVisit(t *testing.T) {
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true, Place: fails{}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Apply([]feed.Change{report(srcA, t0, "a", "x")}); !errors.Is(err, errPlace) {
		t.Errorf("err = %v", err)
	}
}

var errPlace = errors.New("no place")

type fails struct{ says }

func (fails) Place(*feed.StoredEntry, feed.Terms, []feed.Neighbour, *feed.Surroundings) (feed.Placement, error) {
	return feed.Placement{}, errPlace
}

// An update is not placed anew, and is compared by the words it was placed with:
// before a restart and after.
func TestAnUpdatedTextIsComparedByItsFirstWords(t *testing.T) {
	for _, restart := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "t.db")
		db := open(t, path)
		again := report(srcA, t0.Add(time.Hour), "a", "chess open final game")
		apply(t, db, report(srcA, t0, "a", "water border rail gas"), report(srcB, t0, "b", "chess open final game"), again)
		if a := find(t, db, srcA, "a"); a.Title != "chess open final game" || a.Group != 1 {
			t.Fatalf("the update: %+v", a)
		}
		if restart {
			db.Close()
			db = open(t, path)
		}
		apply(t, db, report(srcC, t0.Add(2*time.Hour), "c", "water border rail gas"), report(srcD, t0.Add(2*time.Hour), "d", "chess open final game"))
		if c, d := find(t, db, srcC, "c"), find(t, db, srcD, "d"); c.Group != 1 || d.Group != 2 {
			t.Errorf("restart %v: c in group %d, d in %d", restart, c.Group, d.Group)
		}
		// Even where the update moved its date, retention finds all of it.
		retain(t, db, t0.Add(4*day), t0.Add(90*time.Minute), 100)
		if err := db.Sound(); err != nil {
			t.Errorf("restart %v: %v", restart, err)
		}
	}
}

func TestWhatRetentionLeavesOfAStory(t *testing.T) {
	p := new(likeness)
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true, Place: p})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	apply(t, db,
		report(srcA, t0, "a", "water border rail gas security"),
		report(srcB, t0.Add(time.Hour), "b", "water border chess security"),
		report(srcC, t0.Add(2*time.Hour), "c", "water border chess security"),
		report(srcA, t0.Add(3*time.Hour), "next", "x")) // a is no longer in its document
	retain(t, db, t0.Add(day), t0.Add(time.Minute), 100)
	b, c := find(t, db, srcB, "b"), find(t, db, srcC, "c")
	if s := story(t, db, b); s.Key != 1 || !cmp.Equal(s.Groups, []feed.GroupKey{b.Group}) || c.Group != b.Group {
		t.Errorf("story %+v: it keeps its key when its first group goes", s)
	}
	view(t, db, func(r *storage.Reader) error {
		x, err := r.Extent(1)
		if !x.Began.Equal(t0.Add(time.Hour)) || x.Entries != 2 {
			t.Errorf("extent %+v", x)
		}
		return err
	})
	if p, ok := placed(t, db, b.Key); !ok || p.Partner != 1 || len(p.Why.Shared) != 3 {
		t.Errorf("the reason went with the partner: %+v", p)
	}
	if _, ok := p.known[1]; ok {
		t.Error("the placer was not told")
	}
	apply(t, db, report(srcD, t0.Add(25*time.Hour), "d", "water border rail gas"))
	if d := find(t, db, srcD, "d"); story(t, db, d).Key != 1 || d.Group == b.Group {
		t.Errorf("what comes later joins the story: %+v", story(t, db, d))
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// A file from before there were windows, placements, decisions and extents.
func TestAnOlderFileOpens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	apply(t, db, report(srcA, t0, "a", "water border rail gas security"), report(srcB, t0.Add(time.Hour), "b", "chess open security"))
	want := db.Dump(false)
	db.Close()
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{"window", "placements", "decisions", "rulings"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		for k := byte(1); k <= 2; k++ {
			if err := tx.Bucket([]byte("stories")).Put([]byte{0, 0, 0, 0, 0, 0, 0, k}, []byte{k}); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte("meta")).Delete([]byte("mark"))
	}); err != nil {
		t.Fatal(err)
	}
	b.Close()
	db = open(t, path)
	if db.Dump(false) == want {
		t.Fatal("nothing was taken away")
	}
	if n := len(filed(t, db, "security")); n != 2 {
		t.Errorf("%d filed", n)
	}
	same := report(srcC, t0.Add(2*time.Hour), "c", "x")
	same.Document.Entries[0].Entry.Link, same.Document.Entries[0].Entry.Canonical = "https://a.example/", "https://a.example/"
	apply(t, db, same, &feed.Decision{At: t0, Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 2}})
	if s := story(t, db, find(t, db, srcC, "c")); s.Key != 1 || len(s.Groups) != 2 {
		t.Errorf("story %+v", s)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}
