package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// What is included is news of now; where the feed still does not carry it, the
// operator is told why.
func TestIncludeSaysWhatReadersSee(t *testing.T) {
	for i, tt := range []struct {
		name  string
		topic func(*feed.Topic)
		want  string
	}{
		{"past", func(*feed.Topic) {}, "it is in security from now on"},
		{"a draft", func(t *feed.Topic) { t.Draft = true }, "it is filed under security, but the feed does not have it: the topic is a draft"},
	} {
		f, ids := explained(t), []string{"https://wire.example/old"}
		f.visit(wireSource, feed.Entry{Link: "https://wire.example/old", Title: "Flower fair", Published: f.now.Add(-30 * 24 * time.Hour)})
		wide := security()
		wide.Rules = anyOf("fair")
		f.use(wide)
		f.refile()
		if i == 1 { // by its story
			ids[0] = fmt.Sprint(f.group("https://wire.example/old").Story)
		}
		if m, ok := f.membership("security", "https://wire.example/old"); !ok || !m.Past {
			t.Fatalf("%s: %+v", tt.name, m)
		}
		tt.topic(&wide)
		res := f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: ids, Rules: &wide, Sources: f.sources})
		if !strings.Contains(res.Text, tt.want) {
			t.Errorf("%s: %s", tt.name, res.Text)
		}
		if m, _ := f.membership("security", "https://wire.example/old"); m.Past || !m.Filed.Equal(f.now) {
			t.Errorf("%s: %+v", tt.name, m)
		}
		f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: ids, Taking: true})
		if m, _ := f.membership("security", "https://wire.example/old"); !m.Past || !m.Filed.Before(f.now.Add(-24*time.Hour)) {
			t.Errorf("%s: after undo: %+v", tt.name, m)
		}
	}
}

// A filed report that the feed leaves out for its age is included to no avail.
func TestIncludeOfWhatIsTooOld(t *testing.T) {
	f := explained(t)
	f.now = f.now.Add(10 * 24 * time.Hour)
	topic := security()
	topic.MaxAge = 24 * time.Hour
	res := f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{meeting}, Rules: &topic, Sources: f.sources})
	if !strings.Contains(res.Text, "it is filed under security, but the feed does not have it: filed 10d ago; max_age is 1d") {
		t.Errorf("%s", res.Text)
	}
}

// Of a topic that publishes stories another report takes the place of one that is
// hidden.
func TestHideInATopicOfStories(t *testing.T) {
	f := reported(t)
	topic := security()
	topic.Group = feed.GroupStory
	ids := []string{"https://vestnik.example/3"}
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(f.group(shared).Story), ids[0]}})
	q := DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, Whole: true, Rules: &topic, Sources: f.sources}
	if res := f.decide(q); !strings.Contains(res.Text, "the report of Вестник now stands in its place") {
		t.Errorf("%s", res.Text)
	}
	q.IDs, q.Whole = ids, false
	if res := f.decide(q); !strings.Contains(res.Text, "no longer see it") {
		t.Errorf("%s", res.Text)
	}
}

// Where every entry is published on its own, no other stands in for one.
func TestHideInATopicOfEntries(t *testing.T) {
	f := reported(t)
	topic := security()
	topic.Group = feed.GroupNone
	res := f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, Rules: &topic, Sources: f.sources})
	if !strings.Contains(res.Text, "no longer see it") {
		t.Errorf("%s", res.Text)
	}
}

func TestNotesAreOneLine(t *testing.T) {
	f := reported(t)
	res := f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, By: " an\x1b[31mn\r\n", Note: "two\nlines\tand \u009b2J\u202eback\x00"})
	if res.Decided.By != "an[31mn" || res.Decided.Note != "two lines and 2Jback" {
		t.Errorf("%q, %q", res.Decided.By, res.Decided.Note)
	}
}

// Rules that are narrowed and widened again within moments leave the bytes of the
// feeds as they were, but for the time of the newest change.
func TestRulesThatReturnLeaveTheFeed(t *testing.T) {
	f := reported(t)
	f.visit(wireSource, feed.Entry{Link: "https://wire.example/old", Title: "Terror trial recalled", Published: f.now.Add(-40 * 24 * time.Hour)})
	f.visit(kunSource, feed.Entry{Link: "https://kun.example/10", Title: "SCO summit opens"})
	f.now = f.now.Add(10 * 24 * time.Hour)
	documents := func() (all []string) {
		var filed []feed.Filed
		f.view(func(r *storage.Reader) (err error) {
			filed, err = r.Filed("security", 100)
			ed := edition.Of(&f.topics[0], filed, f.editionOptions(r, nil))
			ed.Updated = noon
			for _, format := range publish.Formats() {
				b, rerr := publish.Render(ed, format, publish.Site{Title: "Wire", URL: "http://wire.example"})
				if err == nil {
					err = rerr
				}
				all = append(all, string(b))
			}
			return err
		})
		return all
	}
	before := documents()
	narrow := security()
	narrow.Rules = anyOf("summit")
	f.use(narrow)
	f.refile()
	f.now = f.now.Add(time.Second)
	if p, err := f.Preview(t.Context(), PreviewRequest{Topics: []feed.Topic{security()}, Sources: f.sources}); err != nil || p[0].Added != 3 || p[0].Past != 0 {
		t.Errorf("preview of what returns: %+v, %v", p, err)
	}
	f.use(security())
	f.refile()
	f.now = f.now.Add(time.Second)
	for i, after := range documents() {
		if after != before[i] || strings.Count(before[i], "wire.example/old") == 0 {
			t.Errorf("%s:\n%s\nwas\n%s", publish.Formats()[i], after, before[i])
		}
	}
}
