package poll

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

const rss = `<rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description>%s</channel></rss>`

func item(id, title string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><title>%s</title><link>https://a.example/%s</link></item>`, id, title, id)
}

// A world is a server that logs its requests, a store, and a poller over both.
type world struct {
	t    *testing.T
	db   *storage.DB
	srv  *httptest.Server
	poll *Poller
	src  Sources

	mu      sync.Mutex
	now     time.Time
	reports map[feed.SourceID]Report
	log     []request
	busy    int
	most    int
	answer  func(w http.ResponseWriter, r *http.Request)
}

type request struct {
	path             string
	etag, modified   string
	method, query    string
	header           http.Header
	when             time.Time // by the world's clock
	at               time.Time
	nextWhenRequired time.Time // the stored next visit while the request was under way
}

func newWorld(t *testing.T, paths ...string) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC), reports: map[feed.SourceID]Report{}}
	var err error
	if w.db, err = storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Place: story.New(story.Balanced()), NoSync: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	w.srv = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.srv.Close)
	m, problems := match.Compile([]feed.Topic{{ID: "security", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "security"}}}}}})
	if m == nil {
		t.Fatal(problems)
	}
	client := fetch.New(fetch.Options{Version: "test", AllowPrivate: true})
	t.Cleanup(client.Close)
	w.src = Sources{Interval: time.Hour, Parallel: 8, Fetch: client}
	for _, p := range paths {
		w.src.List = append(w.src.List, feed.Source{ID: w.id(p)})
	}
	var writes sync.Mutex
	w.poll = New(Options{
		Store: w.db, Now: w.clock,
		Rules: func() Rules { return Rules{Generation: 1, Matcher: m} },
		Submit: func(c feed.Change, done func(storage.Outcome, error)) {
			writes.Lock()
			defer writes.Unlock()
			res, err := w.db.Apply([]feed.Change{c})
			if err != nil {
				done(storage.Outcome{}, err)
				return
			}
			done(res.Outcomes[0], nil)
		},
		Report: func(r Report) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reports[r.Source] = r
		},
	})
	return w
}

func (w *world) id(path string) feed.SourceID { return feed.SourceID(w.srv.URL + path) }

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	s, err := w.poll.schedule(w.id(r.URL.Path))
	if err != nil {
		w.t.Error(err)
	}
	w.mu.Lock()
	w.log = append(w.log, request{
		path: r.URL.Path, etag: r.Header.Get("If-None-Match"), modified: r.Header.Get("If-Modified-Since"),
		method: r.Method, query: r.URL.RawQuery, header: r.Header.Clone(),
		at: time.Now(), when: w.now, nextWhenRequired: s.Next,
	})
	w.busy++
	w.most = max(w.most, w.busy)
	answer := w.answer
	w.mu.Unlock()
	answer(rw, r)
	w.mu.Lock()
	w.busy--
	w.mu.Unlock()
}

func (w *world) round(all bool) {
	w.t.Helper()
	clear(w.reports)
	if err := w.poll.Round(context.Background(), w.src, all); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) state(path string) feed.SourceState {
	w.t.Helper()
	s, err := w.poll.schedule(w.id(path))
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func document(items ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, rss, strings.Join(items, "")) }
}

// tagged answers with an ETag, and 304 to whom knows it.
func tagged(etag string, items ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		document(items...)(w, r)
	}
}

func TestARoundStoresWhatSourcesBring(t *testing.T) {
	w := newWorld(t, "/a", "/b")
	w.answer = document(item("1", "On security"), item("2", "On football"))
	w.round(false)
	for _, p := range []string{"/a", "/b"} {
		want := Report{Source: w.id(p), Status: OK, HTTP: 200, Entries: 2, New: 2}
		got := w.reports[w.id(p)]
		if got.NextVisit == nil || !got.NextVisit.Equal(w.state(p).Next) || got.Why != "the default interval of 1h" {
			t.Errorf("%s: due again %v, by %q", p, got.NextVisit, got.Why)
		}
		got.Millis, got.NextVisit, got.Why = 0, nil, ""
		if got != want {
			t.Errorf("%s: %+v, want %+v", p, got, want)
		}
	}
	if err := w.db.View(func(r *storage.Reader) error {
		filed, err := r.Filed("security", 10)
		if len(filed) != 1 || len(filed[0].Entries) != 2 {
			t.Errorf("filed %+v, want one group of both sources' entry", filed)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestValidatorsGoBackByteForByte(t *testing.T) {
	w := newWorld(t, "/a")
	const etag, modified = `W/"odd "" one`, "Wed,04 Sep 2024 8:00:00 GMT"
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == etag {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		rw.Header().Set("ETag", etag)
		rw.Header().Set("Last-Modified", modified)
		document(item("1", "x"))(rw, r)
	}
	w.round(true)
	w.round(true)
	if len(w.log) != 2 || w.log[0].etag != "" || w.log[0].modified != "" || w.log[1].etag != etag || w.log[1].modified != modified {
		t.Errorf("requests %+v", w.log)
	}
	if r := w.reports[w.id("/a")]; r.Status != Unchanged || r.HTTP != 304 || r.Entries != 1 || r.New != 0 {
		t.Errorf("second visit %+v", r)
	}
}

func TestTheSameBytesAreNotReadTwice(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = document(item("1", "x"))
	w.round(true)
	changed := w.state("/a").Changed
	w.pass(time.Hour)
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"new"`)
		document(item("1", "x"))(rw, r)
	}
	w.round(true)
	s := w.state("/a")
	if r := w.reports[w.id("/a")]; r.Status != Unchanged || r.HTTP != 200 {
		t.Errorf("second visit %+v", r)
	}
	if !s.Changed.Equal(changed) || s.Validators.ETag != `"new"` {
		t.Errorf("state %+v: only the validators are new", s)
	}
}

func TestOneNewEntryIsOneNewEntry(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = document(item("2", "b"), item("1", "a"))
	w.round(true)
	w.answer = document(item("3", "c"), item("2", "b, corrected"), item("1", "a"))
	w.round(true)
	if r := w.reports[w.id("/a")]; r.New != 1 || r.Updated != 1 || r.Entries != 3 {
		t.Errorf("%+v", r)
	}
}

func TestBadAnswersLoseNothing(t *testing.T) {
	bad := map[string]func(http.ResponseWriter, *http.Request){
		"no feed": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("ETag", `"bad"`)
			io.WriteString(rw, "<!doctype html><title>Under maintenance</title>")
		},
		"nothing": func(rw http.ResponseWriter, _ *http.Request) { rw.Header().Set("ETag", `"bad"`) },
		"503":     func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) },
		"broken off": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "1000")
			rw.Header().Set("ETag", `"bad"`)
			io.WriteString(rw, "<rss><channel>")
		},
	}
	for name, answer := range bad {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "/a")
			w.answer = func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("ETag", `"good"`)
				document(item("1", "security"))(rw, r)
			}
			w.round(true)
			w.answer = answer
			w.round(true)
			s := w.state("/a")
			if s.Validators.ETag != `"good"` || s.Failures != 1 || s.Error == "" || s.Entries != 1 {
				t.Errorf("state %+v", s)
			}
			if r := w.reports[w.id("/a")]; r.Status != Failed || r.Error != s.Error {
				t.Errorf("report %+v", r)
			}
			if err := w.db.View(func(r *storage.Reader) error {
				filed, err := r.Filed("security", 10)
				if len(filed) != 1 {
					t.Errorf("%d filed, want 1", len(filed))
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestVisitsAreClaimedBeforeTheirRequests(t *testing.T) {
	w := newWorld(t, "/a", "/b", "/c")
	w.answer = tagged(`"1"`, item("1", "x"))
	w.round(false)
	for _, r := range w.log {
		if r.nextWhenRequired.Before(w.now.Add(unheardInterval)) {
			t.Errorf("%s was asked while its next visit was stored as %s", r.path, r.nextWhenRequired)
		}
	}
	if s := w.state("/a"); s.Next.Before(w.now.Add(time.Hour)) {
		t.Errorf("after the visit /a is due at %s by %q", s.Next, s.Why)
	}
	// What is not due is left alone.
	w.pass(59 * time.Minute)
	w.round(false)
	if len(w.log) != 3 || w.reports[w.id("/a")].Status != Skipped {
		t.Errorf("%d requests, %+v", len(w.log), w.reports)
	}
	w.pass(10 * time.Minute)
	w.round(false)
	if len(w.log) != 6 {
		t.Errorf("%d requests after the interval, want 6", len(w.log))
	}
}

func TestOneRequestAHostAtATimeWithAGap(t *testing.T) {
	w := newWorld(t, "/a", "/b", "/c", "/d")
	w.answer = document(item("1", "x"))
	w.src.HostGap = 20 * time.Millisecond
	w.poll.o.Now = nil // the gap is real time here
	w.round(true)
	if w.most != 1 {
		t.Errorf("%d requests to one host at once", w.most)
	}
	for i := 1; i < len(w.log); i++ {
		if gap := w.log[i].at.Sub(w.log[i-1].at); gap < w.src.HostGap {
			t.Errorf("%s after the one before", gap)
		}
	}
	if len(w.log) != 4 {
		t.Errorf("%d requests, want 4", len(w.log))
	}
}

func TestHostsAreVisitedSideBySide(t *testing.T) {
	w := newWorld(t)
	port := w.srv.URL[strings.LastIndexByte(w.srv.URL, ':'):]
	var arrived sync.WaitGroup
	arrived.Add(3)
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		arrived.Done()
		arrived.Wait() // answers nobody before all three hosts were asked
		document(item("1", "x"))(rw, r)
	}
	// All of 127/8 is this machine on Linux; names for it are not needed.
	for i, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		w.src.List = append(w.src.List, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://%s%s/%d", host, port, i))})
	}
	w.round(true)
	for id, r := range w.reports {
		if r.Status != OK {
			t.Errorf("%s: %+v", id, r)
		}
	}
}

func TestFilesAreSources(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "feed.xml")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(fmt.Sprintf(rss, item("1", "x")))
	w.src.List = []feed.Source{{ID: "file:feed.xml", File: path}, {ID: "file:none.xml", File: path + ".none"}, {ID: "file:dir", File: filepath.Dir(path)}}
	w.round(true)
	if r := w.reports["file:feed.xml"]; r.Status != OK || r.New != 1 || r.HTTP != 0 {
		t.Errorf("%+v", r)
	}
	for _, id := range []feed.SourceID{"file:none.xml", "file:dir"} {
		if r := w.reports[id]; r.Status != Failed || r.Error == "" {
			t.Errorf("%+v", r)
		}
	}
	w.round(true)
	if r := w.reports["file:feed.xml"]; r.Status != Unchanged {
		t.Errorf("%+v", r)
	}
}

func TestRunVisitsUpdatesAndStops(t *testing.T) {
	w := newWorld(t, "/a")
	asked := make(chan string, 10)
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		document(item("1", "x"))(rw, r)
		asked <- r.URL.Path
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	if p := <-asked; p != "/a" {
		t.Errorf("asked for %s", p)
	}
	next := w.src
	next.List = []feed.Source{{ID: w.id("/b")}}
	w.poll.Update(next)
	if p := <-asked; p != "/b" {
		t.Errorf("asked for %s, want the new source and not the old one", p)
	}
	cancel()
	if err := <-ended; err != context.Canceled {
		t.Errorf("Run = %v", err)
	}
}

func TestAVisitThatIsBrokenOffIsNotTheSourcesFault(t *testing.T) {
	w := newWorld(t, "/a")
	ctx, cancel := context.WithCancel(t.Context())
	w.answer = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	if err := w.poll.Round(ctx, w.src, true); err != context.Canceled {
		t.Errorf("Round = %v", err)
	}
	if s := w.state("/a"); s.Failures != 0 || s.Error != "" {
		t.Errorf("state %+v", s)
	}
}

// A host with many sources does not keep the others from their turn, nor does a
// stop cost sources that were claimed and not yet asked a whole interval.
func TestABusyHostAndAStop(t *testing.T) {
	w := newWorld(t)
	for i := range 40 {
		w.src.List = append(w.src.List, feed.Source{ID: w.id(fmt.Sprintf("/%d", i))})
	}
	other := feed.SourceID(strings.Replace(w.srv.URL, "127.0.0.1", "localhost", 1) + "/other")
	w.src.List = append(w.src.List, feed.Source{ID: other})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	busy := make(chan struct{})
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/other" {
			<-busy // both hosts are asked at once, in either order
			cancel()
		} else {
			close(busy)
		}
		tagged(`"1"`, item("1", "x"))(rw, r)
	}
	w.src.HostGap = time.Hour
	w.poll.o.Report = nil
	if err := w.poll.Round(ctx, w.src, true); err != context.Canceled {
		t.Errorf("Round = %v", err)
	}
	claimed, asked := 0, len(w.log)
	for i := range 40 {
		if w.state(fmt.Sprintf("/%d", i)).Next.After(w.now) {
			claimed++
		}
	}
	if asked != 2 || claimed != 1 {
		t.Errorf("%d requests, %d of the busy host's sources are not due any more; want 2 and the one that was asked", asked, claimed)
	}
}

// What a round brings says when all of it was asked for: the moment of the claim.
func TestVisitsSayWhenTheyWereAskedFor(t *testing.T) {
	w := newWorld(t, "/a", "/b")
	submit := w.poll.o.Submit
	claimed, asked := map[time.Time]bool{}, map[feed.SourceID]time.Time{}
	var mu sync.Mutex
	w.poll.o.Submit = func(c feed.Change, done func(storage.Outcome, error)) {
		mu.Lock()
		switch c := c.(type) {
		case *feed.Claim:
			claimed[c.At] = true
		case *feed.Visit:
			asked[c.Source] = c.Asked
		}
		mu.Unlock()
		submit(c, done)
	}
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		w.pass(time.Second) // between the claim and the end of the visit
		document(item("1", "x"))(rw, r)
	}
	for range 2 {
		w.pass(time.Hour)
		at := w.clock()
		w.round(true)
		for _, p := range []string{"/a", "/b"} {
			if got := asked[w.id(p)]; !got.Equal(at) || !claimed[got] {
				t.Errorf("%s was asked at %s, the round began at %s", p, got, at)
			}
		}
	}
}
