package desk

import (
	"net/url"
	"strings"
	"testing"
)

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, text  string
		open, close string // paths
	}{
		{"empty", "", "/ /a?b", ""},
		{"everything closed", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a"},
		{"an empty disallow closes nothing", "User-agent: *\nDisallow:", "/ /a", ""},
		{"for others", "User-agent: otherbot\nDisallow: /", "/ /a", ""},
		{"for us alone", "User-agent: *\nDisallow: /\n\nUser-agent: topicwire\nDisallow: /a", "/ /b", "/a /ab /a/b"},
		{"for us, nothing closed", "User-agent: topicwire\nDisallow:\n\nUser-agent: *\nDisallow: /", "/ /a", ""},
		{"for us, no rule at all", "User-agent: *\nDisallow: /\nUser-agent: topicwire\n", "/ /a", ""},
		{"case and version of the token", "USER-AGENT : TopicWire/2.0\nDISALLOW : /a", "/", "/a"},
		{"a longer token is another program", "User-agent: topicwire-images\nDisallow: /\nUser-agent: topicwires\nDisallow: /", "/", ""},
		{"a group of several programs", "User-agent: otherbot\nUser-agent: topicwire\nDisallow: /a", "/", "/a"},
		{"with other lines between", "User-agent: topicwire\nSitemap: https://a.example/map.xml\n\n# and\nUser-agent: otherbot\nCrawl-delay: 5\nDisallow: /a", "/", "/a"},
		{"groups count together", "User-agent: topicwire\nDisallow: /a\nUser-agent: *\nDisallow: /c\nUser-agent: topicwire\nDisallow: /b", "/c", "/a /b"},
		{"rules before any group", "Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", "/b"},
		{"comments and line ends", "\ufeffUser-agent: * # all\r\nDisallow: /a # private\rDisallow: /b\n\n\n#Disallow: /c", "/c", "/a /b"},
		{"the longest rule", "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c", "/ /a/b /a/bc", "/a /a/c /a/b/c"},
		{"in any order", "User-agent: *\nDisallow: /a/b/c\nAllow: /a/b\nDisallow: /a", "/ /a/b /a/bc", "/a /a/c /a/b/c"},
		{"allow among equals", "User-agent: *\nDisallow: /a\nAllow: /a\nDisallow: /b/\nAllow: /*", "/a /b /c", "/b/"},
		{"paths have a case", "User-agent: *\nDisallow: /A", "/a", "/A"},
		{"stars", "User-agent: *\nDisallow: /*.php\nDisallow: /a*b*c", "/x.html /ac /acb", "/x.php /d/x.php5?y /abc /axxbxxcxx"},
		{"an end", "User-agent: *\nDisallow: /*.php$\nDisallow: /$", "/x.php5 /x.php?y /a", "/x.php / "},
		{"an end after parts that repeat", "User-agent: *\nDisallow: /*ab*ab$", "/ab /abx", "/abab /ababab /ab-ab"},
		{"a star at the beginning", "User-agent: *\nDisallow: *secret", "/public", "/a/secret"},
		{"no path", "User-agent: *\nDisallow: a\nDisallow: $\nDisallow: ?", "/a /$", ""},
		{"queries", "User-agent: *\nDisallow: /?s=\nDisallow: /*?*print", "/?a=s /print", "/?s=x /a?x&print=1"},
		{"percent-encoding", "User-agent: *\nDisallow: /новости\nDisallow: /%7euser\nDisallow: /a%2fb\nDisallow: /c%2A\nDisallow: /d%24$", "/a/b /cx /d", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1 /%d0%bd%d0%be%d0%b2%d0%be%d1%81%d1%82%d0%b8 /~user /%7Euser /a%2Fb /c* /c%2a /d$"},
		{"a page is no robots.txt", "<!DOCTYPE html><p>Disallow: /</p>", "/ /a", ""},
		{"lines without a colon", "User-agent *\nDisallow /\nUser-agent: *\nnonsense\nDisallow: /a", "/", "/a"},
	} {
		r := parseRobots([]byte(tt.text))
		for want, paths := range map[bool]string{true: tt.open, false: tt.close} {
			for _, p := range strings.Fields(paths) {
				u, err := url.Parse("https://a.example" + p)
				if err != nil {
					t.Fatal(err)
				}
				if r.allows(u) != want {
					t.Errorf("%s: %s allowed: %v", tt.name, p, !want)
				}
			}
		}
	}
	if u, _ := url.Parse("https://a.example"); parseRobots([]byte("User-agent: *\nDisallow: /")).allows(u) {
		t.Error("an address without a path was allowed")
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nAllow: /%d0%", "/xaxb?%zz")
	f.Add("User-agent: topicwire\rUser-agent:*\nDisallow: *****$", "/")
	f.Add("User-agent: *\nDisallow: /$$\nAllow: /%24$", "/$")
	f.Fuzz(func(t *testing.T, text, path string) {
		r := parseRobots([]byte(text))
		u := &url.URL{Scheme: "https", Host: "a.example", Path: "/" + path}
		allowed := r.allows(u)
		if !allowed && len(r) == 0 {
			t.Error("refused without a rule")
		}
		if n := normalPath(u.EscapedPath()); normalPath(n) != n {
			t.Errorf("%q is not in its normal form", n)
		}
		for _, rule := range r {
			if n := normalPattern(rule.pattern); n != rule.pattern {
				t.Errorf("pattern %q becomes %q", rule.pattern, n)
			}
		}
	})
}
