package web

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// bridge is a story of eight reports in three languages over two days, with all
// ways to come into one; Placed of the first is nil.
func bridge() feed.StoryView {
	member := func(key, group int, source feed.SourceInfo, language, title string, day, hour, minute int, p *feed.Placement) feed.StoryMember {
		m := feed.StoryMember{
			Entry: feed.EntryKey(key), Group: feed.GroupKey(group), Title: title, Source: source.Title, SourceID: source.ID, Language: language,
			Link: "https://news.example/bridge", Published: at(day, hour, minute), Seen: at(day, hour, minute+1),
		}
		if feed.EntryKey(group) == 21 {
			m.Topics = []feed.TopicID{security.ID, "a-draft"}
		}
		if p != nil {
			m.Placed = &feed.Placed{Entry: m.Entry, At: m.Seen, Placement: *p}
		}
		return m
	}
	return feed.StoryView{Story: 21, Members: []feed.StoryMember{
		member(21, 21, wireEN, "en", "Border posts at the Amu Darya bridge close for joint exercise of 120 officers", 4, 9, 40, nil),
		member(24, 21, dayRU, "ru", "Посты у моста через Амударью закрыты на время совместных учений", 4, 9, 40, &feed.Placement{Tier: feed.TierSameLink, Group: 21, Story: 21, Partner: 21}),
		member(25, 21, uzLat, "en", "Border posts at Amu Darya bridge close for a joint exercise", 4, 11, 5, &feed.Placement{Tier: feed.TierGroup, Group: 21, Story: 21, Partner: 21, Why: &feed.Likeness{
			Score: .8349, Needed: .75, Rule: "text", Apart: 85 * 60e9,
			Shared: []feed.SharedWord{{Word: "bridge", Share: .22}, {Word: "Darya", Share: .19}, {Word: "posts", Share: .11}, {Word: "exercise", Share: .08}},
		}}),
		member(27, 21, uzCyr, "uz", "Амударё кўприги ёпилди: қўшма машғулот", 4, 15, 30, &feed.Placement{Tier: feed.TierGroup, Group: 21, Story: 21, Partner: 24, Why: &feed.Likeness{
			Score: .55, Needed: .5, Title: .6, TitleNeeded: .6, Rule: "text and title", Apart: 350 * 60e9, Shared: []feed.SharedWord{{Word: "Амударё", Share: .4}},
		}}),
		member(31, 31, wireEN, "en", "Bridge reopens after the exercise; queue of 300 lorries", 5, 6, 20, &feed.Placement{Tier: feed.TierStory, Story: 21, Partner: 25, Why: &feed.Likeness{
			Score: .341, Needed: .25, Mean: .2099, MeanNeeded: .18, Rule: "text", Apart: 1155 * 60e9, Numbers: []string{"300", "120"},
			Shared: []feed.SharedWord{{Word: "bridge", Share: .31}, {Word: "exercise", Share: .2}, {Word: "lorries", Share: .04}},
		}}),
		member(33, 33, dayRU, "ru", "Мост через Амударью открыт", 5, 8, 0, &feed.Placement{Tier: feed.TierStory, Story: 21, Partner: 19, Why: &feed.Likeness{Score: .3, Needed: .25}}),
		member(40, 40, uzLat, "uz", "Koʻprik ochildi", 5, 12, 45, &feed.Placement{Tier: feed.TierNew}),
	}}
}

// storySite is a site whose stories are those of the map, by the key that is
// asked for.
func storySite(t *testing.T, o Options, stories map[feed.StoryKey]feed.StoryView, editions ...*feed.Edition) *Site {
	t.Helper()
	o.Story = func(k feed.StoryKey) (feed.StoryView, bool, error) {
		p, ok := stories[k]
		return p, ok, nil
	}
	return newTestSite(t, o, editions...)
}

// spaced has ordinary spaces where lines must not be broken.
func spaced(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func TestStoryPage(t *testing.T) {
	story := bridge()
	slices.Reverse(story.Members)
	host := serve(t, storySite(t, Options{Title: "Wire", URL: publicURL}, map[feed.StoryKey]feed.StoryView{21: story}, conference()))
	page := spaced(ask(t, "GET", host+"/stories/21").body)
	checkPage(t, page)
	for _, want := range []string{
		`<title>Border posts at the Amu Darya bridge close for joint exercise of 120 officers · Wire</title>`,
		`<link rel="canonical" href="https://wire.example/stories/21">`,
		`Story in <a href="/topics/regional-security" lang="en"><bdi>Regional security</bdi></a></p>`,
		`7 reports from 4 sources over 1 day 3 h<span class="dot">first by <strong><bdi>Steppe Wire</bdi></strong>, <time datetime="2024-09-04T09:40:00Z">`,
		`<span class="dot">newest <time datetime="2024-09-05T12:45:00Z">`,
		// The timeline
		`<svg width="100%" height="200" role="img" aria-labelledby="tl-title tl-desc">`,
		`<title id="tl-title">Timeline of the reports</title>`,
		`The first report is by Steppe Wire, 4 Sep, 09:40. Steppe Wire: 2 reports from 4 Sep, 09:40. Азиатский день: 2 reports`,
		`<text class="rowname" x="0" y="16">Steppe Wire</text>`,
		`<circle class="point first" cx="2%" cy="30" r="7"><title>Steppe Wire, 4 Sep, 09:40</title></circle>`,
		`<circle class="point copy" cx="2%" cy="68" r="5"><title>Азиатский день, 4 Sep, 09:40</title></circle>`,
		`<circle class="point" cx="98%" cy="106" r="5"><title>Poytaxt xabarlari, 5 Sep, 12:45</title></circle>`,
		`<line class="tick midnight" x1="52.81%" x2="52.81%" y1="0" y2="160"/>`,
		`<text class="clockname" x="31.54%" y="178" text-anchor="middle">18:00</text>`,
		`<text class="dayname" x="52.81%" y="194" text-anchor="middle">5 Sep</text>`,
		// The reports
		`<section class="tongue" aria-labelledby="language1">` + "\n" + `<h2 id="language1">English <span class="n">3 reports</span></h2>`,
		`<h2 id="language2">Russian <span class="n">2 reports</span></h2>`,
		`<h2 id="language3">Uzbek <span class="n">2 reports</span></h2>`,
		`<p class="date"><time datetime="2024-09-04">Wednesday 4 September</time></p>`,
		`<h3 dir="auto" lang="ru"><a href="https://news.example/bridge">Посты у моста`,
		`<h3 dir="auto" lang="uz-Cyrl">`,
		`<span class="after">first</span>`,
		`<span class="after">1 h 25 min later</span>`,
		`<span class="after">1 day 3 h later</span>`,
		// Why they belong together
		`<strong>Same link as</strong> <a href="#e21"><bdi>Steppe Wire</bdi>, 4 Sep, 09:40</a></p>`,
		`<strong>Copy of</strong> <a href="#e21"><bdi>Steppe Wire</bdi>, 4 Sep, 09:40</a>` +
			"<span class=\"dot\">words 83\u202f% alike, 75\u202f% needed</span><span class=\"dot\">1 h 25 min apart</span>",
		"<span class=\"dot\">title words 60\u202f% alike, 60\u202f% needed</span>",
		`<strong>Same event as</strong> <a href="#e25">`,
		"<span class=\"dot\">the nearest reports of the story 20\u202f% on average, 18\u202f% needed</span>",
		`numbers differ: <bdi>300</bdi>, <bdi>120</bdi></p>`,
		"<span class=\"word\" dir=\"auto\">Darya</span> <span class=\"n\">19\u202f%</span><svg",
		`<rect width="86.36%" height="4"/>`,
		`<strong>Same event as a report that is not listed here any more</strong>`,
		`<strong>Brought together by an operator</strong>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	var order []int
	for _, id := range []string{"language1", "e21", "e25", "e31", "language2", "e24", "e33", "language3", "e27", "e40"} {
		order = append(order, strings.Index(page, `id="`+id+`"`))
	}
	if !slices.IsSorted(order) || order[0] < 0 {
		t.Errorf("reports are not by language and in the order of time: %v", order)
	}
	if strings.Contains(page, "a-draft") {
		t.Error("the page names a topic that the site does not have")
	}
}

// TestStoryPageOfOne is a story that lost all but one report.
func TestStoryPageOfOne(t *testing.T) {
	story := bridge()
	story.Members = story.Members[:1]
	story.Members[0].Source, story.Members[0].SourceID = "https://desk:secret@paid.example/rss?key=secret", "https://desk:secret@paid.example/rss?key=secret"
	host := serve(t, storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: story}, conference()))
	page := ask(t, "GET", host+"/stories/21").body
	checkPage(t, page)
	if !strings.Contains(page, "One report, by <strong><bdi>paid.example</bdi></strong>") || strings.Contains(page, "<svg") {
		t.Error("a story of one report has a timeline, or says nothing of its report")
	}
	if strings.Contains(page, "secret") {
		t.Error("the page shows the address of a source")
	}
}

// TestStoryLanguages has a heading for each language where there are several.
func TestStoryLanguages(t *testing.T) {
	for _, tt := range []struct{ languages, want string }{
		{"en", "[ 1]"},
		{"en en-gb EN", "[ 3]"},
		{"uz uz-cyrl uz-latn", "[ 3]"},
		{"? ?", "[ 2]"},
		{"ru en ru", "[Russian 2] [English 1]"},
		{"? en ru ?", "[English 1] [Russian 1] [Language unknown 2]"},
		{"tlh en", "[TLH 1] [English 1]"},
	} {
		var reports []storyEntry
		for i, l := range strings.Fields(tt.languages) {
			reports = append(reports, newReport(feed.StoryMember{Entry: feed.EntryKey(i + 1), Title: "t", Language: strings.Trim(l, "?"), Published: at(4+i, 0, 0)}, &calendar{}))
		}
		var got []string
		for i, l := range byLanguage(reports) {
			got = append(got, fmt.Sprintf("[%s %d]", l.Name, l.Count))
			if l.Name != "" && l.ID != fmt.Sprint("language", i+1) || len(l.Days) != l.Count {
				t.Errorf("%s: id %q, %d days", tt.languages, l.ID, len(l.Days))
			}
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.languages, got, tt.want)
		}
	}
	story := bridge()
	for i := range story.Members {
		story.Members[i].Language = "ru"
	}
	page := ask(t, "GET", serve(t, storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: story}, conference()))+"/stories/21").body
	checkPage(t, page)
	if strings.Contains(page, `class="tongue"`) || !strings.Contains(page, `<h2><time datetime="2024-09-04">`) {
		t.Error("a story in one language has headings of languages, or none of days")
	}
}

// TestStoryPublishers tells houses from their feeds.
func TestStoryPublishers(t *testing.T) {
	for _, tt := range []struct{ houses, want string }{
		{"a", "1 source"}, {"? ?", "2 sources"}, {"a b", "2 sources"}, {"a a", "2 sources of 1 publisher"}, {"a ? a b", "4 sources of 3 publishers"},
	} {
		var reports []storyEntry
		for i, h := range strings.Fields(tt.houses) {
			m := feed.StoryMember{SourceID: feed.SourceID(fmt.Sprint(i)), Publisher: strings.Trim(h, "?")}
			reports = append(reports, newReport(m, &calendar{}), newReport(m, &calendar{}))
		}
		if got := sourcesOf(reports); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.houses, got, tt.want)
		}
	}
}

// TestStoryReasons leaves out why where every topic of the story does.
func TestStoryReasons(t *testing.T) {
	ed := conference()
	ed.Topic.Reasons = feed.ReasonNone
	stories := map[feed.StoryKey]feed.StoryView{21: bridge()}
	page := ask(t, "GET", serve(t, storySite(t, Options{}, stories, ed))+"/stories/21").body
	if strings.Contains(page, "because") || strings.Contains(page, "needed") {
		t.Error("a page of a topic without reasons shows some")
	}
}

// TestStoryLong bounds what a page shows of a story that has grown long.
func TestStoryLong(t *testing.T) {
	story := feed.StoryView{Story: 1}
	for i := range storyReports + 30 {
		story.Members = append(story.Members, feed.StoryMember{
			Entry: feed.EntryKey(i + 1), Group: 1, Title: "Report", Source: fmt.Sprint("Source ", i), SourceID: feed.SourceID(fmt.Sprint("https://s.example/", i)),
			Published: at(1, 0, i), Topics: []feed.TopicID{security.ID},
		})
	}
	page := spaced(ask(t, "GET", serve(t, storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{1: story}, conference()))+"/stories/1").body)
	checkPage(t, page)
	if n := strings.Count(page, "<article"); n != storyReports {
		t.Errorf("%d reports on one page, want %d", n, storyReports)
	}
	if n := strings.Count(page, `class="rowname"`); n != timelineRows || !strings.Contains(page, ">Other sources</text>") {
		t.Errorf("%d rows in the timeline, want %d and the last for others", n, timelineRows)
	}
	for _, want := range []string{"230 reports from 230 sources over 3 h 49 min", "And 30 later reports more."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestHostileStory(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	story := bridge()
	for i := range story.Members {
		m := &story.Members[i]
		m.Title, m.Source, m.Language, m.Link = attack, attack, attack, "javascript:alert(3)"
		if m.Placed != nil && m.Placed.Why != nil {
			m.Placed.Why = &feed.Likeness{
				Score: math.NaN(), Needed: math.Inf(1), Mean: -1, MeanNeeded: 2, Rule: attack, Numbers: []string{attack},
				Shared: []feed.SharedWord{{Word: attack, Share: math.Inf(1)}, {Word: attack, Share: math.NaN()}, {Word: attack, Share: -1}},
			}
		}
	}
	page := ask(t, "GET", serve(t, storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: story}, conference()))+"/stories/21").body
	checkPage(t, page)
	for _, never := range []string{"javascript:", "ZgotmplZ", "NaN", "Inf"} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %s", never)
		}
	}
}

func TestTicks(t *testing.T) {
	tests := []struct {
		name     string
		from, to time.Time
		want     string
	}{
		{"minutes", at(5, 9, 58), at(5, 10, 17), "10:00 5 Sep, 10:05, 10:10, 10:15"},
		{"hours over midnight", at(4, 21, 30), at(5, 0, 40), "22:00 4 Sep, 23:00, 00:00 5 Sep"},
		{"a day", at(4, 9, 40), at(5, 12, 45), "12:00 4 Sep, 18:00, 00:00 5 Sep, 06:00, 12:00"},
		{"days", at(1, 8, 0), at(5, 7, 0), "2 Sep, 3 Sep, 4 Sep, 5 Sep"},
		{"weeks from a Monday", at(1, 8, 0), at(30, 7, 0), "2 Sep, 9 Sep, 16 Sep, 23 Sep, 30 Sep"},
		{"half a century", time.Unix(0, 0).UTC(), at(1, 0, 0), ""},
	}
	for _, tt := range tests {
		ticks := newTicks(tt.from, tt.to, newCalendar(nil, at(5, 0, 0)), func(time.Time) float64 { return 50 })
		var got []string
		for _, k := range ticks {
			got = append(got, strings.TrimSpace(k.Clock+" "+k.Day))
		}
		if got := strings.Join(got, ", "); tt.want != "" && got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if len(ticks) == 0 || len(ticks) > timelineLabels {
			t.Errorf("%s: %d ticks", tt.name, len(ticks))
		}
	}
}

func TestPercent(t *testing.T) {
	for x, want := range map[float64]string{0: "0", .7499: "74", .75: "75", .29: "29", 1: "100", 1.2: "100", -1: "0"} {
		if got := percent(x); got != want+"\u202f%" {
			t.Errorf("percent(%v) = %s, want %s", x, got, want)
		}
	}
}

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "less than a minute", time.Minute: "1 min", -time.Hour: "1 h", 60*time.Minute + 5*time.Minute: "1 h 5 min",
		24 * time.Hour: "1 day", 50 * time.Hour: "2 days 2 h", 24*time.Hour + 10*time.Minute: "1 day", 59*time.Minute + 59*time.Second: "1 h",
	} {
		if got := spaced(lasting(d)); got != want {
			t.Errorf("lasting(%v) = %s, want %s", d, got, want)
		}
	}
}
