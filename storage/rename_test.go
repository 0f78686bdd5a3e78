package storage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// named is a configuration of topics, written as "ID" or "ID was FORMER FORMER", each
// with the same rules as ever.
func named(generation uint64, topics ...string) *feed.ConfigChange {
	c := &feed.ConfigChange{At: t0.Add(7 * day), Generation: generation}
	for _, s := range topics {
		words := strings.Fields(s)
		t := feed.Topic{ID: feed.TopicID(words[0])}
		for _, was := range words[min(2, len(words)):] {
			t.Was = append(t.Was, feed.TopicID(was))
		}
		c.Topics = append(c.Topics, t)
		c.Hashes = append(c.Hashes, feed.TopicRules{ID: t.ID, Hash: 1})
	}
	return c
}

func topicStates(t *testing.T, db *storage.DB) (all map[feed.TopicID]storage.TopicState) {
	t.Helper()
	view(t, db, func(r *storage.Reader) (err error) {
		all, err = r.Topics()
		return err
	})
	return all
}

// under is what topic security filed, as another topic has it.
func under(id feed.TopicID, all []feed.Filed) []feed.Filed {
	all = append([]feed.Filed(nil), all...)
	for i := range all {
		all[i].Topic = id
	}
	return all
}

// A topic that is renamed keeps all that it filed, with ids, times and changes, and
// nothing is to be filed anew; what comes later goes on from there.
func TestARenamedTopicKeepsWhatItFiled(t *testing.T) {
	for name, tt := range map[string]struct {
		configs  []*feed.ConfigChange
		want     feed.TopicID
		knownAs  string
		existing []string // what is stored besides
	}{
		"once":                         {[]*feed.ConfigChange{named(2, "safety was security", "water")}, "safety", "security", nil},
		"by any of its former ids":     {[]*feed.ConfigChange{named(2, "safety was other security more", "water")}, "safety", "security", nil},
		"twice":                        {[]*feed.ConfigChange{named(2, "safety was security"), named(3, "peace was security safety")}, "peace", "security", nil},
		"twice, in the other order":    {[]*feed.ConfigChange{named(2, "safety was security"), named(3, "peace was safety security")}, "peace", "security", nil},
		"twice at once":                {[]*feed.ConfigChange{named(2, "peace was safety security")}, "peace", "security", nil},
		"and back":                     {[]*feed.ConfigChange{named(2, "safety was security"), named(3, "security was safety")}, "security", "", nil},
		"after it was away":            {[]*feed.ConfigChange{named(2, "water"), named(3, "safety was security")}, "safety", "security", nil},
		"over one that never filed":    {[]*feed.ConfigChange{named(2, "security", "safety"), named(3, "safety was security")}, "safety", "security", nil},
		"again and again":              {[]*feed.ConfigChange{named(2, "safety was security"), named(2, "safety was security"), named(3, "safety was security")}, "safety", "security", nil},
		"past one that never filed":    {[]*feed.ConfigChange{named(2, "empty", "security"), named(3, "safety was empty security")}, "safety", "security", []string{"empty"}},
		"while both are configured":    {[]*feed.ConfigChange{named(2, "security", "safety was security")}, "security", "", []string{"safety"}},
		"and then it is, no more":      {[]*feed.ConfigChange{named(2, "safety was security"), named(3, "water")}, "safety", "security", nil},
		"without was it is not, twice": {[]*feed.ConfigChange{named(2, "safety")}, "security", "", []string{"safety"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "t.db")
			db := open(t, path)
			copies(t, db)
			want := under(tt.want, filed(t, db, "security"))
			for i, c := range tt.configs {
				apply(t, db, c)
				if err := db.Sound(); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					db.Close()
					db = open(t, path)
				}
			}
			if diff := cmp.Diff(want, filed(t, db, tt.want)); diff != "" {
				t.Errorf("filed: %s", diff)
			}
			states := topicStates(t, db)
			// What was away missed something meanwhile; others are in line with their rules.
			if st := states[tt.want]; st.KnownAs != tt.knownAs || (st.Wanted == st.Rules) != (name != "after it was away") {
				t.Errorf("%+v", st)
			}
			ids := map[feed.TopicID]bool{tt.want: true, "water": true}
			for _, id := range tt.existing {
				ids[feed.TopicID(id)] = true
			}
			for id := range states {
				if !ids[id] {
					t.Errorf("topic %s is stored still", id)
				}
			}
			// Who comes again under the id that it was given stays one.
			last := tt.configs[len(tt.configs)-1]
			apply(t, db, &feed.ConfigChange{At: last.At, Generation: 9, Hashes: []feed.TopicRules{{ID: tt.want, Hash: 1}}},
				matchedBy(tt.want, report(srcD, t0.Add(8*day), "e", "rail")))
			if got := filed(t, db, tt.want); len(got) != len(want)+1 || got[1].PublicID != want[0].PublicID {
				t.Errorf("%d filed in the end", len(got))
			}
			if err := db.Sound(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// matchedBy is a visit whose entries match a topic.
func matchedBy(topic feed.TopicID, v *feed.Visit) *feed.Visit {
	for i := range v.Document.Entries {
		v.Document.Entries[i].Matches = []feed.Match{{Topic: topic, Reason: why("x")}}
	}
	return v
}

// A topic with a history of its own keeps that, whatever it says it was.
func TestTwoHistoriesAreNotMadeOne(t *testing.T) {
	db := newDB(t)
	copies(t, db)
	apply(t, db, matchedBy("safety", report(srcD, t0.Add(day), "x", "other news")), named(2, "safety was security"))
	if got := filed(t, db, "safety"); len(got) != 1 {
		t.Errorf("%d filed", len(got))
	}
	if got := filed(t, db, "security"); len(got) != 3 {
		t.Errorf("%d filed under what it was", len(got))
	}
	// Nor is a history shared: the first that was it has it.
	apply(t, db, named(3, "safety", "one was security", "two was security"))
	if got, other := filed(t, db, "one"), filed(t, db, "two"); len(got) != 3 || len(other) != 0 {
		t.Errorf("%d and %d filed", len(got), len(other))
	}
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
}

// No two topics are known by one name: one that gets an id that another had first is
// known by another.
func TestAnIDThatIsUsedAgainNamesAnotherFeed(t *testing.T) {
	db := newDB(t)
	copies(t, db)
	apply(t, db, named(2, "safety was security"))
	apply(t, db, named(3, "safety", "security"))
	apply(t, db, named(4, "safety", "peace was security"))
	apply(t, db, named(5, "safety", "peace", "security", "plain"))
	want := map[feed.TopicID]string{"safety": "security", "peace": "security 2", "security": "security 3", "plain": "", "water": ""}
	got := make(map[feed.TopicID]string)
	for id, st := range topicStates(t, db) {
		got[id] = st.KnownAs
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// However changes are cut into commits.
	one := newDB(t)
	copies(t, one)
	apply(t, one, named(1, "security", "first"), named(2, "safety was security"), named(3, "safety", "security"))
	if st := topicStates(t, one); st["security"].KnownAs != "security 2" {
		t.Errorf("in one commit: %+v", st)
	}
	// One that gave its id up takes it back where nothing was filed there since.
	apply(t, db, named(6, "security was safety", "peace"))
	if st := topicStates(t, db); st["security"].KnownAs != "" || len(filed(t, db, "security")) != 3 {
		t.Errorf("%+v", st)
	}
}

// What operators decided of a topic holds under its new id, is shown under it, and can
// be undone.
func TestDecisionsFollowARenamedTopic(t *testing.T) {
	db := newDB(t)
	a, b, c, d := copies(t, db)
	x := report(srcA, t0.Add(4*time.Hour), "x", "football")
	apply(t, db, x)
	football := find(t, db, srcA, "x")
	hide := decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{b.Key}, By: "A"}).Outcomes[0].Decision
	whole := decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{d.Group}, By: "A"}).Outcomes[0].Decision
	include := decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{football.Key}, By: "A"}).Outcomes[0].Decision
	gone := decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{c.Key}, By: "A"}).Outcomes[0].Decision
	undo(t, db, gone)
	merge := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, c.Group}, By: "A"}).Outcomes[0].Decision
	want := under("safety", filed(t, db, "security"))

	apply(t, db, named(2, "safety was security", "security-2"))
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, filed(t, db, "safety")); diff != "" {
		t.Errorf("filed: %s", diff)
	}
	view(t, db, func(r *storage.Reader) error {
		return r.Decisions(func(d feed.Decided) bool {
			if about := d.Kind == feed.DecisionHide || d.Kind == feed.DecisionInclude; about != (d.Topic == "safety") {
				t.Errorf("decision %d is about %q", d.Number, d.Topic)
			}
			return true
		})
	})
	if said := refusal(t, db, &feed.Decision{At: t0.Add(8 * day), Kind: feed.DecisionHide, Topic: "safety", Entries: []feed.EntryKey{b.Key}}); !strings.Contains(said, "hidden") {
		t.Errorf("what is hidden is hidden again: %s", said)
	}
	refusal(t, db, &feed.Decision{At: t0.Add(8 * day), Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	for _, n := range []uint64{merge, hide, include, whole} {
		undo(t, db, n)
	}
	got := filed(t, db, "safety")
	if len(got) != 3 {
		t.Fatalf("%d filed after everything was undone", len(got))
	}
	for _, f := range got {
		if len(f.Hidden) > 0 || f.Included {
			t.Errorf("still decided: %+v", f.Membership)
		}
	}
}

// Under which ids the topics of a configuration are stored is known before it is
// announced.
func TestStoredAs(t *testing.T) {
	db := newDB(t)
	copies(t, db)
	view(t, db, func(r *storage.Reader) error {
		got, err := r.StoredAs(named(2, "safety was security", "new", "water was sea").Topics)
		if diff := cmp.Diff(map[feed.TopicID]feed.TopicID{"safety": "security", "new": "new", "water": "water"}, got); diff != "" {
			t.Error(diff)
		}
		if err != nil {
			return err
		}
		got, err = r.StoredAs(named(2, "safety was security", "security").Topics)
		if diff := cmp.Diff(map[feed.TopicID]feed.TopicID{"safety": "safety", "security": "security"}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

// A topic that readers could have says so when it has left the configuration, one that
// was a draft as long as it was there does not.
func TestATopicThatWasPublishedIsToldFromADraft(t *testing.T) {
	draft := func(c *feed.ConfigChange, ids ...feed.TopicID) *feed.ConfigChange {
		for i := range c.Topics {
			for _, id := range ids {
				c.Topics[i].Draft = c.Topics[i].Draft || c.Topics[i].ID == id
			}
		}
		return c
	}
	for name, tt := range map[string]struct {
		before []*feed.ConfigChange
		want   bool
	}{
		"published":              {[]*feed.ConfigChange{named(1, "x")}, true},
		"a draft":                {[]*feed.ConfigChange{draft(named(1, "x"), "x")}, false},
		"a draft, then not":      {[]*feed.ConfigChange{draft(named(1, "x"), "x"), named(2, "x")}, true},
		"not, then a draft":      {[]*feed.ConfigChange{named(1, "x"), draft(named(2, "x"), "x")}, true},
		"a draft that was named": {[]*feed.ConfigChange{draft(named(1, "y"), "y"), draft(named(2, "x was y"), "x")}, false},
		"one that was named":     {[]*feed.ConfigChange{named(1, "y"), draft(named(2, "x was y"), "x")}, true},
	} {
		db := newDB(t)
		for _, c := range tt.before {
			apply(t, db, c)
		}
		apply(t, db, named(9, "z"))
		if got := topicStates(t, db)["x"].Opened; got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A file whose configuration and topics an earlier version wrote is read as it is, and
// its topics can be renamed.
func TestAFileOfTheFirstVersionOfChanges(t *testing.T) {
	path, _ := fileOf(t, "changes1")
	db := open(t, path)
	view(t, db, func(r *storage.Reader) error {
		c, err := r.Config()
		if err != nil {
			return err
		}
		if len(c.Topics) != 2 || c.Topics[0].Title != "Security" || c.Topics[0].Also != 5 || c.Topics[0].Was != nil || !c.Topics[1].Draft || c.Sources[0].Title != "A" {
			t.Errorf("%+v", c)
		}
		if known, err := r.Announced(c); !known || err != nil {
			t.Errorf("the stored configuration is another one: %v", err)
		}
		return err
	})
	before := filed(t, db, "security")
	if len(before) != 1 || len(before[0].Hidden) != 1 {
		t.Fatalf("%+v", before)
	}
	apply(t, db, named(4, "safety was security"))
	if diff := cmp.Diff(under("safety", before), filed(t, db, "safety")); diff != "" {
		t.Error(diff)
	}
	// closed left before it was noted what was published; water was a draft.
	states := topicStates(t, db)
	if !states["closed"].Opened || states["water"].Opened || !states["safety"].Opened || states["water"].Changed.IsZero() {
		t.Errorf("%+v", states)
	}
	undo(t, db, 1)
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
}

// renamed is a change as it is where topic security has another id.
func renamed(c feed.Change, to feed.TopicID) feed.Change {
	id := func(t *feed.TopicID) {
		if *t == "security" {
			*t = to
		}
	}
	matches := func(ms []feed.Match) {
		for i := range ms {
			id(&ms[i].Topic)
		}
	}
	switch c := c.(type) {
	case *feed.ConfigChange:
		for i := range c.Topics {
			id(&c.Topics[i].ID)
		}
		for i := range c.Hashes {
			id(&c.Hashes[i].ID)
		}
	case *feed.Visit:
		for i := range c.Document.Entries {
			matches(c.Document.Entries[i].Matches)
		}
	case *feed.Refiling:
		for i := range c.Topics {
			id(&c.Topics[i])
		}
		for i := range c.Entries {
			matches(c.Entries[i].Matches)
		}
	case *feed.Decision:
		id(&c.Topic)
	}
	return c
}

// A topic that is renamed at some moment, twice and back, leaves the store as it is
// where the topic had its last id from the beginning, but for the name of its feed:
// whatever happened before, whatever happens after.
func TestDrawnTopicsAreRenamedWithoutATrace(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		_, cs := drawHistory(t, 36)
		_, open := temp(t)
		one := open()
		var logged [][]byte
		for _, c := range cs {
			logged = append(logged, one.EncodeChange(c))
		}
		change := func(i int) feed.Change {
			c, err := one.DecodeChange(logged[i])
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		// The ids of the topic, each from a change on, until it has the last.
		ids := rapid.SliceOfN(rapid.SampledFrom([]feed.TopicID{"a-first", "security", "safety", "zz"}), 2, 4).Draw(t, "ids")
		from := make([]int, len(ids))
		for i := range from[1:] {
			from[i+1] = rapid.IntRange(max(from[i], 1), len(cs)-1).Draw(t, "from")
		}
		_, open = temp(t)
		two := open()
		last := ids[len(ids)-1]
		for i := range cs {
			id := ids[0]
			for j := range ids {
				if j == 0 || from[j] > i {
					continue
				}
				id = ids[j]
				if from[j] != i {
					continue
				}
				for _, db := range []*storage.DB{one, two} {
					to := id
					if db == two {
						to = last
					}
					c := renamed(change(0), to).(*feed.ConfigChange)
					c.At, c.Generation = cs[i].Time(), 1_000
					if db == one {
						c.Topics[0].Was = ids[:j]
					}
					applyAll(t, db, c)
					sound(t, db)
				}
			}
			was, is := renamed(change(i), id), renamed(change(i), last)
			if c, ok := was.(*feed.ConfigChange); ok {
				for k := range c.Topics {
					if c.Topics[k].ID == id {
						c.Topics[k].Was = ids
					}
				}
			}
			applyAll(t, one, was)
			applyAll(t, two, is)
			if len(one.Nameless()) == 0 {
				t.Fatal("nothing is stored")
			}
		}
		sound(t, one)
		if a, b := one.Nameless(), two.Nameless(); a != b {
			t.Fatalf("the state differs: %s", cmp.Diff(strings.Split(b, "\n"), strings.Split(a, "\n")))
		}
		want := fmt.Sprint(ids[0])
		if ids[0] == last {
			want = ""
		}
		if err := one.View(func(r *storage.Reader) error {
			states, err := r.Topics()
			if got := states[last].KnownAs; got != want || len(states) != 3 {
				t.Fatalf("known as %q, want %q; %d topics", got, want, len(states))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
