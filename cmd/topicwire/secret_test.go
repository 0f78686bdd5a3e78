package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// A paidSource is a feed that wants a user, a password and a token, and names all but
// the first two wherever a feed can name its own address.
type paidSource struct {
	*httptest.Server
	asked  atomic.Int32
	answer atomic.Int32 // 200, 301 or 500
}

func newPaidSource(t *testing.T) *paidSource {
	p := &paidSource{}
	p.answer.Store(200)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.FormValue("token") != "query-secret" || r.URL.Path == "/feed" && (user != "user" || password != "pw-secret" || r.FormValue("topic") != "water") {
			t.Errorf("the source was asked for %s by %s", r.URL, user)
			w.WriteHeader(401)
			return
		}
		p.asked.Add(1)
		switch status := p.answer.Load(); {
		case status == 301 && r.URL.Path == "/feed":
			http.Redirect(w, r, "/moved?token=query-secret", http.StatusMovedPermanently)
		case status == 500:
			http.Error(w, "no feed for "+r.RequestURI, 500)
		default:
			own := "http://" + r.Host + strings.ReplaceAll(r.RequestURI, "&", "&amp;")
			fmt.Fprintf(w, `<feed xmlns="http://www.w3.org/2005/Atom"><title>Paid</title><id>%[1]s</id><updated>2024-09-04T10:00:00Z</updated>
<link rel="self" href="%[1]s"/><link href="%[1]s"/>
<entry><id>tag:paid.example,2024:1</id><title>Water of the Syr Darya</title><link href="https://paid.example/1"/><updated>2024-09-04T10:00:00Z</updated></entry>
<entry><id>tag:paid.example,2024:2</id><title>Water of the Amu Darya</title><link href="#second"/><updated>2024-09-04T09:00:00Z</updated>
<content type="html">&lt;a href="#top"&gt;up&lt;/a&gt;</content><source><id>%[1]s</id><title>Paid</title><link href="%[1]s"/></source></entry></feed>`, own)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// The secrets of a source's address go to the source and nowhere else: not into any
// output, log, feed or page, whether visits succeed, fail or are sent on.
func TestSecretsOfAnAddressStay(t *testing.T) {
	src := newPaidSource(t)
	address := strings.Replace(src.URL, "http://", "http://user:pw-secret@", 1) + "/feed?token=query-secret&topic=water"
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s', republish: full}]\ntopics: {t: {any: [water]}}\n", wire, address))
	clean := func(where, text string) {
		t.Helper()
		for _, secret := range []string{"pw-secret", "query-secret", "user:", "dXNlcjpwdy1zZWNyZXQ"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s:\n%s", where, secret, text)
			}
		}
	}
	run := func(want string, args ...string) {
		t.Helper()
		out, _ := process(append(args, "-c", path)...).CombinedOutput()
		clean(strings.Join(args, " "), string(out))
		if !strings.Contains(string(out), want) {
			t.Errorf("%v lacks %q:\n%s", args, want, out)
		}
	}
	shown := strings.Replace(src.URL, "http://", "http://xxxxx:xxxxx@", 1) + "/feed?token=xxxxx"
	questions := func() {
		t.Helper()
		for _, format := range formats {
			run("Syr Darya", "export", "t", "--format", string(format))
		}
		run(shown, "sources")
		run(shown, "sources", "list", "--json")
		run("/feed?token=xxxxx&amp;topic=water", "sources", "export")
		run(`text="Paid" title="Paid" type="rss"`, "sources", "export")
		run(`htmlUrl="`+src.URL+`/feed?token=xxxxx&amp;topic=water"`, "sources", "export")
		run("1 source with secrets in the address", "sources", "export")
		run("sources", "status")
		run(`"sources"`, "status", "--json")
		run("Syr Darya", "explain", "t", "https://paid.example/1")
		run(shown, "explain", "t", "https://paid.example/1", "--json")
		run("Story 1", "explain", "--story", "1")
		run(shown, "explain", "--story", "1", "--json")
		run(shown, "explain", "--story", "https://paid.example/1", "2", "--json")
		run("t: no difference", "preview")
	}

	run(`title="`+src.URL[:7], "sources", "export") // before anything is known
	run("holds a user name or password", "check")
	run(shown, "fetch", "--all")
	questions()
	run(`"status":"unchanged"`, "fetch", "--all", "--json")
	src.answer.Store(301)
	run(shown, "fetch", "--all", "--json")
	run("/moved?token=xxxxx", "sources", "list", "--json")
	src.answer.Store(500)
	run("500 Internal Server Error", "fetch", "--all")
	run(shown, "fetch", "--all", "--json")
	run("500 Internal Server Error", "sources")
	src.answer.Store(200)
	if src.asked.Load() < 6 {
		t.Errorf("the source was asked %d times", src.asked.Load())
	}

	s := startService(t, path)
	s.until("/topics/t.atom", "Syr Darya")
	run(shown, "fetch", "--all")
	questions()
	pages := func() {
		t.Helper()
		for _, page := range []string{"/", "/topics/t", "/topics/t.atom", "/topics/t.rss", "/topics/t.json", "/sources", "/about", "/stories/1", "/stories/2"} {
			_, body := s.get(page)
			clean(page, body)
		}
		_, body := s.ask(s.admin + "/metrics")
		clean("/metrics", body)
		_, body = s.ask(s.admin + "/")
		clean("the operators' page", body)
		if want := strings.ReplaceAll(shown, "&", "&amp;"); !strings.Contains(body, want) {
			t.Errorf("the operators' page does not name the source %s:\n%s", want, body)
		}
		key := regexp.MustCompile(`name="source" value="(\w+)"`).FindStringSubmatch(body)
		res, err := http.PostForm(s.admin+"/sources/refresh", url.Values{"source": {slices.Concat(key, []string{"", "none"})[1]}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a refresh by the page's form, right after a visit: %s", res.Status)
		}
	}
	pages()
	src.answer.Store(500)
	run("500 Internal Server Error", "fetch", "--all")
	pages()
	src.Server.Close()
	run("connection refused", "fetch", "--all")
	run("connection refused", "sources")
	s.await("connection refused")
	pages()
	clean("the log", s.log())
	if !strings.Contains(s.log(), "source=\""+shown) {
		t.Errorf("the log does not name the source:\n%s", s.log())
	}
}
