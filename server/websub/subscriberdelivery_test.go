package websub

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/memory"
)

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// Hubs sign what they send, or what it was before they compressed it. What is larger
// than any fetched document, on the way or decoded, is refused.
func TestCodedAndLargeDeliveries(t *testing.T) {
	w := newWorld(t)
	w.want()
	l := w.one()
	text := bytes.Repeat([]byte("<feed/>"), 100)
	packed := gzipped(t, text)
	for name, tt := range map[string]struct {
		body, signed []byte
		coding       string
		status       int
		taken        bool
	}{
		"signed as sent": {packed, packed, "gzip", 202, true}, "signed before": {packed, text, "gzip", 202, true}, "without its word": {packed, packed, "", 202, true},
		"unknown coding": {packed, packed, "compress", 415, false}, "broken": {packed[:40], packed[:40], "gzip", 415, false}, "broken and unsigned": {packed[:40], text, "gzip", 202, false},
		"a bomb":    {gzipped(t, make([]byte, fetch.MaxBody+1)), gzipped(t, make([]byte, fetch.MaxBody+1)), "gzip", 415, false},
		"too large": {make([]byte, fetch.MaxBody+1), make([]byte, fetch.MaxBody+1), "", 413, false},
	} {
		before := w.pushes()
		h := signed("sha256", l.Secret, tt.signed)
		if tt.coding != "" {
			h.Set("Content-Encoding", tt.coding)
		}
		status, _ := w.call(http.MethodPost, l.Callback, h, tt.body)
		if status != tt.status || (w.pushes() > before) != tt.taken {
			t.Errorf("%s: %d, pushed on %v", name, status, w.pushes() > before)
		}
		if tt.taken && !bytes.Equal(w.got[before].Body, text) {
			t.Errorf("%s: %d bytes came on", name, len(w.got[before].Body))
		}
	}
}

// Who has no lease, no more, or not yet is told so; nothing is pushed on.
func TestDeliveriesWithoutALease(t *testing.T) {
	w := newWorld(t)
	w.answer = func(rw http.ResponseWriter, _ *http.Request, _ url.Values) {
		rw.WriteHeader(http.StatusAccepted)
	}
	w.want()
	l := w.one()
	body := []byte("<feed/>")
	post := func(address string, want int) {
		t.Helper()
		if status, _ := w.call(http.MethodPost, address, signed("sha256", l.Secret, body), body); status != want {
			t.Errorf("%d, want %d", status, want)
		}
	}
	post(w.site.URL+"/websub/AAAAAAAAAAAAAAAAAAAAAAAAAA", 404)
	post(w.site.URL+"/websub/", 404)
	post(l.Callback, 410) // not confirmed yet
	form, _ := w.last()
	w.verify(form, nil)
	post(l.Callback, 202)
	w.pass(240 * time.Hour)
	post(l.Callback, 410) // its time is over
	w.verify(form, nil)
	post(l.Callback, 202)
	w.verify(form, url.Values{"hub.mode": {"denied"}})
	post(l.Callback, 410)
	if w.pushes() != 2 {
		t.Errorf("%d pushed on, want 2", w.pushes())
	}
}

// What takes long to be stored is accepted meanwhile.
func TestSlowStores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, done := time.Now(), make(chan error, 1)
		if err := new(Subscriber).pushed(&feed.Lease{}, done); err != nil || time.Since(began) != storeWait {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// What cannot be stored is to be sent again.
func TestDeliveriesThatAreNotStored(t *testing.T) {
	w := newWorld(t)
	w.want()
	l := w.one()
	body := []byte("<feed/>")
	post := func(want int) {
		t.Helper()
		if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body); status != want {
			t.Errorf("%d, want %d", status, want)
		}
	}
	w.take = func(func(error)) error { return errors.New("nobody takes it") }
	post(503)
	w.take = func(done func(error)) error { done(errors.New("no space left on device")); return nil }
	post(503)
	if now, most := w.memory.Held(); now != 0 || most < len(body) {
		t.Errorf("%d bytes are held of what nobody took, %d were at most", now, most)
	}
	w.take = nil
	post(202)
	if len(w.sub.slots) != 0 {
		t.Errorf("%d deliveries are still in memory", len(w.sub.slots))
	}
}

// What there is no memory for waits for it, and is then to be sent again; it holds
// nothing meanwhile that others need.
func TestDeliveriesWithoutMemory(t *testing.T) {
	w := newWorld(t)
	w.want()
	l := w.one()
	body := []byte("<feed/>")
	var full []*memory.Share
	for n := memory.Most; n >= 512; {
		if share := w.memory.Share(); share.TryHold(n) {
			full = append(full, share)
		} else {
			n /= 2
		}
	}
	before, _ := w.memory.Held()
	synctest.Test(t, func(t *testing.T) {
		post := func() *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, l.Callback, bytes.NewReader(body))
			r.Header = signed("sha256", l.Secret, body)
			rec := httptest.NewRecorder()
			w.sub.ServeHTTP(rec, r)
			return rec
		}
		began := time.Now()
		if rec := post(); rec.Code != 503 || rec.Header().Get("Retry-After") != "60" || time.Since(began) != fetch.Deadline {
			t.Errorf("%d, again after %q, after %s", rec.Code, rec.Header().Get("Retry-After"), time.Since(began))
		}
		if now, _ := w.memory.Held(); now != before || len(w.sub.slots) != 0 || w.pushes() != 0 {
			t.Errorf("%d bytes are held and were %d, %d deliveries in memory, %d pushed on", now, before, len(w.sub.slots), w.pushes())
		}
		if !strings.Contains(w.text(), "there is no room for what a hub pushed") {
			t.Errorf("the log does not say it:\n%s", w.text())
		}
		for _, share := range full {
			share.Free()
		}
		if rec := post(); rec.Code != 202 || w.pushes() != 1 {
			t.Errorf("with room: %d, %d pushed on", rec.Code, w.pushes())
		}
	})
}

// A hub cannot fill the memory with what nobody has stored yet, nor make us work for
// ever, and a stranger can do nothing at all.
func TestLimits(t *testing.T) {
	w := newWorld(t)
	w.want()
	l := w.one()
	body := []byte("<feed/>")
	var mu sync.Mutex
	var waiting []func(error)
	arrived := make(chan struct{}, maxDeliveries)
	w.take = func(done func(error)) error {
		mu.Lock()
		defer mu.Unlock()
		waiting = append(waiting, done)
		arrived <- struct{}{}
		return nil
	}
	var sent sync.WaitGroup
	for range maxDeliveries {
		sent.Go(func() { w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body) })
	}
	for range maxDeliveries {
		<-arrived
	}
	if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body); status != 503 {
		t.Errorf("one too many: %d", status)
	}
	mu.Lock()
	for _, done := range waiting {
		done(nil)
	}
	mu.Unlock()
	sent.Wait()
	w.take = nil
	w.pass(time.Minute)
	for n := range maxCalls + 1 {
		want := 202
		if n == maxCalls {
			want = 429
		}
		if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", "wrong", body), body); status != want {
			t.Fatalf("call %d: %d, want %d", n, status, want)
		}
	}
	w.pass(time.Minute)
	if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body); status != 202 {
		t.Errorf("a minute later: %d", status)
	}
	before := w.stores
	for range 2 * maxCalls {
		if status, _ := w.call(http.MethodPost, w.site.URL+"/websub/"+strings.Repeat("A", 26), nil, body); status != 404 {
			t.Fatalf("a stranger: %d", status)
		}
	}
	if w.stores != before || len(w.sub.calls) != 1 {
		t.Error("a stranger left something behind")
	}
}

// Neither tokens nor secrets, nor what a hub says of them, are in the log or in what
// people are shown.
func TestNothingSecretIsShown(t *testing.T) {
	w := newWorld(t)
	w.answer = func(rw http.ResponseWriter, _ *http.Request, form url.Values) {
		rw.Header().Set("Content-Type", "text/plain")
		rw.WriteHeader(http.StatusBadRequest)
		rw.Write([]byte("no\r\x00 answer from " + form["hub.callback"][0] + " with " + form["hub.secret"][0] + strings.Repeat(" z", 1000)))
	}
	w.want()
	l := w.one()
	if l.Failures != 1 || !strings.HasPrefix(l.Error, "it answered 400 Bad Request: no answer from "+w.site.URL+"/websub/[hidden] with [hidden]") || len(l.Error) > 300 {
		t.Errorf("%q", l.Error)
	}
	form, _ := w.last()
	w.verify(form, nil)
	w.call(http.MethodPost, l.Callback, nil, []byte("<feed/>"))
	w.verify(form, url.Values{"hub.mode": {"denied"}, "hub.reason": {"not at " + l.Callback + "\nlevel=ERROR"}})
	w.pass(8 * 24 * time.Hour)
	w.hub.Close()
	w.work()
	l = w.one()
	shown := w.text() + l.Says(w.now) + l.Error
	for name, secret := range map[string]string{"token": l.Token, "secret": l.Secret, "the hub's key": "key=0"} {
		if strings.Contains(shown, secret) {
			t.Errorf("the %s is shown:\n%s", name, shown)
		}
	}
	for _, part := range []string{"a hub was asked in vain", "a hub pushes", "ignored", "a hub does not push", "refused"} {
		if !strings.Contains(w.text(), part) {
			t.Errorf("the log does not say %q:\n%s", part, w.text())
		}
	}
	if strings.Contains(w.text(), "\nlevel=ERROR") || strings.Contains(l.Error, "\n") {
		t.Errorf("a hub writes our log:\n%s", w.text())
	}
}

// What the state of a lease is called.
func TestWhatALeaseSays(t *testing.T) {
	now := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	on := feed.Lease{Hub: "https://hub.example/x?key=1", State: feed.LeaseActive, Until: now.Add(time.Hour)}
	with := func(edit func(*feed.Lease)) feed.Lease { l := on; edit(&l); return l }
	for want, l := range map[string]feed.Lease{
		"pushed by hub.example until 2024-09-04 09:00":                         on,
		"pushed by hub.example until 2024-09-04 09:00, not renewed: 503":       with(func(l *feed.Lease) { l.Failures, l.Error = 1, "503" }),
		"hub.example promised to push it until 2024-09-04 09:00, and does not": with(func(l *feed.Lease) { l.Missed = true }),
		"hub.example was asked to push it":                                     with(func(l *feed.Lease) { l.State = feed.LeaseAsked }),
		"hub.example does not push it: 503":                                    with(func(l *feed.Lease) { l.State, l.Failures, l.Error = feed.LeaseAsked, 2, "503" }),
		"hub.example denied to push it: it does not say why":                   with(func(l *feed.Lease) { l.State = feed.LeaseDenied }),
		"": with(func(l *feed.Lease) { l.State = feed.LeaseLeaving }),
	} {
		if got := l.Says(now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
