package server

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// What a topic takes depends on the tags and languages of the sources, too.
func TestSourcesThatChangeFileAnew(t *testing.T) {
	for name, change := range map[string]string{"tags": ", tags: [wire]", "language": ", language: ru"} {
		t.Run(name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "s.db")
			topic := map[string]string{"tags": "sources: {tags: [wire]}", "language": "languages: [ru]"}[name]
			with := func(source string) *config.Config {
				cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
fetch: {contact: desk@x.example}
storage: {path: %q}
sources: [{url: "https://x.example/rss"%s}, {url: "https://y.example/rss", tags: [wire]}]
topics: {water: {%s, any: [rivers]}}
`, db, source, topic), filepath.Dir(db), nil)
				if cfg == nil {
					t.Fatal(problems)
				}
				return cfg
			}
			s := openServer(t, Options{Config: with(", language: en")})
			if err := s.writer.do(bring(s, 10)); err != nil {
				t.Fatal(err)
			}
			before := filedUnder(t, s, "water")
			closeServer(t, s)
			s = openServer(t, Options{Config: with(change)})
			defer closeServer(t, s)
			if n := filedUnder(t, s, "water"); before != 0 || n != 5 {
				t.Errorf("%d entries filed before the source's %s changed, %d after; want 0 and 5", before, name, n)
			}
		})
	}
}

// Rules that the store refuses file nothing: what waits behind them is matched
// under those before.
func TestRefusedRulesFileNothing(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	defer closeServer(t, s)
	visit, stored := bring(s, 10), make(chan error, 1)
	apply := s.writer.apply
	s.writer.apply = func(cs []feed.Change) (storage.Result, error) {
		if _, ok := cs[0].(*feed.ConfigChange); ok {
			s.writer.submit(visit, func(_ storage.Outcome, err error) { stored <- err })
			return storage.Result{}, errors.New("no space left on device")
		}
		return apply(cs)
	}
	cfg := wire(t, db, "water: {any: [roads]}")
	m, _ := Check(cfg)
	if _, err := s.announce(s.newState(cfg, m)); err == nil {
		t.Fatal("rules that were not stored are in force")
	}
	if err := <-stored; err != nil {
		t.Fatal(err)
	}
	if err := s.db.View(func(r *storage.Reader) error {
		filed, err := r.Filed("water", 100)
		for _, f := range filed {
			if why := f.Reasons[0].Reason.Hits[0].Pattern; why != "rivers" {
				t.Errorf("%q is filed for %s", f.Entries[0].Title, why)
			}
		}
		if len(filed) != 5 {
			t.Errorf("%d filed, want 5", len(filed))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A configuration that reads well and is refused for its rules says why.
func TestWhyAGoodFileWasRefused(t *testing.T) {
	s := openServer(t, Options{Config: wire(t, filepath.Join(t.TempDir(), "s.db"), "water: {any: [rivers]}")})
	defer closeServer(t, s)
	want := []feed.Problem{{Text: "bad"}}
	if got := s.problemsOf(&ConfigError{want}); len(got) != 1 || got[0].Text != "bad" {
		t.Errorf("%v", got)
	}
	if got := s.problemsOf(errors.New("disk full")); len(got) != 1 || got[0].Text != "disk full" || got[0].Pos.File == "" {
		t.Errorf("%v", got)
	}
}

// The language that leads a topic's stories is in the rules of the log, also where
// nothing else of them has changed; stored entries are not filed anew for it.
func TestTheLanguageOfStoriesIsAnnounced(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	for _, tt := range []struct{ topic, want string }{
		{"any: [rivers], language: en", ""},
		{"any: [rivers], language: en, group: story", "en"},
		{"any: [rivers], language: ru, group: story", "ru"},
		{"any: [rivers], group: story", ""},
	} {
		s := openServer(t, Options{Config: wire(t, db, "dry: {any: [sands]}, water: {"+tt.topic+"}")})
		var got storage.TopicState
		var before uint64
		if err := s.db.View(func(r *storage.Reader) error {
			all, err := r.Topics()
			got, before = all["water"], r.Generation()
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got.Leads != tt.want || got.Rules != got.Wanted || got.Rules == 0 {
			t.Errorf("%s: led by %q, want %q: %+v", tt.topic, got.Leads, tt.want, got)
		}
		closeServer(t, s)
		s = openServer(t, Options{Config: wire(t, db, "dry: {any: [sands]}, water: {"+tt.topic+"}")})
		if after := s.state.Load().Generation; after != before {
			t.Errorf("%s: the same rules again are generation %d after %d", tt.topic, after, before)
		}
		closeServer(t, s)
	}
}

// New concepts are new rules: a visit that is under way when they come has its
// terms cut anew, and the topics file nothing anew.
func TestConceptsThatChange(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	with := func(pattern string) *config.Config {
		return wire(t, db, "water: {any: [rivers]}}\nlists: {c-road: {kind: object, any: ["+pattern+"]}")
	}
	s := openServer(t, Options{Config: with("roads")})
	defer closeServer(t, s)
	visit := bring(s, 2)
	under := visit.Document.Generation
	cfg := with("number*")
	m, problems := Check(cfg)
	if m == nil {
		t.Fatal(problems)
	}
	if pending, err := s.announce(s.newState(cfg, m)); err != nil || len(pending) != 0 {
		t.Fatalf("%v to file anew: %v", pending, err)
	}
	e := visit.Document.Entries[0].Entry
	if err := s.writer.do(visit); err != nil {
		t.Fatal(err)
	}
	if visit.Document.Generation != under+1 {
		t.Errorf("the visit is of generation %d, cut under %d", visit.Document.Generation, under)
	}
	w := match.Read(s.state.Load().sources.Of(visit.Source), &e, "")
	if got, without := visit.Document.Entries[0].Terms, story.Terms(w, nil); len(got) <= len(without) {
		t.Errorf("%d bytes of terms, %d without concepts", len(got), len(without))
	}
	// The same again changes nothing.
	if _, err := s.announce(s.newState(cfg, m)); err != nil || s.state.Load().Generation != under+1 {
		t.Errorf("generation %d, %v", s.state.Load().Generation, err)
	}
}

// A configuration is announced when anything of it that changes or editions read
// differs from what is stored, and only then.
func TestWhatIsAnnounced(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	with := func(change func(*config.Config)) *config.Config {
		cfg := wire(t, db, "water: {any: [rivers]}")
		if change != nil {
			change(cfg)
		}
		return cfg
	}
	s := openServer(t, Options{Config: with(nil)})
	defer closeServer(t, s)
	for i, tt := range []struct {
		name     string
		announce bool
		change   func(*config.Config)
	}{
		{"nothing", false, nil},
		{"a secret", false, func(c *config.Config) { c.Sources[0].Header = map[string]string{"X": "y"} }},
		{"an interval", false, func(c *config.Config) { c.Sources[0].Interval = time.Hour }},
		{"a place", false, func(c *config.Config) { c.Topics[0].Pos.Line++ }},
		{"the contact", false, func(c *config.Config) { c.Fetch.Contact = "other@x.example" }},
		{"a source's title", true, func(c *config.Config) { c.Sources[0].Title = "Y" }},
		{"what a source allows", true, func(c *config.Config) { c.Sources[0].Republish = feed.RepublishFull }},
		{"a topic's title", true, func(c *config.Config) { c.Topics[0].Title = "Water" }},
		{"a topic's icon", true, func(c *config.Config) { c.Topics[0].Icon = feed.Icon{Ext: ".svg"} }},
		{"the bytes of icons", false, func(c *config.Config) { c.Icons = map[feed.TopicID][]byte{"water": {1}} }},
		{"security.txt", false, func(c *config.Config) { c.Server.SecurityTxt = []byte("Contact:") }},
		{"max_age", true, func(c *config.Config) { c.Topics[0].MaxAge = time.Hour }},
		{"time zone", true, func(c *config.Config) { c.Server.Timezone = time.FixedZone("UTC+5", 5*3600) }},
		{"stories", true, func(c *config.Config) { c.Stories.Duplicate = .9 }},
	} {
		before := s.state.Load().Generation
		cfg := with(tt.change)
		m, _ := Check(cfg)
		if _, err := s.announce(s.newState(cfg, m)); err != nil {
			t.Fatal(err)
		}
		if announced := s.state.Load().Generation != before; announced != tt.announce {
			t.Errorf("%s: announced %v, want %v", tt.name, announced, tt.announce)
		}
		if late := s.state.Load().late; len(late) > 0 {
			t.Errorf("%s: %v wait for a restart", tt.name, late)
		}
		if i == 0 {
			continue
		}
		back := with(nil)
		m, _ = Check(back)
		if _, err := s.announce(s.newState(back, m)); err != nil {
			t.Fatal(err)
		}
	}
}

// A stale visit is matched by what the log has, also where this process runs another
// configuration.
func TestAStaleVisitIsMatchedByTheLog(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	defer closeServer(t, s)
	visit := bring(s, 10)
	cfg := wire(t, db, "water: {any: [number]}")
	m, _ := Check(cfg)
	other := s.newState(cfg, m).announced
	other.At, other.Generation = noon, 7
	if err := s.writer.do(&other); err != nil {
		t.Fatal(err)
	}
	if err := s.writer.do(visit); err != nil {
		t.Fatal(err)
	}
	if n := filedUnder(t, s, "water"); n != 10 || s.state.Load().Generation != 1 {
		t.Errorf("%d filed, want 10; generation %d runs", n, s.state.Load().Generation)
	}
	// What no program can compile fails the visit, not the program.
	bad := other
	bad.Generation, bad.Topics = 8, []feed.Topic{{ID: "t", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "NEAR/2"}}}}}}
	if err := s.writer.do(&bad); err != nil {
		t.Fatal(err)
	}
	if refused, ok := errors.AsType[*ConfigError](s.writer.do(visit)); !ok || len(refused.Problems) == 0 {
		t.Errorf("%v", refused)
	}
}
