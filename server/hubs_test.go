package server

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/poll"
	"topicwire/storage"
)

// A publisher and its hub, both by hand. The hub confirms with the first request, and
// pushes what it is given.
type hubWorld struct {
	t         *testing.T
	publisher *httptest.Server
	hub       *httptest.Server
	confirmed chan string // modes that were confirmed

	mu     sync.Mutex
	link   string // the publisher's Link header
	body   string
	topics map[string]url.Values // subscriptions, by callback
	polls  int
}

func newHubWorld(t *testing.T) *hubWorld {
	h := &hubWorld{t: t, topics: map[string]url.Values{}, confirmed: make(chan string, 10)}
	h.publisher = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/feed", http.StatusFound)
			return
		}
		h.polls++
		if h.link != "" {
			w.Header().Set("Link", h.link)
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, len(h.body))) // one without is asked daily anyway
		io.WriteString(w, h.body)
	}))
	h.hub = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.publisher.Close)
	t.Cleanup(h.hub.Close)
	return h
}

func (h *hubWorld) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/wrong" {
		h.t.Errorf("the wrong hub was asked for %s", r.FormValue("hub.topic"))
	}
	if err := r.ParseForm(); err != nil {
		h.t.Error(err)
	}
	w.WriteHeader(http.StatusAccepted)
	http.NewResponseController(w).Flush() // and only then asks back
	form := r.PostForm
	if status, echo := h.ask(form, url.Values{"hub.mode": form["hub.mode"], "hub.lease_seconds": {"864000"}, "hub.challenge": {"c-1"}}); status != 200 || echo != "c-1" {
		h.t.Errorf("%s is confirmed with %d %q", form.Get("hub.mode"), status, echo)
		return
	}
	h.mu.Lock()
	if h.topics[form.Get("hub.callback")] = form; form.Get("hub.mode") == "unsubscribe" {
		delete(h.topics, form.Get("hub.callback"))
	}
	h.mu.Unlock()
	h.confirmed <- form.Get("hub.mode")
}

// ask is a GET of the hub.
func (h *hubWorld) ask(form, q url.Values) (int, string) {
	q.Set("hub.topic", form.Get("hub.topic"))
	res, err := http.Get(form.Get("hub.callback") + "?" + q.Encode())
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

// subscription is the one that there is.
func (h *hubWorld) subscription() url.Values {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.topics) != 1 {
		h.t.Fatalf("%d subscriptions: %v", len(h.topics), h.topics)
	}
	for _, form := range h.topics {
		return form
	}
	return nil
}

// push sends a document as the hub does; secret "" signs nothing.
func (h *hubWorld) push(form url.Values, secret, contentType, body string) int {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodPost, form.Get("hub.callback"), strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if secret != "" {
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, body)
		req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func (h *hubWorld) say(link, body string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.link, h.body = h.fill(link), h.fill(body)
}

// fill puts addresses in the place of their names.
func (h *hubWorld) fill(s string) string {
	return strings.NewReplacer("HUB", h.hub.URL, "PUB", h.publisher.URL).Replace(s)
}

// frontOf is a proxy that readers and hubs reach: its address is known before there is
// a server behind it.
func frontOf(t *testing.T, socket string, strip string) *httptest.Server {
	p := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "server"})
			r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, strip)
		},
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}},
	}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	t.Cleanup(p.Transport.(*http.Transport).CloseIdleConnections)
	return srv
}

// hubConfig is a configuration of a server behind a front.
func hubConfig(t *testing.T, dir, public, source, more string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
server: {listen: "unix:%[1]s/p.sock", admin: "", url: %[2]q}
fetch: {contact: desk@x.example, allow_private: true, host_gap: 0s}
storage: {path: "%[1]s/s.db"}
sources: [{url: %[3]q}]
topics: {water: {any: [rivers]}}
%[4]s
`, dir, public, source, more), dir, nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}

// beginHub serves a source until its hub has confirmed that it pushes.
func beginHub(t *testing.T, h *hubWorld, path, prefix, strip string) (l *live, dir string) {
	t.Helper()
	dir = t.TempDir()
	front := frontOf(t, filepath.Join(dir, "p.sock"), strip)
	l = goLive(t, hubConfig(t, dir, front.URL+prefix, h.publisher.URL+path, "websub: {subscribe: true}"), nil)
	l.url = front.URL + prefix
	if mode := <-h.confirmed; mode != "subscribe" {
		t.Fatalf("the hub was asked to %s", mode)
	}
	return l, dir
}

const (
	rssOf  = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>S</title><link>PUB/</link><description>d</description>%s%s</channel></rss>`
	atomOf = `<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><id>s</id><updated>2024-09-04T08:00:00Z</updated>%s%s</feed>`
	jsonOf = `{"version":"https://jsonfeed.org/version/1.1","title":"S"%s,"items":[%s]}`
)

func rssItem(id, title string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><title>%s</title></item>`, id, title)
}

func atomEntry(id, title string) string {
	return fmt.Sprintf(`<entry><id>%s</id><title>%s</title><updated>2024-09-04T08:00:00Z</updated></entry>`, id, title)
}

// From a source that names its hub in any of the ways of the standard, by whichever
// address, to what readers get once the hub pushed: a part of the source's document. The
// numbers are those of the tests of websub.rocks.
func TestHubsPush(t *testing.T) {
	header := `<HUB/>; rel="hub", <PUB/feed>; rel="self"`
	for name, tt := range map[string]struct{ path, link, body, contentType, pushed string }{
		"100, Link header": {"/feed", header, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")), "application/rss+xml", fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))},
		"101, HTML": {"/page", "", `<html><head><link rel="hub" href="HUB/"><link rel="self" href="PUB/feed"></head></html>`,
			"application/atom+xml", fmt.Sprintf(atomOf, "", atomEntry("2", "Rivers fall"))},
		"102, Atom": {"/feed", "", fmt.Sprintf(atomOf, `<link rel="hub" href="HUB/"/><link rel="self" href="PUB/feed"/>`, atomEntry("1", "Rivers rise")),
			"application/atom+xml", fmt.Sprintf(atomOf, "", atomEntry("2", "Rivers fall"))},
		"103, RSS": {"/feed", "", fmt.Sprintf(rssOf, `<atom:link rel="hub" href="HUB/"/><atom:link rel="self" href="PUB/feed"/>`, rssItem("1", "Rivers rise")),
			"text/xml; charset=utf-8", fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))},
		"JSON": {"/feed", "", fmt.Sprintf(jsonOf, `,"feed_url":"PUB/feed","hubs":[{"type":"WebSub","url":"HUB/"}]`, `{"id":"1","content_text":"Rivers rise"}`),
			"application/feed+json", fmt.Sprintf(jsonOf, "", `{"id":"2","content_text":"Rivers fall"}`)},
		"104, header before document": {"/feed", header, fmt.Sprintf(atomOf, `<link rel="hub" href="HUB/wrong"/><link rel="self" href="PUB/wrong"/>`, atomEntry("1", "Rivers rise")),
			"application/atom+xml", fmt.Sprintf(atomOf, "", atomEntry("2", "Rivers fall"))},
		"200, self differs": {"/mirror", header, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")), "application/rss+xml", fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))},
		"201, redirect":     {"/moved", `<HUB/>; rel="hub"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")), "application/rss+xml", fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHubWorld(t)
			h.say(tt.link, tt.body)
			l, _ := beginHub(t, h, tt.path, "", "")
			form := h.subscription()
			if got, want := form.Get("hub.topic"), h.publisher.URL+"/feed"; got != want {
				t.Errorf("subscribed to %s, want %s", got, want)
			}
			if status := h.push(form, form.Get("hub.secret"), tt.contentType, h.fill(tt.pushed)); status != 202 {
				t.Errorf("pushed: %d", status)
			}
			l.until(t, "/topics/water.json", "Rivers fall")
			if name != "101, HTML" && !strings.Contains(l.get(t, http.DefaultClient, "/topics/water.json"), "Rivers rise") {
				t.Error("what was there before is gone")
			}
			if n := h.polls; n != 1 {
				t.Errorf("the source was asked %d times", n)
			}
		})
	}
}

// What is fetched and what is pushed holds of one budget, and gives it back once it is on
// disk.
func TestDocumentsHoldMemory(t *testing.T) {
	h := newHubWorld(t)
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")))
	l, _ := beginHub(t, h, "/feed", "", "")
	fetched := 0
	waitFor(t, func() bool { now, most := l.memory.Held(); fetched = most; return now == 0 && most > 0 })
	form := h.subscription()
	long := "<!--" + strings.Repeat("x", 1<<20) + "-->"
	h.push(form, form.Get("hub.secret"), "application/rss+xml", h.fill(fmt.Sprintf(rssOf, long, rssItem("2", "Rivers fall"))))
	l.until(t, "/topics/water.json", "Rivers fall")
	waitFor(t, func() bool { now, _ := l.memory.Held(); return now == 0 })
	if _, most := l.memory.Held(); fetched >= len(long) || most <= len(long) {
		t.Errorf("%d bytes were held of what was fetched, %d of what was pushed, which had more than %d", fetched, most, len(long))
	}
}

// 301 and 302: what is not signed, or not rightly, is accepted, and reaches nobody. Nor
// does what is pushed to an address that nobody gave out.
func TestForgedPushes(t *testing.T) {
	h := newHubWorld(t)
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")))
	l, _ := beginHub(t, h, "/feed", "", "")
	form := h.subscription()
	forged := h.fill(fmt.Sprintf(rssOf, "", rssItem("evil", "Rivers are sold")))
	if status := h.push(form, "guessed", "application/rss+xml", forged); status/100 != 2 {
		t.Errorf("301, a bad signature: %d", status)
	}
	if status := h.push(form, "", "application/rss+xml", forged); status/100 != 2 {
		t.Errorf("302, none: %d", status)
	}
	other := url.Values{"hub.callback": {form.Get("hub.callback") + "A"}}
	if status := h.push(other, form.Get("hub.secret"), "application/rss+xml", forged); status != 404 {
		t.Errorf("another address: %d", status)
	}
	if status := h.push(form, form.Get("hub.secret"), "application/rss+xml", "no feed"); status/100 != 2 {
		t.Errorf("what is no feed: %d", status)
	}
	h.push(form, form.Get("hub.secret"), "application/rss+xml", h.fill(fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))))
	l.until(t, "/topics/water.json", "Rivers fall")
	if got := l.get(t, http.DefaultClient, "/topics/water.json"); strings.Contains(got, "sold") {
		t.Error("a forged entry is published")
	}
	for _, secret := range []string{form.Get("hub.secret"), form.Get("hub.callback"), filepath.Base(form.Get("hub.callback"))} {
		if strings.Contains(l.log.String(), secret) {
			t.Errorf("the log has %s:\n%s", secret, l.log)
		}
	}
}

// Callbacks lie below the public address, whether the proxy before us strips its path
// or not; the site is where it was.
func TestCallbacksBelowAPath(t *testing.T) {
	for name, strip := range map[string]string{"stripped": "/wire", "as it is": ""} {
		t.Run(name, func(t *testing.T) {
			h := newHubWorld(t)
			h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")))
			l, _ := beginHub(t, h, "/feed", "/wire", strip)
			form := h.subscription()
			if !strings.HasPrefix(form.Get("hub.callback"), l.url+"/websub/") {
				t.Errorf("the callback is %s", form.Get("hub.callback"))
			}
			h.push(form, form.Get("hub.secret"), "application/rss+xml", h.fill(fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))))
			l.until(t, "/topics/water.json", "Rivers fall")
		})
	}
}

// While a hub pushes, its source is asked once a day, and what it has then is nothing
// new; from the moment when it does not, as often as others. People see which it is.
func TestPollingWhileAHubPushes(t *testing.T) {
	h := newHubWorld(t)
	first := fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise"))
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, first)
	l, _ := beginHub(t, h, "/feed", "", "")
	form := h.subscription()
	state := func() feed.SourceState {
		t.Helper()
		health, err := Health(t.Context(), l.client, l.state.Load().cfg.Sources)
		if err != nil || len(health) != 1 {
			t.Fatal(err)
		}
		if got := health[0].Pushing(noon); health[0].State.Lease.State == feed.LeaseActive && got != "pushed by "+strings.TrimPrefix(h.hub.URL, "http://")+" until 2024-09-14 12:00" {
			t.Errorf("people are told %q", got)
		}
		return health[0].State
	}
	round := func() poll.Report {
		t.Helper()
		var got poll.Report
		if err := Fetch.Each(t.Context(), l.client, true, func(r poll.Report) { got = r }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	if s := state(); s.Next.Sub(noon) > 2*time.Hour {
		t.Errorf("the next visit, which makes sure that nothing was lost in between, is at %s", s.Next)
	}
	h.push(form, form.Get("hub.secret"), "application/rss+xml", h.fill(fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall"))))
	l.until(t, "/topics/water.json", "Rivers fall")
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall")+rssItem("1", "Rivers rise")))
	if r := round(); r.Status != poll.OK || r.New+r.Updated != 0 || r.Entries != 2 {
		t.Errorf("what was pushed is polled: %+v", r)
	}
	if s := state(); s.Why != "pushed by its hub" || s.Next.Sub(noon) < 24*time.Hour {
		t.Errorf("the next visit is at %s, %s", s.Next, s.Why)
	}
	if status, _ := h.ask(form, url.Values{"hub.mode": {"denied"}, "hub.reason": {"no room"}}); status != 200 {
		t.Errorf("denied: %d", status)
	}
	waitFor(t, func() bool { s := state(); return s.Next.Sub(noon) < 2*time.Hour })
	round()
	if s := state(); s.Why == "pushed by its hub" || s.Next.Sub(noon) > 26*time.Hour || s.Lease.State != feed.LeaseDenied {
		t.Errorf("after the denial: %+v", s)
	}
	// Programs are told nothing that is secret.
	b, err := json.Marshal(state())
	if err != nil || !bytes.Contains(b, []byte(`"denied"`)) || bytes.Contains(b, []byte(form.Get("hub.secret"))) || bytes.Contains(b, []byte("/websub/")) {
		t.Errorf("%s, %v", b, err)
	}
}

func waitFor(t *testing.T, there func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(30 * time.Second); !there(); {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatal("it never came about")
		}
	}
}

// A restart takes up what there is and asks nobody; a reload that turns subscriptions
// off tells the hub.
func TestLeasesOverARestartAndAReload(t *testing.T) {
	h := newHubWorld(t)
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")))
	l, dir := beginHub(t, h, "/feed", "", "")
	form, address, cfg := h.subscription(), l.url, l.state.Load().cfg
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	l = goLive(t, cfg, nil)
	l.url = address
	if status := h.push(form, form.Get("hub.secret"), "application/rss+xml", h.fill(fmt.Sprintf(rssOf, "", rssItem("2", "Rivers fall")))); status != 202 {
		t.Errorf("pushed after the restart: %d", status)
	}
	l.until(t, "/topics/water.json", "Rivers fall")
	if len(h.confirmed) != 0 {
		t.Errorf("the hub was asked to %s", <-h.confirmed)
	}
	l.reloads <- Reload{Config: hubConfig(t, dir, address, h.publisher.URL+"/feed", "websub: {subscribe: false}")}
	if mode := <-h.confirmed; mode != "unsubscribe" {
		t.Errorf("the hub was asked to %s", mode)
	}
	if status := h.push(form, form.Get("hub.secret"), "application/rss+xml", "x"); status != 404 {
		t.Errorf("pushed after that: %d", status)
	}
	if err := l.db.View(func(r *storage.Reader) error {
		left, err := r.Leases()
		if len(left) != 0 {
			t.Errorf("left are %+v", left)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Nobody pushes to a process that does not serve: it polls as if there were no hubs.
func TestARoundAloneIsNotPushed(t *testing.T) {
	h := newHubWorld(t)
	h.say(`<HUB/>; rel="hub", <PUB/feed>; rel="self"`, fmt.Sprintf(rssOf, "", rssItem("1", "Rivers rise")))
	l, _ := beginHub(t, h, "/feed", "", "")
	cfg := l.state.Load().cfg
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	s := openServer(t, Options{Config: cfg})
	defer closeServer(t, s)
	if err := Fetch.Each(t.Context(), s, true, func(poll.Report) {}); err != nil {
		t.Fatal(err)
	}
	if err := s.db.View(func(r *storage.Reader) error {
		st, err := r.Source(cfg.Sources[0].ID)
		if st.Why == "pushed by its hub" {
			t.Errorf("due at %s: %s", st.Next, st.Why)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
