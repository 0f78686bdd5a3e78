package poll

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
)

// The rules of a well-behaved poller, each against a server that logs its
// requests. The clock is the world's own; a round stands for a start of the
// program, so that every round is a restart.

func TestR1OneUnconditionalRequestEver(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"1"`, item("1", "x"))
	for range 20 {
		w.round(false)
		w.pass(2 * time.Hour)
	}
	if len(w.log) != 20 || w.log[0].etag != "" {
		t.Fatalf("%d requests, the first with %q", len(w.log), w.log[0].etag)
	}
	for i, r := range w.log[1:] {
		if r.etag != `"1"` {
			t.Errorf("request %d was unconditional", i+2)
		}
	}
}

func TestR2R3ValidatorsAreSentAsTheyCame(t *testing.T) {
	for _, v := range []struct{ etag, modified string }{
		{`"1"`, "Wed, 04 Sep 2024 08:00:00 GMT"}, {`W/"x y"`, ""}, {"no quotes", ""},
		{"", "yesterday, about noon"}, {`"1"`, "2024-09-04T08:00:00Z"},
	} {
		w := newWorld(t, "/a")
		w.answer = func(rw http.ResponseWriter, r *http.Request) {
			if v.etag != "" {
				rw.Header().Set("ETag", v.etag)
			}
			if v.modified != "" {
				rw.Header().Set("Last-Modified", v.modified)
			}
			document(item("1", "x"))(rw, r)
		}
		w.round(true)
		w.pass(2 * time.Hour)
		w.round(true)
		if r := w.log[1]; r.etag != v.etag || r.modified != v.modified {
			t.Errorf("sent %q and %q, got %q and %q", r.etag, r.modified, v.etag, v.modified)
		}
	}
}

func TestR4NoValidatorReturnsOnceItWasReplaced(t *testing.T) {
	w := newWorld(t, "/a")
	answers := []func(http.ResponseWriter, *http.Request){
		tagged(`"1"`, item("1", "x")),
		tagged(`"2"`, item("2", "x")),
		func(rw http.ResponseWriter, r *http.Request) { // a 304 with a new validator
			rw.Header().Set("ETag", `"3"`)
			rw.WriteHeader(http.StatusNotModified)
		},
		tagged(`"3"`, item("2", "x")),
		func(rw http.ResponseWriter, r *http.Request) { document(item("4", "x"))(rw, r) }, // none at all
		document(item("5", "x")),
	}
	for _, a := range answers {
		w.answer = a
		w.round(true)
		w.pass(25 * time.Hour)
	}
	want := []string{"", `"1"`, `"2"`, `"3"`, `"3"`, ""}
	for i, r := range w.log {
		if r.etag != want[i] {
			t.Errorf("request %d sent %q, want %q", i+1, r.etag, want[i])
		}
	}
}

func TestR5ValidatorsComeWithAStoredBody(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"broken"`)
		fmt.Fprint(rw, "this is no feed")
	}
	w.round(true)
	w.pass(2 * time.Hour)
	w.answer = tagged(`"1"`, item("1", "x"))
	w.round(true)
	w.pass(2 * time.Hour)
	w.round(true)
	if w.log[1].etag != "" || w.log[2].etag != `"1"` {
		t.Errorf("sent %q after a document that did not parse, %q after the first that did", w.log[1].etag, w.log[2].etag)
	}
}

func TestR6NeverEarly(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		least  time.Duration
	}{
		{"conditional", tagged(`"1"`, item("1", "x")), time.Hour},
		{"unconditional", document(item("1", "x")), time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "/a")
			w.answer = tt.answer
			w.poll.o.Random = func() float64 { return .5 }
			for range 48 * 6 { // a start every ten minutes for two days
				w.round(false)
				w.pass(10 * time.Minute)
			}
			if len(w.log) < 2 {
				t.Fatalf("%d requests", len(w.log))
			}
			for i := 1; i < len(w.log); i++ {
				if gap := w.log[i].when.Sub(w.log[i-1].when); gap < tt.least {
					t.Errorf("%s after the one before", gap)
				}
			}
		})
	}
}

// A source without validators is asked at its interval, more and more rarely while its
// document stays the same, and at its interval again once that changes.
func TestR6WithoutValidators(t *testing.T) {
	for _, own := range []time.Duration{0, 30 * time.Minute} {
		w := newWorld(t, "/a")
		w.src.List[0].Interval = own
		least := cmp.Or(own, time.Hour)
		wait := func(answer func(http.ResponseWriter, *http.Request), want time.Duration) {
			t.Helper()
			w.answer = answer
			w.round(false)
			s := w.state("/a")
			if got := s.Next.Sub(w.now); got != want {
				t.Errorf("interval %s: due after %s by %q, want %s", least, got, s.Why, want)
			}
			w.now = s.Next
		}
		same := document(item("1", "x"))
		wait(same, least)
		for _, n := range []time.Duration{2, 4, 8, 16} {
			wait(same, n*least)
		}
		for range 3 {
			wait(same, min(w.state("/a").Next.Sub(w.state("/a").Visited)*2, day))
		}
		wait(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(500) }, day) // it says nothing of the document
		wait(same, day)
		wait(document(item("2", "x")), least)
		wait(document(item("2", "x")), 2*least)
		// One that brings validators can be asked for what is new alone.
		wait(tagged(`"1"`, item("2", "x")), least)
		wait(tagged(`"1"`, item("2", "x")), least)
		wait(document(item("3", "x")), least)
		wait(document(item("3", "x")), 2*least)
	}
}

// A first visit that fails backs off as any other.
func TestAFirstVisitThatFailsBacksOff(t *testing.T) {
	for _, status := range []int{500, 404, 0} {
		w := newWorld(t, "/a")
		w.src.Interval = 20 * time.Minute // shorter than the first wait
		w.answer = func(rw http.ResponseWriter, _ *http.Request) {
			if status == 0 {
				fmt.Fprint(rw, "this is no feed")
				return
			}
			rw.WriteHeader(status)
		}
		for _, want := range []time.Duration{1, 2, 4, 8, 16, 24} {
			w.round(false)
			s := w.state("/a")
			if got := s.Next.Sub(w.now); got != want*time.Hour {
				t.Errorf("%d: after failure %d it is due after %s by %q, want %d h", status, s.Failures, got, s.Why, want)
			}
			w.now = s.Next
		}
		w.answer = document(item("1", "x"))
		w.round(false)
		if s := w.state("/a"); s.Failures != 0 || s.Next.Sub(w.now) != w.src.Interval {
			t.Errorf("%d: after a success %+v", status, s)
		}
	}
}

func TestR7ServersAreObeyed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		least  time.Duration
	}{
		{"max-age", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Cache-Control", "max-age=43200")
			tagged(`"1"`, item("1", "x"))(rw, r)
		}, 12 * time.Hour},
		{"429 with seconds", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Retry-After", "18000")
			rw.WriteHeader(429)
		}, 5 * time.Hour},
		{"503 with a date", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Retry-After", time.Date(2024, 9, 4, 14, 0, 0, 0, time.UTC).Format(http.TimeFormat))
			rw.WriteHeader(503)
		}, 6 * time.Hour},
		{"429 without a word", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(429) }, 4 * time.Hour},
		{"500", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(500) }, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "/a")
			w.answer = tt.answer
			w.round(true)
			if next := w.state("/a").Next; next.Before(w.now.Add(tt.least)) {
				t.Errorf("due again after %s, want at least %s", next.Sub(w.now), tt.least)
			}
		})
	}
}

func TestR7RetryAfterIsForTheWholeHost(t *testing.T) {
	w := newWorld(t, "/a", "/b", "/c")
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Retry-After", "7200")
		rw.WriteHeader(429)
	}
	w.round(true)
	if len(w.log) != 1 {
		t.Fatalf("%d requests to a host that asked to be left alone after the first", len(w.log))
	}
	// Not even an operator's own request comes earlier, not even after a restart.
	w.pass(time.Hour)
	w.round(true)
	if len(w.log) != 1 {
		t.Errorf("%d requests within the time", len(w.log))
	}
	for _, p := range []string{"/a", "/b", "/c"} {
		if r := w.reports[w.id(p)]; r.Status != Skipped || !strings.Contains(r.Error, "asked to be left alone until 2024-09-04T10:00:00Z") {
			t.Errorf("%s: %+v", p, r)
		}
	}
	w.pass(61 * time.Minute)
	w.answer = tagged(`"1"`, item("1", "x"))
	w.round(true)
	if len(w.log) != 4 {
		t.Errorf("%d requests after the time, want all three sources visited", len(w.log)-1)
	}
}

func TestR8TheAddressIsUsedAsGiven(t *testing.T) {
	w := newWorld(t, "/a?x=1&y=%20z&&amp")
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		http.SetCookie(rw, &http.Cookie{Name: "id", Value: "7"})
		tagged(`"1"`, item("1", "x"))(rw, r)
	}
	w.round(true)
	w.pass(2 * time.Hour)
	w.round(true)
	for _, r := range w.log {
		if r.query != "x=1&y=%20z&&amp" || r.header["Cookie"] != nil || r.header["Referer"] != nil || r.method != "GET" {
			t.Errorf("%s %s?%s with %v", r.method, r.path, r.query, r.header)
		}
	}
}

func TestR9NothingElseIsAskedFor(t *testing.T) {
	w := newWorld(t, "/a", "/b")
	w.answer = tagged(`"1"`, item("1", `<img src="/pixel.png">`))
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan struct{}, 10)
	report := w.poll.o.Report
	w.poll.o.Report = func(r Report) { report(r); seen <- struct{}{} }
	ended := make(chan error)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	<-seen
	// The second source's visit is due a moment later: no burst at a start.
	w.pass(time.Second)
	w.poll.Update(w.src)
	<-seen
	cancel()
	<-ended
	if len(w.log) != 2 || w.log[0].path == w.log[1].path {
		t.Errorf("requests %+v", w.log)
	}
}

func TestR10R11WhoIsAsking(t *testing.T) {
	w := newWorld(t, "/a")
	c := fetch.New(fetch.Options{Version: "1.2", Contact: "https://desk.example/about", AllowPrivate: true})
	defer c.Close()
	w.src.Fetch = c
	w.answer = document(item("1", "x"))
	w.round(true)
	h := w.log[0].header
	if h.Get("User-Agent") != "topicwire/1.2 (+https://desk.example/about)" || h.Get("Accept-Encoding") != "gzip, br, zstd" {
		t.Errorf("%v", h)
	}
}

func TestR12NotModifiedIsASuccess(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"1"`, item("1", "x"))
	w.round(true)
	w.pass(2 * time.Hour)
	w.round(true)
	s := w.state("/a")
	if r := w.reports[w.id("/a")]; r.Status != Unchanged || s.Failures != 0 || s.Error != "" || !s.Succeeded.Equal(w.now) {
		t.Errorf("%+v, %+v", r, s)
	}
	// To a request without validators it makes no sense.
	w = newWorld(t, "/a")
	w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotModified) }
	w.round(true)
	if r := w.reports[w.id("/a")]; r.Status != Failed {
		t.Errorf("304 to an unconditional request: %+v", r)
	}
}

func TestR13RedirectsForGoodAreLearned(t *testing.T) {
	for _, code := range []int{301, 308, 302, 307} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w := newWorld(t, "/old")
			etag := `"1"`
			w.answer = func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/old" {
					http.Redirect(rw, r, "/new", code)
					return
				}
				tagged(etag, item("1", "x"))(rw, r)
			}
			for i := range 4 {
				if i == 2 {
					etag = `"2"` // or eight days of nothing but 304 would void the first
				}
				w.round(false)
				w.pass(4 * day)
			}
			last := w.log[len(w.log)-1]
			before := w.log[len(w.log)-2]
			learned := code == 301 || code == 308
			if got := before.path == "/new" && last.path == "/new"; got != learned {
				t.Errorf("the last requests were for %s and %s", before.path, last.path)
			}
			if last.etag != `"2"` {
				t.Errorf("the move cost an unconditional request")
			}
		})
	}
}

func TestR13GoneStops(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusGone) }
	w.round(false)
	for range 6 {
		w.pass(day)
		w.round(false)
	}
	if len(w.log) != 1 || !w.state("/a").Gone {
		t.Errorf("%d requests within a week of 410", len(w.log))
	}
	w.pass(2 * day)
	w.answer = tagged(`"1"`, item("1", "x"))
	w.round(false)
	if s := w.state("/a"); len(w.log) != 2 || s.Gone || s.Failures != 0 {
		t.Errorf("%d requests, state %+v", len(w.log), s)
	}
}

func TestR14HintsOfTheDocument(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(rw, `<rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description><ttl>300</ttl>
<skipHours><hour>13</hour><hour>14</hour></skipHours>`+item("1", "x")+`</channel></rss>`)
	}
	w.round(true) // at eight; five hours later is 13:00
	want := time.Date(2024, 9, 4, 15, 0, 0, 0, time.UTC)
	if s := w.state("/a"); s.Next.Before(want) || s.Next.After(want.Add(time.Hour)) || s.Why != "skipHours or skipDays" {
		t.Errorf("due at %s by %q, want %s", s.Next, s.Why, want)
	}
	// A 304 says nothing of its own; what the document said still holds.
	w.pass(7 * time.Hour)
	w.round(true)
	if s := w.state("/a"); s.Next.Before(w.now.Add(5*time.Hour)) || s.Why != "ttl" {
		t.Errorf("after a 304: due at %s by %q", s.Next, s.Why)
	}
}

// R15, one request however many topics use a source, holds by construction: a
// round knows sources only. R16: IPv6 works.
func TestR16IPv6(t *testing.T) {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6 loopback: %v", err)
	}
	w := newWorld(t)
	w.answer = tagged(`"1"`, item("1", "x"))
	srv := httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	defer srv.Close()
	id := feed.SourceID(srv.URL + "/a")
	w.src.List = []feed.Source{{ID: id}}
	w.round(true)
	if r := w.reports[id]; r.Status != OK {
		t.Errorf("%+v", r)
	}
}

func TestOurOwnOutageCountsAgainstNobody(t *testing.T) {
	w := newWorld(t)
	w.answer = document(item("1", "x"))
	// Nobody listens on these: the connection is refused at once.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	for i := range 5 {
		w.src.List = append(w.src.List, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.0.%d:%d/", i+1, port))})
	}
	check := func(failures int) {
		t.Helper()
		for _, src := range w.src.List[:5] {
			s, err := w.poll.schedule(src.ID)
			if err != nil {
				t.Fatal(err)
			}
			if s.Failures != failures || s.Error == "" {
				t.Errorf("%s: %+v, want %d failures", src.ID, s, failures)
			}
		}
	}
	w.round(true)
	check(0)
	// Where most hosts answer, those that do not are to blame.
	p := w.srv.URL[strings.LastIndexByte(w.srv.URL, ':'):]
	for i := range 6 {
		w.src.List = append(w.src.List, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.1.%d%s/%d", i+1, p, i))})
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	srv.Listener.Close()
	if srv.Listener, err = net.Listen("tcp", "0.0.0.0"+p[:1]+"0"); err != nil {
		t.Fatal(err)
	}
	srv.Start()
	defer srv.Close()
	p = srv.URL[strings.LastIndexByte(srv.URL, ':'):]
	for i := range 6 {
		w.src.List[5+i].ID = feed.SourceID(fmt.Sprintf("http://127.0.1.%d%s/%d", i+1, p, i))
	}
	w.pass(time.Hour)
	w.round(true)
	check(1)
}

func TestRefresh(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"1"`, item("1", "x"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	visited := make(chan Report, 10)
	w.poll.o.Report = func(r Report) { visited <- r }
	go w.poll.Run(ctx, w.src)
	<-visited
	if err := w.poll.Refresh(ctx, w.id("/a")); err == nil || !strings.Contains(err.Error(), "less than a minute ago") {
		t.Errorf("at once: %v", err)
	}
	if err := w.poll.Refresh(ctx, w.id("/none")); err == nil {
		t.Error("an unknown source was refreshed")
	}
	w.pass(2 * time.Minute)
	if err := w.poll.Refresh(ctx, w.id("/a")); err != nil {
		t.Errorf("after two minutes: %v", err)
	}
	if r := <-visited; r.Status != Unchanged {
		t.Errorf("%+v", r)
	}
	w.mu.Lock()
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", "3600")
		rw.WriteHeader(503)
	}
	w.mu.Unlock()
	w.pass(2 * time.Minute)
	if err := w.poll.Refresh(ctx, w.id("/a")); err != nil {
		t.Fatal(err)
	}
	<-visited
	w.pass(2 * time.Minute)
	if err := w.poll.Refresh(ctx, w.id("/a")); err == nil || !strings.Contains(err.Error(), "left alone") {
		t.Errorf("against Retry-After: %v", err)
	}
}

// What no server would take back is not sent back.
func TestOversizedValidatorsAreNotKept(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"`+strings.Repeat("e", 70000)+`"`, item("1", "x"))
	w.round(true)
	w.pass(25 * time.Hour)
	w.round(true)
	if len(w.log) != 2 || w.log[1].etag != "" {
		t.Errorf("%d requests reached the server", len(w.log))
	}
}

// A source that is new on a host that asked to be left alone waits with the others.
func TestAHoldIsForNewSourcesToo(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", "7200")
		rw.WriteHeader(429)
	}
	w.round(true)
	w.src.List = append(w.src.List, feed.Source{ID: w.id("/b")})
	w.round(true)
	if len(w.log) != 1 {
		t.Errorf("%d requests, want the first alone", len(w.log))
	}
	// A run tells what it waits for, of those that it never asked, too.
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	if r := w.demand(true)[w.id("/b")]; r.Status != Skipped || r.Why != feed.WhyHost || r.NextVisit == nil || r.NextVisit.Sub(w.now) != 2*time.Hour {
		t.Errorf("%+v", r)
	}
	cancel()
	<-ended
	if s := w.state("/b"); s.Why != feed.WhyHost || s.Next.Sub(w.now) != 2*time.Hour {
		t.Errorf("due at %s, because %q", s.Next, s.Why)
	}
}
