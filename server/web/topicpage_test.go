package web

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

func TestUntitled(t *testing.T) {
	ed := &feed.Edition{Topic: security, Entries: []feed.Item{
		item(1, wireEN, "", "", "<p>Only a <b>summary</b></p>", at(5, 3, 0)),
		item(2, wireEN, "", "", "", at(5, 2, 0)),
		item(3, wireEN, "", "", "", at(5, 1, 0)),
	}}
	ed.Entries[2].Entry.Link = ""
	page := string(newTestSite(t, Options{}, ed).renderTopic(ed))
	for _, want := range []string{
		`<h3 dir="auto"><a href="https://news.example/1">Only a summary</a></h3>`,
		`<h3 dir="auto"><a href="https://news.example/2">https://news.example/2</a></h3>`,
		`<h3 dir="auto">Untitled</h3>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `class="filter"`) || strings.Contains(page, `class="summary"`) || strings.Contains(page, "<details") {
		t.Error("the page offers a choice of one language, repeats a title as summary, or has reasons of nothing")
	}
}

func TestLanguages(t *testing.T) {
	items := func(tags ...string) []*feed.Item {
		var list []*feed.Item
		for i, tag := range tags {
			it := item(i+1, wireEN, tag, "t", "", at(5, 0, 0))
			list = append(list, &it)
		}
		return list
	}
	tests := []struct {
		tags []string
		want string
	}{
		{nil, "[]"},
		{[]string{"en", "en-gb"}, "[]"},
		{[]string{"ru", "en", "en-gb"}, "[{1 EN 2} {2 RU 1}]"},
		{[]string{"ru", "", "ru"}, "[{1 RU 2} {2 Other 1}]"},
		{[]string{"en", "ru", "uz", "kk", "ky", "tg"}, "[{1 EN 1} {2 KK 1} {3 KY 1} {4 RU 1} {5 TG 1} {6 UZ 1}]"},
		{[]string{"en", "ru", "uz", "kk", "ky", "tg", "", "tk"}, "[{1 EN 1} {2 KK 1} {3 KY 1} {4 RU 1} {5 TG 1} {6 Other 3}]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(languages(items(tt.tags...))); got != tt.want {
			t.Errorf("languages(%q) = %s, want %s", tt.tags, got, tt.want)
		}
	}
	css, err := assets.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= filterLanguages; i++ {
		if rule := fmt.Sprintf("main:has(#f%d:checked) :is(.entry:not(.l%d), :is(.day, .past):not(:has(.l%d)))", i, i, i); !strings.Contains(string(css), rule) {
			t.Errorf("the style sheet lacks %s", rule)
		}
	}
}

func TestWhy(t *testing.T) {
	many := feed.Reason{}
	for i := range 30 {
		many.Hits = append(many.Hits, hit("", fmt.Sprintf("p%02d", i), feed.FieldContent, fmt.Sprintf("w%02d", i), 0))
	}
	repeated := feed.Reason{}
	for i := range 9 {
		repeated.Hits = append(repeated.Hits, hit("", "w*", feed.FieldContent, fmt.Sprintf("w%d", i), 0))
	}
	tests := []struct {
		name    string
		reasons []feed.Reason
		want    string
	}{
		{"none", nil, "{[] 0 [] 0  false}"},
		{"takes everything", []feed.Reason{{}}, "{[] 0 [] 0  false}"},
		{"same words of two members once", []feed.Reason{
			scored(8, hit("cis", "CIS", feed.FieldTitle, "CIS", 2)),
			scored(7, hit("cis", "CIS", feed.FieldTitle, "cis", 2), hit("$cis", "CIS", feed.FieldSummary, "CIS", 2)),
		}, "{[CIS] 0 [{CIS $cis +2 [{title [CIS]} {summary [CIS]}]}] 0 8 of 6 false}"},
		{"negative weight", []feed.Reason{scored(-1.255, hit("", "football", feed.FieldTitle, "Football", -6))}, "{[Football] 0 [{football  −6 [{title [Football]}]}] 0 −1.25 of 6 false}"},
		{"many words of one pattern", []feed.Reason{repeated}, "{[w0 w1 w2 w3 w4 w5] 3 [{w*   [{content [w0 w1 w2 w3 w4]}]}] 0  false}"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(newWhy(tt.reasons, feed.ReasonFull)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if w := newWhy([]feed.Reason{many}, feed.ReasonFull); len(w.Words) != shownWords || w.More != 30-shownWords || len(w.Terms) != shownTerms || w.Rest != 30-shownTerms {
		t.Errorf("30 patterns show as %d+%d words, %d+%d terms", len(w.Words), w.More, len(w.Terms), w.Rest)
	}
}

// TestReasonDetail shows what the public sees of why, as each topic has it.
func TestReasonDetail(t *testing.T) {
	tests := []struct {
		detail       feed.ReasonDetail
		words, rules bool
	}{
		{feed.ReasonFull, true, true}, {feed.ReasonWords, true, false}, {"", true, false}, {feed.ReasonNone, false, false},
	}
	for _, tt := range tests {
		ed := conference()
		ed.Topic.Reasons = tt.detail
		ed.Entries[6].Included = true // it has no reasons
		s := newTestSite(t, Options{}, ed)
		page := string(s.renderTopic(ed))
		checkPage(t, page)
		for text, want := range map[string]bool{
			`<span class="chip" dir="auto">extremist</span>`: tt.words, "added by an operator": tt.words,
			"<details": tt.rules, "score 14.5 of 6": tt.rules, "$terror": tt.rules, "extremis*": tt.rules, "&#43;4": tt.rules,
		} {
			if strings.Contains(page, text) != want {
				t.Errorf("reasons %q: the page has %s: %v, want %v", tt.detail, text, !want, want)
			}
		}
	}
}

// TestPast keeps what a change of rules found too late apart from the news.
func TestPast(t *testing.T) {
	ed := conference()
	old := item(90, uzLat, "kk", "An older report", "", at(1, 5, 0))
	old.Past = true
	ed.Past = []feed.Item{old}
	s := newTestSite(t, Options{}, ed)
	page := string(s.renderTopic(ed))
	checkPage(t, page)
	heading := strings.Index(page, `<h2 id="past">Found later by a change of rules, or brought with too many others</h2>`)
	if heading < strings.Index(page, `id="e17"`) || strings.Index(page, `id="e90"`) < heading {
		t.Error("the older entry does not stand in a part of its own after the others")
	}
	for _, want := range []string{"7 entries from 4 sources", "1 entry was no news any more", `checked> All <span class="n">8</span>`, `> KK <span class="n">1</span>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	host := serve(t, s)
	for _, path := range []string{"/", "/topics/regional-security.atom", "/topics/regional-security.rss", "/topics/regional-security.json"} {
		if strings.Contains(ask(t, "GET", host+path).body, "An older report") {
			t.Errorf("%s has the older entry", path)
		}
	}
	if strings.Contains(string(s.renderTopic(conference())), "Found later") {
		t.Error("the page speaks of older entries where there are none")
	}
	page = string(s.renderTopic(&feed.Edition{Topic: security, Past: ed.Past}))
	checkPage(t, page)
	if strings.Contains(page, "Nothing filed yet") || !strings.Contains(page, "No new entries yet") {
		t.Error("a page of older entries alone says that there are none")
	}
}

// TestStoryLinks leads from an entry to its story where others report it too.
func TestStoryLinks(t *testing.T) {
	ed := conference()
	for i, story := range []feed.StoryKey{21, 21, 22, 23, 24, 25, 0} {
		ed.Entries[i].Story = story // 21 has three other reports with the first
	}
	ed.Entries[3].Reports = 8
	ed.Entries[4].Placed = &feed.Placed{Placement: feed.Placement{Tier: feed.TierStory, Story: 24}}
	ed.Entries[5].Placed = &feed.Placed{Placement: feed.Placement{Tier: feed.TierNew}}
	s := storySite(t, Options{URL: publicURL + "/w"}, nil, ed)
	page := string(s.renderTopic(ed))
	checkPage(t, page)
	var got []string
	for _, m := range regexp.MustCompile(`<p class="reports"><a href="([^"]*)">([^<]*) <span`).FindAllStringSubmatch(page, -1) {
		got = append(got, m[1]+" "+m[2])
	}
	want := []string{
		"/w/stories/21 5 reports of this story", "/w/stories/21 5 reports of this story",
		"/w/stories/23 8 reports of this story", "/w/stories/24 More on this story",
	}
	if !slices.Equal(got, want) {
		t.Errorf("links to stories: %q, want %q", got, want)
	}
	if strings.Contains(string(newTestSite(t, Options{}, ed).renderTopic(ed)), "/stories/") {
		t.Error("a site without stories links to some")
	}
}

// TestOtherReports names the language of a report that is not in the entry's, and
// the newest report's date, whoever stands for it.
func TestOtherReports(t *testing.T) {
	ed := conference()
	ed.Entries[0].Also = []feed.Also{
		{Source: dayRU, Link: "https://den.example/1", When: at(5, 1, 0), Language: "ru", Foreign: "Russian"},
		{Source: wireEN, When: at(5, 2, 0), Language: "en"},
	}
	s := newTestSite(t, Options{}, ed)
	page := string(s.renderTopic(ed))
	checkPage(t, page)
	if want := `Also reported by <a href="https://den.example/1"><bdi>Азиатский день</bdi></a> (in Russian), <bdi>Steppe Wire</bdi></p>`; !strings.Contains(page, want) {
		t.Errorf("the page lacks %s", want)
	}
	for _, tt := range []struct {
		change func(it *feed.Item)
		want   string
	}{
		{func(*feed.Item) {}, moment{Time: newestReport(newestFirst(ed.Entries))}.Machine()},
		{func(it *feed.Item) { it.Also[1].When = at(28, 9, 30) }, "2024-09-28T09:30:00Z"},
		{func(it *feed.Item) { it.Newest = at(29, 9, 30) }, "2024-09-29T09:30:00Z"},
	} {
		tt.change(&ed.Entries[0])
		page := string(s.renderTopic(ed))
		if want := `newest <time datetime="` + tt.want + `">`; !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
		if got := (moment{Time: newCard(ed).Newest}).Machine(); got != tt.want {
			t.Errorf("the topic's card says %s, want %s", got, tt.want)
		}
	}
	if got := newestReport(nil); !got.IsZero() {
		t.Errorf("of nothing: %v", got)
	}
}
