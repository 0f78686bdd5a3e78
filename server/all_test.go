package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/desk"
)

// allFeed is the feed of all topics as it is served: the titles, and behind each the
// topics that have it.
func (l *live) allFeed(t *testing.T) (lines []string, ids map[string]string) {
	t.Helper()
	var doc struct {
		Items []struct {
			ID, Title string
			Tags      []string
		}
	}
	if err := json.Unmarshal([]byte(l.get(t, http.DefaultClient, "/all.json")), &doc); err != nil {
		t.Fatal(err)
	}
	ids = make(map[string]string)
	for _, it := range doc.Items {
		lines = append(lines, it.Title+": "+strings.Join(it.Tags, ", "))
		ids[it.Title] = it.ID
	}
	slices.Sort(lines)
	return lines, ids
}

// The feed of all topics has what readers of a topic have, once, with the topics as
// categories; it follows as drafts are published and topics leave, and a restart changes
// nothing.
func TestTheFeedOfAllTopics(t *testing.T) {
	dir := t.TempDir()
	with := func(topics string) *config.Config { return liveConfig(t, dir, "https://x.example/rss", topics) }
	const even, odd = `evens: {title: Even, any: ["0", "2"]}`, `rivers: {any: [rivers]}`
	l := goLive(t, with(even+", "+odd+`, secret: {draft: true, any: ["1"]}, foreign: {languages: [en]}`), func(s *Server) {
		if err := s.writer.do(bring(s, 5)); err != nil {
			t.Fatal(err)
		}
	})
	expect := func(when string, want ...string) map[string]string {
		t.Helper()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for timeout := time.After(30 * time.Second); ; {
			got, ids := l.allFeed(t)
			if slices.Equal(got, want) {
				return ids
			}
			select {
			case <-tick.C:
			case <-timeout:
				t.Fatalf("%s: %q, want %q\n%s", when, got, want, l.log)
			}
		}
	}
	first := expect("at first", "Number 0 of rivers: Even, rivers, foreign", "Number 1 of roads: foreign", "Number 2 of rivers: Even, rivers, foreign", "Number 3 of roads: foreign", "Number 4 of rivers: rivers, foreign")
	reload := func(topics string) {
		t.Helper()
		l.reloads <- Reload{Config: with(topics)}
		l.reloads <- Reload{Problems: []feed.Problem{{Text: "bad"}}} // taken when the one before is done
	}
	reload(even + ", " + odd + `, secret: {draft: true, any: ["1"]}`)
	expect("without a topic", "Number 0 of rivers: Even, rivers", "Number 2 of rivers: Even, rivers", "Number 4 of rivers: rivers")
	reload(even + ", " + odd + `, secret: {any: ["1"]}`)
	expect("with what was a draft", "Number 0 of rivers: Even, rivers", "Number 1 of roads: secret", "Number 2 of rivers: Even, rivers", "Number 4 of rivers: rivers")
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	l = goLive(t, with(`numbers: {title: Numbers, was: [evens], any: ["0", "2"]}, `+odd+`, secret: {draft: true, any: ["1"]}`), nil)
	last := expect("after a restart", "Number 0 of rivers: Numbers, rivers", "Number 2 of rivers: Numbers, rivers", "Number 4 of rivers: rivers")
	for title, id := range last {
		if first[title] != id {
			t.Errorf("%s was %s, and is %s", title, first[title], id)
		}
	}
	hide := func(topic feed.TopicID) {
		t.Helper()
		if _, err := Decide.Ask(t.Context(), l.client, desk.DecideRequest{Kind: feed.DecisionHide, Topic: topic, IDs: []string{last["Number 0 of rivers"]}, By: "A"}); err != nil {
			t.Fatal(err)
		}
	}
	hide("rivers")
	expect("with one hidden in a topic", "Number 0 of rivers: Numbers", "Number 2 of rivers: Numbers, rivers", "Number 4 of rivers: rivers")
	hide("numbers")
	expect("with one hidden everywhere", "Number 2 of rivers: Numbers, rivers", "Number 4 of rivers: rivers")
	if atom := l.get(t, http.DefaultClient, "/all.atom"); !strings.Contains(atom, "<id>"+feed.NameUUID("topic", string(feed.AllTopics))+"</id>") || !strings.Contains(atom, `term="numbers" scheme="http://127.0.0.1:8080/topics/" label="Numbers"`) {
		t.Errorf("%s", atom)
	}
	st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
	if err != nil || len(st.Topics) != 3 {
		t.Errorf("among the topics: %+v, %v", st.Topics, err)
	}
}

// A topic's feed is rendered where it changed, and that of all topics with it; one of a
// draft leaves both alone.
func TestTheFeedOfAllTopicsIsRenderedWithTheTopics(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, `water: {any: [rivers]}, secret: {draft: true, any: [roads]}`)})
	defer closeServer(t, s)
	var got []string
	publishAll := func() string {
		got = nil
		s.publisher.publish(func(all ...*publish.Documents) error {
			for _, d := range all {
				got = append(got, fmt.Sprint(d.Topic.ID, " ", len(d.Entries)))
			}
			return nil
		})
		return strings.Join(got, ", ")
	}
	publishAll()
	v := bring(s, 6)
	only := func(v feed.Visit, part string) *feed.Visit {
		d := *v.Document
		d.Entries = slices.DeleteFunc(slices.Clone(d.Entries), func(r feed.Reported) bool { return !strings.Contains(r.Entry.Title, part) })
		v.Document = &d
		return &v
	}
	store := func(v *feed.Visit) {
		t.Helper()
		// The second touches nothing: when it is done, what the first touched is noted.
		for _, c := range []feed.Change{v, &feed.Claim{At: noon}} {
			if err := s.writer.do(c); err != nil {
				t.Fatal(err)
			}
		}
	}
	store(only(*v, "roads"))
	if got := publishAll(); got != "" {
		t.Errorf("a draft: %s", got)
	}
	store(only(*v, "rivers"))
	if got := publishAll(); got != "water 3, *all 3" {
		t.Errorf("a topic: %s", got)
	}
}
