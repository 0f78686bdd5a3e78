package poll

import (
	"fmt"
	"strings"
	"testing"

	"topicwire/feed"
)

// A visit carries the bound of its source, and its report says what was over it; so does
// the source from then on.
func TestWhatIsOverTheBoundIsSaid(t *testing.T) {
	w := newWorld(t, "/a", "/b")
	w.src.List[0].MaxNew = 3
	var items []string
	for i := range 5 {
		items = append(items, item(fmt.Sprint(i), fmt.Sprintf("Security of place number %d and its %d roads", i, i*77)))
	}
	w.answer = document(items...)
	w.round(true)
	for path, want := range map[string]int{"/a": 2, "/b": 0} {
		if r := w.reports[w.id(path)]; r.New != 5 || r.Past != want {
			t.Errorf("%s: %+v", path, r)
		}
		h := feed.Health{State: w.state(path)}
		if said := strings.Join(h.Notes(), "; "); strings.Contains(said, "2024-09-04 had 5 new entries at once: 2 of them lie in the past") != (want > 0) {
			t.Errorf("%s: noted %q", path, said)
		}
	}
}

// So does the report of a push.
func TestAPushSaysWhatIsOverTheBound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		b.src.List[0].MaxNew = 2
		defer b.run()()
		if err := ended(t, b.push("a", item("2", "On security of water"), item("3", "Security at the gates"), item("4", "Of 300 roads and their security"))); err != nil {
			t.Fatal(err)
		}
		if r := b.said()[len(b.said())-1]; r.Status != ByHub || r.New != 3 || r.Past != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// So does a push.
func TestAPushCarriesTheBound(t *testing.T) {
	w := newWorld(t, "/a")
	src := &feed.Source{ID: w.id("/a"), MaxNew: 3}
	c, err := w.poll.readPush(src, &Pushed{Source: src.ID, URL: "https://a.example/feed", ContentType: "application/rss+xml", Body: fmt.Appendf(nil, rss, item("1", "x"))})
	if err != nil || c.Document.MaxNew != 3 {
		t.Errorf("%+v, %v", c, err)
	}
}
