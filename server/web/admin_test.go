package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// refusedConfig is a configuration of which a newer version was refused.
func refusedConfig() ConfigState {
	return ConfigState{File: "config.yaml", Loaded: at(5, 6, 30), Problems: []feed.Problem{
		{Pos: feed.Pos{File: "config.yaml", Line: 12, Col: 5}, Text: `unknown key "titel"`, Hint: "did you mean title?"},
		{Pos: feed.Pos{File: "config.yaml", Line: 3, Col: 1}, Severity: feed.Warning, Text: "fetch.contact is empty"},
	}}
}

// operator is the pages of desk's sources; refreshes go to asked, and fail with
// the error in failure.
type operator struct {
	host    string
	asked   []feed.SourceID
	failure error
}

func newOperator(t *testing.T) *operator {
	t.Helper()
	o := &operator{}
	o.host = serve(t, NewAdmin(AdminOptions{
		Title: "Wire", Version: "1.2", Health: shows(desk),
		Refresh: func(_ context.Context, id feed.SourceID) error {
			o.asked = append(o.asked, id)
			return o.failure
		},
		ConfigState: func() ConfigState { return ConfigState{File: "config.yaml", Loaded: at(5, 6, 30)} },
	}))
	return o
}

func (o *operator) refresh(t *testing.T, id string, form url.Values, header ...string) answer {
	t.Helper()
	q := url.Values{"source": {id}}
	for k, v := range form {
		q[k] = v
	}
	return post(t, o.host+"/sources/refresh", q.Encode(), header...)
}

func TestOperatorPage(t *testing.T) {
	o := newOperator(t)
	page := ask(t, "GET", o.host+"/").body
	checkMarkup(t, page, "form")
	for _, want := range []string{
		`<title>Sources and configuration · Wire</title>`,
		`Configuration <code>config.yaml</code><span class="dot">loaded <time datetime="2024-09-05T06:30:00Z">5 Sep, 06:30</time></span><span class="dot">in force</span>`,
		`<a href="/" aria-current="page">all <span class="n">7</span></a>`,
		`<a href="/?condition=failing">failing <span class="n">2</span></a>`,
		`<span class="condition failing">failing</span> <span class="sub">3 in a row</span>`,
		`<span class="error">get https://den.example/rss: error-secret: 503 Service Unavailable</span>`,
		`<time datetime="2024-09-05T15:00:00Z">5 Sep, 15:00</time> <span class="sub">back-off after 3 failures</span>`,
		`<td role="cell" data-label="Newest entry"><time datetime="2024-09-05T10:40:00Z">5 Sep, 10:40</time></td>`,
		`<td role="cell" data-label="Entries" class="num">40</td>`,
		`<td role="cell" data-label="Entries a day" class="num">22.5</td>`,
		`<td role="cell" data-label="Answered 304" class="num">75 %</td>`,
		`<td role="cell" data-label="Entries a day" class="num">–</td>`,
		`moved for good to https://new.example/rss`,
		`redirects to https://newer.example/rss since <time datetime="2024-09-03T09:00:00Z">3 Sep, 09:00</time>, 2 visits so far`,
		`<button type="submit" aria-label="Refresh Steppe Wire">Refresh</button>`,
		`<span class="note">several reports carry the id &#34;N/A&#34;: links, or titles and dates, tell them apart</span>`,
		`https://xxxxx:xxxxx@paid.example/feeds/all.rss?key=xxxxx`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, secret := range []string{"header-secret", "query-secret", "pass-secret", "desk:"} {
		if strings.Contains(page, secret) {
			t.Errorf("the page shows %s", secret)
		}
	}
	if got, want := rows(page), []string{"Азиатский день", "paid.example", "Closed paper", "A fresh one",
		"file:/srv/private-path/agency.xml", "Moved daily", "Steppe Wire"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want trouble first: %q", got, want)
	}
}

// rows is the titles of a page's sources.
func rows(page string) []string {
	var titles []string
	for _, after := range strings.Split(page, `<span class="name" dir="auto">`)[1:] {
		title, _, _ := strings.Cut(after, "</span>")
		titles = append(titles, title)
	}
	return titles
}

func TestOperatorFilter(t *testing.T) {
	o := newOperator(t)
	tests := []struct {
		query string
		want  []string
	}{
		{"condition=gone", []string{"Closed paper"}},
		{"condition=ok", []string{"file:/srv/private-path/agency.xml", "Moved daily", "Steppe Wire"}},
		{"q=STEPPE", []string{"Steppe Wire"}},
		{"q=+den.example+", []string{"Азиатский день"}},
		{"q=азиат&condition=failing", []string{"Азиатский день"}},
		{"q=steppe&condition=failing", nil},
		{"condition=unheard-of", nil},
		{"condition=gone&page=9", []string{"Closed paper"}},
		{"condition=gone&page=-1", []string{"Closed paper"}},
		{"condition=gone&page=one", []string{"Closed paper"}},
	}
	for _, tt := range tests {
		a := ask(t, "GET", o.host+"/?"+strings.ReplaceAll(tt.query, "азиат", url.QueryEscape("азиат")))
		checkMarkup(t, a.body, "form")
		if got := rows(a.body); a.StatusCode != 200 || !slices.Equal(got, tt.want) {
			t.Errorf("?%s: status %d, %q, want %q", tt.query, a.StatusCode, got, tt.want)
		}
		if len(tt.want) == 0 && !strings.Contains(a.body, `No source fits. <a href="/">Show all 7</a>`) {
			t.Errorf("?%s: the page does not say that nothing fits", tt.query)
		}
	}
	page := ask(t, "GET", o.host+"/?q=wire&condition=ok").body
	for _, want := range []string{`<a href="/?q=wire">all <span class="n">1</span></a>`, `<a href="/?condition=ok&amp;q=wire" aria-current="page">`,
		`name="q" value="wire"`, `<input type="hidden" name="condition" value="ok">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the filtered page lacks %s", want)
		}
	}
}

func TestOperatorPaging(t *testing.T) {
	sources := many(2*shownSources + 1)
	host := serve(t, NewAdmin(AdminOptions{Health: shows(func() []feed.Health { return sources })}))
	seen := map[string]bool{}
	path, pages := "/?q=wire", 0
	for path != "" {
		page := ask(t, "GET", host+path).body
		pages++
		for _, title := range rows(page) {
			seen[title] = true
		}
		path = ""
		if before, _, found := strings.Cut(page, `">Next</a>`); found {
			path = strings.ReplaceAll(before[strings.LastIndex(before, `"`)+1:], "&amp;", "&")
		}
	}
	if pages != 3 || len(seen) != len(sources) {
		t.Errorf("%d pages show %d of %d sources", pages, len(seen), len(sources))
	}
	if page := ask(t, "GET", host+"/").body; strings.Contains(page, "<button type=\"submit\" aria-label") {
		t.Error("there are buttons and nothing that they could ask")
	}
}

func TestRefusedConfiguration(t *testing.T) {
	state := refusedConfig()
	host := serve(t, NewAdmin(AdminOptions{ConfigState: func() ConfigState { return state }}))
	page := ask(t, "GET", host+"/").body
	checkMarkup(t, page, "form")
	for _, want := range []string{
		"The configuration was changed, and the change refused",
		`What was loaded on <time datetime="2024-09-05T06:30:00Z">5 Sep, 06:30</time> stays in force`,
		`<li><code>config.yaml:12:5: error: unknown key &#34;titel&#34; (did you mean title?)</code></li>`,
		`config.yaml:3:1: warning: fetch.contact is empty`,
		"No sources yet",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "in force</span>") {
		t.Error("the page also says that the file is in force")
	}
	state.Problems = slices.Repeat(state.Problems, 20)
	if page := ask(t, "GET", host+"/").body; !strings.Contains(page, "and 10 problems more") || strings.Count(page, "<li><code>") != shownProblems {
		t.Error("the page does not shorten a long list of problems")
	}
}

// Sources that cannot be read are not none.
func TestSourcesThatCannotBeRead(t *testing.T) {
	host := serve(t, NewAdmin(AdminOptions{Health: func() ([]feed.Health, error) { return nil, errors.New("cut off") }}))
	page := ask(t, "GET", host+"/").body
	checkMarkup(t, page, "form")
	if !strings.Contains(page, "The sources cannot be shown") || strings.Contains(page, "No sources yet") {
		t.Errorf("the page:\n%s", page)
	}
}

func TestRefresh(t *testing.T) {
	o := newOperator(t)
	key := sourceKey("https://wire.example/rss.xml")
	if page := ask(t, "GET", o.host+"/").body; !strings.Contains(page, `<input type="hidden" name="source" value="`+key+`">`) {
		t.Error("the form does not name the source by its key")
	}
	a := o.refresh(t, key, url.Values{"condition": {"ok"}, "q": {"wire"}, "page": {"1"}})
	if want := "/?asked=" + key + "&condition=ok&q=wire#s" + key; a.StatusCode != 303 || a.Header.Get("Location") != want {
		t.Errorf("refresh: status %d, Location %q, want %q", a.StatusCode, a.Header.Get("Location"), want)
	}
	page := ask(t, "GET", o.host+a.Header.Get("Location")).body
	checkMarkup(t, page, "form")
	if !strings.Contains(page, `<p class="notice" role="status"><strong dir="auto">Steppe Wire</strong>: A visit was asked for.`) || !strings.Contains(page, `id="s`+key+`"`) {
		t.Error("the page does not say what was asked for")
	}

	o.failure = errors.New("asked again within a minute; <wait>")
	a = o.refresh(t, "https://wire.example/rss.xml", url.Values{"condition": {"ok"}})
	checkMarkup(t, a.body, "form")
	if a.StatusCode != 429 || !strings.Contains(a.body, `<p class="notice trouble" role="alert"><strong dir="auto">Steppe Wire</strong>: asked again within a minute; &lt;wait&gt;</p>`) {
		t.Errorf("a refused refresh: status %d", a.StatusCode)
	}
	if got := rows(a.body); len(got) != 3 {
		t.Errorf("a refused refresh forgets the filter: %q", got)
	}
	if n := len(o.asked); n != 2 {
		t.Errorf("Refresh was called %d times, want 2", n)
	}

	for _, id := range []string{"", "https://unknown.example/"} {
		if a := o.refresh(t, id, nil); a.StatusCode != 404 || !strings.Contains(a.body, "There is no such source") {
			t.Errorf("refresh of %q: status %d", id, a.StatusCode)
		}
	}
	if a := o.refresh(t, strings.Repeat("x", maxForm), nil); a.StatusCode != 400 {
		t.Errorf("a form too large: status %d", a.StatusCode)
	}
	// The source is read from the form alone.
	if a := post(t, o.host+"/sources/refresh?source=https%3A%2F%2Fwire.example%2Frss.xml", ""); a.StatusCode != 404 {
		t.Errorf("a source in the address: status %d", a.StatusCode)
	}
	if n := len(o.asked); n != 2 {
		t.Errorf("Refresh was called %d times, want 2", n)
	}
}

// post posts a form.
func post(t *testing.T, address, form string, header ...string) answer {
	t.Helper()
	return askAs(t, "POST", address, "", form, append(header, "Content-Type", "application/x-www-form-urlencoded")...)
}

func TestAdminMethods(t *testing.T) {
	o := newOperator(t)
	for _, tt := range []struct {
		method, path, allow string
		status              int
	}{
		{"GET", "/", "", 200}, {"HEAD", "/", "", 200}, {"POST", "/", "GET, HEAD", 405}, {"DELETE", "/", "GET, HEAD", 405}, {"OPTIONS", "/", "GET, HEAD", 405},
		{"GET", "/sources/refresh", "POST", 405}, {"HEAD", "/sources/refresh", "POST", 405}, {"PUT", "/sources/refresh", "POST", 405},
		{"GET", "/readyz", "", 200}, {"POST", "/readyz", "GET, HEAD", 405}, {"GET", "/nothing", "", 404}, {"GET", "//evil.example/", "", 404}, {"GET", "/sources", "", 404},
	} {
		if a := ask(t, tt.method, o.host+tt.path); a.StatusCode != tt.status || a.Header.Get("Allow") != tt.allow {
			t.Errorf("%s %s: status %d, Allow %q; want %d, %q", tt.method, tt.path, a.StatusCode, a.Header.Get("Allow"), tt.status, tt.allow)
		}
	}
	if len(o.asked) > 0 {
		t.Error("something else than POST refreshed a source")
	}
}

func TestReady(t *testing.T) {
	var failure error
	host := serve(t, NewAdmin(AdminOptions{Ready: func() error { return failure }}))
	if a := ask(t, "GET", host+"/readyz"); a.StatusCode != 200 || a.body != "ok\n" {
		t.Errorf("ready: status %d, %q", a.StatusCode, a.body)
	}
	failure = errors.New("the disk is full")
	if a := ask(t, "GET", host+"/readyz"); a.StatusCode != 503 || a.body != "not ready: the disk is full\n" {
		t.Errorf("not ready: status %d, %q", a.StatusCode, a.body)
	}
	if a := ask(t, "GET", serve(t, NewAdmin(AdminOptions{}))+"/readyz"); a.StatusCode != 200 {
		t.Errorf("nothing to be ready for: status %d", a.StatusCode)
	}
}

func TestAdminHeaders(t *testing.T) {
	o := newOperator(t)
	always := map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	}
	answers := map[string]answer{
		"page": ask(t, "GET", o.host+"/"), "ready": ask(t, "GET", o.host+"/readyz"), "nothing": ask(t, "GET", o.host+"/nothing"),
		"refresh": o.refresh(t, "https://wire.example/rss.xml", nil), "unknown": o.refresh(t, "x", nil),
		"other host": askAs(t, "GET", o.host+"/", "evil.example", ""),
	}
	for name, a := range answers {
		for key, want := range always {
			if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && key == "Content-Security-Policy" {
				want = strings.Replace(want, "; ", "; script-src 'self'; ", 1)
			}
			if got := a.Header.Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
	}
	for _, path := range attributes(answers["page"].body, "href")[:2] {
		if a := ask(t, "GET", o.host+path); a.StatusCode != 200 || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
}

// askAs is ask with another Host, where host is not empty, and a body.
func askAs(t *testing.T, method, address, host, body string, header ...string) answer {
	t.Helper()
	req := httptest.NewRequest(method, address, strings.NewReader(body))
	req.RequestURI, req.Host = "", host
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return do(t, client, req)
}

// TestRebinding asks under names that somebody else may let resolve to this
// machine.
func TestRebinding(t *testing.T) {
	o := newOperator(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(o.host, "http://"))
	for _, host := range []string{"localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "[::1]", "[::ffff:127.0.0.1]"} {
		for _, host := range []string{host, host + ":" + port} {
			if a := askAs(t, "GET", o.host+"/", host, ""); a.StatusCode != 200 {
				t.Errorf("Host %s: status %d", host, a.StatusCode)
			}
		}
	}
	for _, host := range []string{"evil.example", "evil.example:" + port, "127.0.0.1.evil.example", "localhost.evil.example", "evil.localhost", "localhost.", "unix",
		"127.1", "2130706433", "0.0.0.0", "0x7f000001", "192.168.1.10:" + port, "[fe80::1]", "[::]", "127.0.0.1:80:80", "localhost@evil.example"} {
		for _, method := range []string{"GET", "POST"} {
			for _, path := range []string{"/", "/readyz", "/sources/refresh"} {
				a := askAs(t, method, o.host+path, host, "source=https%3A%2F%2Fwire.example%2Frss.xml", "Content-Type", "application/x-www-form-urlencoded",
					"Sec-Fetch-Site", "same-origin", "Origin", "http://"+host)
				if a.StatusCode != 403 && a.StatusCode != 400 {
					t.Errorf("%s %s for Host %s: status %d", method, path, host, a.StatusCode)
				}
				if strings.Contains(a.body, host) && host != "unix" {
					t.Errorf("Host %s comes out again", host)
				}
			}
		}
	}
	if len(o.asked) > 0 {
		t.Error("a foreign host refreshed a source")
	}
}

// TestCSRF sends the requests that a browser sends for other pages.
func TestCSRF(t *testing.T) {
	o := newOperator(t)
	own := strings.TrimPrefix(o.host, "http://")
	const id = "https://wire.example/rss.xml"
	for _, tt := range []struct {
		header []string
		status int
	}{
		{nil, 303}, // a program
		{[]string{"Origin", "http://" + own}, 303},
		{[]string{"Origin", "HTTP://" + strings.ToUpper(own)}, 303},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 303},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://" + own}, 303},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403}, // a page of another port of localhost
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "none"}, 403},
		{[]string{"Sec-Fetch-Site", ""}, 403},
		{[]string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://" + own}, 403},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Origin", ""}, 403},
		{[]string{"Origin", own}, 403},
		{[]string{"Origin", "https://" + own}, 403},
		{[]string{"Origin", "http://127.0.0.1"}, 403},
		{[]string{"Origin", "http://127.0.0.1:1"}, 403},
		{[]string{"Origin", "http://localhost:8080"}, 403},
		{[]string{"Origin", "http://evil.example"}, 403},
		{[]string{"Origin", "http://" + own + ".evil.example"}, 403},
		{[]string{"Origin", "http://" + own, "Origin", "http://evil.example"}, 403},
		{[]string{"Origin", "http://%zz"}, 403},
	} {
		o.asked = nil
		a := o.refresh(t, id, nil, tt.header...)
		if a.StatusCode != tt.status || (len(o.asked) > 0) != (tt.status == 303) {
			t.Errorf("%q: status %d, %d visits asked for; want %d", tt.header, a.StatusCode, len(o.asked), tt.status)
		}
	}
	// What a page can send without asking and is no form.
	o.asked = nil
	for _, mediaType := range []string{"text/plain", "multipart/form-data; boundary=b", "application/json", ""} {
		a := askAs(t, "POST", o.host+"/sources/refresh", "", "source="+url.QueryEscape(id), "Content-Type", mediaType)
		if a.StatusCode < 400 || len(o.asked) > 0 {
			t.Errorf("a form as %q: status %d, %d visits asked for", mediaType, a.StatusCode, len(o.asked))
		}
	}
}

// TestEmbedding shows that other pages may lead here and do nothing else.
func TestEmbedding(t *testing.T) {
	o := newOperator(t)
	for _, tt := range []struct {
		site, mode, dest string
		status           int
	}{
		{"none", "navigate", "document", 200}, {"same-origin", "navigate", "document", 200}, {"same-origin", "no-cors", "style", 200},
		{"cross-site", "navigate", "document", 200}, {"same-site", "navigate", "document", 200},
		{"cross-site", "navigate", "iframe", 403}, {"cross-site", "no-cors", "image", 403}, {"cross-site", "cors", "empty", 403},
		{"same-site", "cors", "empty", 403}, {"same-site", "no-cors", "script", 403}, {"cross-site", "", "", 403},
	} {
		a := ask(t, "GET", o.host+"/", "Sec-Fetch-Site", tt.site, "Sec-Fetch-Mode", tt.mode, "Sec-Fetch-Dest", tt.dest)
		if a.StatusCode != tt.status {
			t.Errorf("%s %s %s: status %d, want %d", tt.site, tt.mode, tt.dest, a.StatusCode, tt.status)
		}
	}
}

// TestAdminSocket asks over a unix socket, where a client calls the host as it
// likes, and a forwarded port brings browsers.
func TestAdminSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(NewAdmin(AdminOptions{Health: shows(desk)}))
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	defer srv.Close()
	c := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	defer c.CloseIdleConnections()
	for host, status := range map[string]int{"unix": 200, "localhost": 200, "127.0.0.1:8081": 200, "evil.example": 403, "unix.evil.example": 403} {
		req, err := http.NewRequest("GET", "http://"+host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := do(t, c, req); a.StatusCode != status {
			t.Errorf("Host %s: status %d, want %d", host, a.StatusCode, status)
		}
	}
}

func TestAdminLog(t *testing.T) {
	var out bytes.Buffer
	host := serve(t, NewAdmin(AdminOptions{
		Health: shows(desk), Log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})),
		Refresh: func(context.Context, feed.SourceID) error { return errors.New("too soon") },
	}))
	o := &operator{host: host}
	o.refresh(t, "https://wire.example/rss.xml", nil)
	if got := out.String(); !strings.Contains(got, `msg="refresh refused" source=https://wire.example/rss.xml error="too soon"`) || strings.Count(got, "\n") != 1 {
		t.Errorf("log: %s", got)
	}
}

// BenchmarkOperatorPage renders the first page of many sources.
func BenchmarkOperatorPage(b *testing.B) {
	for _, n := range []int{100, 10000} {
		b.Run(fmt.Sprintf("sources=%d", n), func(b *testing.B) {
			sources := many(n)
			h := NewAdmin(AdminOptions{Health: shows(func() []feed.Health { return sources })})
			r := httptest.NewRequest("GET", "http://localhost/", nil)
			for b.Loop() {
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
