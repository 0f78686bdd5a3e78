package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// A drawn history: visits of a few sources that copy, retell, correct and delay
// each other's news, under rules that change, with retention and operators.
type drawn struct {
	t     *rapid.T
	at    time.Time
	gen   uint64
	raw   feed.Raw
	steps int
}

var (
	drawnWords  = strings.Fields("security water border rail gas summit Tashkent Osh Almaty exercise")
	drawnTopics = []feed.TopicID{"security", "water"}
	// Few, so that reports in a topic's own are frequent.
	drawnLanguages = []string{"", "en", "ru"}
)

func (d *drawn) n(max int, label string) int { return rapid.IntRange(0, max).Draw(d.t, label) }

func (d *drawn) entry() feed.Reported {
	words := rapid.SliceOfN(rapid.SampledFrom(drawnWords), 1, 6).Draw(d.t, "words")
	d.raw++
	e := feed.Entry{ID: fmt.Sprint("id", d.n(9, "id")), Title: strings.Join(words, " "), Raw: d.raw, Published: d.at.Add(-time.Duration(d.n(150, "age")) * time.Hour).Truncate(time.Second)}
	if n := d.n(12, "link"); n > 0 {
		e.Link = fmt.Sprint("https://x.example/", n)
		e.Canonical = e.Link
	}
	if d.n(3, "iri") == 0 {
		e.ID = "https://ids.example/" + e.ID // ids that sources share
	}
	e.Language = rapid.SampledFrom(drawnLanguages).Draw(d.t, "language")
	r := feed.Reported{Entry: e, Matches: d.matches(e.Title)}
	if d.n(7, "terms") > 0 {
		r.Terms = feed.Terms(e.Title)
	}
	return r
}

func (d *drawn) matches(title string) []feed.Match {
	var ms []feed.Match
	for _, t := range drawnTopics {
		if strings.Contains(title, string(t)) {
			ms = append(ms, feed.Match{Topic: t, Reason: why(string(t))})
		}
	}
	return ms
}

func (d *drawn) key() uint64 { return uint64(d.n(min(d.steps, 16), "key") + 1) }

// change draws the next one.
func (d *drawn) change() feed.Change {
	d.at = d.at.Add(time.Duration(d.n(30, "hours"))*time.Hour + time.Duration(d.n(999, "ns"))*time.Microsecond)
	d.steps++
	switch k := d.n(23, "kind"); {
	case k == 0:
		d.gen++
		c := &feed.ConfigChange{At: d.at, Generation: d.gen}
		if d.n(7, "without all") > 0 {
			c.Hashes = append(c.Hashes, feed.TopicRules{ID: feed.AllTopics, Hash: 1})
		}
		for _, t := range drawnTopics[d.n(1, "gone"):] {
			c.Hashes = append(c.Hashes, feed.TopicRules{ID: t, Hash: d.gen})
			c.Topics = append(c.Topics, feed.Topic{ID: t, Group: feed.GroupStory, Draft: d.n(3, "draft") == 0, Language: rapid.SampledFrom(drawnLanguages).Draw(d.t, "leads"),
				Rules: feed.Rules{{Pattern: rapid.SampledFrom(drawnWords).Draw(d.t, "pattern")}}})
		}
		return c
	case k == 1 && d.n(1, "of all") == 1:
		return d.refileAll()
	case k == 1:
		c := &feed.Refiling{At: d.at, Generation: d.gen, Topics: drawnTopics, Done: true, Backfill: []time.Duration{time.Duration(d.n(90, "backfill")) * time.Hour}}
		for key := uint64(1); key < 20; key++ {
			em := feed.EntryMatches{Entry: feed.EntryKey(key)}
			for _, t := range drawnTopics {
				if d.n(1, "match") == 1 {
					em.Matches = append(em.Matches, feed.Match{Topic: t, Reason: why("new")})
				}
			}
			c.Entries = append(c.Entries, em)
		}
		return c
	case k == 2:
		return &feed.Retention{At: d.at, Before: d.at.Add(-time.Duration(d.n(200, "keep")) * time.Hour), From: feed.EntryKey(d.key()), Limit: d.n(8, "limit")}
	case k < 8:
		return d.decision()
	case k == 20:
		return &feed.Tick{At: d.at}
	case k == 23:
		return d.forgetting()
	case k > 20:
		return d.subscription()
	}
	v := &feed.Visit{At: d.at, Source: feed.SourceID(fmt.Sprintf("https://s%d.example/feed", d.n(3, "source"))), HTTP: 200, Document: &feed.Reading{Body: uint64(d.steps), Generation: d.gen}}
	if d.gen > 0 && d.n(3, "stale") == 0 {
		v.Document.Generation--
	}
	v.Document.MaxNew = d.n(2, "bound")
	v.Asked = d.at.Add(-time.Duration(d.n(60, "asked")) * time.Minute)
	for range d.n(2, "more") + 1 {
		r := d.entry()
		v.Document.Entries = append(v.Document.Entries, r)
		v.Document.Window = append(v.Document.Window, r.Entry.Raw)
	}
	return v
}

// forgetting draws one step of a demand.
func (d *drawn) forgetting() *feed.Forgetting {
	c := &feed.Forgetting{At: d.at, By: "A", Note: "n", From: feed.EntryKey(d.key()), Limit: d.n(8, "limit") + 1}
	switch d.n(2, "demanded") {
	case 0:
		c.Entries = []feed.EntryKey{feed.EntryKey(d.key()), feed.EntryKey(d.key())}
	case 1:
		c.Source = feed.SourceID(fmt.Sprintf("https://s%d.example/feed", d.n(3, "source")))
	default:
		c.Host = rapid.SampledFrom([]string{"x.example", "s1.example", "ids.example"}).Draw(d.t, "host")
	}
	return c
}

// subscription draws what becomes of a few subscriptions.
func (d *drawn) subscription() feed.Change {
	key := feed.SubscriptionKey(1 + d.n(5, "subscription"))
	switch d.n(3, "of a subscription") {
	case 0:
		return &feed.Unsubscribing{At: d.at, Subscriptions: []feed.SubscriptionKey{key, key + 1}, Expired: d.n(1, "expired") == 1}
	case 1:
		o := feed.DeliveryOutcome{Subscription: key, Delivered: uint64(d.steps)}
		if o.Failures = d.n(2, "failures"); o.Failures > 0 {
			o.Next = d.at.Add(time.Hour)
		}
		return &feed.Delivery{At: d.at, Outcomes: []feed.DeliveryOutcome{o, {Subscription: key + 2, Delivered: 1}}}
	}
	wish := feed.Wish{Path: "/topics/water.atom", Callback: fmt.Sprint("https://s.example/", d.n(3, "callback")), Ping: d.n(2, "ping") == 1}
	return &feed.Subscribing{At: d.at, Wish: wish, Secret: fmt.Sprint(d.n(2, "secret")), Until: d.at.Add(time.Duration(d.n(300, "lease")) * time.Hour), Delivered: 7}
}

// refileAll brings the feed of all topics in line with the topics there are.
func (d *drawn) refileAll() *feed.Refiling {
	c := &feed.Refiling{At: d.at, Generation: d.gen, Topics: []feed.TopicID{feed.AllTopics}, Done: true}
	for k := range feed.EntryKey(d.raw) {
		c.Entries = append(c.Entries, feed.EntryMatches{Entry: k + 1})
	}
	return c
}

func (d *drawn) decision() *feed.Decision {
	c := &feed.Decision{At: d.at, By: "A", Note: "n", Topic: rapid.SampledFrom(drawnTopics).Draw(d.t, "topic")}
	c.Kind = rapid.SampledFrom([]feed.DecisionKind{feed.DecisionHide, feed.DecisionInclude, feed.DecisionMerge, feed.DecisionMerge, feed.DecisionSplit, feed.DecisionSplit, feed.DecisionUndo}).Draw(d.t, "decide")
	of := d.n(2, "subject")
	n := 1 + d.n(1, "two")
	if c.Kind == feed.DecisionMerge {
		of, n = 1+d.n(1, "subject"), 2
	}
	for range n {
		switch k := d.key(); {
		case c.Kind == feed.DecisionUndo:
			c.Undo = uint64(1 + d.n(5, "undo"))
		case of == 0 || c.Kind == feed.DecisionInclude:
			c.Entries = append(c.Entries, feed.EntryKey(k))
		case of == 1 || c.Kind == feed.DecisionHide:
			c.Groups = append(c.Groups, feed.GroupKey(k))
		default:
			c.Stories = append(c.Stories, feed.StoryKey(k))
		}
	}
	return c
}

func drawHistory(t *rapid.T, n int) (*drawn, []feed.Change) {
	d := &drawn{t: t, at: t0}
	cs := []feed.Change{&feed.ConfigChange{At: t0, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}, {ID: "water", Hash: 1}, {ID: feed.AllTopics, Hash: 1}},
		Topics: []feed.Topic{{ID: "security", Group: feed.GroupStory, Language: "en"}, {ID: "water", Group: feed.GroupStory, Language: "ru"}}}}
	for range n {
		cs = append(cs, d.change())
	}
	return d, cs
}

// applyAll applies changes as a writer does: together, and where that fails each
// alone. Only decisions may be refused.
func applyAll(t *rapid.T, db *storage.DB, cs ...feed.Change) (res storage.Result, refused bool) {
	res, err := db.Apply(cs)
	if err == nil {
		return res, false
	}
	if len(cs) > 1 {
		for _, c := range cs {
			applyAll(t, db, c)
		}
		return res, false
	}
	var r *feed.Refusal
	if _, ok := cs[0].(*feed.Decision); !ok || !errors.As(err, &r) || r.Text == "" {
		t.Fatalf("apply %T: %v", cs[0], err)
	}
	return res, true
}

// tempDB opens databases of their own, one after the other.
func tempDB(t *testing.T) func(*rapid.T) (string, func() *storage.DB) {
	dir, n := t.TempDir(), 0
	return func(t *rapid.T) (string, func() *storage.DB) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n, ".db"))
		var last *storage.DB
		t.Cleanup(func() { last.Close(); os.Remove(path) })
		return path, func() *storage.DB {
			if last != nil {
				last.Close()
			}
			db, err := storage.Open(path, storage.Options{Place: new(likeness), Match: new(byTitle), NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			last = db
			return db
		}
	}
}

func sound(t *rapid.T, db *storage.DB) {
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
}

func sameDump(t *rapid.T, want, got, what string) {
	if got != want {
		t.Fatalf("%s: the state differs: %s", what, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
}

// The same changes in the same order give the same state, byte for byte, however
// they are cut into commits, across restarts at any point; and whatever happens,
// no entry is lost or in two groups, and every story has its extent.
func TestDrawnHistoriesAreDeterministic(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		_, cs := drawHistory(t, 40)
		_, open := temp(t)
		one := open()
		// Each store has changes of its own, as from a log: Apply matches stale visits
		// anew in their places.
		logged := make([][]byte, len(cs))
		for i, c := range cs {
			logged[i] = one.EncodeChange(c)
		}
		decoded := func() (cs []feed.Change) {
			for _, b := range logged {
				c, err := one.DecodeChange(b)
				if err != nil {
					t.Fatal(err)
				}
				cs = append(cs, c)
			}
			return cs
		}
		for _, c := range decoded() {
			applyAll(t, one, c)
			sound(t, one)
		}
		_, open = temp(t)
		two := open()
		for rest := decoded(); len(rest) > 0; {
			n := rapid.IntRange(1, min(len(rest), 8)).Draw(t, "batch")
			applyAll(t, two, rest[:n]...)
			rest = rest[n:]
			if rapid.IntRange(0, 3).Draw(t, "restart") == 0 {
				two = open()
			}
		}
		sameDump(t, one.Dump(false), two.Dump(false), "in batches with restarts")
	})
}

// A decision that is undone right away leaves nothing but the log and the time
// of the newest change; one that is undone later leaves everything sound.
func TestDrawnDecisionsAreUndone(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		d, cs := drawHistory(t, 25)
		_, open := temp(t)
		db := open()
		applyAll(t, db, cs...)
		for range 6 {
			// Where the feed of all topics is still to follow them, what it gets with a
			// decision stays.
			applyAll(t, db, d.refileAll())
			before := db.Dump(true)
			c := d.decision()
			if c.Kind == feed.DecisionUndo {
				continue
			}
			res, refused := applyAll(t, db, c)
			if refused {
				sameDump(t, before, db.Dump(true), "a refused decision")
				continue
			}
			sound(t, db)
			undo := &feed.Decision{At: d.at.Add(time.Hour), Kind: feed.DecisionUndo, Undo: res.Outcomes[0].Decision}
			later := rapid.Bool().Draw(t, "later")
			if later {
				for range 3 {
					applyAll(t, db, d.change())
				}
			}
			_, refused = applyAll(t, db, undo)
			sound(t, db)
			if later {
				continue
			}
			if refused {
				t.Fatalf("undo of %+v right away was refused", c)
			}
			sameDump(t, before, db.Dump(true), fmt.Sprintf("%s and undo", c.Kind))
			if _, refused := applyAll(t, db, undo); !refused {
				t.Fatal("undone twice")
			}
		}
	})
}
