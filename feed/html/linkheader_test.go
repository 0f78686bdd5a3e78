package html

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestLinkHeaders(t *testing.T) {
	base, err := url.Parse("https://news.example/uz/")
	if err != nil {
		t.Fatal(err)
	}
	rss := Link{Rel: []string{"alternate"}, Type: "application/rss+xml", Href: "https://news.example/uz/rss"}
	titled := func(s string) []Link { l := rss; l.Title = s; return []Link{l} }
	for header, want := range map[string][]Link{
		`<rss>; rel="alternate"; type="application/rss+xml"`:                                            {rss},
		`<rss>;rel=alternate;type=application/rss+xml`:                                                  {rss},
		` < rss > ; REL = Alternate ; Type = "Application/RSS+XML; charset=utf-8" ; rel=icon`:           {rss},
		`<rss>; rel=alternate; type=application/rss+xml; title="a, <b>; \"c\""`:                         titled(`a, <b>; "c"`),
		`<rss>; rel=alternate; type=application/rss+xml; title=x; title*=UTF-8'uz'%D0%8E%20`:            titled("Ў"),
		`<rss>; rel=alternate; type=application/rss+xml; title=x; title*=latin-1''%D0`:                  titled("x"),
		`<rss>; rel=alternate; type=application/rss+xml; crossorigin; x=`:                               {rss},
		`<rss>; anchor="/uz/"; rel=alternate; type=application/rss+xml`:                                 {rss},
		`<rss>; anchor="#part"; rel=alternate; type=application/rss+xml`:                                nil,
		`<rss>; anchor="https://other.example/"; rel=alternate; type=application/rss+xml`:               nil,
		`</wp-json/>; rel="https://api.w.org/", <rss>; rel=alternate; type=application/rss+xml`:         {{Rel: []string{"https://api.w.org/"}, Href: "https://news.example/wp-json/"}, rss},
		`<rss>; rel=alternate; type=application/rss+xml, <https://b.example/a,b;c>; rel="feed preload"`: {rss, {Rel: []string{"feed", "preload"}, Href: "https://b.example/a,b;c"}},
		`<rss>`: nil, `<rss>; rel=""`: nil, `<javascript:alert(1)>; rel=alternate`: nil, `<rss; rel=alternate`: nil, `rss; rel=alternate`: nil, "": nil,
		`<rss>; rel=alternate; type=application/rss+xml; title="never ends`: titled("never ends"),
	} {
		if got := LinkHeaders([]string{header}, base); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", header, got, want)
		}
	}
	if got := LinkHeaders([]string{"<a>; rel=x", "<b>; rel=y"}, base); len(got) != 2 {
		t.Errorf("two fields: %+v", got)
	}
}

func FuzzLinkHeaders(f *testing.F) {
	f.Add(`<rss>; rel="alternate"; title="a\"b", </x>; title*=UTF-8''%41; rel=feed`)
	f.Add(`<<>>;;=,"";rel=,<`)
	base, err := url.Parse("https://news.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range LinkHeaders([]string{s}, base) {
			if !strings.HasPrefix(l.Href, "http://") && !strings.HasPrefix(l.Href, "https://") || len(l.Rel) == 0 {
				t.Errorf("%+v", l)
			}
		}
	})
}
