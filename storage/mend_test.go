package storage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

const fiveYears = 5 * 365 * day

// shown is what a topic has, in its order: ids, who leads, and hours since t0.
func shown(t *testing.T, db *storage.DB, topic feed.TopicID) string {
	t.Helper()
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, f := range filed(t, db, topic) {
		fmt.Fprintf(&lines, "%s by %d at %v, %v\n", f.PublicID, f.Lead, f.Filed.Sub(t0).Hours(), f.Changed.Sub(t0).Hours())
	}
	return lines.String()
}

// ids is shown without its times.
func ids(s string) string {
	var lines strings.Builder
	for line := range strings.Lines(s) {
		before, _, _ := strings.Cut(line, " at ")
		lines.WriteString(before + "\n")
	}
	return lines.String()
}

// wrongOnce is a desk whose clock was ahead for some hours.
func wrongOnce(ahead time.Duration) []feed.Change {
	at := func(v *feed.Visit, by time.Duration) *feed.Visit {
		v.At = v.At.Add(by)
		v.Document.Entries[0].Entry.Published = time.Time{} // as many have it
		return v
	}
	cs := []feed.Change{
		published(1, "security", "water"),
		matching(srcA, 0, "a", "gas summit border Tashkent", "security"),
		matching(srcA, 1, "b", "water rail exercise Osh", "security", "water"),
	}
	for i, c := range []*feed.Visit{
		matching(srcA, 2, "c", "earthquake strikes the valley", "security"),
		matching(srcB, 3, "d", "gas summit border Tashkent", "security"), // joins a
		matching(srcB, 4, "e", "minister visits the dam today", "water"),
		matching(srcA, 5, "f", "minister visits the dam today", "security"), // joins e
		matching(srcB, 6, "g", "trade fair opens its doors"),
	} {
		cs = append(cs, at(c, ahead+time.Duration(i)*time.Minute))
	}
	return cs
}

// What was filed while the clock was ahead is filed by the first change after that,
// with all that it was.
func TestWhatWasFiledByAClockThatWasAhead(t *testing.T) {
	for _, ahead := range []time.Duration{0, 30 * time.Minute, 8 * time.Hour, 3 * day, fiveYears} {
		t.Run(ahead.String(), func(t *testing.T) {
			open := func() *storage.DB {
				db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Place: new(likeness), NoSync: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() })
				return db
			}
			now := t0.Add(7 * time.Hour)
			changes := append(wrongOnce(ahead), &feed.Tick{At: now}, matching(srcA, 8, "h", "news after all of that", "security"))
			db := open()
			apply(t, db, changes[:len(changes)-2]...)
			topics := []feed.TopicID{"security", "water", feed.AllTopics}
			before := make(map[feed.TopicID]string)
			for _, topic := range topics {
				before[topic] = shown(t, db, topic)
			}
			res := apply(t, db, changes[len(changes)-2])
			moved := ahead > 3*time.Hour
			for _, topic := range topics {
				got := shown(t, db, topic)
				if ids(got) != ids(before[topic]) {
					t.Errorf("%s:\n%swas:\n%s", topic, got, before[topic])
				}
				if (got != before[topic]) != moved {
					t.Errorf("%s has moved: %v\n%s", topic, got != before[topic], got)
				}
				for _, f := range filed(t, db, topic) {
					if moved && (f.Filed.After(now) || f.Changed.After(now)) {
						t.Errorf("%s: %s is filed at %s, and changed at %s", topic, f.PublicID, f.Filed, f.Changed)
					}
					for _, e := range f.Entries {
						if moved && (e.Seen.After(now) || e.Published.After(now) || e.Updated.After(now)) {
							t.Errorf("entry %d was seen at %s, published at %s, updated at %s", e.Key, e.Seen, e.Published, e.Updated)
						}
					}
				}
				if at := topicStates(t, db)[topic].Changed; moved && at.After(now) {
					t.Errorf("%s changed at %s", topic, at)
				}
			}
			if moved != (len(res.Topics) == 3) {
				t.Errorf("touched %s", res.Topics)
			}
			// What comes now stands before all of it.
			apply(t, db, changes[len(changes)-1])
			if top := filed(t, db, "security")[0]; moved && top.PublicID != "https://ids.example/h" {
				t.Errorf("%s stands first", top.PublicID)
			}
			once := open()
			apply(t, once, changes...)
			a, err := db.Digest()
			if err != nil {
				t.Fatal(err)
			}
			if b, err := once.Digest(); err != nil || a != b {
				t.Errorf("in one commit the state is %x, in several %x; %v", b, a, err)
			}
		})
	}
}

// What is filed an hour after a change is left alone; what is filed later moves to its time.
func TestAnHourAhead(t *testing.T) {
	for ahead, want := range map[time.Duration]time.Duration{
		time.Millisecond: time.Millisecond, time.Hour: time.Hour, time.Hour + time.Millisecond: 0,
	} {
		db := newDB(t)
		v := matching(srcA, 0, "a", "gas summit border Tashkent", "security")
		v.At = t0.Add(ahead)
		v.Document.Entries[0].Entry.Published = time.Time{} // filed as of the visit
		apply(t, db, published(1, "security"), v)
		apply(t, db, &feed.Tick{At: t0})
		if f := filed(t, db, "security"); len(f) != 1 || f[0].Filed.Sub(t0) != want || f[0].Changed.Sub(t0) != want {
			t.Errorf("%s ahead: filed\n%swant %s after the change", ahead, shown(t, db, "security"), want)
		}
	}
}

// A clock that is behind moves nothing: that of a machine which has not asked for the
// time yet, or knows not the year.
func TestAClockThatIsBehindMovesNothing(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security", "water"))
	for i := range 200 {
		apply(t, db, matching(srcA, 6*i, fmt.Sprint("n", i), fmt.Sprint("news ", i), "security"))
	}
	before := shown(t, db, "security")
	for _, at := range []time.Time{time.Unix(0, 0), t0.AddDate(-4, 0, 0), t0.Add(-time.Hour), t0.Add(5 * day), t0.Add(40 * day)} {
		apply(t, db, &feed.Tick{At: at.UTC()}, &feed.Tick{At: t0.Add(50 * day)})
		if got := shown(t, db, "security"); got != before {
			t.Fatalf("a change of %s moved what is filed:\n%s", at, got[:200])
		}
	}
}

// Where much is to be moved, several changes do it, the earliest first, and archives
// follow.
func TestMuchThatAWrongClockFiled(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security"), matching(srcA, 0, "old", "old news", "security"))
	wrong := t0.Add(fiveYears)
	for i := range 27 {
		var es []feed.Entry
		for j := range 100 {
			id := fmt.Sprintf("n%02d-%02d", i, 99-j)
			es = append(es, entry(id, "https://"+id+".example/", "security "+id))
		}
		apply(t, db, visit(srcB, wrong.Add(time.Duration(i)*time.Hour), es...))
	}
	cut := func() {
		t.Helper()
		view(t, db, func(r *storage.Reader) error {
			c, err := r.Uncut("security")
			if c != nil {
				c.At = r.Stamp()
				defer apply(t, db, c)
			}
			return err
		})
	}
	cut()
	before := ids(shown(t, db, "security"))
	left := func() (n int) {
		view(t, db, func(r *storage.Reader) error {
			return r.Between("security", feed.FiledAt{Filed: wrong.Add(-time.Hour)}, feed.FiledAt{}, func(feed.Filed) error { n++; return nil })
		})
		return n
	}
	all := left()
	steps := 0
	for ; left() > 0; steps++ {
		n := left()
		apply(t, db, &feed.Tick{At: t0.Add(time.Hour + time.Duration(steps)*time.Second)})
		if err := db.Sound(); err != nil {
			t.Fatal(err)
		}
		if left() >= n {
			t.Fatalf("%d of %d are left", n, all)
		}
	}
	if all != 2600 || steps < 2 {
		t.Errorf("%d moved in %d steps: the test shows nothing", all, steps)
	}
	if got := ids(shown(t, db, "security")); got != before {
		t.Error("another order")
	}
	cut()
	view(t, db, func(r *storage.Reader) error {
		begins, err := r.Archives("security")
		if len(begins) != 11 || begins[10].Filed.After(t0.Add(2*time.Hour)) {
			t.Errorf("archives begin at %v", begins)
		}
		return err
	})
}

// A file of a version that left such filings where they were is mended by its first
// change.
func TestAFileThatWasNeverMended(t *testing.T) {
	db := newDB(t)
	apply(t, db, wrongOnce(fiveYears)...)
	now := t0.Add(7 * time.Hour)
	if err := db.AsBefore(now); err != nil {
		t.Fatal(err)
	}
	apply(t, db, &feed.Tick{At: now.Add(time.Minute)})
	for _, f := range filed(t, db, "security") {
		if f.Filed.After(now.Add(time.Minute)) {
			t.Errorf("%s is filed at %s", f.PublicID, f.Filed)
		}
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// What rules took away comes back at a time that has been.
func TestWhatWasDroppedOfAClockThatWasAhead(t *testing.T) {
	db := newDB(t)
	apply(t, db, wrongOnce(fiveYears)...)
	e := find(t, db, srcA, "https://ids.example/c")
	wrong := t0.Add(fiveYears + day)
	c := published(2, "security 2", "water")
	c.At = wrong
	apply(t, db, c, drop(wrong, 2, "security", e.Key))
	if _, ok := membership(t, db, "security", e.Group); ok {
		t.Fatal("it was not dropped")
	}
	now := t0.Add(7 * time.Hour)
	apply(t, db, &feed.Tick{At: now}, &feed.Tick{At: now})
	back := published(3, "security 3", "water")
	back.At = now
	apply(t, db, back, &feed.Refiling{At: now, Generation: 3, Topics: []feed.TopicID{"security"}, Backfill: []time.Duration{30 * day}, Done: true,
		Entries: []feed.EntryMatches{{Entry: e.Key, Matches: []feed.Match{{Topic: "security", Reason: why("x")}}}}})
	m, ok := membership(t, db, "security", e.Group)
	if !ok || m.Filed.After(now) {
		t.Errorf("%v, filed at %s", ok, m.Filed)
	}
}

// Who leads a group stays, also where another member has a lower number.
func TestWhoLeadsWhatAWrongClockFiled(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security"), matching(srcA, -9, "old", "old news", "security"), matching(srcB, -8, "older", "older news"))
	wrong := t0.Add(fiveYears)
	first, second := matching(srcA, 0, "a", "go"), matching(srcB, 0, "b", "chess", "security")
	first.At, second.At = wrong, wrong.Add(time.Hour)
	c := published(2, "security 2")
	c.At = wrong.Add(2 * time.Hour)
	match := []feed.Match{{Topic: "security", Reason: why("x")}}
	apply(t, db, first, second, c, &feed.Refiling{At: c.At, Generation: 2, Topics: []feed.TopicID{"security"}, Backfill: []time.Duration{3 * fiveYears}, Done: true,
		Entries: []feed.EntryMatches{{Entry: 1, Matches: match}, {Entry: 3, Matches: match}, {Entry: 4, Matches: match}}})
	decide(t, db, &feed.Decision{At: c.At, Kind: feed.DecisionMerge, Groups: []feed.GroupKey{3, 4}})
	was, _ := membership(t, db, "security", 3)
	if was.Owner != 4 || len(was.Given) != 1 {
		t.Fatalf("the fixture is not filed as it says: %+v", was)
	}
	apply(t, db, &feed.Tick{At: t0.Add(time.Hour)})
	if now, _ := membership(t, db, "security", 3); now.Owner != 4 || now.PublicID != was.PublicID || !now.Filed.Equal(t0.Add(time.Hour)) {
		t.Errorf("%+v", now)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// A Retry-After of a clock that was ahead ends with what a source does next.
func TestAHoldOfAClockThatWasAhead(t *testing.T) {
	for _, next := range []feed.Change{
		&feed.Visit{At: t0, Source: srcA, Next: t0.Add(time.Hour), HTTP: 304},
		&feed.Claim{At: t0, Sources: []feed.SourceID{srcA}, Next: []time.Time{t0.Add(time.Hour)}},
	} {
		db := newDB(t)
		until := t0.Add(fiveYears)
		apply(t, db, &feed.Visit{At: until.Add(-time.Hour), Source: srcA, Next: until, Hold: until, HTTP: 429, Error: "the server answered 429"}, next)
		if s := source(t, db, srcA); !s.Hold.IsZero() || !s.Next.Equal(t0.Add(time.Hour)) {
			t.Errorf("after %T: due at %s, left alone until %s", next, s.Next, s.Hold)
		}
	}
}
