package web

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// unbroken are texts in which no line may be broken, of five thousand characters.
var unbroken = []struct{ script, text string }{
	{"Latin", strings.Repeat("Wide", 1250)}, {"Cyrillic", strings.Repeat("Щ", 5000)}, {"joined Chinese", strings.Repeat("繁\u2060", 2500)}, {"Arabic", strings.Repeat("ﻡ", 5000)},
	{"no-break spaces and joiners", strings.Repeat("слово\u00a0и\u2060क\u200d", 500)}, {"an address", "https://www.example.org/" + strings.Repeat("a_path/", 711)},
}

// wideSite has such a text everywhere where a publisher or an operator may write one: in
// headings the kth, in lists all of them.
func wideSite(t *testing.T, k int) (public, operators http.Handler) {
	t.Helper()
	text := unbroken[k].text
	source := feed.SourceInfo{ID: "https://wide.example/" + feed.SourceID(strings.Repeat("x", 500)), Title: text, Link: "https://wide.example/"}
	topic := feed.Topic{ID: "wide", Title: text, Description: text, Language: "en", Reasons: feed.ReasonFull}
	ed := &feed.Edition{Topic: topic, Updated: at(5, 11, 1), Months: []feed.Month{{Year: 2024, Month: time.September}}}
	for i, u := range unbroken {
		text := u.text
		source.Title = text
		it := item(21+i, source, []string{"en", "ru"}[i%2], text, "<p>"+text+"</p>", at(5, 9, 40), scored(9, hit(text, text, feed.FieldTitle, text, 4)), feed.Reason{Hits: []feed.Hit{hit("", text, feed.FieldTitle, text, 0)}})
		it.Story = 21
		it.Also = []feed.Also{{Source: source, Link: "https://wide.example/a", Title: text, When: at(5, 10, 0)}}
		it.Past = i%2 > 0
		ed.Entries = append(ed.Entries, it)
	}
	ed.Past = ed.Entries[1:]
	story := bridge()
	for i := range story.Members {
		m, text := &story.Members[i], unbroken[i%len(unbroken)].text
		m.Title, m.Source, m.Topics = text, text, []feed.TopicID{"wide"}
		if m.Placed != nil && m.Placed.Why != nil {
			m.Placed.Why.Shared, m.Placed.Why.Numbers = []feed.SharedWord{{Word: text, Share: .4}}, []string{text}
		}
	}
	month := feed.MonthPage{
		Edition: ed, Month: ed.Months[0], Zone: time.UTC, Page: 1, Pages: 1, Count: 2, Days: make([]feed.MonthDay, 30), Months: ed.Months,
		Sources: []feed.Choice{{Value: "a", Name: text, Count: 2}}, Languages: []feed.Choice{{Value: "en", Name: text, Count: 1}},
	}
	site := storySite(t, Options{Title: text, Contact: text, Month: func(WantedMonth) (*feed.MonthPage, error) { return &month, nil }}, map[feed.StoryKey]feed.StoryView{21: story}, ed)
	health := desk()
	for i := range health {
		h, text := &health[i], unbroken[i%len(unbroken)].text
		h.Source.Title, h.Source.Tags, h.State.Error, h.State.Why, h.State.SharedID = text, []string{text, "wire"}, text, text, text
		h.State.Meta.Link = "https://wide.example/" + strings.Repeat("x", 900)
	}
	site.SetSources(health)
	alarm := feed.Alarm{Kind: "failing", Text: text, Hint: text, Since: at(5, 9, 0)}
	admin := NewAdmin(AdminOptions{
		Title: text, Health: shows(func() []feed.Health { return health }), Refresh: func(context.Context, feed.SourceID) error { return nil },
		Alarms: func() []feed.Alarm { return []feed.Alarm{alarm} },
		ConfigState: func() ConfigState {
			return ConfigState{File: text, Restart: []string{text}, Drafts: []string{text}, Refiling: text, Problems: []feed.Problem{{Text: text, Hint: text}}}
		},
	})
	return site, admin
}

// framed serves handlers below /0, /1 and so on, without what forbids a page to be looked
// at in a frame of another, which is at / and says how wide each is.
func framed(t *testing.T, pages []string, handlers ...http.Handler) string {
	t.Helper()
	mux := http.NewServeMux()
	host := func(w http.ResponseWriter, r *http.Request) {
		n, rest := 0, ""
		if _, err := fmt.Sscanf(r.URL.Path, "/%d/", &n); err != nil || n >= len(handlers) {
			// What a page of the last frame that was asked for refers to: sheets are the same.
			n, rest = 0, r.URL.Path
		} else {
			_, rest, _ = strings.Cut(r.URL.Path[1:], "/")
			rest = "/" + rest
		}
		rec := httptest.NewRecorder()
		q := r.Clone(r.Context())
		q.URL.Path, q.Host, q.RequestURI = rest, "127.0.0.1", rest
		q.Header.Del("Accept-Encoding")
		if q.Header.Get("Sec-Fetch-Dest") == "iframe" {
			q.Header.Set("Sec-Fetch-Dest", "document") // a feed that is looked at has a sheet
		}
		handlers[n].ServeHTTP(rec, q)
		for k, v := range rec.Header() {
			if k != "Content-Security-Policy" && k != "X-Frame-Options" && !strings.HasPrefix(k, "Cross-Origin") && k != "Content-Length" {
				w.Header()[k] = v
			}
		}
		w.WriteHeader(rec.Code)
		// The sheet of a feed has a whole address, at which nobody serves it here.
		_, _ = w.Write(bytes.ReplaceAll(rec.Body.Bytes(), []byte(DefaultURL), nil))
	}
	mux.HandleFunc("/", host)
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><meta charset="utf-8"><body><script>
addEventListener("load", () => { for (const f of document.querySelectorAll("iframe")) {
	const r = f.contentDocument.documentElement;
	const p = document.createElement("pre");
	p.textContent = f.getAttribute("src") + " " + f.width + " " + r.scrollWidth + " " + r.clientWidth + " " + r.textContent.length;
	document.body.append(p);
} });</script>`)
		for _, page := range pages {
			for _, width := range []int{360, 1280} {
				fmt.Fprintf(w, `<iframe src="%s" width="%d" height="800"></iframe>`, html.EscapeString(page), width)
			}
		}
	})
	return serve(t, mux)
}

// TestNothingWidensAPage reads every kind of page in a browser, where there is one: what
// cannot be broken into lines is broken all the same, on a phone and on a desk.
func TestNothingWidensAPage(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds to start, and -short is asked for")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium to lay the pages out in; make tools installs it")
	}
	var pages []string
	var handlers []http.Handler
	for _, k := range []int{1, 3} {
		public, operators := wideSite(t, k)
		for _, path := range []string{"/", "/topics/wide", "/topics/wide/2024-09", "/stories/21", "/sources", "/about", "/none", "/topics/wide.atom", "/topics/wide.rss"} {
			pages = append(pages, fmt.Sprintf("/%d%s", len(handlers), path))
		}
		pages = append(pages, fmt.Sprintf("/%d/", len(handlers)+1))
		handlers = append(handlers, public, operators)
	}
	measured := regexp.MustCompile(`<pre>(\S+) (\d+) (\d+) (\d+) (\d+)</pre>`)
	out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--virtual-time-budget=60000", "--dump-dom", framed(t, pages, handlers...)).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := measured.FindAllStringSubmatch(string(out), -1)
	if len(found) != 2*len(pages) {
		t.Fatalf("%d of %d pages were measured", len(found), 2*len(pages))
	}
	for _, m := range found {
		if m[3] != m[4] || len(m[5]) < 4 {
			t.Errorf("%s at %s: %s wide in a window of %s, with %s characters", m[1], m[2], m[3], m[4], m[5])
		}
	}
}
