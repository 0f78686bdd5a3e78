package poll

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/storage"
)

// Where news is pushed: the numbers are those of the tests of websub.rocks.
func TestAdvertised(t *testing.T) {
	const (
		inRSS  = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title><link>https://a.example/</link><description>d</description>LINKS<item><guid>1</guid><title>x</title></item></channel></rss>`
		inAtom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>a</id><updated>2024-09-04T08:00:00Z</updated>LINKS<entry><id>1</id><title>x</title><updated>2024-09-04T08:00:00Z</updated></entry></feed>`
		html   = `<!doctype html><html><head><title>A</title>LINKS</head><body>x</body></html>`
	)
	links := func(form string, links string) string { return strings.Replace(form, "LINKS", links, 1) }
	ad := func(hub, topic string) *feed.Advert { return &feed.Advert{Hub: hub, Topic: topic} }
	const hub, self, ours = "https://hub.example/", "https://a.example/self", "BASE/feed"
	for name, tt := range map[string]struct {
		header []string
		body   string
		source string // ours where empty
		secret bool   // asked with a header
		want   *feed.Advert
	}{
		"100, Link header":               {[]string{`<https://hub.example/>; rel="hub", <https://a.example/self>; rel="self"`}, links(inRSS, ""), "", false, ad(hub, self)},
		"100, two Link headers":          {[]string{`<https://hub.example/>; rel=hub`, `<https://a.example/self>; rel=self`}, links(inRSS, ""), "", false, ad(hub, self)},
		"100, several rels in one":       {[]string{`<https://hub.example/>; title="a, b; rel=\"self\""; rel="preconnect HUB", <https://a.example/self>; rel="canonical self"`}, links(inAtom, ""), "", false, ad(hub, self)},
		"100, relative to the answer":    {[]string{`</hub>; rel=hub, <self>; rel=self`}, links(inAtom, ""), "", false, ad("BASE/hub", "BASE/self")},
		"100, another page's":            {[]string{`<https://hub.example/>; rel=hub; anchor="/other"`}, links(inAtom, ""), "", false, ad("", "")},
		"100, two hubs":                  {[]string{`<https://hub.example/>; rel=hub, <https://b.example/>; rel=hub, <https://a.example/self>; rel=self`}, links(inAtom, ""), "", false, ad(hub, self)},
		"101, HTML":                      {nil, links(html, `<link rel="hub" href="https://hub.example/"><link rel=self href=https://a.example/self>`), "", false, ad(hub, self)},
		"101, HTML and header":           {[]string{`<https://hub.example/>; rel=hub`}, links(html, `<link rel="hub" href="https://other.example/"><link rel=self href=/self>`), "", false, ad(hub, "BASE/self")},
		"102, Atom":                      {nil, links(inAtom, `<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://a.example/self"/>`), "", false, ad(hub, self)},
		"103, RSS":                       {nil, links(inRSS, `<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://a.example/self"/>`), "", false, ad(hub, self)},
		"103, JSON Feed":                 {nil, `{"version":"https://jsonfeed.org/version/1.1","title":"A","feed_url":"https://a.example/self","hubs":[{"type":"rssCloud","url":"https://no.example/"},{"type":"WebSub","url":"https://hub.example/"}],"items":[{"id":"1"}]}`, "", false, ad(hub, self)},
		"104, header before document":    {[]string{`<https://hub.example/>; rel="hub", <https://a.example/self>; rel="self"`}, links(inAtom, `<link rel="hub" href="https://other.example/"/><link rel="self" href="https://other.example/self"/>`), "", false, ad(hub, self)},
		"104, each for itself":           {[]string{`<https://hub.example/>; rel="hub"`}, links(inAtom, `<link rel="hub" href="https://other.example/"/><link rel="self" href="https://a.example/self"/>`), "", false, ad(hub, self)},
		"no address of its own":          {[]string{`<https://hub.example/>; rel="hub"`}, links(inAtom, ""), "", false, ad(hub, ours)},
		"no address but a secret one":    {[]string{`<https://hub.example/>; rel="hub"`}, links(inAtom, ""), "/feed?token=abcdef", false, ad("", "")},
		"no address but with a password": {[]string{`<https://hub.example/>; rel="hub"`}, links(inAtom, ""), "", true, ad("", "")},
		"secret, and the publisher's":    {[]string{`<https://hub.example/>; rel="hub", <https://a.example/self>; rel=self`}, links(inAtom, ""), "/feed?token=abcdef", true, ad(hub, self)},
		"no hub":                         {nil, links(inAtom, `<link rel="self" href="https://a.example/self"/>`), "", false, ad("", "")},
		"a hub that is no address":       {[]string{`<javascript:x>; rel=hub`}, links(inAtom, ""), "", false, ad("", "")},
		"a page without one":             {nil, links(html, ""), "", false, nil},
		"no feed at all":                 {[]string{`<https://hub.example/>; rel=hub`}, `<rss><channel><item>`, "", false, ad(hub, ours)},
		"nothing":                        {nil, "", "", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			path := tt.source
			if path == "" {
				path = "/feed"
			}
			w.src.List = []feed.Source{{ID: feed.SourceID(w.srv.URL + path)}}
			if tt.secret {
				w.src.List[0].Header = map[string]string{"Authorization": "Bearer abcdef"}
			}
			w.answer = func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header()["Link"] = tt.header
				io.WriteString(rw, tt.body)
			}
			var got *feed.Advert
			w.poll.o.Advertised = func(_ feed.SourceID, a feed.Advert) { got = &a }
			w.round(true)
			if tt.want != nil {
				tt.want.Hub, tt.want.Topic = strings.Replace(tt.want.Hub, "BASE", w.srv.URL, 1), strings.Replace(tt.want.Topic, "BASE", w.srv.URL, 1)
			}
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			// What a document said is stored, for those who ask later.
			if s := w.stored(w.src.List[0].ID); got != nil && s.Failures == 0 && (s.Meta.Hub != got.Hub && got.Hub != "" || got.Topic != "" && s.Meta.Self != got.Topic) {
				t.Errorf("stored is %q of %q", s.Meta.Hub, s.Meta.Self)
			}
		})
	}
}

func (w *world) stored(id feed.SourceID) (s feed.SourceState) {
	w.t.Helper()
	if err := w.db.View(func(r *storage.Reader) (err error) {
		s, err = r.Source(id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// 200 to 202: the address that a feed gives itself counts, wherever it was asked for;
// without one it is the address where the answer came from.
func TestAdvertisedBehindRedirects(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		link   string
		topic  string
	}{
		"200, self differs":                      {0, `<https://hub.example/>; rel=hub, </self>; rel=self`, "/self"},
		"201, 302":                               {http.StatusFound, `<https://hub.example/>; rel=hub, </new>; rel=self`, "/new"},
		"202, 301":                               {http.StatusMovedPermanently, `<https://hub.example/>; rel=hub, </new>; rel=self`, "/new"},
		"302 without self":                       {http.StatusFound, `<https://hub.example/>; rel=hub`, "/new"},
		"relative to where the answer came from": {http.StatusFound, `<https://hub.example/>; rel=hub, <self>; rel=self`, "/self"},
	} {
		w := newWorld(t, "/old")
		w.answer = func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/old" && tt.status != 0 {
				rw.Header().Set("Link", "<https://wrong.example/>; rel=hub")
				http.Redirect(rw, r, "/new", tt.status)
				return
			}
			rw.Header().Set("Link", tt.link)
			document(item("1", "x"))(rw, r)
		}
		var got feed.Advert
		w.poll.o.Advertised = func(_ feed.SourceID, a feed.Advert) { got = a }
		w.round(true)
		if want := (feed.Advert{Hub: "https://hub.example/", Topic: w.srv.URL + tt.topic}); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		// What is asked for again and not changed says nothing new.
		w.poll.o.Advertised = func(_ feed.SourceID, a feed.Advert) { t.Errorf("%s: again: %+v", name, a) }
		w.round(true)
	}
}

// A file advertises nothing: nobody could push it.
func TestFilesAdvertiseNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		b.write("a", `<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>`, item("1", "x"))
		b.run()()
		if b.state("a").Visits != 1 || len(b.advert) != 0 {
			t.Errorf("%+v", b.advert)
		}
	})
}
