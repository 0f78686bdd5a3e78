package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/poll"
	"topicwire/storage"
)

// A subscriber confirms everything and keeps what it gets.
type subscriber struct {
	url string
	got chan delivered
}

type delivered struct {
	header http.Header
	body   string
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{got: make(chan delivered, 100)}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, r.FormValue("hub.challenge"))
			return
		}
		b, _ := io.ReadAll(r.Body)
		s.got <- delivered{r.Header, string(b)}
	}))
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *subscriber) next(t *testing.T, l *live) delivered {
	t.Helper()
	select {
	case d := <-s.got:
		return d
	case <-time.After(30 * time.Second):
		t.Fatalf("nothing was delivered:\n%s", l.log)
	}
	return delivered{}
}

// subscribe subscribes to a feed of a live server, and waits until the hub says so.
func (s *subscriber) subscribe(t *testing.T, l *live, at, topic string) {
	t.Helper()
	before := l.hubCounts().Verified
	res, err := http.PostForm(l.url+at, url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {s.url}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusAccepted {
		t.Fatalf("%s, %s", res.Status, b)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(30 * time.Second); l.hubCounts().Verified == before; {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("not subscribed:\n%s", l.log)
		}
	}
}

// round has a server visit all its sources.
func (l *live) round(t *testing.T) {
	t.Helper()
	if err := Fetch.Each(t.Context(), l.client, true, func(poll.Report) {}); err != nil {
		t.Fatal(err)
	}
}

// The whole way: a source has something new, and whoever subscribed gets the feed as it
// is served and exported, with the links that it names itself and the hub by; after a
// restart, too, and nothing where nothing is new.
func TestHubOfAServingProcess(t *testing.T) {
	dir := t.TempDir()
	address, say := source(t)
	with := func() *config.Config {
		cfg := liveConfig(t, dir, address, "water: {any: [rivers]}")
		cfg.Server.URL = "https://wire.example/news"
		return cfg
	}
	const topic = "https://wire.example/news/topics/water.rss"
	l := goLive(t, with(), nil)
	s := newSubscriber(t)
	s.subscribe(t, l, "/hub", topic)
	l.round(t)
	d := s.next(t, l)
	served := l.get(t, http.DefaultClient, "/topics/water.rss")
	exported, err := Export.Ask(t.Context(), l.client, ExportRequest{"water", publish.RSS})
	if d.body != served || string(exported) != served || err != nil || !strings.Contains(d.body, "Rivers rise") {
		t.Errorf("delivered:\n%s\nserved:\n%s\nexported:\n%s", d.body, served, exported)
	}
	if got, want := d.header.Get("Link"), `<https://wire.example/news/hub>; rel="hub", <`+topic+`>; rel="self"`; got != want || d.header.Get("Content-Type") != publish.RSS.ContentType() {
		t.Errorf("%v, want %s", d.header, want)
	}
	for _, link := range []string{`rel="hub" href="https://wire.example/news/hub"`, `rel="self" type="application/rss+xml" href="` + topic + `"`} {
		if !strings.Contains(served, link) {
			t.Errorf("the feed has no %s:\n%s", link, served)
		}
	}
	operator := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", filepath.Join(dir, "admin.sock"))
	}}}
	defer operator.CloseIdleConnections()
	for _, metric := range []string{"topicwire_hub_subscriptions 1", `topicwire_hub_deliveries_total{result="failed"} 0`, `topicwire_hub_verifications_total{result="ok"} 1`} {
		if got := l.get(t, operator, "http://localhost/metrics"); !strings.Contains(got, metric) {
			t.Errorf("no %s in\n%s", metric, got)
		}
	}
	st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
	if err != nil || st.Hub != (HubStatus{Subscriptions: 1}) {
		t.Errorf("%+v, %v", st.Hub, err)
	}
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}

	say("Rivers fall")
	away := openServer(t, Options{Config: with()})
	if err := away.Fetch(t.Context(), true, nil); err != nil { // while nobody serves
		t.Fatal(err)
	}
	closeServer(t, away)
	l = goLive(t, with(), nil)
	if d := s.next(t, l); !strings.Contains(d.body, "Rivers fall") {
		t.Errorf("delivered:\n%s", d.body)
	}
	s.subscribe(t, l, "/news/hub", topic) // a renewal, at the other address of the hub
	l.round(t)                            // nothing is new
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-s.got:
		t.Errorf("delivered without a change:\n%s", d.body)
	default:
	}
}

// Without a hub of its own a server takes no POST, and names and tells those that it is
// told to.
func TestOtherHubs(t *testing.T) {
	dir := t.TempDir()
	address, _ := source(t)
	pings := make(chan string, 100)
	hub := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { pings <- r.FormValue("hub.topic") }))
	defer hub.Close()
	cfg := liveConfig(t, dir, address, "water: {any: [rivers]}")
	cfg.WebSub = config.WebSub{PublishTo: []string{hub.URL + "/publish"}}
	l := goLive(t, cfg, nil)
	res, err := http.PostForm(l.url+"/hub", url.Values{"hub.mode": {"subscribe"}})
	if err != nil || res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("%v, %v", res.Status, err)
	}
	res.Body.Close()
	got := l.get(t, http.DefaultClient, "/topics/water.atom")
	if strings.Count(got, `rel="hub"`) != 1 || !strings.Contains(got, `rel="hub" href="`+hub.URL+`/publish"`) {
		t.Errorf("the feed:\n%s", got)
	}
	l.round(t)
	told := make(map[string]bool)
	for len(told) < 7 { // three feeds and the page of the topic, and three feeds of all
		select {
		case topic := <-pings:
			told[strings.TrimPrefix(topic, cfg.Server.URL)] = true
		case <-time.After(30 * time.Second):
			t.Fatalf("told of %v alone:\n%s", told, l.log)
		}
	}
	for _, path := range []string{"", ".atom", ".rss", ".json"} {
		if !told["/topics/water"+path] || path != "" && !told["/all"+path] {
			t.Errorf("told of %v", told)
		}
	}
	if err := l.db.Verify(t.Context(), func(wrong string) { t.Error(wrong) }); err != nil {
		t.Error(err)
	}
}

// The log of changes says which hubs the documents name, so that all who follow it make
// the same ones.
func TestHubsAreAnnounced(t *testing.T) {
	cfg := wire(t, filepath.Join(t.TempDir(), "s.db"), "t: {}")
	cfg.WebSub.PublishTo = []string{"https://hub.example/"}
	s := openServer(t, Options{Config: cfg})
	defer closeServer(t, s)
	const own = "http://127.0.0.1:8080/hub"
	if err := s.db.View(func(r *storage.Reader) error {
		c, err := r.Config()
		if err == nil && !slices.Equal(c.Hubs, []string{own, "https://hub.example/"}) {
			t.Errorf("announced %q", c.Hubs)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if doc, err := s.Export(t.Context(), "t", publish.JSON); err != nil || !strings.Contains(string(doc), `"hubs":[{"type":"WebSub","url":"`+own+`"},{`) {
		t.Errorf("%s, %v", doc, err)
	}
}

// The hub carries the feeds that nobody publishes, too: of one language, and of a story.
// It delivers where they change, and not where only others do.
func TestTheHubCarriesWhatIsMade(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "rivers: {any: [rivers]}"), func(s *Server) {
		if err := s.writer.do(inLanguages(s, "en", "ru")); err != nil {
			t.Fatal(err)
		}
	})
	ru, story := newSubscriber(t), newSubscriber(t)
	ru.subscribe(t, l, "/hub", publicBase+"/topics/rivers/ru.atom")
	story.subscribe(t, l, "/hub", publicBase+"/stories/1.atom")
	add := func(at time.Duration, language, title string) {
		t.Helper()
		v := inLanguages(l.Server, language)
		v.At, v.Document.Body = noon.Add(at), uint64(at)
		e := &v.Document.Entries[0].Entry
		e.ID, e.Title = "tag:x.example,2024:"+title, "rivers "+title
		if err := l.writer.do(v); err != nil {
			t.Fatal(err)
		}
		l.until(t, "/topics/rivers.atom", "rivers "+title)
	}
	add(time.Hour, "en", "first-in-english")
	add(2*time.Hour, "ru", "first-in-russian")
	d := ru.next(t, l)
	if !strings.Contains(d.body, "first-in-russian") || strings.Contains(d.body, "first-in-english") || d.header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Errorf("%v\n%.300s", d.header, d.body)
	}
	if err := l.writer.do(&feed.Decision{At: noon.Add(3 * time.Hour), Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 4}}); err != nil {
		t.Fatal(err)
	}
	if d := story.next(t, l); !strings.Contains(d.body, "first-in-russian") || !strings.Contains(d.header.Get("Link"), "/stories/1.atom") {
		t.Errorf("%v\n%.300s", d.header, d.body)
	}
	// An archive does not change: nobody need be told.
	res, err := http.PostForm(l.url+"/hub", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {publicBase + "/topics/rivers/archive/1.atom"}, "hub.callback": {ru.url}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("an archive: %s", res.Status)
	}
}
