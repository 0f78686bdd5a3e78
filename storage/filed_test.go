package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

func TestFindLink(t *testing.T) {
	db := newDB(t)
	b := entry("b", "https://x.example/1?utm_source=b", "security b")
	b.Canonical = "https://x.example/1"
	apply(t, db,
		visit(srcA, t0, entry("a", "https://x.example/1", "security a")),
		visit(srcB, t0, b),
		visit(srcC, t0, entry("c", "https://x.example/2", "x")))
	a, bb := find(t, db, srcA, "a").Key, find(t, db, srcB, "b").Key
	for link, want := range map[string][]feed.EntryKey{
		"https://x.example/1": {a, bb}, "https://x.example/2": {find(t, db, srcC, "c").Key}, "https://x.example/3": nil, "": nil,
	} {
		view(t, db, func(r *storage.Reader) error {
			got, err := r.FindLink(link)
			if !cmp.Equal(got, want) {
				t.Errorf("FindLink(%q) = %v, want %v", link, got, want)
			}
			return err
		})
	}
}

func TestEachFiledBeginsWhereItIsTold(t *testing.T) {
	db := newDB(t)
	for i := range 5 {
		apply(t, db, report(srcA, t0.Add(time.Duration(i)*day), fmt.Sprint(i), fmt.Sprintf("security %d", i)))
	}
	apply(t, db, visit(srcB, t0, feed.Entry{ID: "other", Title: "x"}))
	read := func(from time.Time, limit int) (ids []string) {
		view(t, db, func(r *storage.Reader) error {
			return r.EachFiled("security", from, func(f feed.Filed) (bool, error) {
				ids = append(ids, f.Entries[0].ID)
				return len(ids) < limit, nil
			})
		})
		return ids
	}
	for _, tt := range []struct {
		from  time.Time
		limit int
		want  []string
	}{
		{time.Time{}, 9, []string{"4", "3", "2", "1", "0"}},
		{time.Time{}, 2, []string{"4", "3"}},
		{t0.Add(2 * day), 9, []string{"2", "1", "0"}},
		{t0.Add(2*day - time.Millisecond), 1, []string{"1"}},
		{t0.Add(-time.Hour), 9, nil},
	} {
		if got := read(tt.from, tt.limit); !cmp.Equal(got, tt.want) {
			t.Errorf("from %s: %v, want %v", tt.from, got, tt.want)
		}
	}
	stop := errors.New("enough")
	if err := db.View(func(r *storage.Reader) error {
		return r.EachFiled("security", time.Time{}, func(feed.Filed) (bool, error) { return true, stop })
	}); !errors.Is(err, stop) {
		t.Errorf("err = %v", err)
	}
}
