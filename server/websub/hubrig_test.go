package websub

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/publish"
	"topicwire/storage"
)

const (
	base = "https://wire.example/news"
	atom = "/topics/water.atom"
)

// published is what there is to subscribe to.
type published struct {
	mu   sync.Mutex
	docs map[string]Document
}

func (p *published) put(path, contentType, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.docs[path] = Document{[]byte(body), contentType, base + path, false}
}

func (p *published) document(path string) (Document, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d, ok := p.docs[path]
	return d, ok
}

func (p *published) paths() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.docs))
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

// A wire is what is around a hub: documents, a store, a writer, a clock and an address.
type wire struct {
	*published
	hub  *Hub
	path string // of the store
	db   *storage.DB
	log  *logged
	url  string // of the hub
	open bool
	hubs []string
	tune func(*Hub) // before it runs

	mu      sync.Mutex
	ahead   time.Duration // of the clock
	refuses error         // what the store says of every change, where it is not nil
	stored  chan feed.Change
	stop    func()
}

func newWire(t *testing.T, tune func(*Hub), hubs ...string) *wire {
	w := newWireIn(t.TempDir())
	w.tune, w.hubs = tune, hubs
	return w
}

func newWireIn(dir string) *wire {
	w := &wire{
		published: &published{docs: make(map[string]Document)}, path: filepath.Join(dir, "t.db"),
		log: new(logged), open: true, stored: make(chan feed.Change, 100_000),
	}
	w.put(atom, "application/atom+xml; charset=utf-8", "<feed>one</feed>")
	return w
}

// submit is a writer.
func (w *wire) submit(c feed.Change, done func(storage.Outcome, error)) {
	w.mu.Lock()
	// As a log would carry it.
	c, err := w.db.DecodeChange(w.db.EncodeChange(c))
	var res storage.Result
	if err == nil {
		err = w.refuses
	}
	if err == nil {
		res, err = w.db.Apply([]feed.Change{c})
	}
	w.mu.Unlock()
	if err != nil {
		done(storage.Outcome{}, err)
		return
	}
	done(res.Outcomes[0], nil)
	w.stored <- c
}

func (w *wire) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

func (w *wire) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += d
}

// run runs a hub over the store, until stop or the end of the test.
func (w *wire) run(t testing.TB) {
	t.Helper()
	var err error
	if w.db, err = storage.Open(w.path, storage.Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{Version: "test", AllowPrivate: true, Kept: 64, Deadline: time.Minute})
	w.hub, err = NewHub(HubOptions{
		URL: base, Open: w.open, Hubs: w.hubs, Document: w.document, Paths: w.paths, Store: w.db, Submit: w.submit,
		Client: func() *fetch.Client { return client }, Now: w.now,
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.hub.limits.beat = 5 * time.Millisecond
	w.hub.limits.retry = 20 * time.Millisecond
	if w.tune != nil {
		w.tune(w.hub)
	}
	srv := httptest.NewServer(w.hub)
	w.url = srv.URL
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); w.hub.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		<-ended
		srv.Close()
		client.Close()
		if err := w.db.Verify(context.Background(), func(s string) { t.Error(s) }); err != nil {
			t.Error(err)
		}
		w.db.Close()
	})
	t.Cleanup(w.stop)
}

// change publishes another document.
func (w *wire) change(path, body string) {
	d, _ := w.document(path)
	w.put(path, d.ContentType, body)
	w.show()
}

func (w *wire) show() {
	w.hub.Show(&publish.Documents{Edition: &feed.Edition{Topic: feed.Topic{ID: "water"}}})
}

// post asks the hub for something and returns what it said.
func (w *wire) post(t testing.TB, form ...string) (*http.Response, string) {
	t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	res, err := http.PostForm(w.url, values)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func (w *wire) taken(t testing.TB, form ...string) {
	t.Helper()
	if res, body := w.post(t, form...); res.StatusCode != http.StatusAccepted {
		t.Fatalf("%q: %s, %s", form, res.Status, body)
	}
}

// subscribe subscribes a callback, and waits until that is stored.
func (w *wire) subscribe(t *testing.T, callback string, more ...string) *feed.Subscribing {
	t.Helper()
	w.taken(t, append([]string{"hub.mode", "subscribe", "hub.topic", base + atom, "hub.callback", callback}, more...)...)
	return await[*feed.Subscribing](t, w)
}

// await waits for a change of a kind.
func await[T feed.Change](t *testing.T, w *wire) T {
	t.Helper()
	for timeout := time.After(20 * time.Second); ; {
		select {
		case c := <-w.stored:
			if c, ok := c.(T); ok {
				return c
			}
		case <-timeout:
			t.Fatalf("no such change was stored:\n%s", w.log)
		}
	}
}

// subscriptions are those in the store.
func (w *wire) subscriptions(t *testing.T) (all []feed.Subscription) {
	t.Helper()
	if err := w.db.View(func(r *storage.Reader) error {
		return r.Subscriptions(func(s feed.Subscription) bool { all = append(all, s); return true })
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// A reader is a server of somebody who subscribes.
type reader struct {
	*httptest.Server
	asked chan *http.Request // GETs
	got   chan got           // POSTs
	// confirm answers a GET, deliver a POST; nil means as a good one does.
	confirm, deliver func(http.ResponseWriter, *http.Request)
}

type got struct {
	*http.Request
	body string
}

func newReader(t *testing.T) *reader {
	r := &reader{asked: make(chan *http.Request, 10_000), got: make(chan got, 10_000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet {
			r.asked <- req
			if r.confirm != nil {
				r.confirm(w, req)
			} else {
				io.WriteString(w, req.URL.Query().Get("hub.challenge"))
			}
			return
		}
		b, _ := io.ReadAll(req.Body)
		r.got <- got{req, string(b)}
		if r.deliver != nil {
			r.deliver(w, req)
		}
	}))
	t.Cleanup(func() { r.CloseClientConnections(); r.Close() })
	return r
}

// next is what comes next.
func next[T any](t *testing.T, c <-chan T, w *wire) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("nothing came:\n%s", w.log)
	}
	return v
}

// none fails if something came.
func none[T any](t *testing.T, c <-chan T, what string) {
	t.Helper()
	select {
	case v := <-c:
		t.Errorf("%s: %+v", what, v)
	default:
	}
}

// silent fails if the log names any of the texts.
func (w *wire) silent(t *testing.T, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(w.log.String(), s) {
			t.Errorf("the log has %q:\n%s", s, w.log)
		}
	}
}

// guardedClient is a way out to public addresses only.
func guardedClient(t *testing.T) func() *fetch.Client {
	c := fetch.New(fetch.Options{Version: "test"})
	t.Cleanup(c.Close)
	return func() *fetch.Client { return c }
}

// subscriptionsOf are those in the store while no hub runs.
func (w *wire) subscriptionsOf(t *testing.T) []feed.Subscription {
	t.Helper()
	var err error
	if w.db, err = storage.Open(w.path, storage.Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	defer w.db.Close()
	return w.subscriptions(t)
}
