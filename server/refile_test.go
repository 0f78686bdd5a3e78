package server

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/storage"
)

var noon = time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC)

// wire is a configuration with topics over one source, and the database at path.
func wire(t *testing.T, db, topics string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse("config.yaml", []byte(fmt.Sprintf(`
fetch: {contact: desk@x.example}
storage: {path: %q}
sources: [{url: "https://x.example/rss"}]
topics: {%s}
`, db, topics)), filepath.Dir(db), nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}

func openServer(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeServer(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// bring is a visit with n entries, every other one about rivers, matched under the
// server's rules of now.
func bring(s *Server, n int) *feed.Visit {
	v := &feed.Visit{At: noon, Source: "https://x.example/rss", Next: noon.Add(time.Hour), HTTP: 200,
		Document: &feed.Reading{Body: 1, Meta: feed.Meta{Title: "X"}, Generation: s.state.Load().Generation}}
	for i := range n {
		e := feed.Entry{ID: fmt.Sprint("e", i), Title: fmt.Sprintf("Number %d of roads", i), Raw: feed.Raw(i + 1)}
		if i%2 == 0 {
			e.Title = fmt.Sprintf("Number %d of rivers", i)
		}
		v.Document.Window = append(v.Document.Window, e.Raw)
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: s.state.Load().match(v.Source, &e)})
	}
	return v
}

func filedUnder(t *testing.T, s *Server, topic feed.TopicID) int {
	t.Helper()
	n := 0
	err := s.db.View(func(r *storage.Reader) error {
		return r.EachFiled(topic, time.Time{}, func(feed.Filed) (bool, error) { n++; return true, nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStoredEntriesAreFiledBehindTheFeeds(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	const n = 2*refileRead + 10
	if err := s.writer.do(bring(s, n)); err != nil {
		t.Fatal(err)
	}
	if got := filedUnder(t, s, "water"); got != n/2 {
		t.Fatalf("%d filed, want %d", got, n/2)
	}
	closeServer(t, s)

	s = openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}, all: {}"), Later: true})
	if got := s.refiles.wanted(); !slices.Equal(got, []feed.TopicID{"all", feed.AllTopics}) {
		t.Fatalf("to be filed: %v", got)
	}
	if got := filedUnder(t, s, "all"); got != 0 {
		t.Fatalf("%d filed before Serve", got)
	}
	if err := s.refiles.refile(t.Context(), s.refiles.wanted()); err != nil {
		t.Fatal(err)
	}
	if all, water := filedUnder(t, s, "all"), filedUnder(t, s, "water"); all != n || water != n/2 {
		t.Errorf("%d and %d filed, want %d and %d", all, water, n, n/2)
	}
	closeServer(t, s)

	// Nothing is left to do at the next start.
	s = openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}, all: {}"), Later: true})
	if got := s.refiles.wanted(); len(got) != 0 {
		t.Errorf("to be filed again: %v", got)
	}
	closeServer(t, s)
}

func TestQuestionsLeaveTheRulesAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	if err := s.writer.do(bring(s, 10)); err != nil {
		t.Fatal(err)
	}
	closeServer(t, s)
	s = openServer(t, Options{Config: wire(t, db, "water: {any: [roads]}, all: {}"), Asking: true})
	if water, all := filedUnder(t, s, "water"), filedUnder(t, s, "all"); water != 5 || all != 0 {
		t.Errorf("after a question: %d and %d filed, want 5 and 0", water, all)
	}
	closeServer(t, s)
	s = openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}"), Later: true})
	if got := s.refiles.wanted(); len(got) != 0 || s.state.Load().Generation != 1 {
		t.Errorf("a question changed the rules: %v, generation %d", got, s.state.Load().Generation)
	}
	closeServer(t, s)
}

// Newer rules end a refiling early; theirs does everything.
func TestARefilingIsOvertaken(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	const n = 3 * refileRead
	if err := s.writer.do(bring(s, n)); err != nil {
		t.Fatal(err)
	}
	adopt := func(topics string) []feed.TopicID {
		cfg := wire(t, db, topics)
		m, _ := Check(cfg)
		pending, err := s.announce(s.newState(cfg, m))
		if err != nil {
			t.Fatal(err)
		}
		return pending
	}
	first := adopt("water: {any: [roads]}")
	apply := s.writer.apply
	var second []feed.TopicID
	steps := 0
	s.writer.apply = func(cs []feed.Change) (storage.Result, error) {
		if _, ok := cs[0].(*feed.Refiling); ok {
			if steps++; steps == 1 {
				// As if the rules changed while the first step is written.
				other := *s.state.Load()
				s.state.Store(&other)
			}
		}
		return apply(cs)
	}
	if err := s.refiles.refile(t.Context(), first); !errors.Is(err, errOvertaken) || steps != 1 {
		t.Errorf("%v after %d steps, want to be overtaken after the first", err, steps)
	}
	second = adopt("water: {any: [number]}")
	if err := s.refiles.refile(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if got := filedUnder(t, s, "water"); got != n {
		t.Errorf("%d filed, want %d", got, n)
	}
	closeServer(t, s)
}

// A visit that was matched under older rules is stored under those of now.
func TestAVisitInFlightIsMatchedAgain(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	visit := bring(s, 10)
	cfg := wire(t, db, "water: {any: [number]}")
	m, _ := Check(cfg)
	if _, err := s.announce(s.newState(cfg, m)); err != nil {
		t.Fatal(err)
	}
	if err := s.writer.do(visit); err != nil {
		t.Fatal(err)
	}
	if got := filedUnder(t, s, "water"); got != 10 {
		t.Errorf("%d filed, want all 10", got)
	}
	closeServer(t, s)
}

func TestKeysThatNeedARestart(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	old, next := wire(t, db, "t: {}"), wire(t, db, "t: {}")
	if late := keep(old, next); len(late) != 0 {
		t.Errorf("the same configuration: %v", late)
	}
	next.Server.Listen, next.Server.Title, next.Storage.Path, next.Storage.Keep = "other:1", "Other", "other.db", time.Hour
	if late := keep(old, next); !slices.Equal(late, []string{"server.listen", "server.title", "storage.path"}) {
		t.Errorf("late: %v", late)
	}
	if next.Server.Listen != old.Server.Listen || next.Storage.Path != old.Storage.Path || next.Storage.Keep != time.Hour {
		t.Errorf("in force: %+v, %+v", next.Server, next.Storage)
	}
}
