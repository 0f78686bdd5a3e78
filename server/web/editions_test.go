package web

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"topicwire/feed"
)

func TestWhatPathsAskFor(t *testing.T) {
	for path, want := range map[string]string{
		"/topics/a-b/archive/12.atom": "{a-b 12  0} atom", "/topics/a/ru.rss": "{a 0 ru 0} rss", "/topics/a/uz.json": "{a 0 uz 0} json",
		"/stories/7.atom":          "{ 0  7} atom",
		"/topics/a/archive/0.atom": "", "/topics/a/archive/01.atom": "", "/topics/a/archive/-1.atom": "", "/topics/a/archive/4294967296.atom": "",
		"/topics/a/archive/1": "", "/topics/a/archive/1.xml": "", "/topics/a/archive/x.atom": "", "/topics/a/archive/.atom": "",
		"/topics/a/RU.atom": "", "/topics/a/qq.atom": "", "/topics/a/.atom": "", "/topics//ru.atom": "", "/topics/A/ru.atom": "", "/topics/a.atom": "",
		"/topics/a/ru/x.atom": "", "/stories/0.atom": "", "/stories/x.atom": "", "/stories/7.atom.atom": "", "": "", ".atom": "", "/": "",
	} {
		w, f, ok := wanted(path)
		got := fmt.Sprint(w, " ", f)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/topics/a/2026-11": "{a 2026-11 {  } 0}", "/topics/a/2026-11/3": "{a 2026-11 {  } 3}", "/topics/a/2026-11/lang/ru": "{a 2026-11 {ru  } 0}",
		"/topics/a/2026-11/source/ab12/2": "{a 2026-11 { ab12 } 2}", "/topics/a/2026-11/kind/later": "{a 2026-11 {  later} 0}",
		"/topics/a/2026-1": "", "/topics/a/2026-00": "", "/topics/a/2026-11/": "", "/topics/a/2026-11/0": "", "/topics/a/2026-11/lang": "", "/topics/a/2026-11/x/y": "",
		"/topics/a/2026-11/lang/ru/kind/later": "", "/topics/a/2026-11/lang/": "", "/topics/a": "", "/topics/A/2026-11": "",
	} {
		w, ok := wantedMonth(path)
		got := fmt.Sprint(w)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// A document that is made is kept until its topic changes, and a reader that has it is
// told so; one that cannot be read is no missing one.
func TestEditionsAreKeptWhileTheirTopicStays(t *testing.T) {
	made, fails, title := 0, false, "First"
	s := newTestSite(t, Options{Edition: func(w Wanted) (*feed.Edition, error) {
		made++
		if fails {
			return nil, errors.New("disk-secret")
		}
		if w.Archive > 2 {
			return nil, nil
		}
		ed := conference()
		ed.History, ed.Language = feed.History{Archive: w.Archive}, w.Language
		ed.Topic.Title = title
		return ed, nil
	}}, conference())
	see := func(when, path string, status, want int, part string) {
		t.Helper()
		a := direct(s, path)
		if a.Code != status || made != want || !strings.Contains(a.Body.String(), part) {
			t.Errorf("%s: %s is %d, made %d times, want %d: %.200s", when, path, a.Code, made, want, a.Body)
		}
	}
	const archive, language = "/topics/regional-security/archive/1.atom", "/topics/regional-security/ru.rss"
	see("at first", archive, 200, 1, "First")
	title = "Second"
	see("kept", archive, 200, 1, "First")
	see("another", language, 200, 2, "Second: Russian")
	if err := s.Publish(conference()); err != nil {
		t.Fatal(err)
	}
	see("when the topic was shown again", archive, 200, 3, "Second")
	see("none", "/topics/regional-security/archive/3.atom", 404, 4, "")
	see("of another topic", "/topics/other/archive/1.atom", 404, 4, "")
	fails = true
	see("that cannot be read", "/topics/regional-security/archive/2.atom", 503, 5, "just now")
	if strings.Contains(direct(s, "/topics/regional-security/archive/2.atom").Body.String(), "secret") {
		t.Error("the answer tells why")
	}
	// A closed archive may be kept longer than a feed that grows.
	fails = false
	if got := feedCache(&feed.Edition{History: feed.History{Archive: 1, Newer: 2}}); !strings.HasPrefix(got, "public, max-age=3600,") {
		t.Errorf("a closed archive: %s", got)
	}
}

// Pages lead to the feeds of the languages that they show, and to the story's own.
func TestPagesLeadToFeedsThatAreMade(t *testing.T) {
	none := func(Wanted) (*feed.Edition, error) { return nil, nil }
	s := storySite(t, Options{Edition: none}, map[feed.StoryKey]feed.StoryView{21: bridge()}, conference())
	page := direct(s, "/topics/regional-security").Body.String()
	for _, language := range []string{"en", "ru", "uz"} {
		if !strings.Contains(page, `<a href="/topics/regional-security/`+language+`.atom"`) {
			t.Errorf("the page does not lead to %s", language)
		}
	}
	if story := direct(s, "/stories/21").Body.String(); strings.Count(story, `href="/stories/21.rss"`) != 2 {
		t.Error("the page of a story does not lead to its feed")
	}
	only := conference()
	only.Topic.Languages = []string{"en"}
	if got := s.tongues(&only.Topic, newestFirst(only.Entries)); got != nil {
		t.Errorf("a topic in one language leads to %v", got)
	}
}

// However much there is to show, a page stays within its bounds.
func TestPagesAreBounded(t *testing.T) {
	ed := sized(1000 * 300)
	for i := range ed.Entries {
		ed.Entries[i].Entry.Title = strings.Repeat("Ўзбекистон ", 100)
		ed.Entries[i].Reasons = []feed.Reason{scored(8, hit("terror", "террор*", feed.FieldTitle, strings.Repeat("терроризмга ", 20), 4))}
	}
	ed.Tally = feed.Tally{Groups: 5000, Reports: 6000, Past: 7}
	s := newTestSite(t, Options{}, ed)
	page := string(s.renderTopic(ed))
	checkPage(t, page)
	if n := strings.Count(page, "<article"); len(page) > pageBytes || n != pageEntries {
		t.Errorf("%d bytes, %d entries", len(page), n)
	}
	older := sized(3000)
	older.Tally = feed.Tally{Groups: 900, Reports: 900, Past: 897}
	older.Past = append(older.Past, older.Entries...)
	if page := string(s.renderTopic(older)); !strings.Contains(page, "897 entries were no news any more") || !strings.Contains(page, "The newest 3 follow; the months have all.") {
		t.Error("the page does not count what was found later")
	}
	for _, want := range []string{"4993 entries", "the newest 200 here"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	view := bridge()
	for len(view.Members) < 400 {
		m := view.Members[len(view.Members)%4]
		m.Entry, m.Title = feed.EntryKey(1000+len(view.Members)), strings.Repeat("Мост ", 300)
		view.Members = append(view.Members, m)
	}
	if page := s.renderStory(view, []feed.Topic{security}, at(6, 0, 0)); len(page) > pageBytes || strings.Count(string(page), "<article") > pageEntries {
		t.Errorf("a story: %d bytes, %d entries", len(page), strings.Count(string(page), "<article"))
	}
}
