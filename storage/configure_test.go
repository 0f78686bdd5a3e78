package storage_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

// byTitle is the simplest honest matcher: a topic takes the entries with its pattern
// in their titles, and an entry's terms are its title and the concepts in it.
type byTitle struct{ asked int }

var _ storage.Matcher = (*byTitle)(nil)

func (m *byTitle) Match(c *feed.ConfigChange, _ feed.SourceID, e *feed.Entry) (ms []feed.Match, t feed.Terms, err error) {
	m.asked++
	for i := range c.Topics {
		for r := range c.Topics[i].Rules.Each() {
			if strings.Contains(e.Title, r.Pattern) {
				ms = append(ms, feed.Match{Topic: c.Topics[i].ID, Reason: why(r.Pattern)})
			}
		}
	}
	t = feed.Terms(e.Title)
	for i := range c.Concepts {
		if strings.Contains(e.Title, c.Concepts[i].Rules[0].Pattern) {
			t = append(append(t, ' '), c.Concepts[i].ID...)
		}
	}
	return ms, t, nil
}

// asksFor is a configuration whose topic security asks for a pattern.
func asksFor(at time.Time, generation uint64, pattern string) *feed.ConfigChange {
	return &feed.ConfigChange{
		At: at, Generation: generation, Hashes: []feed.TopicRules{{ID: "security", Hash: generation}},
		Topics:   []feed.Topic{{ID: "security", Rules: feed.Rules{{Pattern: pattern}}}},
		Concepts: []feed.Concept{{ID: "c-" + pattern, Rules: []feed.Rule{{Pattern: pattern}}}},
	}
}

func openMatching(t *testing.T, path string, p storage.Placer) (*storage.DB, *byTitle) {
	t.Helper()
	m := new(byTitle)
	db, err := storage.Open(path, storage.Options{Place: p, Match: m, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, m
}

// A visit that was matched under an older configuration is matched by the one that
// stands before it in the log, in the same batch or in the file, and by none that was
// not stored.
func TestAStaleVisitIsMatchedAnew(t *testing.T) {
	stale := func() *feed.Visit {
		v := visit(srcA, t0.Add(time.Hour), entry("a", "", "security of water"))
		v.Document.Generation = 1
		return v
	}
	for name, tt := range map[string]struct {
		before func(t *testing.T, db *storage.DB, path string) *storage.DB
		batch  []feed.Change
		want   string
		asked  int
	}{
		"of now":     {nil, nil, "security", 0},
		"in a batch": {nil, []feed.Change{asksFor(t0, 2, "water")}, "water", 1},
		"in the file": {func(t *testing.T, db *storage.DB, path string) *storage.DB {
			apply(t, db, asksFor(t0, 2, "water"))
			return db
		}, nil, "water", 1},
		"reopened": {func(t *testing.T, db *storage.DB, path string) *storage.DB {
			apply(t, db, asksFor(t0, 2, "water"))
			db.Close()
			return nil
		}, nil, "water", 1},
		"that failed": {func(t *testing.T, db *storage.DB, path string) *storage.DB {
			bad := &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}}
			if _, err := db.Apply([]feed.Change{asksFor(t0, 2, "water"), bad}); err == nil {
				t.Fatal("a claim without times was taken")
			}
			return db
		}, nil, "security", 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "t.db")
			db, m := openMatching(t, path, new(likeness))
			apply(t, db, asksFor(t0, 1, "security"))
			if tt.before != nil {
				if db = tt.before(t, db, path); db == nil {
					db, m = openMatching(t, path, new(likeness))
				}
			}
			apply(t, db, append(tt.batch, stale())...)
			got := filed(t, db, "security")
			if len(got) != 1 || got[0].Reasons[0].Reason.Hits[1].Pattern != tt.want || m.asked != tt.asked {
				t.Errorf("%d filed, asked %d times: %+v", len(got), m.asked, got)
			}
		})
	}
}

// failing is a matcher that cannot match.
type failing struct{}

func (failing) Match(*feed.ConfigChange, feed.SourceID, *feed.Entry) ([]feed.Match, feed.Terms, error) {
	return nil, nil, errors.New("no rules")
}

func TestAVisitThatCannotBeMatchedIsRefused(t *testing.T) {
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Match: failing{}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	apply(t, db, asksFor(t0, 1, "water"))
	if _, err := db.Apply([]feed.Change{visit(srcA, t0, entry("a", "", "water"))}); err == nil || !strings.Contains(err.Error(), srcA) {
		t.Errorf("err = %v, want one that names the source", err)
	}
}

// inUzbek is a matcher for which a source writes Uzbek, whatever was thought before.
type inUzbek struct{}

func (inUzbek) Match(_ *feed.ConfigChange, _ feed.SourceID, e *feed.Entry) ([]feed.Match, feed.Terms, error) {
	e.Language = "uz"
	return nil, nil, nil
}

// What matching anew finds to be the language of an entry is stored, also where its texts
// were packed with another one.
func TestTheLanguageOfAVisitMatchedAnew(t *testing.T) {
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Match: inUzbek{}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	v := visit(srcA, t0.Add(time.Hour), entry("a", "", "water"))
	r := &v.Document.Entries[0]
	r.Entry.Language = "ru"
	db.Pack(r)
	apply(t, db, asksFor(t0, 1, "water"), v)
	view(t, db, func(r *storage.Reader) error {
		e, err := r.Entry(1)
		if e.Language != "uz" {
			t.Errorf("the entry is stored in %q", e.Language)
		}
		return err
	})
}

// A configuration comes back as it was announced, less what is a process's own, and
// is told from one that differs in anything that is not.
func TestTheConfigurationIsStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	stored := func(c *feed.ConfigChange) (got *feed.ConfigChange, known bool) {
		view(t, db, func(r *storage.Reader) (err error) {
			if got, err = r.Config(); err == nil {
				known, err = r.Announced(c)
			}
			return err
		})
		return got, known
	}
	c := fullChange(new(feed.ConfigChange)).(*feed.ConfigChange)
	if got, known := stored(c); got != nil || known {
		t.Fatalf("a new store has %+v", got)
	}
	own := *c
	own.Sources = append([]feed.Source(nil), c.Sources...)
	own.Sources[0].Header = map[string]string{"Authorization": "Bearer secret"}
	own.Sources[0].Interval, own.Sources[0].Pos = time.Hour, feed.Pos{File: "config.yaml", Line: 3}
	apply(t, db, &own)
	db.Close()
	if strings.Contains(dump(t, path), "Bearer") {
		t.Error("a header is stored")
	}
	db = open(t, path)
	got, known := stored(c)
	if diff := cmp.Diff(c, got); diff != "" || !known {
		t.Errorf("known %v: %s", known, diff)
	}
	later := own
	later.At, later.Generation = t0.Add(time.Hour), 99
	if _, known := stored(&later); !known {
		t.Error("the same configuration at another time is another")
	}
	for name, change := range map[string]func(*feed.ConfigChange){
		"title": func(c *feed.ConfigChange) { c.Title = "x" }, "address": func(c *feed.ConfigChange) { c.URL = "x" },
		"time zone": func(c *feed.ConfigChange) { c.Timezone = "x" }, "topics": func(c *feed.ConfigChange) { c.Topics = c.Topics[:1] },
		"concepts": func(c *feed.ConfigChange) { c.Concepts = nil }, "sources": func(c *feed.ConfigChange) { c.Sources = nil },
		"stories": func(c *feed.ConfigChange) { c.Stories = nil }, "hashes": func(c *feed.ConfigChange) { c.Hashes = nil },
		"hubs": func(c *feed.ConfigChange) { c.Hubs = []string{"https://hub.example/"} },
	} {
		other := *c
		if change(&other); other.Title == "" {
			t.Fatal("the fixture is empty")
		}
		if _, known := stored(&other); known {
			t.Errorf("another configuration by its %s is the same", name)
		}
	}
}

// thresholds is a placer that notes what it is told to place by.
type thresholds struct {
	likeness
	told []float64
}

func (p *thresholds) Place(e *feed.StoredEntry, t feed.Terms, near []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	if s.Stories != nil {
		p.told = append(p.told, s.Stories.Text)
	}
	return p.likeness.Place(e, t, near, s)
}

// The placer goes by the thresholds that stand before an entry in the log.
func TestThresholdsComeFromTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	p := new(thresholds)
	db, _ := openMatching(t, path, p)
	set := func(generation uint64, text float64) *feed.ConfigChange {
		return &feed.ConfigChange{At: t0, Generation: generation, Stories: &feed.StoryOptions{Text: text}}
	}
	n := 0
	bring := func() feed.Change {
		n++
		return report(srcA, t0.Add(time.Duration(n)*time.Minute), "id"+strings.Repeat("x", n), "water")
	}
	apply(t, db, bring(), set(1, .5), bring(), set(2, .6), bring())
	if _, err := db.Apply([]feed.Change{set(3, .7), &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}}}); err == nil {
		t.Fatal("a claim without times was taken")
	}
	apply(t, db, bring())
	db.Close()
	db, _ = openMatching(t, path, p)
	apply(t, db, bring())
	if want := []float64{.5, .6, .6, .6}; !cmp.Equal(p.told, want) {
		t.Errorf("told %v, want %v", p.told, want)
	}
}
