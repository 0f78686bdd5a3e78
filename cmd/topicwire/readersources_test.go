package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/feed/html"
)

// A press is sources of feeds that a test writes while they are read.
type press struct {
	url   string
	mu    sync.Mutex
	items map[string][]string // of each path, the newest first
	moved map[string]string   // paths that moved for good, and where they are now
}

func newPress(t *testing.T) *press {
	p := &press{items: make(map[string][]string), moved: make(map[string]string)}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

// report puts an item at the head of a source.
func (p *press) report(path string, item string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items[path] = append([]string{item}, p.items[path]...)
}

// move takes a source to another address, which edits its items on the way.
func (p *press) move(from, to string, edit func(item string) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range p.items[from] {
		p.items[to] = append(p.items[to], edit(i))
	}
	p.moved[from] = to
}

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if to := p.moved[r.URL.Path]; to != "" {
		http.Redirect(w, r, to, http.StatusMovedPermanently)
		return
	}
	name := strings.Trim(r.URL.Path, "/")
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The %s</title><link>https://%[1]s.example/</link><description>News</description>
%s</channel></rss>`, name[strings.LastIndex(name, "/")+1:], strings.Join(p.items[r.URL.Path], "\n"))
}

// An account is an item of a source, and what readers are to show of it.
type account struct {
	guid, title, link string
	text              string // HTML
	enclosure         string
	at                time.Time
	shown             string // the title, also where the item has none
	site              string // what readers may show as the link where the item has none
}

// item is the account in RSS. The date is in the local time of Tashkent.
func (a *account) item() string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace
	var b strings.Builder
	fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><link>%s</link><pubDate>%s</pubDate>`, escape(a.guid), escape(a.link), a.at.In(time.FixedZone("", 5*3600)).Format(time.RFC1123Z))
	if a.title != "" {
		fmt.Fprintf(&b, "<title>%s</title>", escape(a.title))
	}
	if a.enclosure != "" {
		fmt.Fprintf(&b, `<enclosure url="%s" type="audio/mpeg" length="1000"/>`, a.enclosure)
	}
	fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded></item>\n", a.text)
	return b.String()
}

// markup is what of the text's tags readers are to get.
func (a *account) markup() (parts []string) {
	for _, part := range []string{"<b>", "<li>", "href=\"https://wire.example/plan"} {
		if strings.Contains(a.text, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// words are those of an HTML text, a blank between two.
func words(text string) string { return strings.Join(strings.Fields(html.Text(text)), " ") }

// A door is what one reader knows the service by: its address stays while the service
// restarts elsewhere, and it keeps what the reader was answered.
type door struct {
	url     string
	service atomic.Pointer[url.URL]
	mu      sync.Mutex
	answers map[string][]int // the statuses, by path
}

func newDoor(t *testing.T) *door {
	d := &door{answers: make(map[string][]int)}
	srv := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(d.service.Load()) },
		ModifyResponse: func(r *http.Response) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.answers[r.Request.URL.Path] = append(d.answers[r.Request.URL.Path], r.StatusCode)
			return nil
		},
		// A reader gets the coding that it asked for, and a service that ended is not
		// asked over an old connection.
		Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	})
	t.Cleanup(srv.Close)
	d.url = srv.URL
	return d
}

func (d *door) leadTo(t *testing.T, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	d.service.Store(u)
}

// answered are the statuses of what was asked for since the last call, by path.
func (d *door) answered() map[string][]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.answers
	d.answers = make(map[string][]int)
	return a
}
