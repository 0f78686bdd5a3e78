package match

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

// Match gives a topic exactly where its gates hold and the score reaches the
// threshold, and with another threshold exactly where Reaches says so.
func TestScoresAgreeWithMatch(t *testing.T) {
	matched, below := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, topics := drawMatcher(t)
		other := float64(rapid.IntRange(1, 12).Draw(t, "another threshold"))
		for range 3 {
			src, e, w := drawEntry(t)
			got := m.Match(src, e, w)
			scores := m.Scores(src, e, w)
			if len(scores) != len(topics) {
				t.Fatalf("%d scores of %d topics", len(scores), len(topics))
			}
			for i, topic := range topics {
				s := &scores[i]
				n := slices.IndexFunc(got, func(m feed.Match) bool { return m.Topic == topic.ID })
				if s.Matches() != (n >= 0) {
					t.Fatalf("topic %s: match %v, scored %+v", topic.ID, n >= 0, *s)
				}
				if n >= 0 && (got[n].Reason.Score != s.Score || got[n].Reason.Threshold != s.Threshold) {
					t.Fatalf("topic %s: %+v, scored %+v", topic.ID, got[n].Reason, *s)
				}
				if n >= 0 {
					matched++
				}
				if topic.Rules.Part(feed.OpScore).Threshold > 0 {
					if s.Gates && s.Score > 0 && !s.Matches() {
						below++
					}
					checkOtherThreshold(t, topic, other, s, src, e, w)
				}
			}
		}
	})
	if matched < 10 || below < 10 {
		t.Errorf("%d matches, %d scores below a threshold: the test shows nothing", matched, below)
	}
}

func checkOtherThreshold(t *rapid.T, topic feed.Topic, other float64, s *Scored, src *feed.Source, e *feed.Entry, w *text.Words) {
	topic.Rules = slices.Clone(topic.Rules)
	topic.Rules.Part(feed.OpScore).Threshold = other
	m, _ := Compile([]feed.Topic{topic})
	if m == nil {
		return // no entry reaches it
	}
	if got := len(m.Match(src, e, w)) == 1; got != s.Reaches(other) {
		t.Fatalf("topic %s with the threshold %v: match %v, scored %+v", topic.ID, other, got, *s)
	}
}

func TestScores(t *testing.T) {
	weights := []feed.Rule{weighing(4, patterns("terror*")[0]), weighing(-3, patterns("football")[0])}
	gated := feed.Topic{ID: "gated", Languages: []string{"en"}, Rules: feed.Rules{{Op: feed.OpAny, Parts: patterns("Tashkent")}, {Op: feed.OpScore, Threshold: 6, Parts: weights}}}
	plain := feed.Topic{ID: "plain", Sources: feed.SourceFilter{Tags: []string{"wire"}}, Rules: anyOf("terror*")}
	m := compile(t, gated, plain)
	for _, c := range []struct {
		title, language string
		tags            []string
		want            [2]Scored
	}{
		{"Terror plot in Tashkent", "en", []string{"wire"}, [2]Scored{{true, true, true, 8, 6}, {true, true, true, 0, 0}}},
		{"Football terror in Tashkent", "en", nil, [2]Scored{{true, true, true, 2, 6}, {false, true, true, 0, 0}}},
		{"Terror plot in London", "en", nil, [2]Scored{{true, true, false, 0, 6}, {false, true, true, 0, 0}}},
		{"Terror plot in Tashkent", "ru", nil, [2]Scored{{true, false, true, 8, 6}, {false, true, true, 0, 0}}},
		{"Flowers in Tashkent", "en", nil, [2]Scored{{true, true, true, 0, 6}, {false, true, false, 0, 0}}},
	} {
		w := text.Cut(&text.Parts{{c.title}}, c.language)
		got := m.Scores(&feed.Source{Tags: c.tags}, &feed.Entry{}, w)
		if !slices.Equal(got, c.want[:]) {
			t.Errorf("%s (%s): %+v, want %+v", c.title, c.language, got, c.want)
		}
	}
}
