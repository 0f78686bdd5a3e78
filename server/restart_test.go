package server

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// The same changes give the same groups, stories and reasons whenever the
// process is restarted between them, and however they are cut into commits.
func TestStoriesAreTheSameAfterRestarts(t *testing.T) {
	for seed := range uint64(9) {
		o := story.Balanced()
		if seed%3 == 0 {
			o.Window = 15
		}
		changes := drawnChanges(rand.New(rand.NewPCG(seed, 1)))
		want := placements(t, o, changes, 0, false)
		for _, restart := range []int{1, 7} {
			if got := placements(t, o, changes, restart, false); got != want {
				t.Errorf("history %d, restarted every %d changes:\n%s", seed, restart, firstDifference(want, got))
			}
		}
		if got := placements(t, o, changes, 0, true); got != want {
			t.Errorf("history %d, in batches:\n%s", seed, firstDifference(want, got))
		}
	}
}

func firstDifference(want, got string) string {
	g := strings.Split(got, "\n")
	for i, line := range strings.Split(want, "\n") {
		if i >= len(g) || g[i] != line {
			return fmt.Sprintf("want %s\n got %s", line, strings.Join(g[min(i, len(g)):min(i+1, len(g))], ""))
		}
	}
	return "more entries"
}

// drawnChanges are visits of five sources with entries that are alike, late or
// undated, decisions (some of which cannot be done) and retention.
func drawnChanges(r *rand.Rand) []feed.Change {
	words := strings.Fields("security water border rail gas summit Tashkent Osh Almaty exercise minister president bank trade pipeline Russia China protest election court police drought glacier cotton visa flight earthquake inflation tariff loan energy 12 40 2024 killed arrested signed opened closed")
	at := noon
	var changes []feed.Change
	var titles [][]string
	for i := range 120 {
		at = at.Add(time.Duration(r.IntN(300)) * time.Minute)
		a, b := feed.GroupKey(r.IntN(i+1)+1), feed.GroupKey(r.IntN(i+1)+1)
		switch r.IntN(18) {
		case 0:
			changes = append(changes, &feed.Retention{At: at, Before: at.Add(-time.Duration(r.IntN(200)) * time.Hour), From: 1, Limit: 50})
			continue
		case 1:
			changes = append(changes, &feed.Decision{At: at, Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a, b}})
			continue
		case 2:
			changes = append(changes, &feed.Decision{At: at, Kind: feed.DecisionSplit, Entries: []feed.EntryKey{feed.EntryKey(a)}})
			continue
		}
		var title []string
		if len(titles) > 0 && r.IntN(2) == 0 {
			title = append(title, titles[max(0, len(titles)-1-r.IntN(10))]...)
			title[r.IntN(len(title))] = words[r.IntN(len(words))]
		} else {
			for range 6 + r.IntN(5) {
				title = append(title, words[r.IntN(len(words))])
			}
		}
		titles = append(titles, title)
		e := feed.Entry{ID: fmt.Sprint("e", r.IntN(80)), Title: strings.Join(title, " "), Raw: feed.Raw(i + 1)}
		if r.IntN(3) > 0 {
			e.Published = at.Add(-time.Duration(r.IntN(r.IntN(180)+1)) * time.Hour).Truncate(time.Second)
		}
		src := &feed.Source{ID: feed.SourceID(fmt.Sprintf("https://s%d.example/f", r.IntN(5)))}
		reported := feed.Reported{Entry: e, Terms: story.Terms(match.Read(src, &e, ""), nil)}
		changes = append(changes, &feed.Visit{At: at.Add(time.Duration(r.IntN(999_999))), Source: src.ID, HTTP: 200,
			Document: &feed.Reading{Body: uint64(i + 1), Entries: []feed.Reported{reported}, Window: []feed.Raw{e.Raw}}})
	}
	return changes
}

// placements applies changes and tells, entry by entry, where each is and why.
func placements(t *testing.T, o story.Options, changes []feed.Change, restart int, batches bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	open := func() *storage.DB {
		db, err := storage.Open(path, storage.Options{Place: story.New(o), NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open()
	defer func() { db.Close() }()
	for i := 0; i < len(changes); {
		n := 1
		for batches && n < 5 && i+n < len(changes) && visits(changes[i]) && visits(changes[i+n]) {
			n++
		}
		var refused *feed.Refusal
		if _, err := db.Apply(changes[i : i+n]); err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		i += n
		if restart > 0 && i%restart == 0 {
			db.Close()
			db = open()
		}
	}
	var out strings.Builder
	if err := db.View(func(r *storage.Reader) error {
		return r.Entries(1, func(e feed.StoredEntry) bool {
			g, err := r.Group(e.Group)
			p, ok, perr := r.Placed(e.Key)
			if err := errors.Join(err, perr); err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&out, "%d in %d of %d", e.Key, e.Group, g.Story)
			if ok {
				fmt.Fprintf(&out, " tier %d by %d", p.Tier, p.Partner)
				if p.Why != nil {
					fmt.Fprintf(&out, " %+v", *p.Why)
				}
			}
			out.WriteByte('\n')
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func visits(c feed.Change) bool { _, ok := c.(*feed.Visit); return ok }
