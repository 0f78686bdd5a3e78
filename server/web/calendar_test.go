package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// zone is one of the IANA database, which the program carries.
func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestMoment(t *testing.T) {
	tashkent := newCalendar(zone(t, "Asia/Tashkent"), at(5, 11, 1))
	for _, tt := range []struct {
		times                           *calendar
		at                              time.Time
		machine, day, dayKey, brief, of string
	}{
		{&calendar{}, at(4, 21, 30), "2024-09-04T21:30:00Z", "Wednesday 4 September 2024", "2024-09-04", "4 Sep 2024", "21:30"},
		{tashkent, at(4, 21, 30), "2024-09-04T21:30:00Z", "Thursday 5 September", "2024-09-05", "5 Sep", "02:30"},
		{tashkent, time.Date(2023, 12, 31, 18, 59, 0, 0, time.UTC), "2023-12-31T18:59:00Z", "Sunday 31 December 2023", "2023-12-31", "31 Dec 2023", "23:59"},
		{tashkent, time.Date(2023, 12, 31, 19, 0, 0, 0, time.UTC), "2023-12-31T19:00:00Z", "Monday 1 January", "2024-01-01", "1 Jan", "00:00"},
		// An offset that RFC 3339 cannot write: 4:37:11.
		{tashkent, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), "1900-01-01T00:00:00Z", "Monday 1 January 1900", "1900-01-01", "1 Jan 1900", "04:37"},
	} {
		m := tt.times.At(tt.at)
		got := []string{m.Machine(), m.Day(), m.MachineDay(), m.Brief(), m.Clock(), m.Short()}
		want := []string{tt.machine, tt.day, tt.dayKey, tt.brief, tt.of, tt.brief + ", " + tt.of}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: %q, want %q", tt.at, got, want)
		}
	}
	if m := tashkent.At(time.Time{}); !m.IsZero() {
		t.Errorf("no time is %v", m)
	}
}

func TestZoneNamed(t *testing.T) {
	for name, want := range map[string]string{
		"UTC": "UTC", "Asia/Tashkent": "Asia/Tashkent (UTC+5)", "Asia/Kolkata": "Asia/Kolkata (UTC+5:30)",
		"America/Sao_Paulo": "America/Sao_Paulo (UTC−3)", "Europe/Berlin": "Europe/Berlin (UTC+1 or UTC+2)",
		"Asia/Almaty": "Asia/Almaty (UTC+6 or UTC+5)", // for good, on 1 March 2024
	} {
		if got := newCalendar(zone(t, name), at(5, 0, 0)).Zone(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := newCalendar(zone(t, "Asia/Tashkent"), time.Time{}).Zone(); got != "Asia/Tashkent" {
		t.Errorf("before any change: %s", got)
	}
	if got := (&calendar{}).Zone(); got != "UTC" {
		t.Errorf("of no zone: %s", got)
	}
}

// TestMidnight is the begin of days whose 00:00 is left out or comes twice.
func TestMidnight(t *testing.T) {
	for _, tt := range []struct {
		zone  string
		month time.Month
		day   int
		want  string
	}{
		{"Asia/Tashkent", 9, 5, "2024-09-04T19:00:00Z"},
		{"Europe/Berlin", 3, 31, "2024-03-30T23:00:00Z"},
		{"Europe/Berlin", 4, 1, "2024-03-31T22:00:00Z"},
		{"Africa/Cairo", 4, 26, "2024-04-25T22:00:00Z"},   // 00:00 is left out: at 01:00
		{"Africa/Cairo", 11, 1, "2024-10-31T22:00:00Z"},   // 23:00 comes twice before it
		{"America/Havana", 3, 10, "2024-03-10T05:00:00Z"}, // at 01:00
		{"America/Havana", 11, 3, "2024-11-03T04:00:00Z"}, // 00:00 comes twice: the first
		{"Asia/Beirut", 3, 31, "2024-03-30T22:00:00Z"},    // at 01:00
	} {
		got := (&calendar{zone: zone(t, tt.zone)}).midnight(2024, tt.month, tt.day).UTC().Format(time.RFC3339)
		if got != tt.want {
			t.Errorf("%s, %d %s: %s, want %s", tt.zone, tt.day, tt.month, got, tt.want)
		}
	}
}

func TestTicksInZone(t *testing.T) {
	utc := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2024, month, day, hour, minute, 0, 0, time.UTC)
	}
	for _, tt := range []struct {
		name, zone string
		from, to   time.Time
		want       string
	}{
		{"hours over midnight", "Asia/Tashkent", utc(9, 4, 17, 30), utc(9, 4, 20, 40), "23:00 4 Sep, |00:00 5 Sep, 01:00"},
		{"half an hour aside", "Asia/Kolkata", utc(9, 4, 17, 10), utc(9, 4, 20, 40), "23:00 4 Sep, |00:00 5 Sep, 01:00, 02:00"},
		{"days", "Asia/Tashkent", utc(9, 1, 8, 0), utc(9, 4, 20, 0), "|2 Sep, |3 Sep, |4 Sep, |5 Sep"},
		{"weeks from a Monday", "Asia/Tashkent", utc(9, 1, 18, 0), utc(9, 30, 7, 0), "|2 Sep, |9 Sep, |16 Sep, |23 Sep, |30 Sep"},
		{"an hour is left out", "Europe/Berlin", utc(3, 30, 23, 30), utc(3, 31, 3, 30), "01:00 31 Mar, 03:00, 04:00, 05:00"},
		{"an hour of several is left out", "Europe/Berlin", utc(3, 30, 23, 0), utc(3, 31, 6, 0), "|00:00 31 Mar, 04:00, 06:00, 08:00"},
		{"an hour comes twice", "Europe/Berlin", utc(10, 26, 21, 50), utc(10, 27, 2, 10), "|00:00 27 Oct, 01:00, 02:00, 03:00"},
		{"days of 23 and 25 hours", "Europe/Berlin", utc(3, 29, 20, 0), utc(4, 2, 20, 0), "|30 Mar, |31 Mar, |1 Apr, |2 Apr"},
		{"midnight is left out", "Africa/Cairo", utc(4, 25, 14, 0), utc(4, 26, 12, 0), "18:00 25 Apr, |01:00 26 Apr, 06:00, 12:00"},
		{"two years", "UTC", time.Date(2023, 12, 10, 12, 0, 0, 0, time.UTC), utc(1, 8, 12, 0), "|11 Dec 2023, |18 Dec, |25 Dec, |1 Jan, |8 Jan"},
	} {
		times := newCalendar(zone(t, tt.zone), utc(12, 1, 0, 0))
		var got []string
		for _, k := range newTicks(tt.from, tt.to, times, func(time.Time) float64 { return 50 }) {
			said := strings.TrimSpace(k.Clock + " " + k.Day)
			if k.Midnight {
				said = "|" + said
			}
			got = append(got, said)
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestZoneOfPages has every page of a site tell times in its zone, and after a change
// of it in another.
func TestZoneOfPages(t *testing.T) {
	ed := conference()
	ed.Entries[6].Entry.Published = at(3, 20, 20) // the day after in Tashkent
	ed.Entries[6].Entry.Seen = at(3, 20, 21)
	story := bridge()
	s := storySite(t, Options{Zone: zone(t, "Asia/Tashkent")}, map[feed.StoryKey]feed.StoryView{21: story}, ed)
	s.SetSources(desk())
	host := serve(t, s)
	checkPages := func(pages map[string][]string) {
		t.Helper()
		for path, wants := range pages {
			page := spaced(ask(t, "GET", host+path).body)
			for _, want := range wants {
				if !strings.Contains(page, want) {
					t.Errorf("%s lacks %s", path, want)
				}
			}
		}
	}
	const foot = "Times are Asia/Tashkent (UTC&#43;5).</p>\n</footer>"
	checkPages(map[string][]string{
		"/": {foot, `newest entry <time datetime="2024-09-05T11:00:00Z">5 Sep, 16:00</time>`, `<time datetime="2024-09-05T09:40:00Z">5 Sep, 14:40</time>`},
		"/topics/regional-security": {foot, `newest <time datetime="2024-09-05T11:00:00Z">5 Sep, 16:00</time>`,
			`<time datetime="2024-09-03T20:20:00Z">01:20</time>`, `<h2><time datetime="2024-09-04">Wednesday 4 September</time></h2>`},
		"/stories/21": {foot, `<title>Poytaxt xabarlari, 5 Sep, 17:45</title>`, `first by <strong><bdi>Steppe Wire</bdi></strong>, <time datetime="2024-09-04T09:40:00Z">4 Sep, 14:40</time>`,
			`<bdi>Steppe Wire</bdi>, 4 Sep, 14:40</a>`, "Times are Asia/Tashkent (UTC&#43;5).</figcaption>",
			`<text class="dayname" x="35.08%" y="194" text-anchor="middle">5 Sep</text>`},
		"/sources": {foot, `<time datetime="2024-09-04T20:15:00Z">5 Sep, 01:15</time>`},
	})
	page := ask(t, "GET", host+"/topics/regional-security").body
	if strings.Contains(page, "3 September") {
		t.Error("an entry of 01:20 is under the day before")
	}
	for _, path := range []string{"/about", "/nothing"} {
		if strings.Contains(ask(t, "GET", host+path).body, "Times are") {
			t.Errorf("%s names a zone and has no times", path)
		}
	}

	s.SetZone(zone(t, "Europe/Berlin"))
	s.SetSources(desk())
	if err := s.Publish(ed); err != nil {
		t.Fatal(err)
	}
	const berlin = "Times are Europe/Berlin (UTC&#43;1 or UTC&#43;2).</p>"
	checkPages(map[string][]string{
		"/":                         {berlin, ">5 Sep, 11:40</time>"},
		"/topics/regional-security": {berlin, ">22:20</time>", "Tuesday 3 September<"},
		"/stories/21":               {berlin, "Poytaxt xabarlari, 5 Sep, 14:45"},
		"/sources":                  {berlin, ">4 Sep, 22:15</time>"},
	})
}

// TestYears says the year of what is not of the year of the newest change.
func TestYears(t *testing.T) {
	ed := conference()
	story := bridge()
	old := func(s *time.Time) { *s = s.AddDate(-1, 0, 0) }
	for i := range ed.Entries {
		old(&ed.Entries[i].Entry.Published)
		old(&ed.Entries[i].Entry.Updated)
		for k := range ed.Entries[i].Also {
			old(&ed.Entries[i].Also[k].When)
		}
	}
	for i := range story.Members {
		old(&story.Members[i].Published)
	}
	sources := desk()
	for i := range sources {
		if !sources[i].State.Succeeded.IsZero() {
			old(&sources[i].State.Succeeded)
		}
	}
	s := storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: story}, ed)
	s.SetSources(sources)
	host := serve(t, s)
	for path, want := range map[string]string{
		"/":                         ">5 Sep 2023, 09:40</time>",
		"/topics/regional-security": ">Tuesday 5 September 2023</time></h2>",
		"/stories/21":               "Steppe Wire, 4 Sep 2023, 09:40. ",
		"/sources":                  ">4 Sep 2023, 20:15</time>",
	} {
		if page := ask(t, "GET", host+path).body; !strings.Contains(page, want) {
			t.Errorf("%s lacks %s", path, want)
		}
	}
	// As soon as the state is of that year they go without saying.
	ed.Updated = at(5, 11, 1).AddDate(-1, 0, 0)
	host = serve(t, storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: story}, ed))
	for path, want := range map[string]string{
		"/": ">5 Sep, 09:40</time>", "/topics/regional-security": ">Tuesday 5 September</time></h2>", "/stories/21": "Steppe Wire, 4 Sep, 09:40. ",
	} {
		if page := ask(t, "GET", host+path).body; !strings.Contains(page, want) {
			t.Errorf("of the state of 2023 %s lacks %s", path, want)
		}
	}
}

func TestOperatorPageInZone(t *testing.T) {
	host := serve(t, NewAdmin(AdminOptions{Health: shows(desk), Zone: func() *time.Location { return zone(t, "Asia/Tashkent") },
		ConfigState: func() ConfigState { return ConfigState{File: "config.yaml", Loaded: at(4, 21, 30)} }}))
	page := ask(t, "GET", host+"/").body
	for _, want := range []string{`loaded <time datetime="2024-09-04T21:30:00Z">5 Sep, 02:30</time>`, ">5 Sep, 01:15</time>", "Times are Asia/Tashkent (UTC&#43;5)."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
