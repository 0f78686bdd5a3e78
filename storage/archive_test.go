package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// cut closes the archives of the topic as the store says, at a time, and reports whether
// there was anything to do.
func cut(t *testing.T, db *storage.DB, at time.Time) bool {
	t.Helper()
	var c *feed.Archiving
	view(t, db, func(r *storage.Reader) (err error) {
		c, err = r.Uncut("security")
		return err
	})
	if c == nil {
		return false
	}
	c.At = at
	apply(t, db, c)
	return true
}

// archives is the sizes of the topic's archives, the first one first, and all that is
// filed in them.
func archives(t *testing.T, db *storage.DB) (sizes []int, ids []string) {
	t.Helper()
	view(t, db, func(r *storage.Reader) error {
		begins, err := r.Archives("security")
		for i := range begins {
			var to feed.FiledAt
			if i+1 < len(begins) {
				to = begins[i+1]
			}
			n := len(ids)
			if err := r.Between("security", begins[i], to, func(f feed.Filed) error {
				ids = append(ids, f.PublicID)
				return nil
			}); err != nil {
				return err
			}
			sizes = append(sizes, len(ids)-n)
			holds, err := r.HoldsBetween("security", begins[i], to)
			if err != nil || holds != (len(ids) > n) {
				t.Errorf("archive %d holds something: %v, %v", i+1, holds, err)
			}
		}
		return err
	})
	return sizes, ids
}

// many are n entries that the topic takes, a minute after each other.
func many(prefix string, from time.Time, n int) []feed.Entry {
	list := make([]feed.Entry, n)
	for i := range list {
		list[i] = entry(fmt.Sprint(prefix, i), fmt.Sprintf("https://%s.example/%d", prefix, i), "security "+prefix+fmt.Sprint(i))
		list[i].Published = from.Add(time.Duration(i) * time.Minute)
	}
	return list
}

func TestArchivesCloseWhenTheyAreFull(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, many("a", t0.Add(-10*day), 250)...))
	if cut(t, db, t0) {
		t.Error("an archive of 250 was closed before the next entry")
	}
	apply(t, db, visit(srcA, t0.Add(time.Hour), many("b", t0, 1)...))
	if !cut(t, db, t0.Add(time.Hour)) || cut(t, db, t0.Add(time.Hour)) {
		t.Error("it was not closed by the next, or again")
	}
	if sizes, _ := archives(t, db); !slices.Equal(sizes, []int{250, 1}) {
		t.Errorf("archives of %v", sizes)
	}
	// What comes now goes into the open one, whatever it is dated.
	apply(t, db, visit(srcA, t0.Add(2*time.Hour), many("c", t0.Add(-20*day), 600)...))
	cut(t, db, t0.Add(2*time.Hour))
	if sizes, _ := archives(t, db); !slices.Equal(sizes, []int{250, 250, 250, 101}) {
		t.Errorf("archives of %v", sizes)
	}
	// A first document lies in the past: what comes after it moves up.
	apply(t, db, visit(srcB, t0.Add(3*time.Hour), many("d", t0.Add(-20*day), 10)...))
	if sizes, _ := archives(t, db); !slices.Equal(sizes, []int{260, 250, 250, 101}) {
		t.Errorf("before they are cut anew: archives of %v", sizes)
	}
	if !cut(t, db, t0.Add(3*time.Hour)) || cut(t, db, t0.Add(3*time.Hour)) {
		t.Error("archives were not cut anew, or twice")
	}
	if sizes, ids := archives(t, db); !slices.Equal(sizes, []int{250, 250, 250, 111}) || len(ids) != 861 {
		t.Errorf("archives of %v, %d entries", sizes, len(ids))
	}
	// What retention takes leaves the others where they are, and an empty one behind.
	for from := feed.EntryKey(1); from != 0; {
		res := apply(t, db, &feed.Retention{At: t0.Add(30 * day), Before: t0.Add(time.Minute), From: from, Limit: 100})
		from = res.Outcomes[0].Next
	}
	cut(t, db, t0.Add(30*day))
	if sizes, _ := archives(t, db); !slices.Equal(sizes, []int{10, 240, 250, 111}) {
		t.Errorf("after retention: archives of %v", sizes)
	}
}

// Whatever is filed, in whatever order, is in one archive, and those that are closed are
// full when they are cut.
func TestEveryFilingIsInOneArchive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db := open(t, t.TempDir()+"/t.db")
		defer db.Close()
		at := t0
		for i := range rapid.IntRange(1, 6).Draw(rt, "visits") {
			at = at.Add(time.Duration(rapid.IntRange(1, 48).Draw(rt, "hours")) * time.Hour)
			source := rapid.SampledFrom([]string{srcA, srcB, srcC}).Draw(rt, "source")
			back := time.Duration(rapid.IntRange(0, 20).Draw(rt, "days back")) * day
			apply(t, db, visit(source, at, many(fmt.Sprint(source[8:9], i), at.Add(-back), rapid.IntRange(1, 400).Draw(rt, "entries"))...))
			if rapid.Bool().Draw(rt, "cut") {
				cut(t, db, at)
			}
		}
		cut(t, db, at)
		sizes, ids := archives(t, db)
		for i, n := range sizes {
			if n > feed.ArchiveSize || i < len(sizes)-1 && n != feed.ArchiveSize {
				rt.Errorf("archives of %v", sizes)
			}
		}
		var want []string
		view(t, db, func(r *storage.Reader) error {
			return r.EachFiled("security", time.Time{}, func(f feed.Filed) (bool, error) {
				want = append(want, f.PublicID)
				return true, nil
			})
		})
		if slices.Reverse(want); !slices.Equal(ids, want) {
			rt.Errorf("%d entries in archives, %d are filed", len(ids), len(want))
		}
	})
}

func TestAFirstArchiveHasNoBeginning(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, many("a", t0, 1)...))
	if _, err := db.Apply([]feed.Change{&feed.Archiving{At: t0, Topic: "security", From: 1, Begin: []feed.FiledAt{{Filed: t0}}}}); err == nil {
		t.Error("archive 1 was cut")
	}
}

// What lists choose and count by follows what is filed, hidden, said anew and removed; a
// file of before it was kept gets it from its entries.
func TestListed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	list := func() (got []string, tally feed.Tally) {
		view(t, db, func(r *storage.Reader) (err error) {
			if err = r.Listed("security", feed.FiledAt{}, feed.FiledAt{}, func(l feed.Listed) {
				s := ""
				for _, rep := range l.Reports {
					s += fmt.Sprint(rep.Source[8:9], ":", rep.Language, " ")
				}
				got = append(got, s)
			}); err != nil {
				return err
			}
			tally, err = r.Tally("security")
			return err
		})
		return got, tally
	}
	check := func(when string, want []string, tally feed.Tally) {
		t.Helper()
		got, n := list()
		if !slices.Equal(got, want) || n != tally {
			t.Errorf("%s: %q, %+v; want %q, %+v", when, got, n, want, tally)
		}
		if err := db.Verify(t.Context(), func(wrong string) { t.Errorf("%s: %s", when, wrong) }); err != nil {
			t.Error(err)
		}
	}
	in := func(e feed.Entry, language string) feed.Entry {
		e.Language = language
		return e
	}
	one := in(entry("1", "https://x.example/1", "security 1"), "en")
	one.Canonical = one.Link
	apply(t, db, visit(srcA, t0, in(entry("2", "https://x.example/2", "security 2"), "ru"), one)) // the last one is stored first
	check("filed", []string{"a:en ", "a:ru "}, feed.Tally{Groups: 2, Reports: 2})
	copied := in(entry("c", "https://x.example/1", "security copy"), "uz")
	copied.Canonical = copied.Link
	apply(t, db, visit(srcB, t0.Add(time.Hour), copied))
	check("joined", []string{"a:en b:uz ", "a:ru "}, feed.Tally{Groups: 2, Reports: 3})
	said := in(entry("2", "https://x.example/2", "security 2 again"), "kk")
	apply(t, db, visit(srcA, t0.Add(2*time.Hour), said))
	check("said anew", []string{"a:en b:uz ", "a:kk "}, feed.Tally{Groups: 2, Reports: 3})
	// A file of schema 3 had none of it.
	if err := errors.Join(db.Unlist(), db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(path, storage.Options{AsIs: true}); !errors.Is(err, storage.ErrOlder) {
		t.Errorf("a file of schema 3: %v", err)
	}
	db = open(t, path)
	check("of before", []string{"a:en b:uz ", "a:kk "}, feed.Tally{Groups: 2, Reports: 3})
	if _, err := os.Stat(path + ".before-v4"); err != nil {
		t.Error(err)
	}
	first := find(t, db, srcA, "1")
	apply(t, db, &feed.Decision{At: t0.Add(3 * time.Hour), Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{first.Key}})
	check("one hidden", []string{"b:uz ", "a:kk "}, feed.Tally{Groups: 2, Reports: 2})
	apply(t, db, &feed.Decision{At: t0.Add(4 * time.Hour), Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{first.Group}})
	check("all of a group hidden", []string{"a:kk "}, feed.Tally{Groups: 1, Reports: 1})
	apply(t, db, &feed.Retention{At: t0.Add(90 * day), Before: t0.Add(80 * day), From: 1, Limit: 100})
	if got, n := list(); len(got) > 1 || n.Groups != len(got) {
		t.Errorf("removed: %q, %+v", got, n)
	}
}
