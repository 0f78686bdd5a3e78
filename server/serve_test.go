package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/server/poll"
)

// A live server serves in this process, with a client on its control socket.
type live struct {
	*Server
	url     string
	reloads chan Reload
	client  *Client
	log     *logged
	stop    func() error // ends it and returns what Serve returned
}

// logged is a log that several goroutines write.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// liveConfig is a configuration in dir with topics over a source.
func liveConfig(t *testing.T, dir, source, topics string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
server: {listen: "127.0.0.1:0", admin: "unix:%s/admin.sock"}
fetch: {contact: desk@x.example, allow_private: true, host_gap: 0s}
storage: {path: "%[1]s/s.db", keep: 2d}
sources: [{url: %q}]
topics: {%s}
`, dir, source, topics), dir, nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}

// goLive serves a configuration, after what is to be stored before.
func goLive(t *testing.T, cfg *config.Config, before func(*Server)) *live {
	t.Helper()
	return goLiveBy(t, cfg, nil, before)
}

// goLiveBy is goLive by a clock; nil for one that stands at noon.
func goLiveBy(t *testing.T, cfg *config.Config, now func() time.Time, before func(*Server)) *live {
	t.Helper()
	l := &live{log: new(logged), reloads: make(chan Reload)}
	l.Server = openServer(t, Options{Config: cfg, Version: "test", Later: true, Now: now, Log: slog.New(slog.NewTextHandler(l.log, nil))})
	if before != nil {
		before(l.Server)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- l.Serve(ctx, l.reloads, func(a net.Addr) { ready <- "http://" + a.String() }) }()
	select {
	case l.url = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	var err error
	if l.client, err = Dial(t.Context(), cfg.Storage.Path); err != nil {
		t.Fatal(err)
	}
	l.stop = sync.OnceValue(func() error {
		cancel()
		err := <-ended
		return errors.Join(err, l.client.Close(), l.Close())
	})
	t.Cleanup(func() {
		if err := l.stop(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// get asks over HTTP; a path goes to the public side.
func (l *live) get(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	if strings.HasPrefix(url, "/") {
		url = l.url + url
	}
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%s: %s, %v", url, res.Status, err)
	}
	return string(b)
}

// until asks time and again, as readers do, until the answer has part.
func (l *live) until(t *testing.T, path, part string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(30 * time.Second); ; {
		if strings.Contains(l.get(t, http.DefaultClient, path), part) {
			return
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("%s never had %q:\n%s", path, part, l.log)
		}
	}
}

// A server shows what is stored from its first moment, to readers and operators,
// and leaves no socket behind.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	cfg := liveConfig(t, dir, "https://x.example/rss", "water: {any: [rivers]}, secret: {draft: true}")
	l := goLive(t, cfg, func(s *Server) {
		if err := s.writer.do(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	if got := l.get(t, http.DefaultClient, "/topics/water.atom"); strings.Count(got, "<entry") != 5 {
		t.Errorf("the feed:\n%s", got)
	}
	if got := l.get(t, http.DefaultClient, "/stories/10"); !strings.Contains(got, "Number 0 of rivers") {
		t.Errorf("the story:\n%s", got)
	}
	if got := l.get(t, http.DefaultClient, "/sources"); !strings.Contains(got, "x.example") {
		t.Errorf("the sources:\n%s", got)
	}
	operator := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", filepath.Join(dir, "admin.sock"))
	}}}
	defer operator.CloseIdleConnections()
	if got := l.get(t, operator, "http://localhost/"); !strings.Contains(got, "secret") || !strings.Contains(got, "https://x.example/rss") {
		t.Errorf("the operators' page:\n%s", got)
	}
	for _, metric := range []string{`topicwire_sources{condition="ok"} 1`, "topicwire_refiling_pending 0", `topicwire_build_info{version="test"} 1`} {
		if got := l.get(t, operator, "http://localhost/metrics"); !strings.Contains(got, metric) {
			t.Errorf("no %s in\n%s", metric, got)
		}
	}
	if _, err := listen("server.admin", "unix:"+filepath.Join(dir, "admin.sock"), modeOfOwner); !errors.Is(err, syscall.EADDRINUSE) || !strings.HasPrefix(err.Error(), "server.admin: cannot listen on unix:") {
		t.Errorf("listening where another one does: %v", err)
	}
	operator.CloseIdleConnections()
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.sock")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := Dial(t.Context(), cfg.Storage.Path); err == nil {
		t.Error("who serves no more was reached")
	}
}

// An address that cannot be listened on ends Serve before anything is served.
func TestServeWhereNobodyCanListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, key := range []string{"listen", "admin"} {
		cfg := liveConfig(t, t.TempDir(), "https://x.example/rss", "t: {}")
		*map[string]*string{"listen": &cfg.Server.Listen, "admin": &cfg.Server.Admin}[key] = taken.Addr().String()
		s := openServer(t, Options{Config: cfg})
		if err := s.Serve(t.Context(), nil, nil); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%s: %v", key, err)
		}
		closeServer(t, s)
	}
}

// source is a feed with one entry of a title that can be changed.
func source(t *testing.T) (url string, say func(title string)) {
	t.Helper()
	var mu sync.Mutex
	title := "Rivers rise"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if title == "" {
			http.Error(w, "closed", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description><item><guid>%[1]s</guid><title>%[1]s</title></item></channel></rss>`, title)
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/rss", func(now string) {
		mu.Lock()
		defer mu.Unlock()
		title = now
	}
}

// What a round asked for over the socket brings is reported as it ends, and readers
// see it; a source that fails is counted.
func TestFetchOfAServingProcess(t *testing.T) {
	url, say := source(t)
	l := goLive(t, liveConfig(t, t.TempDir(), url, "water: {any: [rivers]}"), nil)
	fetch := func(want poll.Status) {
		t.Helper()
		var got []poll.Report
		if err := Fetch.Each(t.Context(), l.client, true, func(r poll.Report) { got = append(got, r) }); err != nil || len(got) != 1 || got[0].Status != want {
			t.Errorf("%+v, %v, want %s", got, err, want)
		}
	}
	fetch(poll.OK)
	l.until(t, "/topics/water.json", "Rivers rise")
	say("Rivers fall")
	fetch(poll.OK)
	l.until(t, "/topics/water.json", "Rivers fall")
	say("")
	fetch(poll.Failed)
	health, err := Health(t.Context(), l.client, l.state.Load().cfg.Sources)
	if err != nil || len(health) != 1 || health[0].Condition() != "failing" || health[0].Title() != "S" {
		t.Errorf("%+v, %v", health, err)
	}
	if err := l.Refresh(t.Context(), "https://none.example/"); err == nil {
		t.Error("a source that is none was visited")
	}
	for _, want := range []string{"msg=\"visit failed\""} {
		if !strings.Contains(l.log.String(), want) {
			t.Errorf("no %s in the log:\n%s", want, l.log)
		}
	}
}

// A round of a process of its own ends with what is too old removed.
func TestFetchAlone(t *testing.T) {
	url, say := source(t)
	cfg := liveConfig(t, t.TempDir(), url, "water: {any: [rivers]}")
	now := noon
	s, err := Open(t.Context(), Options{Config: cfg, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer closeServer(t, s)
	fetch := func(entries int) {
		t.Helper()
		if err := Fetch.Each(t.Context(), s, true, func(poll.Report) {}); err != nil {
			t.Fatal(err)
		}
		if st, err := StatusNow.Ask(t.Context(), s, struct{}{}); err != nil || st.Running || st.Database.Entries != entries || st.Sources.OK != 1 || st.Topics[0].Entries != 1 {
			t.Errorf("%+v, %v; want %d entries", st, err, entries)
		}
	}
	fetch(1)
	say("Rivers fall")
	cfg.Topics[0].Limit = 1
	fetch(2)
	now = now.Add(72 * time.Hour)
	fetch(1) // the first is no longer in its document
}
