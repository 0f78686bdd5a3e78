package desk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"topicwire/feed/fetch"
)

const (
	rss   = `<?xml version="1.0"?><rss version="2.0"><channel><title>The wire</title><link>/</link><description/><item><title>One</title><guid>1</guid></item></channel></rss>`
	atom  = `<feed xmlns="http://www.w3.org/2005/Atom"><title>The atom wire</title><id>urn:x:1</id><updated>2024-09-04T08:00:00Z</updated></feed>`
	jsonf = `{"version":"https://jsonfeed.org/version/1.1","title":"The JSON wire","items":[]}`
)

// A site answers paths with documents and notes what it was asked for. A
// document may begin with header lines, "> Name: value", and a status, "> 404".
type site struct {
	url   string
	mu    sync.Mutex
	asked []string
}

func newSite(t *testing.T, docs map[string]string) *site {
	t.Helper()
	s := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		doc, ok := docs[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		status := 200
		w.Header().Set("Content-Type", "text/html")
		for strings.HasPrefix(doc, "> ") {
			var line string
			line, doc, _ = strings.Cut(doc[2:], "\n")
			if k, v, ok := strings.Cut(line, ": "); ok {
				w.Header().Set(k, v)
				continue
			}
			status = 0
			for _, c := range line {
				status = status*10 + int(c-'0')
			}
		}
		w.WriteHeader(status)
		io.WriteString(w, doc)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func client(t *testing.T) *fetch.Client {
	c := fetch.New(fetch.Options{AllowPrivate: true})
	t.Cleanup(c.Close)
	return c
}

func TestDiscover(t *testing.T) {
	const alternate = `<link rel=alternate type=application/rss+xml title="News" href=/rss>`
	both := alternate + `<link rel=alternate type=application/atom+xml href=/atom>`
	found := func(c ...Candidate) []Candidate { return c }
	news := Candidate{"/rss", "News", "application/rss+xml", false}
	wire := Candidate{"/rss", "The wire", "application/rss+xml", true}
	bare := Candidate{"/atom", "", "application/atom+xml", false}
	tests := []struct {
		name  string
		docs  map[string]string
		want  []Candidate // addresses on the site as paths
		asked string
	}{
		{"link elements", map[string]string{"/": both, "/rss": rss, "/atom": atom}, found(wire, bare), "/robots.txt / /rss"},
		{"a Link header", map[string]string{"/": "> Link: </atom>; rel=alternate; type=\"application/atom+xml\"\n" + both, "/rss": rss, "/atom": atom},
			found(Candidate{"/atom", "The atom wire", "application/atom+xml", true}, news), "/robots.txt / /atom"},
		{"a Link header on what is no page", map[string]string{"/": "> Link: </rss>; rel=alternate; type=application/rss+xml; title=News\n> Content-Type: image/png\n" + alternate, "/rss": rss}, found(wire), "/robots.txt / /rss"},
		{"an RSS feed given as such", map[string]string{"/": "> Content-Type: text/xml\n" + rss}, found(Candidate{"/", "The wire", "application/rss+xml", true}), "/robots.txt /"},
		{"an Atom feed sent as HTML", map[string]string{"/": "> Content-Type: text/html\n" + atom}, found(Candidate{"/", "The atom wire", "application/atom+xml", true}), "/robots.txt /"},
		{"a JSON Feed", map[string]string{"/": "> Content-Type: application/json\n" + jsonf}, found(Candidate{"/", "The JSON wire", "application/feed+json", true}), "/robots.txt /"},
		{"a JSON Feed that is longer than a page", map[string]string{"/": "> Content-Type: application/feed+json\n" + jsonf[:len(jsonf)-2] + `{"id":"1","content_text":"` + strings.Repeat("x", 2<<20) + `"}]}`},
			found(Candidate{"/", "The JSON wire", "application/feed+json", true}), "/robots.txt /"},
		{"an RSS feed that is longer than a page", map[string]string{"/": strings.Replace(rss, "One", strings.Repeat("x", 2<<20), 1)}, found(Candidate{"/", "The wire", "application/rss+xml", true}), "/robots.txt /"},
		{"rel feed needs no type", map[string]string{"/": `<link rel=feed href=/atom title=A>`, "/atom": atom}, found(Candidate{"/atom", "The atom wire", "application/atom+xml", true}), "/robots.txt / /atom"},
		{"one feed twice", map[string]string{"/": alternate + alternate, "/rss": rss}, found(wire), "/robots.txt / /rss"},
		{"other alternates", map[string]string{"/": `<link rel=alternate hreflang=ru href=/ru><link rel=alternate type=application/json href=/wp-json/1><link rel="alternate stylesheet" type=application/rss+xml href=/css>
			<link rel=alternate type=text/xml href=/sitemap.xml><link rel=search type=application/rss+xml href=/search><link rel=icon href=/rss.png>`}, nil, "/robots.txt /"},
		{"a general type with a word for it", map[string]string{"/": `<link rel=alternate type=text/xml title="RSS" href=/x>`, "/x": rss}, found(Candidate{"/x", "The wire", "application/rss+xml", true}), "/robots.txt / /x"},
		{"a link in the body", map[string]string{"/": `<body>` + alternate}, nil, "/robots.txt /"},
		{"a link to nothing, before a second", map[string]string{"/": both, "/atom": atom}, found(bare), "/robots.txt / /rss"},
		{"a link to a page, before a second", map[string]string{"/": both, "/rss": "<html>sorry", "/atom": atom}, found(bare), "/robots.txt / /rss"},
		{"a feed that is down", map[string]string{"/": both, "/rss": "> 503\n"}, found(news, bare), "/robots.txt / /rss"},
		{"a feed that wants a password", map[string]string{"/": alternate, "/rss": "> 401\n"}, found(news), "/robots.txt / /rss"},
		{"a feed that moved for good", map[string]string{"/": alternate, "/rss": "> 301\n> Location: /new\n", "/new": rss}, found(Candidate{"/new", "The wire", "application/rss+xml", true}), "/robots.txt / /rss /new"},
		{"a feed that is elsewhere today", map[string]string{"/": alternate, "/rss": "> 302\n> Location: /new\n", "/new": rss}, found(wire), "/robots.txt / /rss /new"},
		{"a feed elsewhere, whose rules nobody knows", map[string]string{"/": `<link rel=alternate type=application/rss+xml href=http://feeds.example/a>`}, found(Candidate{"http://feeds.example/a", "", "application/rss+xml", false}), "/robots.txt /"},
		{"a page without feeds", map[string]string{"/": "<title>x</title>"}, nil, "/robots.txt /"},
		{"a feed that robots.txt closes", map[string]string{"/robots.txt": "User-agent: *\nDisallow: /rss", "/": both, "/rss": rss}, found(news, bare), "/robots.txt /"},
		{"a feed that moved to where robots.txt closes", map[string]string{"/robots.txt": "User-agent: *\nDisallow: /new", "/": alternate, "/rss": "> 301\n> Location: /new\n", "/new": rss}, found(news), "/robots.txt / /rss"},
		{"a robots.txt for others", map[string]string{"/robots.txt": "User-agent: topicwire\nDisallow: /x\nUser-agent: *\nDisallow: /", "/": alternate, "/rss": rss}, found(wire), "/robots.txt / /rss"},
		{"a Cyrillic page", map[string]string{"/": "> Content-Type: text/html; charset=windows-1251\n<link rel=feed title=\"\xcd\xee\xe2\xee\xf1\xf2\xe8\" href=http://feeds.example/a>"},
			found(Candidate{"http://feeds.example/a", "Новости", "", false}), "/robots.txt /"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, tt.docs)
			got, err := Discover(t.Context(), client(t), s.url+"/")
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				got[i].URL = strings.TrimPrefix(got[i].URL, s.url)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v\nwant %+v", got, tt.want)
			}
			if asked := strings.Join(s.asked, " "); asked != tt.asked {
				t.Errorf("asked for %s, want %s", asked, tt.asked)
			}
		})
	}
}

func TestDiscoverRefuses(t *testing.T) {
	alternate := `<link rel=alternate type=application/rss+xml href=/rss>`
	for _, tt := range []struct {
		name  string
		docs  map[string]string
		path  string
		err   string
		asked string
	}{
		{"what robots.txt closes", map[string]string{"/robots.txt": "User-agent: *\nDisallow: /", "/": alternate}, "/?key=secret", "the site's robots.txt closes URL/", "/robots.txt"},
		{"what robots.txt closes to it", map[string]string{"/robots.txt": "User-agent: Topicwire\nDisallow: /a"}, "/a", "the site's robots.txt closes URL/a", "/robots.txt"},
		{"a redirect to what robots.txt closes", map[string]string{"/robots.txt": "User-agent: *\nDisallow: /b", "/a": "> 302\n> Location: /b\n"}, "/a", "redirected to URL/b: the site's robots.txt closes URL/b", "/robots.txt /a"},
		{"without a robots.txt that could be had", map[string]string{"/robots.txt": "> 503\n", "/": alternate}, "/", "robots.txt: the server answered 503 Service Unavailable", "/robots.txt"},
		{"a server that wants to be left alone", map[string]string{"/robots.txt": "> 429\n", "/": alternate}, "/", "robots.txt: the server answered 429 Too Many Requests", "/robots.txt"},
		{"a page that is not there", nil, "/", "the server answered 404 Not Found", "/robots.txt /"},
		{"a page whose one feed is not there", map[string]string{"/": alternate}, "/", "the page names the feed URL/rss, but: the server answered 404 Not Found", "/robots.txt / /rss"},
		{"a page whose one feed is none", map[string]string{"/": alternate, "/rss": "<html>"}, "/", "the page names the feed URL/rss, but: ", "/robots.txt / /rss"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, tt.docs)
			got, err := Discover(t.Context(), client(t), s.url+tt.path)
			if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), s.url, "URL"), tt.err) || got != nil {
				t.Errorf("%+v, err = %v, want %s", got, err, tt.err)
			}
			if asked := strings.Join(s.asked, " "); asked != tt.asked {
				t.Errorf("asked for %s, want %s", asked, tt.asked)
			}
			var closed *RobotsError
			if errors.As(err, &closed) != strings.Contains(tt.err, "closes") {
				t.Errorf("%#v", err)
			}
		})
	}
}

// A site that moved as a whole takes its rules along.
func TestDiscoverFollowsASiteThatMoved(t *testing.T) {
	to := newSite(t, map[string]string{
		"/robots.txt": "User-agent: *\nDisallow: /closed",
		"/":           `<link rel=alternate type=application/rss+xml href=/rss>`, "/rss": rss,
	})
	from := newSite(t, map[string]string{
		"/robots.txt": "> 301\n> Location: " + to.url + "/robots.txt\n", "/": "> 301\n> Location: " + to.url + "/\n", "/x": "> 301\n> Location: " + to.url + "/closed\n",
	})
	got, err := Discover(t.Context(), client(t), from.url+"/")
	if want := []Candidate{{to.url + "/rss", "The wire", "application/rss+xml", true}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	var closed *RobotsError
	if _, err := Discover(t.Context(), client(t), from.url+"/x"); !errors.As(err, &closed) || closed.URL != to.url+"/closed" {
		t.Errorf("err = %v", err)
	}
}

func TestDiscoverTakesNoOtherAddress(t *testing.T) {
	c := client(t)
	for _, a := range []string{"", " ", "https://", "ftp://a.example/", "file:///etc/passwd", "mailto:a@b.example", "https://user:pass word@a b/", "http://[::1"} {
		if got, err := Discover(t.Context(), c, a); err == nil || strings.Contains(err.Error(), "pass") && !strings.Contains(a, "passwd") {
			t.Errorf("%q: %+v, %v", a, got, err)
		}
	}
	guarded := fetch.New(fetch.Options{})
	t.Cleanup(guarded.Close)
	s := newSite(t, map[string]string{"/": rss})
	var blocked *fetch.BlockedError
	if _, err := Discover(t.Context(), guarded, s.url); !errors.As(err, &blocked) || len(s.asked) > 0 {
		t.Errorf("err = %v, asked %v", err, s.asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Discover(ctx, c, s.url); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestComplete(t *testing.T) {
	for in, want := range map[string]string{
		"news.example": "https://news.example", " news.example/a ": "https://news.example/a", "localhost:8080/x": "https://localhost:8080/x",
		"http://news.example": "http://news.example", "feed://news.example/rss": "https://news.example/rss", "feed:http://news.example/rss": "http://news.example/rss",
	} {
		if got := complete(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
