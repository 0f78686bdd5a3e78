package link

import "testing"

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		link, want string
		telling    bool
	}{
		{"", "", false},
		{"https://site.example/", "site.example", false},
		{"https://site.example/dam", "site.example/dam", true},
		{"http://site.example/dam/", "site.example/dam", true},
		{"http://www.site.example/dam/?v=2&utm_source=x", "site.example/dam", true},
		{"https://site.example/dam?a=1&ver=12", "site.example/dam?a=1", true},
		{"https://site.example/watch?v=dQw4w9WgXcQ", "site.example/watch?v=dQw4w9WgXcQ", true},
		{"https://site.example/?p=12", "site.example?p=12", true},
		{"https://news.google.com/rss/articles/CBMiAA?oc=5", "news.google.com/rss/articles/CBMiAA?oc=5", false},
	} {
		page := Page(Canonical(tt.link))
		if page != tt.want || Telling(page) != tt.telling {
			t.Errorf("Page(%q) = %q, telling %v; want %q, %v", tt.link, page, Telling(page), tt.want, tt.telling)
		}
	}
}
