package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/web"
	"topicwire/storage"
)

// A topic that is renamed while the server runs is at its new address at once, with the
// ids it had, and its old addresses lead there; one that is taken away is gone; a draft
// that is taken away was never there. What comes back is served again. A restart changes
// none of it.
func TestTopicsAreRenamedAndClosed(t *testing.T) {
	dir := t.TempDir()
	with := func(topics string) *config.Config { return liveConfig(t, dir, "https://x.example/rss", topics) }
	l := goLive(t, with("water: {any: [rivers]}, ways: {any: [roads]}, empty: {any: [nothing]}, secret: {draft: true}"), func(s *Server) {
		if err := s.writer.do(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	direct := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answers := func(want map[string]string) {
		t.Helper()
		for path, want := range want {
			res, err := direct.Get(l.url + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if got := strings.TrimSpace(res.Status[:3] + " " + res.Header.Get("Location")); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
	}
	before := l.get(t, http.DefaultClient, "/topics/water.atom")
	ids := func(doc string) (ids []string) {
		for _, part := range strings.Split(doc, "<id>")[1:] {
			id, _, _ := strings.Cut(part, "</id>")
			ids = append(ids, id)
		}
		return ids
	}
	reload := func(topics string) {
		t.Helper()
		l.reloads <- Reload{Config: with(topics)}
		l.reloads <- Reload{Problems: []feed.Problem{{Text: "bad"}}} // taken when the one before is done
	}
	answers(map[string]string{"/topics/water.atom": "200", "/topics/secret": "404", "/topics/rivers.atom": "404"})

	reload("rivers: {any: [rivers], was: [water]}")
	now := l.get(t, http.DefaultClient, "/topics/rivers.atom")
	if got, want := strings.Join(ids(now), " "), strings.Join(ids(before), " "); got != want || len(ids(now)) < 6 {
		t.Errorf("ids %s\nwant %s", got, want)
	}
	want := map[string]string{
		"/topics/rivers": "200", "/topics/water.rss": "308 /topics/rivers.rss", "/topics/water/x?y": "308 /topics/rivers/x?y",
		"/topics/ways.atom": "410", "/topics/ways": "410", "/topics/ways/2024-09": "410", "/topics/empty.atom": "404", "/topics/secret.atom": "404",
	}
	answers(want)
	l.until(t, "/topics/rivers.atom", `href="http://127.0.0.1:8080/topics/rivers.atom"`)
	if got := l.get(t, http.DefaultClient, "/topics/rivers.atom"); strings.Join(ids(got), " ") != strings.Join(ids(before), " ") {
		t.Errorf("rendered anew, the ids are %s", ids(got))
	}
	doc, err := Export.Ask(t.Context(), l.client, ExportRequest{"rivers", publish.Atom})
	if err != nil || len(doc) == 0 {
		t.Error(err)
	}
	_, err = Export.Ask(t.Context(), l.client, ExportRequest{"water", publish.Atom})
	if usage, ok := errors.AsType[*UsageError](err); !ok || usage.Hint != "topic water was renamed to rivers" {
		t.Errorf("a topic by its former id: %+v", err)
	}
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	l = goLive(t, with("rivers: {any: [rivers], was: [water]}"), nil)
	answers(want)

	// The topic that closed returns, and its readers find it where it was.
	reload("rivers: {any: [rivers]}, ways: {any: [roads]}")
	l.until(t, "/topics/ways.atom", "Number 9 of roads")
	answers(map[string]string{"/topics/water.atom": "404", "/topics/secret": "404"})
	reload("waters: {any: [rivers], was: [rivers, water], draft: true}")
	answers(map[string]string{"/topics/rivers.atom": "404", "/topics/water": "404", "/topics/waters": "404", "/topics/ways": "410"})
}

// An empty topic that is renamed has the id of its feed, too, before anything is filed.
func TestAnEmptyTopicKeepsTheIDOfItsFeed(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	closeServer(t, s)
	s = openServer(t, Options{Config: wire(t, db, "rivers: {any: [rivers], was: [water]}")})
	defer closeServer(t, s)
	doc, err := s.Export(t.Context(), "rivers", publish.Atom)
	if want := feed.NameUUID("topic", "water"); err != nil || !strings.Contains(string(doc), "<id>"+want+"</id>") {
		t.Errorf("%s, %v", doc, err)
	}
	// The site knows it before anything is published.
	site := web.New(web.Options{})
	s.showTopics(site, s.state.Load())
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/topics/rivers.atom", nil))
	if want := feed.NameUUID("topic", "water"); !strings.Contains(w.Body.String(), "<id>"+want+"</id>") {
		t.Errorf("before it is published: %s", w.Body)
	}
}

// Closed are topics that readers could have and nobody is or was.
func TestClosed(t *testing.T) {
	cfg := wire(t, filepath.Join(t.TempDir(), "s.db"), "water: {any: [rivers]}, waters: {any: [rivers], was: [sea, lake], draft: true}")
	stored := make(map[feed.TopicID]storage.TopicState)
	for _, id := range []feed.TopicID{"water", "waters", "sea", "closed", "empty", "draft", "older", feed.AllTopics} {
		stored[id] = storage.TopicState{ID: id, Opened: id != "draft", Changed: noon}
	}
	stored["empty"] = storage.TopicState{ID: "empty", Opened: true}
	if got, want := (&state{cfg: cfg}).closed(stored), []feed.TopicID{"closed", "older"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
