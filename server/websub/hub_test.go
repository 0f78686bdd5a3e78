package websub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// Hub 100: a request with nothing but mode, topic and callback is taken, the callback is
// asked with its own query in front, and then gets each change whole, unsigned, in the
// topic's type, with links to hub and topic.
func TestHub100Subscription(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	lease := w.subscribe(t, r.URL+"/cb?own=1%2F2&x#part")
	asked := next(t, r.asked, w)
	q := asked.URL.Query()
	if !strings.HasPrefix(asked.RequestURI, "/cb?own=1%2F2&x&hub.") || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != base+atom ||
		len(q.Get("hub.challenge")) < 22 || q.Get("hub.lease_seconds") != "864000" {
		t.Errorf("asked %s", asked.RequestURI)
	}
	if d := lease.Until.Sub(w.now()); d < 239*time.Hour || d > 240*time.Hour {
		t.Errorf("the lease ends in %s", d)
	}
	w.change(atom, "<feed>two</feed>")
	d := next(t, r.got, w)
	if d.RequestURI != "/cb?own=1%2F2&x" || d.body != "<feed>two</feed>" || d.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" ||
		d.Header.Get("Link") != `<`+base+`/hub>; rel="hub", <`+base+atom+`>; rel="self"` {
		t.Errorf("%s %q %v", d.RequestURI, d.body, d.Header)
	}
	for name := range d.Header {
		if strings.HasPrefix(name, "X-Hub") {
			t.Errorf("%s: %q", name, d.Header[name])
		}
	}
	// Again, with another challenge.
	w.subscribe(t, r.URL+"/cb?own=1%2F2&x")
	if again := next(t, r.asked, w).URL.Query().Get("hub.challenge"); again == q.Get("hub.challenge") {
		t.Error("a challenge was used twice")
	}
}

// Hub 101: with a secret each delivery is signed.
func TestHub101Signature(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	secret := strings.Repeat("ў&= ", 39) // 195 bytes
	w.subscribe(t, r.URL, "hub.secret", secret)
	w.change(atom, "<feed>two</feed>")
	d := next(t, r.got, w)
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, d.body)
	if got, want := d.Header.Values("X-Hub-Signature"), "sha256="+hex.EncodeToString(mac.Sum(nil)); len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Hub 102: parameters that nobody knows are ignored.
func TestHub102UnknownParameters(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	w.subscribe(t, r.URL, "hub.verify", "sync", "foo", "bar", "foo", "\xff")
	w.change(atom, "<feed>two</feed>")
	next(t, r.got, w)
}

// Hub 103: who subscribes anew renews; nothing changes before that is verified, nor where
// it fails.
func TestHub103Renewal(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	first := w.subscribe(t, r.URL, "hub.secret", "old", "hub.lease_seconds", "3600")
	next(t, r.asked, w)
	signed := func(body, secret string) {
		t.Helper()
		w.change(atom, body)
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, body)
		if d := next(t, r.got, w); d.Header.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s is not signed with %q", d.body, secret)
		}
		await[*feed.Delivery](t, w)
	}
	checked := make(chan int)
	r.confirm = func(a http.ResponseWriter, req *http.Request) {
		<-checked
		a.WriteHeader(http.StatusNotFound)
	}
	w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL, "hub.secret", "new")
	next(t, r.asked, w)
	signed("<feed>two</feed>", "old")
	close(checked)
	signed("<feed>three</feed>", "old")
	r.confirm = nil
	second := w.subscribe(t, r.URL, "hub.secret", "new", "hub.lease_seconds", "7200")
	signed("<feed>four</feed>", "new")
	all := w.subscriptions(t)
	if len(all) != 1 || !all[0].Until.Equal(second.Until) || !second.Until.After(first.Until.Add(50*time.Minute)) || all[0].Secret != "new" {
		t.Errorf("%+v", all)
	}
	w.stop()
	none(t, r.got, "delivered twice")
}

// Hub 104: an end is verified, too, and then nothing more is delivered.
func TestHub104Unsubscription(t *testing.T) {
	w, r, other := newWire(t, nil), newReader(t), newReader(t)
	w.run(t)
	w.subscribe(t, r.URL)
	w.subscribe(t, other.URL)
	next(t, r.asked, w)
	end := []string{"hub.mode", "unsubscribe", "hub.topic", base + atom, "hub.callback", r.URL, "hub.lease_seconds", "nonsense"}
	r.confirm = func(a http.ResponseWriter, req *http.Request) { a.WriteHeader(http.StatusNotFound) }
	w.taken(t, end...)
	if q := next(t, r.asked, w).URL.Query(); q.Get("hub.mode") != "unsubscribe" || q.Get("hub.topic") != base+atom || q.Get("hub.challenge") == "" || q.Has("hub.lease_seconds") {
		t.Errorf("asked %v", q)
	}
	w.change(atom, "<feed>two</feed>")
	next(t, r.got, w)
	r.confirm = nil
	w.taken(t, end...)
	await[*feed.Unsubscribing](t, w)
	if all := w.subscriptions(t); len(all) != 1 || all[0].Callback != other.URL {
		t.Errorf("%+v", all)
	}
	next(t, other.got, w)
	w.change(atom, "<feed>three</feed>")
	next(t, other.got, w)
	w.stop()
	none(t, r.got, "delivered after the end")
}

// Hub 105 and 106: what is no XML is delivered in its own type.
func TestHub105And106Types(t *testing.T) {
	w := newWire(t, nil)
	for path, contentType := range map[string]string{"/topics/water.txt": "text/plain; charset=utf-8", "/topics/water.json": "application/feed+json; charset=utf-8"} {
		w.put(path, contentType, "one")
	}
	w.run(t)
	for _, path := range []string{"/topics/water.txt", "/topics/water.json"} {
		r := newReader(t)
		w.taken(t, "hub.mode", "subscribe", "hub.topic", base+path, "hub.callback", r.URL)
		await[*feed.Subscribing](t, w)
		w.change(path, `{"version": "two"}`)
		want, _ := w.document(path)
		if d := next(t, r.got, w); d.Header.Get("Content-Type") != want.ContentType || d.body != string(want.Body) || !strings.Contains(d.Header.Get("Link"), base+path) {
			t.Errorf("%v %q", d.Header, d.body)
		}
	}
}

// Only a 2xx with the challenge and nothing else confirms.
func TestOnlyTheChallengeConfirms(t *testing.T) {
	for name, confirm := range map[string]func(http.ResponseWriter, *http.Request){
		"404": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			io.WriteString(w, r.FormValue("hub.challenge"))
		},
		"500": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			io.WriteString(w, r.FormValue("hub.challenge"))
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/yes?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
		},
		"nothing":   func(http.ResponseWriter, *http.Request) {},
		"something": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") },
		"more":      func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.FormValue("hub.challenge")+"\n") },
		"less":      func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.FormValue("hub.challenge")[1:]) },
		"an endless one": func(w http.ResponseWriter, r *http.Request) {
			for range 1000 {
				io.WriteString(w, r.FormValue("hub.challenge"))
			}
		},
		"a broken one": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, r.FormValue("hub.challenge"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newWire(t, nil), newReader(t)
			r.confirm = confirm
			w.run(t)
			w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL+"/cb")
			if got := next(t, r.asked, w).URL.Path; got != "/cb" {
				t.Errorf("asked %s", got)
			}
			w.stop()
			none(t, r.asked, "asked again")
			none(t, w.stored, "subscribed")
			if c := w.hub.Counts(); c.Subscriptions != 0 || c.Unverified != 1 {
				t.Errorf("%+v", c)
			}
		})
	}
	t.Run("a 201", func(t *testing.T) {
		w, r := newWire(t, nil), newReader(t)
		r.confirm = func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(201)
			io.WriteString(w, r.FormValue("hub.challenge"))
		}
		w.run(t)
		w.subscribe(t, r.URL)
	})
}

// Errors are 4xx with a reason in plain text, and nobody is bothered.
func TestRequestsThatAreRefused(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	good := map[string]string{"hub.mode": "subscribe", "hub.topic": base + atom, "hub.callback": r.URL}
	for _, tt := range []struct {
		name, value string
		status      int
	}{
		{"hub.mode", "", 400}, {"hub.mode", "publish", 400}, {"hub.mode", "Subscribe", 400},
		{"hub.topic", "", 400}, {"hub.topic", atom, 404}, {"hub.topic", "https://wire.example" + atom, 404}, {"hub.topic", base + "/about", 404},
		{"hub.topic", "http://wire.example/news" + atom, 404}, {"hub.topic", "https://other.example/news" + atom, 404}, {"hub.topic", base + atom + "?a=b", 404},
		{"hub.topic", "https://u@wire.example/news" + atom, 404}, {"hub.topic", "https://wire.example:8443/news" + atom, 404}, {"hub.topic", "https://wire.example/newsy" + atom, 404}, {"hub.topic", "::", 404},
		{"hub.callback", "", 400}, {"hub.callback", "/cb", 400}, {"hub.callback", "ftp://x.example/", 400}, {"hub.callback", "http://", 400}, {"hub.callback", "http:x", 400},
		{"hub.callback", "http://u:p@x.example/", 400}, {"hub.callback", "http://x.example/" + strings.Repeat("x", 2048), 400}, {"hub.callback", "http://x.example/\xff", 400},
		{"hub.secret", strings.Repeat("x", 200), 400}, {"hub.lease_seconds", "soon", 400}, {"hub.lease_seconds", "-5", 400}, {"hub.lease_seconds", "1.5", 400},
		{"hub.callback", r.URL + "/unknown", 404}, // for an unsubscription
		{"x", strings.Repeat("x", 17<<10), 413},
	} {
		form := url.Values{}
		for k, v := range good {
			form.Set(k, v)
		}
		form.Set(tt.name, tt.value)
		if strings.HasSuffix(tt.value, "/unknown") {
			form.Set("hub.mode", "unsubscribe")
		}
		res, err := http.PostForm(w.url, form)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != tt.status || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || len(b) < 10 || len(b) > 200 {
			t.Errorf("%s=%.50q: %s, %q", tt.name, tt.value, res.Status, b)
		}
	}
	if res, _ := w.post(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL, "hub.callback", r.URL+"/2"); res.StatusCode != 400 {
		t.Errorf("two callbacks: %s", res.Status)
	}
	for contentType, body := range map[string]string{"application/json": `{"hub.mode":"subscribe"}`, "": "hub.mode=subscribe", "multipart/form-data": "x"} {
		res, err := http.Post(w.url, contentType, strings.NewReader(body))
		if err != nil || res.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %v, %v", contentType, res.Status, err)
		}
		res.Body.Close()
	}
	if res, err := http.Post(w.url, "application/x-www-form-urlencoded", strings.NewReader("hub.mode=%zz")); err != nil || res.StatusCode != 400 {
		t.Errorf("a bad escape: %v, %v", res, err)
	}
	w.stop()
	none(t, r.asked, "asked")
}

// The address says what it is; other methods are refused.
func TestMethodsOfTheHub(t *testing.T) {
	w := newWire(t, nil)
	w.run(t)
	for method, want := range map[string]int{http.MethodGet: 200, http.MethodHead: 200, http.MethodPut: 405, http.MethodDelete: 405, http.MethodOptions: 405} {
		rec := httptest.NewRecorder()
		w.hub.ServeHTTP(rec, httptest.NewRequest(method, "/hub", nil))
		if rec.Code != want || want == 405 && rec.Header().Get("Allow") == "" || want == 200 && method == http.MethodGet && !strings.Contains(rec.Body.String(), "WebSub") {
			t.Errorf("%s: %d %v", method, rec.Code, rec.Header())
		}
	}
}

// A topic is the address that the feed gives itself, however that is written; what is
// verified is what the subscriber wrote.
func TestSpellingsOfATopic(t *testing.T) {
	w := newWire(t, nil)
	w.run(t)
	for _, topic := range []string{base + atom, "HTTPS://Wire.Example:443/news" + atom, "https://wire.example/news/topics/%77ater.atom", base + atom + "#top"} {
		r := newReader(t)
		w.taken(t, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", r.URL)
		if l := await[*feed.Subscribing](t, w); l.Path != atom {
			t.Errorf("%s is %s", topic, l.Path)
		}
		if got := next(t, r.asked, w).URL.Query().Get("hub.topic"); got != topic {
			t.Errorf("asked for %s, not %s", got, topic)
		}
	}
}

// Leases are what was asked for, within bounds, and end.
func TestLeases(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	for asked, want := range map[string]time.Duration{"": defaultLease, "0": defaultLease, "1": minLease, "3600": time.Hour, "99999999": maxLease, "99999999999999999999999": maxLease} {
		before := w.now()
		l := w.subscribe(t, r.URL, "hub.lease_seconds", asked)
		if d := l.Until.Sub(before); d < want-time.Second || d > want+30*time.Second {
			t.Errorf("%q: %s, want %s", asked, d, want)
		}
		if told := next(t, r.asked, w).URL.Query().Get("hub.lease_seconds"); told != strconv.Itoa(int(want.Seconds())) {
			t.Errorf("%q: told %s", asked, told)
		}
	}
	other := newReader(t)
	l := w.subscribe(t, r.URL, "hub.lease_seconds", "3600")
	w.subscribe(t, other.URL, "hub.lease_seconds", "7200")
	w.later(l.Until.Sub(w.now()))
	w.change(atom, "<feed>two</feed>")
	next(t, other.got, w)
	await[*feed.Unsubscribing](t, w)
	if all := w.subscriptions(t); len(all) != 1 || all[0].Callback != other.URL {
		t.Errorf("%+v", all)
	}
	w.stop()
	none(t, r.got, "delivered after the end of the lease")
}

// A topic that is gone by the time of the verification is denied.
func TestDenial(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	busy := make(chan int)
	w.tune = func(h *Hub) { h.intents.lane.limit = 1 }
	r.confirm = func(http.ResponseWriter, *http.Request) { <-busy }
	w.run(t)
	for _, path := range []string{"/first", "/second?own=1"} {
		w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL+path)
	}
	next(t, r.asked, w)
	w.mu.Lock()
	w.published.mu.Lock()
	delete(w.docs, atom)
	w.published.mu.Unlock()
	w.mu.Unlock()
	close(busy)
	asked := next(t, r.asked, w)
	if q := asked.URL.Query(); q.Get("hub.mode") != "denied" || q.Get("hub.topic") != base+atom || q.Get("hub.reason") == "" || q.Has("hub.challenge") || q.Get("own") != "1" {
		t.Errorf("asked %s", asked.RequestURI)
	}
	w.stop()
	none(t, w.stored, "subscribed")
}

// Loopback and private callbacks are asked for nothing, unless that is permitted.
func TestCallbacksAreGuarded(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) {
		closed := guardedClient(t)
		h.o.Client = closed
	}
	w.run(t)
	w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL)
	w.stop()
	if c := w.hub.Counts(); c.Unverified != 1 {
		t.Errorf("%+v", c)
	}
	none(t, r.asked, "asked")
	if !strings.Contains(w.log.String(), "loopback") {
		t.Errorf("the log:\n%s", w.log)
	}
}

// Secrets and callbacks, which are as good as secrets, are in no log, whatever happens.
func TestSecretsAreNotLogged(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	r.deliver = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(http.StatusInternalServerError) }
	w.run(t)
	w.subscribe(t, r.URL+"/unguessable?token=hidden", "hub.secret", "s3cret")
	w.post(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", "https://u:s3cret@x.example/unguessable", "hub.secret", "s3cret")
	w.change(atom, "<feed>two</feed>")
	next(t, r.got, w)
	await[*feed.Delivery](t, w)
	w.mu.Lock()
	w.refuses = errors.New("no room")
	w.mu.Unlock()
	w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL+"/unguessable?2", "hub.secret", "s3cret")
	next(t, r.asked, w)
	w.stop()
	if !strings.Contains(w.log.String(), "not delivered") || !strings.Contains(w.log.String(), "not stored") {
		t.Errorf("the log:\n%s", w.log)
	}
	w.silent(t, "s3cret", "unguessable", "hidden", "challenge")
}
