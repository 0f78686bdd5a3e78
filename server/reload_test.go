package server

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
)

// A reload swaps in rules, files what is stored anew, and says what it could not
// take; a bad one leaves everything as it was.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	with := func(topics string) *config.Config { return liveConfig(t, dir, "https://x.example/rss", topics) }
	l := goLive(t, with("water: {any: [rivers]}"), func(s *Server) {
		if err := s.writer.do(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	before := l.state.Load().client
	next := with("water: {any: [rivers]}, ways: {any: [roads]}")
	next.Server.Title, next.Fetch.Contact = "Other", "https://x.example/"
	m, problems := Check(next)
	if m == nil {
		t.Fatal(problems)
	}
	l.reloads <- Reload{Config: next, Compiled: m}
	bad := []feed.Problem{{Pos: feed.Pos{File: "config.yaml", Line: 2, Col: 1}, Text: "bad"}}
	l.reloads <- Reload{Problems: bad} // it is taken when the one before is done
	broken := with("t: {}")
	broken.Topics[0].Rules = feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "NEAR/2"}}}}
	l.reloads <- Reload{Config: broken}
	l.reloads <- Reload{Problems: bad}
	st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
	if err != nil || !slices.Equal(st.Restart, []string{"server.title"}) || len(st.Topics) != 2 || !st.Running {
		t.Errorf("%+v, %v", st, err)
	}
	if run := l.state.Load(); run.Matcher != m.Matcher || run.client == before {
		t.Error("the rules were compiled again, or the old client fetches on")
	}
	l.until(t, "/topics/ways.atom", "Number 9 of roads")
	if state := l.configState(); state.Loaded.IsZero() || len(state.Restart) != 1 {
		t.Errorf("%+v", state)
	}
	l.reloads <- Reload{Config: with("water: {any: [rivers]}")}
	l.reloads <- Reload{Problems: bad}
	if _, err := Export.Ask(t.Context(), l.client, ExportRequest{"ways", publish.Atom}); err == nil {
		t.Error("a topic that is gone is exported")
	}
	if err := os.WriteFile(filepath.Join(dir, "drop.svg"), []byte("<svg/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	elsewhere := with("water: {any: [rivers], icon: drop.svg}")
	elsewhere.Server.SecurityTxt = []byte("Contact: https://x.example/")
	if elsewhere.Server.Timezone, err = time.LoadLocation("Asia/Tashkent"); err != nil {
		t.Fatal(err)
	}
	l.reloads <- Reload{Config: elsewhere}
	for _, path := range []string{"/", "/topics/water", "/sources"} {
		l.until(t, path, "Times are Asia/Tashkent")
	}
	l.until(t, "/topics/water/icon.svg", "<svg/>")
	l.until(t, "/topics/water", "/topics/water/icon.svg")
	l.until(t, "/.well-known/security.txt", "Contact: https://x.example/")
	if strings.Contains(l.log.String(), "not published") {
		t.Errorf("the log:\n%s", l.log)
	}
	// The last of the bad ones may still be under way; all but that are counted.
	if n := strings.Count(l.log.String(), "configuration refused"); n < 3 || n > 4 {
		t.Errorf("%d refusals in the log:\n%s", n, l.log)
	}
}
