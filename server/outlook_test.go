package server

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/server/poll"
)

// As the first visits go on and end, pages say so, though no topic changes.
func TestPagesOfAFirstRun(t *testing.T) {
	asked, answer := make(chan struct{}, 8), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-answer
		io.WriteString(w, `<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description><item><title>A road is closed</title><link>https://x.example/1</link></item></channel></rss>`)
	}))
	defer site.Close()
	l := goLive(t, liveConfig(t, t.TempDir(), site.URL, "water: {any: [rivers]}"), nil)
	before := map[string]string{}
	for _, path := range []string{"/", "/topics/water"} {
		before[path] = l.get(t, http.DefaultClient, path)
		if !strings.Contains(before[path], "1 source is being asked for the first time") || !strings.Contains(before[path], `http-equiv="refresh"`) {
			t.Errorf("%s at first:\n%s", path, before[path])
		}
	}
	status := func() (st Status) {
		st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	<-asked
	if n := status().Visiting; n != 1 {
		t.Errorf("%d visits are under way", n)
	}
	close(answer)
	l.until(t, "/topics/water", "1 source brought 1 entry, and none of them matched this topic.")
	l.until(t, "/", "1 source brought 1 entry, and none of them matched a topic.")
	if n := status().Visiting; n != 0 {
		t.Errorf("%d visits are under way in the end", n)
	}
	for path := range before {
		if strings.Contains(l.get(t, http.DefaultClient, path), `http-equiv="refresh"`) {
			t.Errorf("%s still loads itself anew", path)
		}
	}
}

// Where nothing was ever reached pages say since when, and where sources fail that they do.
func TestPagesWithoutANetwork(t *testing.T) {
	down := httptest.NewServer(nil)
	port := down.URL[strings.LastIndexByte(down.URL, ':'):]
	down.Close()
	cfg := liveConfig(t, t.TempDir(), "http://127.0.0.1"+port, "water: {any: [rivers]}")
	for i := 2; i < 5; i++ { // all of 127/8 is this machine
		cfg.Sources = append(cfg.Sources, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.0.%d%s", i, port)), Republish: feed.RepublishSummary})
	}
	l := goLive(t, cfg, nil)
	if err := l.Fetch(t.Context(), true, func(poll.Report) {}); err != nil {
		t.Fatal(err)
	}
	l.until(t, "/topics/water", "No network since "+noon.Format("15:04"))
	l.until(t, "/", "None of the 4 sources could be reached")

	failing := httptest.NewServer(http.NotFoundHandler())
	defer failing.Close()
	l = goLive(t, liveConfig(t, t.TempDir(), failing.URL, "water: {any: [rivers]}"), nil)
	l.until(t, "/topics/water", "No source could be read")
	l.until(t, "/", `<a href="/sources">the list of sources</a>`)
}
