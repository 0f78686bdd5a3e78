package websub

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log/slog"
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
	"topicwire/feed/memory"
	"topicwire/storage"
)

const src = feed.SourceID("https://a.example/feed")

// A world is a subscriber over a real store, with a public address, and a hub written
// by hand that it talks to.
type world struct {
	t      *testing.T
	path   string
	db     *storage.DB
	sub    *Subscriber
	client *fetch.Client
	memory *memory.Budget
	site   *httptest.Server // the public address
	hub    *httptest.Server

	mu     sync.Mutex
	now    time.Time
	log    bytes.Buffer
	stores int
	full   error // the store refuses writes
	lapses []feed.SourceID
	got    []Delivery
	take   func(done func(error)) error // in place of taking what is pushed

	asked  []url.Values // by the subscriber, of the hub
	agents []string
	answer func(w http.ResponseWriter, r *http.Request, form url.Values) // nil confirms at once, and takes the request
	lease  string                                                        // seconds that the hub grants
	said   []string                                                      // what the subscriber answered to verifications
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC), lease: "864000", path: filepath.Join(t.TempDir(), "t.db")}
	w.client = fetch.New(fetch.Options{Version: "test", Contact: "desk@w.example", AllowPrivate: true})
	w.site = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.sub.ServeHTTP(rw, r) }))
	w.hub = httptest.NewServer(http.HandlerFunc(w.beHub))
	t.Cleanup(func() { w.client.Close(); w.hub.Close(); w.site.Close(); w.db.Close() })
	w.open()
	return w
}

// open is a start: the subscriber knows what is stored.
func (w *world) open() {
	w.t.Helper()
	var err error
	if w.db, err = storage.Open(w.path, storage.Options{NoSync: true}); err != nil {
		w.t.Fatal(err)
	}
	w.memory = memory.New(nil)
	w.sub, err = NewSubscriber(SubscriberOptions{
		Memory: w.memory,
		Store:  w.db, URL: w.site.URL, Client: func() *fetch.Client { return w.client }, Now: w.clock,
		Apply: func(c feed.Change) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.full != nil {
				return w.full
			}
			w.stores++
			_, err := w.db.Apply([]feed.Change{c})
			return err
		},
		Push: func(_ context.Context, d Delivery, done func(error)) error {
			share, told := d.Share, done
			done = func(err error) {
				share.Free()
				told(err)
			}
			d.Share = nil
			w.mu.Lock()
			take := w.take
			if take == nil {
				w.got = append(w.got, d)
			}
			w.mu.Unlock()
			if take != nil {
				return take(done) // its error leaves the share with who asked
			}
			done(nil)
			return nil
		},
		Lapsed: func(id feed.SourceID) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.lapses = append(w.lapses, id)
		},
		Random: func() float64 { return .5 },
		Log:    slog.New(slog.NewTextHandler(lockedWriter{w}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) restart() {
	w.t.Helper()
	w.db.Close()
	w.open()
}

type lockedWriter struct{ w *world }

func (l lockedWriter) Write(p []byte) (int, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	return l.w.log.Write(p)
}

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

// beHub is a hub: it confirms what it is asked before it answers.
func (w *world) beHub(rw http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		w.t.Errorf("%s with %v, %v", r.Method, r.Header, err)
	}
	w.mu.Lock()
	w.asked, w.agents = append(w.asked, r.PostForm), append(w.agents, r.UserAgent())
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		answer(rw, r, r.PostForm)
		return
	}
	w.verify(r.PostForm, nil)
	rw.WriteHeader(http.StatusAccepted)
}

// verify is what a hub asks back (WebSub §5.3), with other words in place of its own
// where there are some; it returns the answer.
func (w *world) verify(form url.Values, other url.Values) (status int, body string) {
	q := url.Values{"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {"chal&lenge <1>"}}
	if form.Get("hub.mode") == modeSubscribe && w.lease != "" {
		q.Set("hub.lease_seconds", w.lease)
	}
	for k, v := range other {
		q[k] = v
	}
	status, body = w.call(http.MethodGet, form.Get("hub.callback")+"?"+q.Encode(), nil, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, fmt.Sprint(status, " ", body))
	return status, body
}

func (w *world) call(method, address string, header http.Header, body []byte) (status int, answer string) {
	w.t.Helper()
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return 0, ""
	}
	req.Header = header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Error(err)
	}
	return res.StatusCode, string(b)
}

// want has the source's hub pushed to us, and does what is due.
func (w *world) want() {
	w.t.Helper()
	w.sub.Update(true, []feed.Source{{ID: src}})
	w.sub.Advertised(src, feed.Advert{Hub: w.hub.URL + "/hub?key=0", Topic: string(src)})
	w.work()
}

// work does all that is due now.
func (w *world) work() {
	w.t.Helper()
	for range 100 {
		wait, err := w.sub.step(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if wait > askGap {
			return
		}
	}
	w.t.Fatal("there is always something due")
}

// leases are those that are stored, the one that counts first.
func (w *world) leases() []feed.Lease {
	w.t.Helper()
	var all []feed.Lease
	if err := w.db.View(func(r *storage.Reader) (err error) {
		all, err = r.Leases()
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b feed.Lease) int {
		return cmp.Or(cmp.Compare(order(a.State), order(b.State)), cmp.Compare(a.Token, b.Token))
	})
	return all
}

func order(s feed.LeaseState) int {
	if s == feed.LeaseLeaving {
		return 1
	}
	return 0
}

func (w *world) one() feed.Lease {
	w.t.Helper()
	all := w.leases()
	if len(all) != 1 {
		w.t.Fatalf("%d leases: %+v", len(all), all)
	}
	return all[0]
}

// last is the last request of the subscriber, and how many there were.
func (w *world) last() (form url.Values, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n = len(w.asked); n == 0 {
		w.t.Fatal("the hub was not asked")
	}
	return w.asked[n-1], n
}

// signed is the header of a delivery.
func signed(method, secret string, body []byte) http.Header {
	hashes := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	mac := hmac.New(hashes[method], []byte(secret))
	mac.Write(body)
	return http.Header{"Content-Type": {"application/atom+xml"}, "X-Hub-Signature": {method + "=" + hex.EncodeToString(mac.Sum(nil))}}
}

func (w *world) pushes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.got)
}

func (w *world) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// A hub is asked with an address that cannot be guessed and a secret, confirms, and
// pushes (100; the lease and what else is in its requests).
func TestSubscribing(t *testing.T) {
	w := newWorld(t)
	w.want()
	form, n := w.last()
	l := w.one()
	if n != 1 || form.Get("hub.mode") != "subscribe" || form.Get("hub.topic") != string(src) || form.Get("hub.lease_seconds") != "864000" ||
		form.Get("hub.callback") != w.site.URL+"/websub/"+l.Token || form.Get("hub.secret") != l.Secret || len(form) != 5 {
		t.Errorf("asked %d times, with %v", n, form)
	}
	if len(l.Token) < 26 || len(l.Secret) < 26 || len(l.Secret) >= 200 || w.agents[0] != "topicwire/test (+desk@w.example)" {
		t.Errorf("token of %d characters, secret of %d, agent %q", len(l.Token), len(l.Secret), w.agents[0])
	}
	if w.said[0] != "200 chal&lenge <1>" {
		t.Errorf("to the challenge: %q", w.said[0])
	}
	if l.State != feed.LeaseActive || !l.Until.Equal(w.now.Add(240*time.Hour)) || !l.Next.Equal(w.now.Add(192*time.Hour)) || l.Pending || !l.Healthy(w.now) || !w.sub.Pushed(src) {
		t.Errorf("%+v", l)
	}
	body := []byte("<feed/>")
	if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body); status/100 != 2 {
		t.Errorf("delivery: %d", status)
	}
	if want := (Delivery{src, string(src), "application/atom+xml", body, nil}); len(w.got) != 1 || fmt.Sprint(w.got[0]) != fmt.Sprint(want) {
		t.Errorf("pushed on: %+v", w.got)
	}
	// Another source has another token and another secret.
	other := feed.SourceID("https://b.example/feed")
	w.sub.Update(true, []feed.Source{{ID: src}, {ID: other}})
	w.sub.Advertised(other, feed.Advert{Hub: w.hub.URL, Topic: string(other)})
	w.work()
	all := w.leases()
	if len(all) != 2 || all[0].Token == all[1].Token || all[0].Secret == all[1].Secret {
		t.Errorf("two leases: %+v", all)
	}
}

// 203 and 204: a hub that moved is asked where it went, but not for ever, and never with
// less protection.
func TestHubsThatMoved(t *testing.T) {
	for name, tt := range map[string]struct {
		status   int
		location string
		asked    int
		active   bool
	}{
		"203, 307":           {http.StatusTemporaryRedirect, "/new?x=1", 2, true},
		"204, 308":           {http.StatusPermanentRedirect, "BASE/new?x=1", 2, true},
		"in a circle":        {http.StatusTemporaryRedirect, "/hub", 6, false},
		"to nowhere":         {http.StatusTemporaryRedirect, "", 6, false},
		"to no web":          {http.StatusTemporaryRedirect, "ftp://hub.example/", 1, false},
		"for browsers alone": {http.StatusFound, "/new?x=1", 1, false},
	} {
		w := newWorld(t)
		w.answer = func(rw http.ResponseWriter, r *http.Request, form url.Values) {
			if r.URL.Path != "/new" {
				rw.Header().Set("Location", strings.Replace(tt.location, "BASE", w.hub.URL, 1))
				rw.WriteHeader(tt.status)
				return
			}
			w.verify(form, nil)
			rw.WriteHeader(http.StatusAccepted)
		}
		w.want()
		form, n := w.last()
		l := w.one()
		if n != tt.asked || form.Get("hub.callback") != l.Callback || (l.State == feed.LeaseActive) != tt.active || !tt.active && (l.Failures != 1 || l.Error == "") {
			t.Errorf("%s: asked %d times, %+v", name, n, l)
		}
	}
	l := &feed.Lease{}
	at, _ := url.Parse("https://hub.example/")
	res := &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"http://hub.example/"}}, Body: http.NoBody}
	if to, why := hubAnswered(l, at, res); to != "" || why == "" {
		t.Errorf("from https to %s", to)
	}
}

// 205: what was not asked for is not confirmed, and never echoed.
func TestVerificationsOfWhatWasNotAskedFor(t *testing.T) {
	w := newWorld(t)
	w.want()
	form, _ := w.last()
	was := w.one()
	for name, other := range map[string]url.Values{
		"205, another topic": {"hub.topic": {"https://evil.example/"}}, "a part of the topic": {"hub.topic": {string(src)[:10]}}, "no topic": {"hub.topic": nil},
		"unsubscribe": {"hub.mode": {"unsubscribe"}}, "no mode": {"hub.mode": nil}, "an unknown mode": {"hub.mode": {"publish"}},
		"no challenge": {"hub.challenge": nil}, "denial of another topic": {"hub.mode": {"denied"}, "hub.topic": {"https://evil.example/"}},
	} {
		if status, body := w.verify(form, other); status != http.StatusNotFound || strings.Contains(body, "chal") {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
	unknown := url.Values{"hub.callback": {w.site.URL + "/websub/AAAAAAAAAAAAAAAAAAAAAAAAAA"}, "hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"]}
	if status, body := w.verify(unknown, nil); status != http.StatusNotFound || strings.Contains(body, "chal") {
		t.Errorf("an unknown token: %d %q", status, body)
	}
	if l := w.one(); l != was {
		t.Errorf("it left its mark: %+v", l)
	}
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		if status, _ := w.call(method, form.Get("hub.callback"), nil, nil); status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, status)
		}
	}
	// A hub that renews by itself, or says no time, is confirmed.
	w.lease = ""
	w.pass(time.Hour)
	if status, _ := w.verify(form, nil); status != http.StatusOK || !w.one().Until.Equal(w.now.Add(askedLease)) {
		t.Errorf("a renewal of the hub's own: %d, %+v", status, w.one())
	}
	for _, odd := range []string{"-5", "0", "x", "99999999999999999999"} {
		w.lease = odd
		w.verify(form, nil)
		if until := w.one().Until.Sub(w.now); until <= 0 || until > longestLease {
			t.Errorf("a lease of %q seconds is %s", odd, until)
		}
	}
}

// 300 to 302: what is signed is taken, by any method of the standard; what is not, or not
// rightly, is taken off the hub's hands and goes nowhere.
func TestSignatures(t *testing.T) {
	w := newWorld(t)
	w.want()
	l := w.one()
	body := []byte(`<feed xmlns="http://www.w3.org/2005/Atom"/>`)
	header := func(s string) http.Header { return http.Header{"X-Hub-Signature": {s}} }
	sum := func(method string) string {
		_, s, _ := strings.Cut(signed(method, l.Secret, body).Get("X-Hub-Signature"), "=")
		return s
	}
	for name, tt := range map[string]struct {
		header http.Header
		taken  bool
	}{
		"300, sha1": {signed("sha1", l.Secret, body), true}, "300, sha256": {signed("sha256", l.Secret, body), true},
		"300, sha384": {signed("sha384", l.Secret, body), true}, "300, sha512": {signed("sha512", l.Secret, body), true},
		"in capitals":     {header("SHA256=" + strings.ToUpper(sum("sha256"))), true},
		"301, bad":        {header("sha256=" + strings.Repeat("00", 32)), false},
		"301, other text": {signed("sha256", l.Secret, []byte("<rss/>")), false}, "301, other secret": {signed("sha256", "secret", body), false}, "301, no secret": {signed("sha256", "", body), false},
		"301, another method's": {header("sha1=" + sum("sha256")), false}, "301, half": {header("sha256=" + sum("sha256")[:32]), false},
		"301, no hex": {header("sha256=zz"), false}, "301, nothing": {header("sha256="), false}, "301, no method": {header(sum("sha256")), false}, "301, md5": {header("md5=" + strings.Repeat("00", 16)), false},
		"302, missing": {http.Header{}, false},
	} {
		before := w.pushes()
		status, answer := w.call(http.MethodPost, l.Callback, tt.header, body)
		if status/100 != 2 || answer != "" || (w.pushes() > before) != tt.taken {
			t.Errorf("%s: %d %q, %d pushed on", name, status, answer, w.pushes()-before)
		}
	}
}
