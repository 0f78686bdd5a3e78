package link

import "testing"

func TestPublisher(t *testing.T) {
	for u, want := range map[string]string{
		// One house, whatever the language, section or port.
		"https://www.gazeta.uz/ru/rss/":    "gazeta.uz",
		"https://www.gazeta.uz/en/":        "gazeta.uz",
		"http://feeds.bbci.co.uk/news/rss": "bbci.co.uk",
		"HTTPS://User:pw@News.KUN.uz:8443": "kun.uz",
		"https://kun.uz./news":             "kun.uz",
		"https://a.example/feed":           "a.example",
		"https://news.a.example/feed":      "a.example",
		"https://news.com.kz/rss":          "news.com.kz",
		"https://пример.рф/rss":            "xn--e1afmkfd.xn--p1ai",
		// Offices of one state are not one house, whether the list of suffixes
		// knows the domain (kz) or not (uz).
		"https://mfa.gov.uz/rss":       "mfa.gov.uz",
		"https://www.mfa.gov.uz/rss":   "mfa.gov.uz",
		"https://gov.uz/rss":           "gov.uz",
		"https://www.gov.kz/rss":       "www.gov.kz",
		"https://akorda.gov.kz/rss":    "akorda.gov.kz",
		"https://news.tuit.ac.uz/rss":  "tuit.ac.uz",
		"https://gov.company.example/": "company.example",
		// Hosts that many share.
		"https://www.youtube.com/feeds/videos.xml?channel_id=1": "",
		"https://t.me/s/kunuz":                  "",
		"https://desk.blogspot.com/feeds":       "",
		"https://desk.blogspot.co.uk/feeds":     "",
		"https://desk.wordpress.com/feed":       "",
		"https://medium.com/feed/@desk":         "",
		"https://desk.medium.com/feed":          "",
		"https://desk.substack.com/feed":        "",
		"https://desk.github.io/feed.xml":       "",
		"https://desk.livejournal.com/data/rss": "",
		"https://feeds.feedburner.com/kun":      "",
		"https://feeds2.feedburner.com/kun":     "",
		"https://news.google.com/rss/search":    "",
		"https://blog.google/rss":               "blog.google",
		"https://rsshub.app/telegram/channel/x": "",
		"https://vk.com/desk":                   "",
		"https://desk.netlify.app/rss":          "",
		"https://notmedium.com/feed":            "notmedium.com",
		// Domains that are nobody's, and what is no address.
		"https://github.io/":     "",
		"https://co.uk/":         "",
		"http://localhost/rss":   "",
		"http://127.0.0.1/rss":   "",
		"http://[::1]:8080/rss":  "",
		"http://10.0.0.7:81/rss": "",
		"file:samples/a.xml":     "",
		"ftp://a.example/rss":    "",
		"/rss":                   "",
		"":                       "",
	} {
		if got := Publisher(u); got != want {
			t.Errorf("Publisher(%q) = %q, want %q", u, got, want)
		}
	}
}

func FuzzPublisher(f *testing.F) {
	for _, u := range []string{"https://www.gazeta.uz/ru/", "https://a.gov.uz", "http://[::1]/", "http://.uz", "http://..", "http://a..b"} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		p := Publisher(u)
		if p == "" {
			return
		}
		if again := Publisher("https://" + p + "/x"); again != p {
			t.Errorf("Publisher(%q) = %q, whose own is %q", u, p, again)
		}
	})
}
