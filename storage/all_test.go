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

// published is a configuration of topics with the feed of all of them; one written as
// "draft ID" is for operators' eyes only, and "ID 2" has other rules than "ID".
func published(generation uint64, topics ...string) *feed.ConfigChange {
	c := &feed.ConfigChange{At: t0, Generation: generation, Hashes: []feed.TopicRules{{ID: feed.AllTopics, Hash: 1}}}
	for _, s := range topics {
		s, draft := strings.CutPrefix(s, "draft ")
		id, rules, _ := strings.Cut(s, " ")
		c.Topics = append(c.Topics, feed.Topic{ID: feed.TopicID(id), Draft: draft})
		c.Hashes = append(c.Hashes, feed.TopicRules{ID: feed.TopicID(id), Hash: 1 + uint64(len(rules))})
	}
	return c
}

// followed brings the feed of all topics in line with them, as a refiling does that
// decides nothing else.
func followed(at time.Time, generation uint64) *feed.Refiling {
	c := &feed.Refiling{At: at, Generation: generation, Topics: []feed.TopicID{feed.AllTopics}, Done: true}
	for k := range feed.EntryKey(20) {
		c.Entries = append(c.Entries, feed.EntryMatches{Entry: k + 1})
	}
	return c
}

// allFiled is what the feed of all topics has, a line a group: its key, public id, time
// in hours since t0, and whether it is past.
func allFiled(t *testing.T, db *storage.DB) (lines string) {
	t.Helper()
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
	for _, f := range filed(t, db, feed.AllTopics) {
		lines += fmt.Sprintf("%d %s %v", f.Group, f.PublicID, f.Filed.Sub(t0).Hours())
		if f.Past {
			lines += " past"
		}
		lines += "\n"
	}
	return lines
}

// matching is a report whose entry matches topics.
func matching(source string, hours int, id, title string, topics ...feed.TopicID) *feed.Visit {
	v := report(source, t0.Add(time.Duration(hours)*time.Hour), id, title)
	v.Document.Entries[0].Entry.ID = "https://ids.example/" + id
	v.Document.Entries[0].Matches = nil
	for _, topic := range topics {
		v.Document.Entries[0].Matches = append(v.Document.Entries[0].Matches, feed.Match{Topic: topic, Reason: why("x")})
	}
	return v
}

// drop takes entries out of a topic by its rules, and leaves the others there.
func drop(at time.Time, generation uint64, topic feed.TopicID, dropped ...feed.EntryKey) *feed.Refiling {
	c := &feed.Refiling{At: at, Generation: generation, Topics: []feed.TopicID{topic, feed.AllTopics}, Done: true}
	for k := range feed.EntryKey(20) {
		em := feed.EntryMatches{Entry: k + 1, Matches: []feed.Match{{Topic: topic, Reason: why("x")}}}
		for _, d := range dropped {
			if d == em.Entry {
				em.Matches = nil
			}
		}
		c.Entries = append(c.Entries, em)
	}
	return c
}

// The feed of all topics has a group from when the first public topic has it, under the
// id and at the time that it has there, once, and keeps both while another has it.
func TestTheFeedOfAllTopics(t *testing.T) {
	const one = "1 https://ids.example/a 0\n"
	for _, tt := range []struct {
		name    string
		changes []feed.Change
		want    string
	}{
		{"one topic", []feed.Change{matching(srcA, 0, "a", "rail", "security")}, one},
		{"no topic", []feed.Change{matching(srcA, 0, "a", "rail")}, ""},
		{"two at once", []feed.Change{matching(srcA, 0, "a", "rail", "security", "water")}, one},
		{"a copy that another topic takes later", []feed.Change{
			matching(srcA, 0, "a", "water border rail gas", "security"), matching(srcB, 1, "b", "water border rail gas", "water")}, one},
		{"a copy that came first, and no topic took", []feed.Change{
			matching(srcA, 0, "a", "water border rail gas"), matching(srcB, 1, "b", "water border rail gas", "water")}, "1 https://ids.example/b 1\n"},
		{"a draft", []feed.Change{published(1, "draft security", "water"), matching(srcA, 0, "a", "rail", "security")}, ""},
		{"a draft and another", []feed.Change{published(1, "draft security", "water"),
			matching(srcA, 0, "a", "water border rail gas", "security"), matching(srcB, 1, "b", "water border rail gas", "water")}, "1 https://ids.example/b 1\n"},
		{"a draft that is published", []feed.Change{published(1, "draft security", "water"), matching(srcA, 0, "a", "rail", "security"),
			published(2, "security", "water"), followed(t0.Add(day), 2)}, one},
		{"a draft that is published late does not take over", []feed.Change{published(1, "draft security", "water"),
			matching(srcA, 0, "a", "water border rail gas", "security"), matching(srcB, 1, "b", "water border rail gas", "water"),
			published(2, "security", "water"), followed(t0.Add(day), 2)}, "1 https://ids.example/b 1\n"},
		{"a topic that becomes a draft", []feed.Change{matching(srcA, 0, "a", "rail", "security"), published(2, "draft security", "water"), followed(t0.Add(day), 2)}, ""},
		{"and is published again", []feed.Change{matching(srcA, 0, "a", "rail", "security"), published(2, "draft security", "water"), followed(t0.Add(day), 2),
			published(3, "security", "water"), followed(t0.Add(2*day), 3)}, one},
		{"a topic that leaves", []feed.Change{matching(srcA, 0, "a", "rail", "security"), published(2, "water"), followed(t0.Add(day), 2)}, ""},
		{"a topic that leaves, and another", []feed.Change{matching(srcA, 0, "a", "rail", "security", "water"), published(2, "water"), followed(t0.Add(day), 2)}, one},
		{"the first drops it", []feed.Change{
			matching(srcA, 0, "a", "water border rail gas", "security"), matching(srcB, 1, "b", "water border rail gas", "water"),
			published(2, "security 2", "water"), drop(t0.Add(day), 2, "security", 1)}, one},
		{"all drop it", []feed.Change{matching(srcA, 0, "a", "rail", "security"), published(2, "security 2", "water"), drop(t0.Add(day), 2, "security", 1)}, ""},
		{"all drop it, and it comes back", []feed.Change{matching(srcA, 0, "a", "rail", "security"), published(2, "security 2", "water"), drop(t0.Add(day), 2, "security", 1),
			published(3, "security", "water"), drop(t0.Add(9*day), 3, "security")}, one},
		{"found by a change of rules, as news", []feed.Change{matching(srcA, 0, "a", "rail"), published(2, "security 2", "water"), drop(t0.Add(day), 2, "security")}, "1 https://ids.example/a 24\n"},
		{"found too late to be news", []feed.Change{matching(srcA, 0, "a", "rail"), published(2, "security 2", "water"), drop(t0.Add(9*day), 2, "security")}, "1 https://ids.example/a 0 past\n"},
		{"no news in one topic, and news in another", []feed.Change{matching(srcA, 0, "a", "water border rail gas"), published(2, "security 2", "water"), drop(t0.Add(9*day), 2, "security"),
			matching(srcB, 230, "b", "water border rail gas", "water")}, "1 https://ids.example/a 0 past\n2 https://ids.example/b 230\n"},
		{"no news in one topic, and its copy is news in another", []feed.Change{matching(srcA, 0, "a", "water border rail gas"), published(2, "security 2", "water"), drop(t0.Add(9*day), 2, "security"),
			&feed.Visit{At: t0.Add(230 * time.Hour), Source: srcB, HTTP: 200, Document: &feed.Reading{Entries: []feed.Reported{{
				Entry:   feed.Entry{ID: "https://ids.example/b", Link: "https://a.example/", Canonical: "https://a.example/", Title: "rail", Published: t0.Add(230 * time.Hour)},
				Matches: []feed.Match{{Topic: "water", Reason: why("x")}}}}}}}, "1 https://ids.example/b 230\n"},
		{"two entries of one id in two topics", []feed.Change{
			matching(srcA, 0, "a", "rail", "security"), func() feed.Change {
				v := matching(srcB, 1, "b", "chess", "water")
				v.Document.Entries[0].Entry.ID = "https://ids.example/a"
				return v
			}()}, "2 " + feed.NameUUID(srcB, "https://ids.example/a") + " 1\n" + one},
		{"entries that retention removes", []feed.Change{matching(srcA, 0, "a", "rail", "security"), matching(srcA, 1, "c", "chess", "security"),
			&feed.Retention{At: t0.Add(40 * day), Before: t0.Add(30 * time.Minute), From: 1, Limit: 9}}, "2 https://ids.example/c 1\n"},
		{"an entry of a group that retention removes", []feed.Change{matching(srcA, 0, "a", "water border rail gas", "security"), matching(srcB, 1, "b", "water border rail gas", "security"), matching(srcA, 2, "c", "chess", "security"),
			&feed.Retention{At: t0.Add(40 * day), Before: t0.Add(30 * time.Minute), From: 1, Limit: 9}}, "3 https://ids.example/c 2\n" + one},
		{"a topic that is renamed", []feed.Change{matching(srcA, 0, "a", "rail", "security"), func() feed.Change {
			c := published(2, "safety", "water")
			c.Topics[0].Was = []feed.TopicID{"security"}
			return c
		}()}, one},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "t.db")
			db := open(t, path)
			apply(t, db, published(1, "security", "water"))
			for _, c := range tt.changes {
				apply(t, db, c)
				if err := db.Sound(); err != nil {
					t.Fatalf("after %T: %v", c, err)
				}
			}
			if got := reversed(allFiled(t, db)); got != reversed(tt.want) {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			if st := topicStates(t, db)[feed.AllTopics]; st.Rules != st.Wanted {
				t.Errorf("still to follow the topics: %+v", st)
			}
		})
	}
}

// reversed is lines in the order of their first words.
func reversed(lines string) string {
	all := strings.SplitAfter(lines, "\n")
	for i := range all {
		for j := range i {
			if all[i] < all[j] {
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	return strings.Join(all, "")
}

// Readers of the feed of all topics see something new when readers of a topic do, and
// not where those of a draft do.
func TestTheFeedOfAllTopicsIsTouched(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security", "water", "draft secret"))
	for _, tt := range []struct {
		name   string
		change feed.Change
		want   []feed.TopicID
	}{
		{"a new report", matching(srcA, 0, "a", "water border rail gas", "security"), []feed.TopicID{"security", feed.AllTopics}},
		{"a copy", matching(srcB, 1, "b", "water border rail gas"), []feed.TopicID{"security", feed.AllTopics}},
		{"another topic", matching(srcC, 2, "c", "water border rail gas", "water"), []feed.TopicID{"water", "security", feed.AllTopics}},
		{"a draft", matching(srcD, 3, "d", "chess", "secret"), []feed.TopicID{"secret"}},
		{"hidden in a topic", &feed.Decision{At: t0.Add(day), Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{1}}, []feed.TopicID{"security", feed.AllTopics}},
		{"hidden in a draft", &feed.Decision{At: t0.Add(day), Kind: feed.DecisionHide, Topic: "secret", Groups: []feed.GroupKey{4}}, []feed.TopicID{"secret"}},
		{"nothing", &feed.Tick{At: t0.Add(day)}, nil},
	} {
		if got := apply(t, db, tt.change).Topics; !sameTopics(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if err := db.Sound(); err != nil {
			t.Fatal(err)
		}
	}
}

func sameTopics(a, b []feed.TopicID) bool {
	if len(a) != len(b) {
		return false
	}
	for _, id := range a {
		n := 0
		for _, other := range b {
			if other == id {
				n++
			}
		}
		if n != 1 {
			return false
		}
	}
	return true
}

// What an operator includes is news among all, too, and what is taken back is as it was:
// also where the topic is a draft by then.
func TestDecisionsInTheFeedOfAllTopics(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security", "water"), matching(srcA, 0, "a", "rail"), matching(srcB, 1, "b", "chess"))
	apply(t, db, published(2, "security 2", "water"), drop(t0.Add(9*day), 2, "security", 2))
	const past = "1 https://ids.example/a 0 past\n"
	if got := allFiled(t, db); got != past {
		t.Fatal(got)
	}
	include := func(topic feed.TopicID, k feed.EntryKey) uint64 {
		return decide(t, db, &feed.Decision{At: t0.Add(10 * day), Kind: feed.DecisionInclude, Topic: topic, Entries: []feed.EntryKey{k}}).Outcomes[0].Decision
	}
	renewed, other := include("security", 1), include("water", 2)
	if got, want := allFiled(t, db), "2 https://ids.example/b 240\n1 https://ids.example/a 240\n"; got != want {
		t.Errorf("included:\n%s", got)
	}
	apply(t, db, daysLater(11, published(3, "draft security 2", "water")), followed(t0.Add(11*day), 3))
	undo(t, db, renewed)
	if got, want := allFiled(t, db), "2 https://ids.example/b 240\n"; got != want {
		t.Errorf("taken back in a draft:\n%s", got)
	}
	apply(t, db, daysLater(12, published(4, "security 2", "water")), followed(t0.Add(12*day), 4))
	undo(t, db, other)
	if got := allFiled(t, db); got != past {
		t.Errorf("taken back:\n%s", got)
	}
	// By rules in another topic it becomes news under the id that it has.
	apply(t, db, daysLater(13, published(5, "security 2", "water 2")), &feed.Refiling{At: t0.Add(13 * day), Generation: 5, Topics: []feed.TopicID{"water"}, Backfill: []time.Duration{30 * day}, Done: true,
		Entries: []feed.EntryMatches{{Entry: 1, Matches: []feed.Match{{Topic: "water", Reason: why("x")}}}}})
	if got, want := allFiled(t, db), "1 https://ids.example/a 312\n"; got != want {
		t.Errorf("news in another topic:\n%s", got)
	}
	for _, kind := range []feed.DecisionKind{feed.DecisionHide, feed.DecisionInclude} {
		d := &feed.Decision{At: t0.Add(14 * day), Kind: kind, Topic: feed.AllTopics, Entries: []feed.EntryKey{1}}
		if said := refusal(t, db, d); said != `there is no topic "*all"` {
			t.Errorf("%s: %s", kind, said)
		}
	}
	view(t, db, func(r *storage.Reader) error {
		ms, err := r.Memberships(1)
		if len(ms) != 2 {
			t.Errorf("among the topics of a group: %+v", ms)
		}
		return err
	})
}

// What readers of all topics get of a decision goes with it, also where the topic that it
// came by is none of theirs any more, and where the decision names no topic.
func TestWhatADecisionBroughtToAllGoesWithIt(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security", "water"), matching(srcA, 0, "a", "rail"))
	for i, topic := range []feed.TopicID{"security", "water"} {
		apply(t, db, published(uint64(2+i), "security 2", "water"), drop(t0.Add(9*day), uint64(2+i), topic))
	}
	const past = "1 https://ids.example/a 0 past\n"
	include := decide(t, db, &feed.Decision{At: t0.Add(10 * day), Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{1}}).Outcomes[0].Decision
	apply(t, db, daysLater(11, published(4, "draft security 2", "water")), followed(t0.Add(11*day), 4))
	if got, want := allFiled(t, db), "1 https://ids.example/a 240\n"; got != want {
		t.Errorf("included: %s", got)
	}
	undo(t, db, include)
	if got := allFiled(t, db); got != past {
		t.Errorf("taken back in a draft: %s", got)
	}

	// Of two reports, one is past in a topic, and the other was news there while it was
	// a draft, and left it: together they are news.
	db = newDB(t)
	apply(t, db, published(1, "draft security"), matching(srcA, 0, "a", "rail", "security"), matching(srcB, 1, "b", "chess"))
	apply(t, db, published(2, "security 2"), drop(t0.Add(9*day), 2, "security", 1))
	before := db.Dump(true)
	if got, want := allFiled(t, db), "2 https://ids.example/b 1 past\n"; got != want {
		t.Fatal(got)
	}
	merge := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 2}}).Outcomes[0].Decision
	if got, want := allFiled(t, db), "1 https://ids.example/a 0\n"; got != want {
		t.Errorf("merged: %s", got)
	}
	undo(t, db, merge)
	if after := db.Dump(true); after != before {
		t.Errorf("undone: %s", cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")))
	}
}

// What a group has among all is stored by naming the topic that it has it from, where
// that is all there is to say.
func TestAFilingAmongAllIsStoredOnce(t *testing.T) {
	db := newDB(t)
	apply(t, db, published(1, "security"), matching(srcA, 0, "a", "rail", "security"))
	_, ties, _ := strings.Cut(db.Dump(false), "[ties]")
	ties, _, _ = strings.Cut(ties, "[")
	if n := strings.Count(ties, fmt.Sprintf("%x", "https://ids.example/a")); n != 1 {
		t.Errorf("the id is there %d times:\n%s", n, ties)
	}
}

// A file that an earlier version wrote has the feed of all topics from the first refiling
// on, with the ids and times of what is filed; a configuration without it has none.
func TestTheFeedOfAllTopicsComesToBe(t *testing.T) {
	path, _ := fileOf(t, "changes1")
	db := open(t, path)
	want := filed(t, db, "security")[0]
	c := published(4, "security", "draft water")
	apply(t, db, c)
	if st := topicStates(t, db)[feed.AllTopics]; st.Wanted != 1 || st.Rules != 0 {
		t.Errorf("nothing is to be filed: %+v", st)
	}
	if got := allFiled(t, db); got != "" {
		t.Errorf("filed before its time: %s", got)
	}
	apply(t, db, followed(t0.Add(day), 4))
	got := filed(t, db, feed.AllTopics)
	if len(got) != 1 || got[0].PublicID != want.PublicID || !got[0].Filed.Equal(want.Filed) || got[0].Lead != want.Lead {
		t.Errorf("%+v", got)
	}
	if st := topicStates(t, db)[feed.AllTopics]; st.Rules != 1 || st.KnownAs != "" {
		t.Errorf("%+v", st)
	}
	// The same topics again are nothing to follow; others are.
	for _, tt := range []struct {
		config  *feed.ConfigChange
		pending bool
	}{
		{published(5, "security 2", "draft water"), false},
		{published(6, "security", "water"), true},
	} {
		apply(t, db, tt.config)
		if st := topicStates(t, db)[feed.AllTopics]; (st.Rules != st.Wanted) != tt.pending {
			t.Errorf("generation %d: %+v", tt.config.Generation, st)
		}
	}
	// Closed topics have nothing to do with it, and without it nothing is left of it.
	apply(t, db, named(7, "security"), followed(t0.Add(2*day), 7))
	if got := allFiled(t, db); got != "" {
		t.Errorf("filed where no configuration asks for it: %s", got)
	}
}

// In any history the feed of all topics has what the public topics have once it has
// followed them; and as long as no operator decides, what it has as news keeps its id and
// its time for ever.
func TestDrawnGroupsKeepTheirPlaceAmongAll(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		d, cs := drawHistory(t, 60)
		_, open := temp(t)
		db := open()
		drafts, all := map[feed.TopicID]bool{}, true
		had := make(map[feed.GroupKey]string)
		for _, c := range cs {
			switch c := c.(type) {
			case *feed.Decision, *feed.Forgetting:
				continue
			case *feed.ConfigChange:
				drafts, all = map[feed.TopicID]bool{"security": true, "water": true}, false
				for i := range c.Hashes {
					all = all || c.Hashes[i].ID == feed.AllTopics
				}
				for i := range c.Topics {
					drafts[c.Topics[i].ID] = c.Topics[i].Draft
				}
				d.gen = c.Generation
			}
			follow := rapid.IntRange(0, 3).Draw(t, "follow") == 0
			applyAll(t, db, c)
			if follow {
				d.at = c.Time()
				applyAll(t, db, d.refileAll())
			}
			if err := db.View(func(r *storage.Reader) error {
				now := make(map[feed.GroupKey]bool)
				if err := r.EachFiled(feed.AllTopics, time.Time{}, func(f feed.Filed) (bool, error) {
					now[f.Group] = true
					if is := f.PublicID + f.Filed.String(); !f.Past {
						if was, ok := had[f.Group]; ok && was != is {
							t.Fatalf("group %d was %s and is %s", f.Group, was, is)
						}
						had[f.Group] = is
					} else if had[f.Group] != "" {
						t.Fatalf("group %d is no news any more", f.Group)
					}
					return true, nil
				}); err != nil || !follow || !all {
					return err
				}
				public := make(map[feed.GroupKey]bool)
				for _, topic := range drawnTopics {
					if drafts[topic] {
						continue
					}
					if err := r.EachFiled(topic, time.Time{}, func(f feed.Filed) (bool, error) { public[f.Group] = true; return true, nil }); err != nil {
						return err
					}
				}
				if diff := cmp.Diff(public, now); diff != "" {
					t.Fatalf("among all: %s", diff)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		sound(t, db)
	})
}
