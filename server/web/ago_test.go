package web

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// TestHowLongAgo reads pages in a browser, where there is one: the script says how long
// ago each time was, and again a minute later.
func TestHowLongAgo(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds to start, and -short is asked for")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium to run the script in; make tools installs it")
	}
	now := time.Now().UTC()
	ed := conference()
	for i, before := range []time.Duration{2*time.Hour + 30*time.Minute, 3*time.Hour - 59*time.Second, 50 * time.Hour} {
		e := &ed.Entries[i].Entry
		e.Published = now.Add(-before)
		e.Updated, e.Seen = e.Published, e.Published
	}
	ed.Entries = ed.Entries[:3]
	ed.Entries[0].Also = nil
	ed.Updated = now
	story := feed.StoryView{Story: 21, Members: bridge().Members[:1]}
	story.Members[0].Published = now.Add(-400 * 24 * time.Hour)
	s := storySite(t, Options{Zone: zone(t, "Asia/Tashkent")}, map[feed.StoryKey]feed.StoryView{21: story}, ed)
	host := serve(t, s)
	operators := serve(t, NewAdmin(AdminOptions{Health: shows(func() []feed.Health {
		sources := desk()[:1]
		sources[0].State.Next = time.Now().Add(150 * time.Minute)
		return sources
	})}))

	shown := func(address, virtual string) string {
		t.Helper()
		out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--lang=ru", "--user-data-dir="+t.TempDir(),
			"--virtual-time-budget="+virtual, "--dump-dom", address).Output()
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		return string(out)
	}
	ago := regexp.MustCompile(`(?:>|, )([^<>]*)</time> <span class="ago">([^<]*)</span>`)
	for _, tt := range []struct{ address, virtual, want string }{
		{host + "/topics/regional-security", "1000", "2 hours ago, 2h ago, 2h ago, 2d ago"},
		{host + "/topics/regional-security", "61000", "2 hours ago, 2h ago, 3h ago, 2d ago"},
		{host + "/stories/21", "1000", "13 months ago, 13mo ago"},
	} {
		page := shown(tt.address, tt.virtual)
		var got []string
		for _, m := range ago.FindAllStringSubmatch(page, -1) {
			got = append(got, m[2])
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s after %s ms: %s, want %s", tt.address, tt.virtual, got, tt.want)
		}
		for _, day := range regexp.MustCompile(`<time datetime="[0-9-]{10}">[^<]*</time>.`).FindAllString(page, -1) {
			if strings.HasSuffix(day, " ") {
				t.Errorf("%s says how long ago a day was: %s", tt.address, day)
			}
		}
	}
	if page := shown(operators+"/", "1000"); !strings.Contains(page, `</time> <span class="ago">in 2 hr.</span>`) {
		t.Error("the operators' page does not say in how long the next visit is")
	}
}
