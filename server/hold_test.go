package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/storage"
)

// holding is a server whose topics have twenty entries, ten about rivers, with a
// configuration for it that lets a third of what readers have move.
func holding(t *testing.T, topics string) (l *live, with func(topics string) *config.Config) {
	t.Helper()
	dir := t.TempDir()
	with = func(topics string) *config.Config {
		cfg := liveConfig(t, dir, "https://x.example/rss", topics)
		cfg.Reload.Hold = 30
		return cfg
	}
	l = goLive(t, with(topics), func(s *Server) {
		if err := s.writer.do(bring(s, 20)); err != nil {
			t.Fatal(err)
		}
	})
	return l, with
}

// offer lets the server read a configuration, and waits for what comes of it.
func (l *live) offer(t *testing.T, r Reload) Reloaded {
	t.Helper()
	done := make(chan Reloaded, 1)
	r.Done = func(r Reloaded) { done <- r }
	l.reloads <- r
	select {
	case r := <-done:
		return r
	case <-time.After(30 * time.Second):
		t.Fatalf("nothing came of it:\n%s", l.log)
		return Reloaded{}
	}
}

func (l *live) status(t *testing.T) Status {
	t.Helper()
	st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// admin asks the operators' side.
func (l *live) ofAdmin(t *testing.T, path string) string {
	t.Helper()
	socket := strings.TrimPrefix(l.state.Load().cfg.Server.Admin, "unix:")
	c := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	defer c.CloseIdleConnections()
	return l.get(t, c, "http://localhost"+path)
}

// A change that would move more than reload.hold of what readers have is not taken,
// everything says so, and an operator's word takes it, as it was read.
func TestAChangeIsHeldUntilItIsAccepted(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}, ways: {any: [roads]}")
	run := l.state.Load()
	generation := func() (g uint64) {
		if err := l.db.View(func(r *storage.Reader) error { g = r.Generation(); return nil }); err != nil {
			t.Fatal(err)
		}
		return g
	}
	before := generation()
	next := with("water: {any: [roads]}, ways: {any: [roads]}")
	next.Fetch.Contact = "https://other.example/"
	written := noon.Add(-time.Minute)
	got := l.offer(t, Reload{Config: next, Written: written, Problems: []feed.Problem{{Severity: feed.Warning, Text: "odd"}}})
	want := Moved{"water", 10, 10, 10, 2, false}
	if got.Result != ReloadHeld || got.Held == nil || !slices.Equal(got.Held.Topics, []Moved{want}) || got.Held.Moving != 20 || got.Held.Entries != 20 || got.Held.Hold != 0.3 || !got.Held.Since.Equal(noon) {
		t.Errorf("%+v, %+v", got, got.Held)
	}
	// The running one is whole, and the log of changes knows nothing.
	if l.state.Load() != run || generation() != before {
		t.Error("something of it is in force")
	}
	if body := l.get(t, http.DefaultClient, "/topics/water.atom"); !strings.Contains(body, "of rivers") || strings.Contains(body, "of roads") {
		t.Errorf("readers see it:\n%s", body)
	}
	st := l.status(t)
	if h := st.Held; h == nil || !slices.Equal(h.Topics, []Moved{want}) || h.Written == nil || !h.Written.Equal(written) || !slices.Equal(h.Problems, []string{": warning: odd"}) || len(st.Refused) > 0 {
		t.Errorf("the status: %+v", st.Held)
	}
	if body := l.ofAdmin(t, "/"); !strings.Contains(body, "the change is held") || !strings.Contains(body, "water: 10 of 10 entries leave, 10 come (200%)") || !strings.Contains(body, AcceptCommand) {
		t.Errorf("the operators' page:\n%s", body)
	}
	for _, part := range []string{"\ntopicwire_config_held 1\n", `topicwire_alarms{kind="held"} 1`, `topicwire_config_reloads_total{result="held"} 1`, "topicwire_config_last_reload_successful 1"} {
		if body := l.ofAdmin(t, "/metrics"); !strings.Contains(body, part) {
			t.Errorf("the metrics lack %s", part)
		}
	}
	l.ofAdmin(t, "/readyz") // nobody is to start it again for this: a start would take it
	line := ""
	for l := range strings.Lines(l.log.String()) {
		if strings.Contains(l, "configuration held") {
			line += l
		}
	}
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, "water: 10 of 10 entries leave, 10 come (200%)") || !strings.Contains(line, AcceptCommand) || !strings.Contains(line, DiscardCommand) {
		t.Errorf("the log says: %s", line)
	}

	taken, err := AcceptReload.Ask(t.Context(), l.client, struct{}{})
	if err != nil || taken.Result != ReloadTaken || taken.Written == nil || !taken.Written.Equal(written) {
		t.Fatalf("%+v, %v", taken, err)
	}
	l.until(t, "/topics/water.atom", "of roads")
	if run := l.state.Load(); run.cfg.Fetch.Contact != next.Fetch.Contact {
		t.Error("not all of it is in force")
	}
	if st := l.status(t); st.Held != nil {
		t.Errorf("still held: %+v", st.Held)
	}
	for _, part := range []string{"\ntopicwire_config_held 0\n", `topicwire_alarms{kind="held"} 0`, `topicwire_config_reloads_total{result="taken"} 1`} {
		if body := l.ofAdmin(t, "/metrics"); !strings.Contains(body, part) {
			t.Errorf("the metrics lack %s", part)
		}
	}
	if body := l.ofAdmin(t, "/"); strings.Contains(body, "the change is held") {
		t.Error("the operators' page says that it is still held")
	}
	if _, err := AcceptReload.Ask(t.Context(), l.client, struct{}{}); err == nil || err.Error() != "nothing is held" {
		t.Errorf("accepted a second time: %v", err)
	}
}

// What is discarded is forgotten, until the file changes again.
func TestAHeldChangeIsDiscarded(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}")
	run := l.state.Load()
	for range 2 {
		if got := l.offer(t, Reload{Config: with("water: {any: [roads]}")}); got.Result != ReloadHeld {
			t.Fatalf("%+v", got)
		}
		out, err := DiscardReload.Ask(t.Context(), l.client, struct{}{})
		if err != nil || out.Result != ReloadDiscarded || out.Held == nil || l.held.Load() != nil || l.state.Load() != run {
			t.Errorf("%+v, %v", out, err)
		}
		// The alarm is over with the word, and not when somebody looks.
		l.alarms.mu.Lock()
		if active := l.alarms.board.Active(); len(active) > 0 {
			t.Errorf("there are alarms still: %+v", active)
		}
		l.alarms.mu.Unlock()
	}
	if _, err := DiscardReload.Ask(t.Context(), l.client, struct{}{}); err == nil {
		t.Error("discarded a third time")
	}
}

// What is accepted and cannot be taken is held further, and who said it is told why.
func TestAnAcceptedChangeIsNotTaken(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}")
	run := l.state.Load()
	if got := l.offer(t, Reload{Config: with("water: {any: [roads]}")}); got.Result != ReloadHeld {
		t.Fatalf("%+v", got)
	}
	if err := os.Truncate(run.cfg.Storage.Path, 8192); err != nil {
		t.Fatal(err)
	}
	out, err := AcceptReload.Ask(t.Context(), l.client, struct{}{})
	if err == nil || !strings.HasPrefix(err.Error(), "the held configuration is not taken: ") || !errors.Is(err, storage.ErrCorrupt) || out.Result != "" {
		t.Errorf("%+v, %v", out, err)
	}
	if l.state.Load() != run || l.held.Load() == nil || strings.Contains(l.log.String(), "accepted") {
		t.Errorf("something of it is in force, or it is held no more:\n%s", l.log)
	}
}

// A newer version takes the place of one that is held, is it held itself, taken or
// refused.
func TestANewerVersionReplacesWhatIsHeld(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}")
	hold := func() {
		t.Helper()
		if got := l.offer(t, Reload{Config: with("water: {any: [roads]}")}); got.Result != ReloadHeld {
			t.Fatalf("%+v", got)
		}
	}
	hold()
	if got := l.offer(t, Reload{Config: with("ways: {any: [roads]}")}); got.Result != ReloadHeld || !got.Held.Topics[0].Gone || !l.held.Load().Topics[0].Gone {
		t.Errorf("another one that is held: %+v", got)
	}
	hold()
	bad := []feed.Problem{{Pos: feed.Pos{File: "config.yaml", Line: 2, Col: 1}, Text: "bad"}}
	if got := l.offer(t, Reload{Problems: bad}); got.Result != ReloadRefused || !slices.Equal(got.Problems, []string{"config.yaml:2:1: error: bad"}) || l.held.Load() != nil || l.refused.Load() == nil {
		t.Errorf("a broken one: %+v", got)
	}
	hold()
	if l.refused.Load() != nil {
		t.Error("what is held counts as refused")
	}
	if got := l.offer(t, Reload{Config: with("water: {any: [rivers]}")}); got.Result != ReloadTaken || l.held.Load() != nil {
		t.Errorf("the running one: %+v", got)
	}
	hold()
	if got := l.offer(t, Reload{Config: with("water: {any: [rivers], title: Water}, ways: {any: [roads]}")}); got.Result != ReloadTaken || l.held.Load() != nil {
		t.Errorf("one that moves little: %+v", got)
	}
}

// What counts is what moves in documents that readers have, by topic and in all.
func TestWhatIsHeld(t *testing.T) {
	for _, tt := range []struct {
		name, was, then string
		hold            int // of the running configuration
		result          string
	}{
		{"as much as may move", "water: {any: [rivers]}", `water: {any: [rivers], none: ["0", "2", "4"]}`, 30, ReloadTaken},
		{"more", "water: {any: [rivers], limit: 100}", `water: {any: [rivers], none: ["0", "2", "4", "6", "8"]}`, 49, ReloadHeld},
		{"more, with no limit set", "water: {any: [rivers]}", `water: {any: [roads]}`, 0, ReloadTaken},
		{"as much as may move, of enough", "water: {any: [rivers]}", `water: {any: [rivers], none: ["0", "2", "4", "6", "8"]}`, 50, ReloadTaken},
		{"much in one topic, and little in all together", `water: {any: [rivers]}, all: {}, more: {}`, `water: {any: [roads]}, all: {}, more: {}`, 60, ReloadHeld},
		{"few entries", "water: {any: [rivers]}", `water: {any: [rivers], none: ["0", "2", "4", "6"]}`, 30, ReloadTaken},
		{"few entries in many topics", `a: {any: ["0", "2"]}, b: {any: ["4", "6"]}, c: {any: ["8"]}`, `d: {any: ["0"]}`, 30, ReloadHeld},
		{"few entries in many topics, with a large one beside", `a: {any: ["0", "2"]}, b: {any: ["4", "6"]}, c: {any: ["8"]}, all: {}`, `all: {}`, 30, ReloadTaken},
		{"few entries in many topics, with a large draft beside", `a: {any: ["0", "2"]}, b: {any: ["4", "6"]}, c: {any: ["8"]}, all: {draft: true}`, `all: {draft: true}`, 30, ReloadHeld},
		{"drafts", "water: {any: [rivers], draft: true}, ways: {any: [roads]}", "water: {any: [roads], draft: true}, ways: {any: [roads]}", 30, ReloadTaken},
		{"new topics", "water: {any: [rivers]}", "water: {any: [rivers]}, ways: {any: [roads]}, all: {}", 30, ReloadTaken},
		{"a filter by language", "water: {any: [rivers]}", "water: {any: [rivers], languages: [ru], unknown: drop}", 30, ReloadHeld},
	} {
		dir := t.TempDir()
		with := func(topics string, hold int) *config.Config {
			cfg := liveConfig(t, dir, "https://x.example/rss", topics)
			cfg.Reload.Hold = hold
			return cfg
		}
		l := goLive(t, with(tt.was, tt.hold), func(s *Server) {
			if err := s.writer.do(bring(s, 20)); err != nil {
				t.Fatal(err)
			}
		})
		// The share of the next one is nothing yet.
		if got := l.offer(t, Reload{Config: with(tt.then, 1)}); got.Result != tt.result {
			t.Errorf("%s: %+v, %+v", tt.name, got, got.Held)
		}
		if err := l.stop(); err != nil {
			t.Error(err)
		}
	}
}

// Keys that move nothing hold nothing, whatever they change.
func TestOtherKeysAreNotHeld(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}")
	cfg := with("water: {any: [rivers]}")
	cfg.Reload.Hold = 1
	cfg.Fetch.Contact, cfg.Fetch.Interval, cfg.Server.Title, cfg.Storage.Keep = "https://other.example/", 2*time.Hour, "Other", 48*time.Hour
	var err error
	if cfg.Server.Timezone, err = time.LoadLocation("Asia/Tashkent"); err != nil {
		t.Fatal(err)
	}
	if got := l.offer(t, Reload{Config: cfg}); got.Result != ReloadTaken || !slices.Equal(got.Restart, []string{"server.title"}) {
		t.Errorf("%+v, %+v", got, got.Held)
	}
}

// What a topic takes follows its sources, so these may hold a change.
func TestSourcesHoldAChange(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers], languages: [en]}")
	cfg := with("water: {any: [rivers], languages: [en]}")
	cfg.Sources[0].Language = "ru"
	if got := l.offer(t, Reload{Config: cfg}); got.Result != ReloadHeld || got.Held.Topics[0].Leaving != 10 {
		t.Errorf("%+v, %+v", got, got.Held)
	}
}

// many is a server with so much that judging a change takes a while.
func many(t *testing.T) (l *live, with func(topics string) *config.Config) {
	t.Helper()
	dir := t.TempDir()
	with = func(topics string) *config.Config {
		cfg := liveConfig(t, dir, "https://x.example/rss", topics)
		cfg.Reload.Hold = 30
		return cfg
	}
	return goLive(t, with("water: {any: [rivers]}"), func(s *Server) {
		if err := s.writer.do(bring(s, 5000)); err != nil {
			t.Fatal(err)
		}
	}), with
}

// A newer version ends the judging of the one before, and who waits for that hears what
// came of the newer one; an operator's word about what is judged is not taken.
func TestAJudgingIsOvertaken(t *testing.T) {
	l, with := many(t)
	first := make(chan Reloaded, 1)
	l.reloads <- Reload{Config: with("water: {any: [roads]}"), Done: func(r Reloaded) { first <- r }}
	if _, err := AcceptReload.Ask(t.Context(), l.client, struct{}{}); err == nil || !strings.Contains(err.Error(), "is being judged") {
		t.Errorf("accepted before it was judged: %v", err)
	}
	second := l.offer(t, Reload{Config: with("water: {any: [rivers]}")})
	if got := <-first; got.Result != ReloadTaken || second.Result != ReloadTaken || l.held.Load() != nil {
		t.Errorf("%+v, then %+v", got, second)
	}
	if strings.Contains(l.log.String(), "configuration judged") {
		t.Errorf("the first was judged to its end:\n%s", l.log)
	}
}

// A server that stops does not wait for a judgement.
func TestAJudgingEndsWithTheServer(t *testing.T) {
	l, with := many(t)
	told := false
	l.reloads <- Reload{Config: with("water: {any: [roads]}"), Done: func(Reloaded) { told = true }}
	if err := l.stop(); err != nil || told || strings.Contains(l.log.String(), "configuration judged") || strings.Contains(l.log.String(), "refused") {
		t.Errorf("%v, told %v\n%s", err, told, l.log)
	}
}

// Requests and visits go on while a change is judged.
func TestJudgingHoldsUpNobody(t *testing.T) {
	l, with := many(t)
	done := make(chan Reloaded, 1)
	l.reloads <- Reload{Config: with("water: {any: [roads]}"), Done: func(r Reloaded) { done <- r }}
	if body := l.get(t, http.DefaultClient, "/topics/water.atom"); !strings.Contains(body, "of rivers") {
		t.Error("nothing is served")
	}
	if err := l.writer.do(bringOld(l.Server, 5)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
		t.Error("it was judged before anything else was done")
	default:
	}
	if got := <-done; got.Result != ReloadHeld {
		t.Errorf("%+v", got)
	}
}

// A process that reads its files again does so when it is asked, and says what came of
// it; one that does not says that.
func TestAReloadIsAskedFor(t *testing.T) {
	l, with := holding(t, "water: {any: [rivers]}")
	if _, err := ReloadNow.Ask(t.Context(), l.client, struct{}{}); err == nil || err.Error() != errNoReload.Error() {
		t.Errorf("nobody reads: %v", err)
	}
	asked := make(chan func(Reloaded))
	l.o.Reread = asked
	go func() {
		for _, r := range []Reload{{Config: with("water: {any: [roads]}")}, {Problems: []feed.Problem{{Text: "bad"}}}, {Config: with("water: {any: [rivers]}")}} {
			r.Done = <-asked
			l.reloads <- r
		}
	}()
	for _, want := range []string{ReloadHeld, ReloadRefused, ReloadTaken} {
		if got, err := ReloadNow.Ask(t.Context(), l.client, struct{}{}); err != nil || got.Result != want {
			t.Errorf("%+v, %v, want %s", got, err, want)
		}
	}
	alone := openServer(t, Options{Config: wire(t, t.TempDir()+"/s.db", "t: {}")})
	defer closeServer(t, alone)
	if _, err := AcceptReload.Ask(t.Context(), alone, struct{}{}); !errors.Is(err, errNoReload) {
		t.Errorf("nobody serves: %v", err)
	}
}

// What programs read of what is held.
func TestHeldAsJSON(t *testing.T) {
	h := Held{Since: noon, File: "config.yaml", Hold: 0.3, Entries: 20, Moving: 20, Topics: []Moved{{"water", 10, 10, 10, 2, false}}, Problems: []string{}}
	b, err := json.Marshal(&h)
	want := `{"since":"2024-09-04T12:00:00Z","file":"config.yaml","written":null,"hold":0.3,"entries":20,"moving":20,"topics":[{"topic":"water","entries":10,"leaving":10,"arriving":10,"share":2,"gone":false}],"problems":[]}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v, want %s", b, err, want)
	}
	for range 25 {
		h.Topics = append(h.Topics, Moved{Topic: "x"})
	}
	if lines := h.Lines(); len(lines) != 21 || lines[20] != "and 6 more topics" {
		t.Error(fmt.Sprint(lines))
	}
}
