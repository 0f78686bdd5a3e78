package server

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
)

var entryKeys = regexp.MustCompile(`<article class="entry[^"]*" id="e(\d+)">`)

// onPage is the keys of the entries that a page shows, from its top.
func (l *live) onPage(t *testing.T, path string) (keys []string, body string) {
	t.Helper()
	body = l.get(t, http.DefaultClient, path)
	for _, m := range entryKeys.FindAllStringSubmatch(body, -1) {
		keys = append(keys, m[1])
	}
	return keys, body
}

// monthConfig is a configuration with the desk in Tashkent, five hours east.
func monthConfig(t *testing.T, topics string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
server: {listen: "127.0.0.1:0", admin: "", timezone: Asia/Tashkent}
fetch: {contact: desk@x.example, allow_private: true, host_gap: 0s}
storage: {path: "%s/s.db", keep: 36500d}
sources: [{url: "https://a.example", title: A, language: en}, {url: "https://b.example", title: B, language: ru}]
topics: {%s}
`, dir, topics), dir, nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}

// Every entry of a topic is on a page of its month, and on one alone.
func TestMonthsHaveEverything(t *testing.T) {
	aug := time.Date(2024, 8, 30, 20, 0, 0, 0, time.UTC) // the 31st in Tashkent
	l := goLive(t, monthConfig(t, "wire: {limit: 5, per_source: 2/day}, stories: {group: story}, each: {group: none}, none: {any: [nothing]}"), func(s *Server) {
		for _, c := range []feed.Change{
			dated(s, "https://a.example", noon, aug.AddDate(0, -2, 0), 40), // a first document, in the past
			dated(s, "https://b.example", noon.Add(time.Minute), aug, 30),
			dated(s, "https://a.example", noon.Add(time.Hour), aug, 230),
		} {
			if err := s.writer.do(c); err != nil {
				t.Fatal(err)
			}
		}
	})
	for topic, total := range map[string]int{"wire": 300, "each": 300} {
		seen := map[string]int{}
		var order []string
		for _, path := range []string{"2024-09", "2024-09/1", "2024-09/2", "2024-08", "2024-07"} {
			keys, body := l.onPage(t, "/topics/"+topic+"/"+path)
			if len(keys) > 200 || len(body) > 200_000 {
				t.Errorf("%s of %s: %d entries, %d bytes", path, topic, len(keys), len(body))
			}
			order = append(order, path+":"+fmt.Sprint(len(keys)))
			for _, k := range keys {
				seen[k]++
			}
		}
		for k, n := range seen {
			if n != 1 {
				t.Errorf("%s: entry %s is on %d pages", topic, k, n)
			}
		}
		if len(seen) != total {
			t.Errorf("%s: %d entries on pages: %v", topic, len(seen), order)
		}
	}
	// The days are those of the desk: what was filed at 20:00 in UTC is of the next.
	_, body := l.onPage(t, "/topics/wire/2024-08")
	for _, want := range []string{`id="d31"`, "Saturday 31 August", "Asia/Tashkent", `<a href="/topics/wire/2024-09" rel="next">← September 2024</a>`, `<a href="/topics/wire/2024-07" rel="prev">July 2024 →</a>`, "31 August: 23 entries", `href="/topics/wire/2024-08#d31"`} {
		if !strings.Contains(body, want) {
			t.Errorf("August lacks %s", want)
		}
	}
	if strings.Contains(body, "1 September") || strings.Contains(body, `id="d30"`) {
		t.Error("August has other days")
	}
	// The topic's page leads to every month, and counts all that there is.
	_, topic := l.onPage(t, "/topics/wire")
	for _, month := range []string{"2024-09", "2024-08", "2024-07"} {
		if !strings.Contains(topic, `href="/topics/wire/`+month+`"`) {
			t.Errorf("the topic's page does not lead to %s", month)
		}
	}
	if !strings.Contains(topic, "300 entries") || !strings.Contains(topic, "the newest 5 here") {
		t.Errorf("the topic's page does not count: %s", regexp.MustCompile(`(?s)<p class="facts">.*?</p>`).FindString(topic))
	}
	if index := l.get(t, http.DefaultClient, "/"); !strings.Contains(index, "All 300 entries") {
		t.Error("the index does not count")
	}
	for _, path := range []string{"2024-9", "2024-13", "2023-01", "2024-08/0", "2024-08/9", "2024-08/lang", "2024-08/lang/fr", "2024-08/kind/later", "2024-08/lang/ru/source/x", "2024-08/01"} {
		if res := l.answer(t, "/topics/wire/"+path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	for _, path := range []string{"/topics/none/2024-08", "/topics/nobody/2024-08"} {
		if res := l.answer(t, path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

func TestMonthsAreFiltered(t *testing.T) {
	l := goLive(t, monthConfig(t, "wire: {}"), func(s *Server) {
		a, b := dated(s, "https://a.example", noon, noon.AddDate(0, 0, -3), 10), dated(s, "https://b.example", noon, noon.AddDate(0, 0, -3), 20)
		e := &b.Document.Entries[3].Entry // a copy of one of a's
		e.Link, e.Canonical = a.Document.Entries[2].Entry.Link, a.Document.Entries[2].Entry.Link
		b.Document.Entries[4].Entry.Language = "uz-Cyrl"
		for _, c := range []feed.Change{a, b} {
			if err := s.writer.do(c); err != nil {
				t.Fatal(err)
			}
		}
	})
	const month = "/topics/wire/2024-09"
	mark := feed.SourceMark("https://b.example")
	_, whole := l.onPage(t, month)
	for path, want := range map[string]int{"": 29, "/lang/ru": 19, "/lang/uz": 1, "/lang/en": 10, "/source/" + mark: 20, "/kind/several": 1} {
		keys, body := l.onPage(t, month+path)
		if len(keys) != want || !strings.Contains(body, plural(want)) {
			t.Errorf("%s: %d entries", path, len(keys))
		}
		if path != "" && !strings.Contains(whole, fmt.Sprintf(`<a href="%s%s" rel="nofollow">`, month, path)) {
			t.Errorf("the month does not lead to %s", path)
		}
		if path != "" && !strings.Contains(body, fmt.Sprintf(`<a href="%s">show all</a>`, month)) {
			t.Errorf("%s does not lead back", path)
		}
		res := l.answer(t, month+path, nil)
		if again := l.answer(t, month+path, http.Header{"If-None-Match": {res.Header.Get("Etag")}}); again.StatusCode != http.StatusNotModified || res.Header.Get("Cache-Control") == "" {
			t.Errorf("%s asked again: %s", path, again.Status)
		}
	}
	if strings.Contains(whole, "b.example\"") && strings.Contains(whole, "source/https") {
		t.Error("an address of a source stands in a page's address")
	}
	// What an operator hides leaves the counts at once.
	if err := l.writer.do(&feed.Decision{At: noon.Add(time.Hour), Kind: feed.DecisionHide, Topic: "wire", Groups: []feed.GroupKey{1}}); err != nil {
		t.Fatal(err)
	}
	l.until(t, "/topics/wire.atom", "<updated>"+noon.Add(time.Hour).Format(time.RFC3339))
	keys, body := l.onPage(t, month)
	if len(keys) != 28 || slices.Contains(keys, "1") || !strings.Contains(body, "28 entries") {
		t.Errorf("with one hidden: %d entries", len(keys))
	}
	if _, topic := l.onPage(t, "/topics/wire"); !strings.Contains(topic, "28 entries") {
		t.Error("with one hidden the topic counts otherwise")
	}
}

func plural(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprint(n, " entries")
}
