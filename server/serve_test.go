package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/desk"
	"topicwire/server/poll"
	"topicwire/storage"
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
	l := &live{log: new(logged), reloads: make(chan Reload)}
	l.Server = openServer(t, Options{Config: cfg, Version: "test", Later: true, Log: slog.New(slog.NewTextHandler(l.log, nil))})
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
	if _, err := listen("unix:" + filepath.Join(dir, "admin.sock")); err == nil || !strings.Contains(err.Error(), "another process answers") {
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
	for _, want := range []string{"msg=visit ", "msg=\"visit failed\""} {
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
	broken.Topics[0].Rules.Any = []feed.Rule{{Pattern: "NEAR/2"}}
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
	if strings.Contains(l.log.String(), "not published") {
		t.Errorf("the log:\n%s", l.log)
	}
	// The last of the bad ones may still be under way; all but that are counted.
	if n := strings.Count(l.log.String(), "configuration refused"); n < 3 || n > 4 {
		t.Errorf("%d refusals in the log:\n%s", n, l.log)
	}
}

// Each question has the same answer over the socket as in the process, and fails
// with the same kind of error.
func TestQuestionsOverTheSocket(t *testing.T) {
	dir := t.TempDir()
	cfg := liveConfig(t, dir, "https://x.example/rss", "water: {any: [rivers]}")
	l := goLive(t, cfg, func(s *Server) {
		if err := s.writer.do(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	topic := cfg.Topics[0]
	for _, d := range []desk.DecideRequest{
		{Kind: feed.DecisionHide, Topic: "water", IDs: []string{"2"}, By: "ann", Note: "why <not>"},
		{Kind: feed.DecisionMerge, IDs: []string{"4", "6"}, By: "ann"},
	} {
		if got, err := Decide.Ask(t.Context(), l.client, d); err != nil || got.Kind != d.Kind || got.Number == 0 || got.Text == "" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	same(t, l, Explain, desk.ExplainRequest{Topic: topic, Sources: cfg.Sources, ID: "2"})
	same(t, l, Explain, desk.ExplainRequest{Topic: topic, Sources: cfg.Sources, ID: "https://none.example/"})
	same(t, l, Preview, desk.PreviewRequest{Topics: cfg.Topics, Sources: cfg.Sources, All: true})
	same(t, l, Suggest, desk.SuggestRequest{Topic: topic, Sources: cfg.Sources, Most: 5})
	same(t, l, Decide, desk.DecideRequest{Kind: feed.DecisionHide, Topic: "water", IDs: []string{"1"}})
	same(t, l, Decisions, desk.DecisionsRequest{})
	same(t, l, Story, "4")
	same(t, l, Story, "4711")
	same(t, l, Telling, desk.TellingRequest{Entry: 3})
	same(t, l, Export, ExportRequest{"water", publish.JSON})
	same(t, l, Export, ExportRequest{"none", publish.JSON})
	same(t, l, Sources, []feed.SourceID{"https://x.example/rss", "https://none.example/"})

	// What is decided is in the log, and secrets never leave the asker.
	if !strings.Contains(l.log.String(), "msg=decision number=1 kind=hide") {
		t.Errorf("the log:\n%s", l.log)
	}
	b, err := json.Marshal(desk.PreviewRequest{Sources: []feed.Source{{ID: "https://x.example/", Header: map[string]string{"Authorization": "Bearer 1"}}}})
	if err != nil || bytes.Contains(b, []byte("Bearer")) {
		t.Errorf("%s, %v", b, err)
	}
}

func same[Q, A any](t *testing.T, l *live, q Question[Q, A], in Q) {
	t.Helper()
	here, hereErr := q.Ask(t.Context(), l.Server, in)
	there, thereErr := q.Ask(t.Context(), l.client, in)
	a, _ := json.Marshal(here)
	b, _ := json.Marshal(there)
	if !bytes.Equal(a, b) {
		t.Errorf("%s: in the process\n%s\nover the socket\n%s", q.path, a, b)
	}
	if fmt.Sprint(hereErr) != fmt.Sprint(thereErr) || errors.Is(hereErr, desk.ErrUnknown) != errors.Is(thereErr, desk.ErrUnknown) {
		t.Errorf("%s: in the process %v, over the socket %v", q.path, hereErr, thereErr)
	}
	_, refused := errors.AsType[*feed.Refusal](hereErr)
	_, refusedThere := errors.AsType[*feed.Refusal](thereErr)
	_, usage := errors.AsType[*UsageError](hereErr)
	_, usageThere := errors.AsType[*UsageError](thereErr)
	if refused != refusedThere || usage != usageThere {
		t.Errorf("%s: in the process %T, over the socket %T", q.path, hereErr, thereErr)
	}
}

// onSocket answers questions of a test on the control socket of a database.
func onSocket(t *testing.T, questions ...interface {
	handle(*http.ServeMux, *Server)
}) *Client {
	t.Helper()
	database := filepath.Join(t.TempDir(), strings.Repeat("long", 20), strings.Repeat("name", 20)+".db") // beyond what the system takes
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		t.Fatal(err)
	}
	socket, err := listenControl(database)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, q := range questions {
		q.handle(mux, nil)
	}
	srv := &http.Server{Handler: mux}
	go srv.Serve(socket)
	t.Cleanup(func() { srv.Close() })
	c, err := Dial(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// The kinds of errors that commands tell apart are the same over the socket.
func TestKindsOfErrorsOverTheSocket(t *testing.T) {
	for _, is := range []error{
		desk.ErrUnknown, storage.ErrCorrupt, syscall.ENOSPC, syscall.EROFS, syscall.EISDIR, fs.ErrPermission, fs.ErrNotExist,
	} {
		q := once("/q", func(*Server, context.Context, int) (int, error) { return 0, fmt.Errorf("ask: %w", is) })
		_, err := q.Ask(t.Context(), onSocket(t, q), 1)
		if !errors.Is(err, is) || err.Error() != "ask: "+is.Error() {
			t.Errorf("%v came back as %v", is, err)
		}
		for _, other := range kinds {
			if !errors.Is(is, other) && errors.Is(err, other) {
				t.Errorf("%v came back as %v, too", is, other)
			}
		}
	}
	q := once("/q", func(_ *Server, _ context.Context, n int) (float64, error) {
		switch n {
		case 1:
			return 0, &feed.Refusal{Text: "no"}
		case 2:
			return 0, &UsageError{"what?", "so"}
		}
		return 0, errors.New("else")
	})
	c := onSocket(t, q)
	_, err := q.Ask(t.Context(), c, 1)
	if r, ok := errors.AsType[*feed.Refusal](err); !ok || r.Text != "no" {
		t.Errorf("a refusal came back as %v", err)
	}
	_, err = q.Ask(t.Context(), c, 2)
	if u, ok := errors.AsType[*UsageError](err); !ok || *u != (UsageError{"what?", "so"}) {
		t.Errorf("a misuse came back as %v", err)
	}
	if _, err = q.Ask(t.Context(), c, 3); err == nil || err.Error() != "else" {
		t.Errorf("another error came back as %v", err)
	}
}

// An answer comes in parts as they are made, and its end is told from its being cut
// off.
func TestAnswersInParts(t *testing.T) {
	heard := make(chan int)
	parts := Question[int, []byte]{"/parts", func(_ *Server, _ context.Context, n int, tell func([]byte)) error {
		for i := range n {
			tell(bytes.Repeat([]byte{byte(i)}, 100_000))
			<-heard // before the next one is made
		}
		return nil
	}}
	cut := Question[int, int]{"/cut", func(_ *Server, _ context.Context, _ int, tell func(int)) error {
		tell(1)
		panic(http.ErrAbortHandler)
	}}
	waits := Question[int, int]{"/waits", func(_ *Server, ctx context.Context, _ int, tell func(int)) error {
		tell(1)
		<-ctx.Done()
		return ctx.Err()
	}}
	c := onSocket(t, parts, cut, waits)
	n := 0
	if err := parts.Each(t.Context(), c, 3, func(b []byte) { n += len(b); heard <- 1 }); err != nil || n != 300_000 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if got, err := cut.Ask(t.Context(), c, 0); err == nil || !strings.Contains(err.Error(), "ended before it answered") || got != 1 {
		t.Errorf("cut off: %d, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := waits.Each(ctx, c, 0, func(int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits no longer: %v", err)
	}
	unknown := Question[int, int]{path: "/unknown"}
	if _, err := unknown.Ask(t.Context(), c, 0); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("a question that is not known there: %v", err)
	}
	other := Question[string, []byte]{path: "/parts"}
	if _, err := other.Ask(t.Context(), c, "three"); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a question that cannot be read: %v", err)
	}
	unwritable := once("/unwritable", func(*Server, context.Context, int) (chan int, error) { return make(chan int), nil })
	if err := unwritable.Each(t.Context(), onSocket(t, unwritable), 0, func(chan int) {}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("an answer that cannot be written: %v", err)
	}
}
