package web

import (
	stdgzip "compress/gzip"
	"image/png"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// An answer is a response as it came over the wire, still in its coding.
type answer struct {
	*http.Response
	body string
}

// client sends requests as they are told to: no coding of its own, no redirects.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func ask(t *testing.T, method, address string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return do(t, client, req)
}

func do(t *testing.T, c *http.Client, req *http.Request) answer {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(body)}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

const publicURL = "https://wire.example"

func TestHeaders(t *testing.T) {
	host := serve(t, newTestSite(t, Options{Title: "Wire", URL: publicURL + "/", Version: "1.2"}, conference()))
	const topic = "/topics/regional-security"
	feedHeaders := func(f publish.Format, mediaType string) map[string]string {
		address := publicURL + topic
		vary := "Accept-Encoding, Sec-Fetch-Dest"
		if f == publish.JSON {
			vary = "Accept-Encoding"
		}
		return map[string]string{
			"Content-Type": mediaType, "Cache-Control": feedCache(conference()), "Access-Control-Allow-Origin": "*",
			"Last-Modified": "Thu, 05 Sep 2024 11:01:00 GMT", "Vary": vary, "X-Content-Type-Options": "nosniff",
			"Link": "<" + address + "." + string(f) + `>; rel="self"; type="` + f.MediaType() + `", <` + address + `>; rel="alternate"; type="text/html"`,
		}
	}
	page := map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": cachePage, "Vary": "Accept-Encoding",
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": "",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
	timed := maps.Clone(page)
	timed["Content-Security-Policy"] = strings.Replace(page["Content-Security-Policy"], "; ", "; script-src 'self'; ", 1)
	dated := map[string]string{"Last-Modified": "Thu, 05 Sep 2024 11:01:00 GMT"}
	tests := []struct {
		path   string
		status int
		etag   bool
		want   []map[string]string
	}{
		{topic + ".atom", 200, true, []map[string]string{feedHeaders(publish.Atom, "application/atom+xml; charset=utf-8")}},
		{topic + ".rss", 200, true, []map[string]string{feedHeaders(publish.RSS, "application/rss+xml; charset=utf-8")}},
		{topic + ".json", 200, true, []map[string]string{feedHeaders(publish.JSON, "application/feed+json; charset=utf-8")}},
		{topic + ".atom?format=xml", 200, true, []map[string]string{feedHeaders(publish.Atom, "application/atom+xml; charset=utf-8")}},
		{topic, 200, true, []map[string]string{timed, dated}},
		{"/", 200, true, []map[string]string{timed}},
		{"/about", 200, true, []map[string]string{page}},
		{"/sources", 200, true, []map[string]string{timed}},
		{"/sources/", 308, false, []map[string]string{{"Location": "/sources"}}},
		{"/healthz", 200, false, []map[string]string{{"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Vary": "", "Content-Length": "3"}}},
		{"/nothing", 404, false, []map[string]string{{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}}},
		{"/topics/unknown.atom", 404, false, nil},
		{"/static/", 404, false, nil},
		{"/../site.go", 404, false, nil},
		{topic + "/", 308, false, []map[string]string{{"Location": topic}}},
		{topic + ".atom/", 308, false, []map[string]string{{"Location": topic + ".atom"}}},
		{"//wire.example/", 404, false, []map[string]string{{"Location": ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			for _, coding := range []string{"", "gzip"} {
				get := ask(t, "GET", host+tt.path, "Accept-Encoding", coding)
				if get.StatusCode != tt.status {
					t.Fatalf("status %d, want %d", get.StatusCode, tt.status)
				}
				for _, want := range tt.want {
					for key, value := range want {
						if got := get.Header.Get(key); got != value {
							t.Errorf("%s: %q, want %q", key, got, value)
						}
					}
				}
				if got := get.Header.Get("Etag"); (got != "") != tt.etag || strings.HasPrefix(got, "W/") {
					t.Errorf("ETag %q, want a strong one: %v", got, tt.etag)
				}
				if tt.status == 200 && get.Header.Get("Content-Length") != strconv.Itoa(len(get.body)) {
					t.Errorf("Content-Length %q of a body of %d", get.Header.Get("Content-Length"), len(get.body))
				}
				sameButBody(t, get, ask(t, "HEAD", host+tt.path, "Accept-Encoding", coding))
			}
		})
	}
}

// sameButBody checks that HEAD says what GET says (RFC 9110 §9.3.2).
func sameButBody(t *testing.T, get, head answer) {
	t.Helper()
	if head.StatusCode != get.StatusCode || head.body != "" {
		t.Errorf("HEAD has status %d and %d bytes, GET %d", head.StatusCode, len(head.body), get.StatusCode)
	}
	for _, h := range []http.Header{get.Header, head.Header} {
		for key := range h {
			if key != "Date" && get.Header.Get(key) != head.Header.Get(key) {
				t.Errorf("%s: GET %q, HEAD %q", key, get.Header.Get(key), head.Header.Get(key))
			}
		}
	}
}

func TestMethods(t *testing.T) {
	host := serve(t, newTestSite(t, Options{}, conference()))
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"} {
		a := ask(t, method, host+"/topics/regional-security.atom")
		if a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, a.StatusCode, a.Header.Get("Allow"))
		}
	}
}

// decoders undo the codings, each by a program that is not ours.
var decoders = map[string]func(io.Reader) (io.Reader, error){
	"gzip": func(r io.Reader) (io.Reader, error) { return stdgzip.NewReader(r) },
	"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
}

func TestCodings(t *testing.T) {
	host := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	for _, path := range []string{"/", "/topics/regional-security", "/topics/regional-security.atom", "/topics/regional-security.rss", "/topics/regional-security.json"} {
		bare := ask(t, "GET", host+path)
		if got := bare.Header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s: unasked coding %q", path, got)
		}
		tag := strings.Trim(bare.Header.Get("Etag"), `"`)
		for coding, decode := range decoders {
			a := ask(t, "GET", host+path, "Accept-Encoding", coding)
			if got := a.Header.Get("Content-Encoding"); got != coding {
				t.Fatalf("%s: coding %q, want %s", path, got, coding)
			}
			if len(a.body) >= len(bare.body) || a.Header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
				t.Errorf("%s: %d bytes as %s, %d as they are", path, len(a.body), coding, len(bare.body))
			}
			r, err := decode(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(r); err != nil || string(body) != bare.body {
				t.Errorf("%s: the %s form differs (%v)", path, coding, err)
			}
			if got, want := a.Header.Get("Etag"), `"`+tag+"-"+coding+`"`; got != want {
				t.Errorf("%s: the tag of %s is %s, want %s", path, coding, got, want)
			}
			// Who has the bytes in another coding has them.
			for _, other := range []string{"", "-gzip", "-br", "-zstd"} {
				if a := ask(t, "GET", host+path, "Accept-Encoding", coding, "If-None-Match", `W/"`+tag+other+`"`); a.StatusCode != 304 || a.Header.Get("Etag") != `"`+tag+"-"+coding+`"` {
					t.Errorf("%s: %d and tag %s to one who has the tag of %q", path, a.StatusCode, a.Header.Get("Etag"), other)
				}
			}
		}
		if a := ask(t, "GET", host+path, "Accept-Encoding", "*;q=0"); a.StatusCode != 406 || a.Header.Get("Vary") != bare.Header.Get("Vary") {
			t.Errorf("%s: status %d to a client that accepts nothing, Vary %q", path, a.StatusCode, a.Header.Get("Vary"))
		}
	}
	if a := ask(t, "GET", host+"/healthz", "Accept-Encoding", "identity;q=0"); a.StatusCode != 200 || a.body != "ok\n" {
		t.Errorf("/healthz: %d %q", a.StatusCode, a.body)
	}
}

// Nothing is compressed to say that nothing changed, and each form once.
func TestNothingIsCodedUnasked(t *testing.T) {
	site := newTestSite(t, Options{URL: publicURL}, conference())
	host := serve(t, site)
	const path = "/topics/regional-security.atom"
	d := (*site.table.Load())[path].Load()
	ask(t, "GET", host+path, "Accept-Encoding", "br", "If-None-Match", d.etag)
	ask(t, "GET", host+path)
	for c, body := range d.coded.forms {
		if body != nil {
			t.Errorf("there is a form in %s", coding(c).name())
		}
	}
	ask(t, "GET", host+path, "Accept-Encoding", "br")
	first := &d.coded.forms[brotlied][0]
	ask(t, "GET", host+path, "Accept-Encoding", "br")
	if first != &d.coded.forms[brotlied][0] || d.coded.forms[gzipped] != nil {
		t.Error("it was made again, or more than was asked for")
	}
}

// Who wants to know that a document is still the one it knows is told where it is not.
func TestPreconditions(t *testing.T) {
	host := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	const path = "/topics/regional-security.atom"
	full := ask(t, "GET", host+path, "Accept-Encoding", "gzip")
	tag, date := full.Header.Get("Etag"), full.Header.Get("Last-Modified")
	for _, tt := range []struct {
		key, value string
		want       int
	}{
		{"If-Match", tag, 200},
		{"If-Match", `"x", ` + strings.Replace(tag, "-gzip", "", 1), 200},
		{"If-Match", "*", 200},
		{"If-Match", "W/" + tag, 412},
		{"If-Match", `"x"`, 412},
		{"If-Unmodified-Since", date, 200},
		{"If-Unmodified-Since", "Thu, 05 Sep 2024 11:00:59 GMT", 412},
		{"If-Unmodified-Since", "yesterday", 200},
	} {
		if a := ask(t, "GET", host+path, tt.key, tt.value); a.StatusCode != tt.want {
			t.Errorf("%s: %s: %d, want %d", tt.key, tt.value, a.StatusCode, tt.want)
		}
	}
}

// Caches keep a feed as long as its topic lets them.
func TestRhythm(t *testing.T) {
	every := func(gap time.Duration, n int) *feed.Edition {
		ed := &feed.Edition{}
		for i := range n {
			ed.Entries = append(ed.Entries, feed.Item{Filed: at(5, 0, 0).Add(-gap * time.Duration(i))})
		}
		return ed
	}
	for _, tt := range []struct {
		ed   *feed.Edition
		want string
	}{
		{every(0, 0), "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400"},
		{every(time.Hour, 2), "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400"},
		{every(20*time.Minute, 30), "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400"},
		{every(30*time.Minute, 30), "public, max-age=450, stale-while-revalidate=300, stale-if-error=86400"},
		{every(time.Second, 30), "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"},
		{every(24*time.Hour, 30), "public, max-age=900, stale-while-revalidate=300, stale-if-error=86400"},
	} {
		if got := feedCache(tt.ed); got != tt.want {
			t.Errorf("%d entries: %s, want %s", len(tt.ed.Entries), got, tt.want)
		}
	}
}

// A reader that runs in a page of another site may ask on condition.
func TestPreflight(t *testing.T) {
	host := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	a := ask(t, "OPTIONS", host+"/topics/regional-security.json", "Origin", "https://reader.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
	if a.StatusCode != 204 || a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") ||
		!strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "GET") {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	made := serve(t, newTestSite(t, Options{Edition: func(Wanted) (*feed.Edition, error) { return conference(), nil }}, conference()))
	for _, path := range []string{"/all.rss", "/topics.opml", "/topics/regional-security/archive/1.atom", "/topics/regional-security/ru.json", "/stories/7.rss"} {
		if a := ask(t, "OPTIONS", made+path); a.StatusCode != 204 || a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	for _, path := range []string{"/", "/topics/regional-security", "/nothing", "/topics/regional-security/archive/1.atom", "/topics/regional-security/2026-11"} {
		if a := ask(t, "OPTIONS", host+path); a.StatusCode != 405 || a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	for _, match := range []string{"", full(t, host)} {
		if a := ask(t, "GET", host+"/topics/regional-security.json", "If-None-Match", match); !strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), "ETag") {
			t.Errorf("%d exposes %q", a.StatusCode, a.Header.Get("Access-Control-Expose-Headers"))
		}
	}
}

func full(t *testing.T, host string) string {
	return ask(t, "GET", host+"/topics/regional-security.json").Header.Get("Etag")
}

func TestConditionalRequests(t *testing.T) {
	host := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	for _, path := range []string{"/", "/about", "/topics/regional-security", "/topics/regional-security.atom"} {
		for _, coding := range []string{"", "gzip", "br"} {
			full := ask(t, "GET", host+path, "Accept-Encoding", coding)
			for _, method := range []string{"GET", "HEAD"} {
				a := ask(t, method, host+path, "Accept-Encoding", coding, "If-None-Match", `"x", W/`+full.Header.Get("Etag"))
				if a.StatusCode != 304 || a.body != "" {
					t.Fatalf("%s %s: status %d and %d bytes, want 304", method, path, a.StatusCode, len(a.body))
				}
				for _, key := range []string{"Etag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"} {
					if a.Header.Get(key) != full.Header.Get(key) {
						t.Errorf("%s: 304 has %s %q, 200 %q", path, key, a.Header.Get(key), full.Header.Get(key))
					}
				}
				for _, key := range []string{"Content-Length", "Content-Encoding", "Content-Type", "Last-Modified"} {
					if a.Header.Get(key) != "" {
						t.Errorf("%s: 304 has %s %q", path, key, a.Header.Get(key))
					}
				}
			}
			if a := ask(t, "GET", host+path, "Accept-Encoding", coding, "If-None-Match", "*"); a.StatusCode != 304 {
				t.Errorf("%s: status %d to *", path, a.StatusCode)
			}
			last := full.Header.Get("Last-Modified")
			if a := ask(t, "GET", host+path, "Accept-Encoding", coding, "If-None-Match", `"x"`, "If-Modified-Since", last); a.StatusCode != 200 {
				t.Errorf("%s: a date beats another tag", path)
			}
			if last == "" {
				continue
			}
			if a := ask(t, "GET", host+path, "Accept-Encoding", coding, "If-Modified-Since", last); a.StatusCode != 304 {
				t.Errorf("%s: status %d to the date it gave", path, a.StatusCode)
			}
		}
	}
	if a := ask(t, "GET", host+"/nothing", "If-None-Match", "*"); a.StatusCode != 404 {
		t.Errorf("status %d to a condition on what does not exist", a.StatusCode)
	}
}

func TestPrefix(t *testing.T) {
	for _, address := range []string{"https://wire.example/news/wire", "https://wire.example/news/wire/"} {
		host := serve(t, newTestSite(t, Options{URL: address}, conference()))
		for _, path := range []string{"/", "/about", "/healthz", "/topics/regional-security", "/topics/regional-security.rss"} {
			stripped, kept := ask(t, "GET", host+path), ask(t, "GET", host+"/news/wire"+path)
			if stripped.StatusCode != 200 || kept.StatusCode != 200 || stripped.body != kept.body {
				t.Errorf("%s: status %d without the prefix, %d with it", path, stripped.StatusCode, kept.StatusCode)
			}
		}
		if a := ask(t, "GET", host+"/news/wire"); a.StatusCode != 200 {
			t.Errorf("the prefix alone: status %d", a.StatusCode)
		}
		if a := ask(t, "GET", host+"/topics/regional-security/"); a.Header.Get("Location") != "/news/wire/topics/regional-security" {
			t.Errorf("redirect to %q", a.Header.Get("Location"))
		}
		feedAnswer := ask(t, "GET", host+"/topics/regional-security.rss")
		if want := `<https://wire.example/news/wire/topics/regional-security.rss>; rel="self"`; !strings.HasPrefix(feedAnswer.Header.Get("Link"), want) {
			t.Errorf("Link %q, want %q", feedAnswer.Header.Get("Link"), want)
		}
		index := ask(t, "GET", host+"/").body
		for _, link := range attributes(index, "href") {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "/news/wire/") {
				t.Errorf("the index links to %q, outside the prefix", link)
			}
		}
	}
}

// TestHost shows that nothing of an answer comes from the Host header.
func TestHost(t *testing.T) {
	h := newTestSite(t, Options{}, conference())
	for _, path := range []string{"/", "/topics/regional-security", "/topics/regional-security.atom", "/topics/regional-security/", "/nothing", "/about"} {
		req := httptest.NewRequest("GET", path, nil)
		req.Host = "evil.example"
		req.Header.Set("X-Forwarded-Host", "evil.example")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if dump := rec.Body.String() + strings.Join(rec.Header()["Link"], "") + rec.Header().Get("Location"); strings.Contains(dump, "evil") {
			t.Errorf("%s repeats the Host header", path)
		}
	}
}

func TestStaticFiles(t *testing.T) {
	host := serve(t, New(Options{}))
	found := 0
	for _, link := range attributes(ask(t, "GET", host+"/").body, "href") {
		if !strings.HasPrefix(link, "/static/") {
			continue
		}
		found++
		a := ask(t, "GET", host+link)
		if a.StatusCode != 200 || a.Header.Get("Cache-Control") != cacheStatic || a.Header.Get("Etag") == "" {
			t.Errorf("%s: status %d, Cache-Control %q, ETag %q", link, a.StatusCode, a.Header.Get("Cache-Control"), a.Header.Get("Etag"))
		}
		want := map[bool]string{true: "text/css; charset=utf-8", false: "image/svg+xml"}[strings.HasSuffix(link, ".css")]
		if got := a.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type %q", link, got)
		}
	}
	if found != 2 {
		t.Errorf("the index names %d static files, want the style sheet and the icon", found)
	}
}

// A browser that opens a feed is given a type that it shows, and the style sheet that the
// document names.
func TestFeedsInBrowsers(t *testing.T) {
	host := serve(t, newTestSite(t, Options{URL: publicURL + "/news"}, conference()))
	for ext, want := range map[string]string{"atom": "application/xml; charset=utf-8", "rss": "application/xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"} {
		path := host + "/topics/regional-security." + ext
		reader, browser := ask(t, "GET", path), ask(t, "GET", path, "Sec-Fetch-Dest", "document")
		if got := browser.Header.Get("Content-Type"); got != want || browser.body != reader.body || browser.Header.Get("Etag") != reader.Header.Get("Etag") {
			t.Errorf("%s: %s for a browser, want %s and the same bytes", ext, got, want)
		}
		if got := reader.Header.Get("Content-Type"); ext != "json" && got == want {
			t.Errorf("%s: %s for a reader", ext, got)
		}
		if sheet := `<?xml-stylesheet type="text/css" href="` + publicURL + `/news/feed.css"?>`; strings.Contains(reader.body, sheet) != (ext != "json") {
			t.Errorf("%s: names its style sheet: %v", ext, ext == "json")
		}
	}
	if a := ask(t, "GET", host+publish.StylePath); a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(a.body, "This is a feed") {
		t.Errorf("the style sheet: %d %v", a.StatusCode, a.Header)
	}
}

// The pictures that feeds name are where they say.
func TestPicturesOfFeeds(t *testing.T) {
	host := serve(t, newTestSite(t, Options{}, &feed.Edition{Topic: security}))
	for path, width := range map[string]int{publish.IconPath: 144, publish.LogoPath: 288} {
		a := ask(t, "GET", host+path)
		img, err := png.Decode(strings.NewReader(a.body))
		if err != nil || a.Header.Get("Content-Type") != "image/png" || a.Header.Get("Cache-Control") != cachePicture {
			t.Fatalf("%s: %v, %v", path, err, a.Header)
		}
		if size := img.Bounds().Size(); size.X != width || size.Y != 144 {
			t.Errorf("%s is %v", path, size)
		}
	}
}

// TestServer runs a site behind the server that the program uses, on loopback.
func TestServer(t *testing.T) {
	h := newTestSite(t, Options{}, &feed.Edition{Topic: security})
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = Server(h, nil)
	srv.Start()
	defer srv.Close()
	if a := ask(t, "GET", srv.URL+"/healthz"); a.StatusCode != 200 {
		t.Errorf("status %d", a.StatusCode)
	}
	if a := ask(t, "GET", srv.URL+"/", "X-Large", strings.Repeat("x", 64<<10)); a.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 64 KiB: status %d", a.StatusCode)
	}
	for name, d := range map[string]time.Duration{"read": srv.Config.ReadTimeout, "write": srv.Config.WriteTimeout, "idle": srv.Config.IdleTimeout} {
		if d <= 0 {
			t.Errorf("no %s timeout", name)
		}
	}
}
