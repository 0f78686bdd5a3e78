package link

import (
	"net/url"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "https://example.com/a/b", "https://example.com/a/b"},
		{"no path", "https://example.com", "https://example.com/"},
		{"case", "HTTPS://Example.COM/A", "https://example.com/A"},
		{"default port", "https://example.com:443/a", "https://example.com/a"},
		{"default port of http", "http://example.com:080/a", "http://example.com/a"},
		{"other port", "http://example.com:8080/a", "http://example.com:8080/a"},
		{"empty port", "http://example.com:/a", "http://example.com/a"},
		{"fragment", "https://example.com/a#b", "https://example.com/a"},
		{"user", "https://u:p@example.com/a", "https://example.com/a"},
		{"trailing slash", "https://example.com/a/", "https://example.com/a/"},
		{"trailing dot", "https://example.com./a", "https://example.com/a"},
		{"white space", "\n https://example.com/a\tb \n", "https://example.com/ab"},
		{"Cyrillic host", "http://Президент.РФ/новости", "http://xn--d1abbgf6aiiy.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"},
		{"Cyrillic path, either way", "https://kun.uz/%d1%8F", "https://kun.uz/%D1%8F"},
		{"unreserved escapes", "https://example.com/%7Eme/%41?q=%2d", "https://example.com/~me/A?q=-"},
		{"reserved escapes stay", "https://example.com/a%2Fb?q=%26", "https://example.com/a%2Fb?q=%26"},
		{"stray percent sign", "https://example.com/100%?q=5%", "https://example.com/100%25?q=5%25"},
		{"space", "https://example.com/a b", "https://example.com/a%20b"},
		{"dot segments", "https://example.com/a/./b/../c", "https://example.com/a/c"},
		{"hidden dot segments", "https://example.com/a/%2e%2E/c", "https://example.com/c"},
		{"IPv6", "http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"},

		{"utm", "https://example.com/a?utm_source=x&utm_medium=rss&utm_campaign=feed", "https://example.com/a"},
		{"utm in capitals", "https://example.com/a?UTM_Source=x", "https://example.com/a"},
		{"click identifiers", "https://example.com/a?gclid=1&mc_cid=2&fbclid=3&yclid=4&ysclid=5", "https://example.com/a"},
		{"trackers and a fragment", "https://example.com/a?utm_medium=feed&utm_source=rss#x", "https://example.com/a"},
		{"unknown parameters keep their order", "https://example.com/a?z=1&utm_source=x&a=2&z=3", "https://example.com/a?z=1&a=2&z=3"},
		{"empty parameters", "https://example.com/a?&&b=1&", "https://example.com/a?b=1"},
		{"empty query", "https://example.com/a?", "https://example.com/a"},
		{"from a feed", "https://example.com/a?from=rss", "https://example.com/a"},
		{"from anywhere else", "https://example.com/a?from=2024", "https://example.com/a?from=2024"},
		{"page identity in the query", "https://example.com/?p=123&ref=abc", "https://example.com/?p=123&ref=abc"},
		{"a name that only begins alike", "https://example.com/?utmost=1&gclid2=2", "https://example.com/?utmost=1&gclid2=2"},
		{"DW", "https://www.dw.com/a/a-1?maca=en-rss-en-all-1573-rdf", "https://dw.com/a/a-1"},
		{"BBC", "https://www.bbc.com/news/1?at_medium=RSS&at_campaign=rss", "https://bbc.com/news/1"},

		{"www", "https://www.example.com/a", "https://example.com/a"},
		{"mobile host", "https://m.kun.uz/a", "https://kun.uz/a"},
		{"mobile and www", "https://www.m.example.com/a", "https://example.com/a"},
		{"mobile host, long form", "https://mobile.reuters.com/a", "https://reuters.com/a"},
		{"AMP host", "https://amp.theguardian.com/world/x", "https://theguardian.com/world/x"},
		{"a site called amp", "https://amp.dev/x", "https://amp.dev/x"},
		{"a site called mobile", "https://www.mobile.de/x", "https://mobile.de/x"},
		{"a site called m under a public suffix", "https://m.co.uk/x", "https://m.co.uk/x"},
		{"Wikipedia", "https://en.m.wikipedia.org/wiki/SCO", "https://en.wikipedia.org/wiki/SCO"},
		{"a label in the middle", "https://news.m.example.com/x", "https://news.m.example.com/x"},
		{"an address is no domain", "http://m.1.2.3/", "http://m.1.2.3/"},
		{"AMP ending", "https://example.com/news/x/amp", "https://example.com/news/x"},
		{"AMP ending with slash", "https://example.com/news/x/amp/", "https://example.com/news/x/"},
		{"AMP file", "https://example.com/x.amp.html", "https://example.com/x.html"},
		{"AMP parameter", "https://example.com/x?amp=1", "https://example.com/x"},
		{"bare AMP parameter", "https://example.com/x?a=1&amp", "https://example.com/x?a=1"},
		{"AMP output", "https://example.com/x?outputType=amp", "https://example.com/x"},
		{"a page called amp", "https://example.com/amp", "https://example.com/amp"},
		{"a word that ends in amp", "https://example.com/lamp", "https://example.com/lamp"},
		{"Google's AMP viewer", "https://www.google.com/amp/s/www.example.com/x/amp/", "https://example.com/x/"},
		{"AMP cache", "https://example-com.cdn.ampproject.org/c/s/example.com/x?amp=1", "https://example.com/x"},
		{"Google, not AMP", "https://www.google.com/search?q=x", "https://google.com/search?q=x"},

		{"empty", "", ""},
		{"relative", "/a/b", ""},
		{"no scheme", "example.com/a", ""},
		{"mail", "mailto:a@b.example", ""},
		{"ftp", "ftp://example.com/a", ""},
		{"urn", "urn:uuid:1", ""},
		{"no host", "http:///a", ""},
		{"one slash", "http:/example.com/a", ""},
		{"a space in the host", "http://exa mple.com/", ""},
		{"bad port", "http://example.com:x/", ""},
		{"bad IPv6", "http://[zz]/", ""},
		{"only dots", "http://../", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Canonical(c.in)
			if got != c.want {
				t.Errorf("Canonical(%q) = %q, want %q", c.in, got, c.want)
			}
			if again := Canonical(got); again != got {
				t.Errorf("not idempotent: %q, then %q", got, again)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	base, err := url.Parse("https://News.example/feeds/rss.xml?x=1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{"https://a.example/x?b=2&a=1#f", "https://a.example/x?b=2&a=1#f"},
		{"https://a.example/%d1%8f", "https://a.example/%d1%8f"},
		{"https://a.example", "https://a.example"},
		{"HTTP://A.example/X", "http://a.example/X"},
		{"x.html", "https://news.example/feeds/x.html"},
		{"/x", "https://news.example/x"},
		{"../../x", "https://news.example/x"},
		{"?y=1", "https://news.example/feeds/rss.xml?y=1"},
		{"//cdn.example/x", "https://cdn.example/x"},
		{" https://a.example/a b\n", "https://a.example/a%20b"},
		{"https://a.example/новости?q=мир", "https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?q=%D0%BC%D0%B8%D1%80"},
		{"http://президент.рф/", "http://xn--d1abbgf6aiiy.xn--p1ai/"},
		{"https://a.example/100%", "https://a.example/100%25"},
		{"https://a.example/a[1]|b", "https://a.example/a%5B1%5D%7Cb"},
		{"https://u:p@a.example/x", "https://a.example/x"},
		{"https://a.example:8443/x", "https://a.example:8443/x"},
		{"http://[2001:db8::1]/x", "http://[2001:db8::1]/x"},
		{"https://a.example/x#a#b", "https://a.example/x#a#b"},
		{"x#a#b c", "https://news.example/feeds/x#a#b%20c"},
		{"#a#b", "https://news.example/feeds/rss.xml?x=1#a#b"},
		{"https://A.example/x#", "https://a.example/x"},
		{"", ""},
		{"mailto:a@b.example", ""},
		{"javascript:alert(1)", ""},
		{"java\nscript:alert(1)", ""},
		{"data:text/html,x", ""},
		{"ftp://a.example/", ""},
		{"https://", ""},
		{"https:///x", ""},
		{"https:x", ""},
		{"http://a b.example/", ""},
		{"http://a.example:x/", ""},
	} {
		if got := Resolve(base, c.in); got != c.want {
			t.Errorf("Resolve(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := Resolve(nil, "/x"); got != "" {
		t.Errorf("relative without a base: %q", got)
	}
	if got := Resolve(&url.URL{Scheme: "file", Path: "/feeds/a.xml"}, "x.html"); got != "" {
		t.Errorf("relative to a file: %q", got)
	}
}

func fuzzSeeds(f *testing.F) {
	for _, s := range []string{
		"https://www.example.com:443/a/../b?utm_source=x&z=%7e#f", "http://Президент.РФ/новости?q=ж", "https://google.com/amp/s/google.com/amp/x/amp/amp/",
		"https://m.m.www.amp.example.com/amp/.amp.html?amp&outputType=amp", "http://[::1]:80/%2e%2e/%", "http://a@b@c:1/", "//x", "x", "https://x.y/?%75tm_source=1",
		"https://a-b.cdn.ampproject.org/c/s/cdn.ampproject.org/c/x.y/", "http://xn--a/", "http://ⓔxample.com/", "http://a。b/", "https:\\\\a.example\\x",
	} {
		f.Add(s)
	}
}

func FuzzCanonical(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, in string) {
		c := Canonical(in)
		if c == "" {
			return
		}
		if again := Canonical(c); again != c {
			t.Errorf("not idempotent on %q: %q, then %q", in, c, again)
		}
		checkAbsolute(t, in, c)
		if strings.Contains(c, "#") {
			t.Errorf("%q from %q", c, in)
		}
	})
}

func FuzzResolve(f *testing.F) {
	fuzzSeeds(f)
	base, err := url.Parse("https://news.example/feeds/rss.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		r := Resolve(base, in)
		if r == "" {
			return
		}
		checkAbsolute(t, in, r)
		if again := Resolve(nil, r); again != r {
			t.Errorf("not stable on %.200q: %.200q, then %.200q", in, r, again)
		}
	})
}

// checkAbsolute fails unless s is an absolute http or https URL in ASCII that
// url.Parse reads.
func checkAbsolute(t *testing.T, in, s string) {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		t.Errorf("%q from %q: %v", s, in, err)
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F {
			t.Errorf("byte %#x in %q from %q", s[i], s, in)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	for b.Loop() {
		Canonical("https://www.source-7.example/2024/09/04/tashkent-conference?utm_source=source-7&utm_medium=rss&utm_campaign=feed")
	}
}

func BenchmarkResolve(b *testing.B) {
	for b.Loop() {
		Resolve(nil, "https://www.source-7.example/2024/09/04/tashkent-conference?utm_source=source-7&utm_medium=rss")
	}
}

func TestAuthority(t *testing.T) {
	for in, want := range map[string]string{
		"НОВОСТИ.example":      "xn--b1amnebsh.example",
		"новости.example:8080": "xn--b1amnebsh.example:8080",
		"News.Example:80":      "News.Example:80",
		"[2001:db8::1]:8080":   "[2001:db8::1]:8080",
		"нов ости.example":     "нов ости.example",
	} {
		if got := Authority(in); got != want {
			t.Errorf("Authority(%q) = %q, want %q", in, got, want)
		}
	}
}
