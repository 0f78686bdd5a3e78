package desk

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/html"
)

func evaluate(t *testing.T, lines string, o EvaluateOptions) *Evaluation {
	t.Helper()
	ev, err := Evaluate(t.Context(), strings.NewReader(lines), o)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func TestEvaluateTopics(t *testing.T) {
	// Four lines count for topics: one right, one matched without the label, one
	// missed, and one with no label at all.
	const lines = `
{"id": "a", "title": "SCO summit", "topics": ["security"]}
{"id": 2, "title": "Terrorism in films", "content": "A <SCO> ticker", "topics": ["film festivals"]}

{"title": "Border guards attacked", "topics": ["security", "law and crime"]}
{"title": "Flower show", "topics": []}
{"title": "SCO again", "story": "s1"}
`
	law := feed.Topic{ID: "law-and-crime", Rules: anyOf("guard*"), Sources: feed.SourceFilter{Tags: []string{"none has it"}}}
	unnamed := feed.Topic{ID: "unnamed"}
	ev := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{security(), unnamed, law}, Misses: true})
	if ev.Entries != 5 || len(ev.Topics) != 2 || ev.Duplicates != nil || ev.Stories == nil {
		t.Fatalf("%+v", ev)
	}
	s := ev.Topics[0]
	if s.Topic != "security" || s.Labelled != 2 || s.Matched != 2 || s.Right != 1 || s.Measure != (Measure{.5, .5, .5}) {
		t.Errorf("%+v", s)
	}
	if len(s.False) != 1 || s.False[0].ID != "2" || s.False[0].Line != 3 || s.False[0].Title != "Terrorism in films" || s.False[0].Why != "hit: [Terrorism] in title, [SCO]" {
		t.Errorf("false hits %+v", s.False)
	}
	if len(s.Missed) != 1 || s.Missed[0].ID != "line 5" || s.Missed[0].Why == "" {
		t.Errorf("misses %+v", s.Missed)
	}
	if s := ev.Topics[1]; s.Topic != "law-and-crime" || s.Measure != (Measure{1, 1, 1}) {
		t.Errorf("a label that is no id, of a topic with sources of its own: %+v", s)
	}
	if !reflect.DeepEqual(ev.Unknown, []LabelCount{{"film festivals", 1}}) {
		t.Errorf("unknown %+v", ev.Unknown)
	}
	if ev = evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{security()}}); ev.Topics[0].False != nil || ev.Topics[0].Missed != nil {
		t.Errorf("misses nobody asked for: %+v", ev.Topics[0])
	}
}

// A topic that takes no entries of a language misses those.
func TestEvaluateLanguages(t *testing.T) {
	topic := security()
	topic.Languages = []string{"ru"}
	ev := evaluate(t, `{"title": "SCO summit", "language": "en", "topics": ["security"]}`, EvaluateOptions{Topics: []feed.Topic{topic}, Misses: true})
	if s := ev.Topics[0]; s.Matched != 0 || len(s.Missed) != 1 || !strings.Contains(s.Missed[0].Why, "ru") {
		t.Errorf("%+v", s)
	}
}

// A word behind the first 200 characters is not seen.
func TestEvaluateShort(t *testing.T) {
	body := strings.Repeat("The council met for two days. ", 8)
	line := fmt.Sprintf(`{"title": "Council", "content": %q, "topics": ["security"]}`, body+"It spoke of terror.")
	for short, want := range map[bool]int{false: 1, true: 0} {
		ev := evaluate(t, line, EvaluateOptions{Topics: []feed.Topic{security()}, Short: short})
		if ev.Topics[0].Matched != want {
			t.Errorf("short %v: %+v", short, ev.Topics[0])
		}
	}
	e := feed.Entry{Content: "<p>" + strings.Repeat("ўзбек &amp; ", 100) + "</p>"}
	shorten(&e)
	text := []rune(html.Text(e.Summary))
	if e.Content != "" || len(text) < 190 || len(text) > 200 || !strings.HasSuffix(string(text), "ўзбек") && !strings.HasSuffix(string(text), "&") {
		t.Errorf("%d: %q", len(text), string(text))
	}
}

func TestEvaluateBadLines(t *testing.T) {
	for lines, want := range map[string]string{
		"{\"title\": \"a\"}\n{\"title\": }":             "line 2: no JSON",
		"{\"title\": \"a\"}\n\n[1]":                     "line 3: array where an object belongs",
		`{"title": 7}`:                                  "line 1: title cannot be a number",
		`{"title": "a", "topics": "security"}`:          "line 1: topics cannot be a string",
		`{"title": "a", "published": "yesterday"}`:      `line 1: published "yesterday" is no time`,
		`{"title": "a", "noise": "yes"}`:                "line 1: noise cannot be a string",
		`{"title": "a"} {"title": "b"}`:                 "line 1: no JSON",
		"\xef\xbb\xbf{\"title\": \"a\"}\r\n\x00":        "line 2: no JSON",
		`{"title": "` + strings.Repeat("x", maxEntry+1): "line 1: longer than 16 MiB",
	} {
		_, err := Evaluate(t.Context(), strings.NewReader(lines), EvaluateOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", lines, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Evaluate(ctx, strings.NewReader(`{"title": "a"}`), EvaluateOptions{}); err == nil {
		t.Error("went on when nobody waited")
	}
}

// Three reports of one event by link, one of them wrongly labelled apart, and
// one that stands alone.
func TestEvaluateDuplicates(t *testing.T) {
	const lines = `
{"id": "3", "title": "Plot foiled", "link": "https://a.example/plot?utm_source=x", "source": "c", "published": "2024-09-04T12:00:00Z", "duplicate": "other", "edit": "tracker"}
{"id": "1", "title": "Plot foiled", "link": "https://a.example/plot", "source": "a", "published": "2024-09-04T08:00:00Z", "duplicate": "p", "edit": "original"}
{"id": "2", "title": "Plot foiled", "link": "https://a.example/plot", "source": "b", "published": "2024-09-04T10:00:00Z", "duplicate": "p", "edit": "tracker"}
{"id": "4", "title": "Quiet day at the river", "link": "https://a.example/river", "source": "a", "published": "2024-09-04T10:00:00Z", "duplicate": "q"}
{"id": "5", "title": "Snow in the high valleys of Badakhshan", "link": "https://b.example/snow", "source": "b", "published": "2024-09-04T10:00:00Z", "duplicate": "q"}
`
	ev := evaluate(t, lines, EvaluateOptions{Misses: true})
	s := ev.Duplicates
	if s == nil || ev.Stories != nil || s.Entries != 5 || s.Labels != 3 || s.Clusters != 3 {
		t.Fatalf("%+v", s)
	}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-9 }
	// 1 and 2: 2 of 3 are theirs; 3: 1 of 3; 4 and 5 alone.
	if !near(s.BCubed.Precision, (2./3+2./3+1./3+1+1)/5) || !near(s.BCubed.Recall, (1+1+1+.5+.5)/5) {
		t.Errorf("B-cubed %+v", s.BCubed)
	}
	if !near(s.Pairwise.Precision, 1./3) || !near(s.Pairwise.Recall, 1./2) {
		t.Errorf("pairs %+v", s.Pairwise)
	}
	if len(s.Edits) != 2 || s.Edits[0].Edit != "original" || s.Edits[1].Edit != "tracker" {
		t.Fatalf("%+v", s.Edits)
	}
	if e := s.Edits[1]; e.Entries != 2 || e.Copies != 1 || e.Found != 1 || e.Wrong != 2 || !near(e.BCubed.Precision, .5) || !near(e.Pairwise.Precision, 1./3) || !near(e.Pairwise.Recall, 1) {
		t.Errorf("%+v", e)
	}
	if len(s.Joined) != 1 || s.Joined[0].ID != "3" || s.Joined[0].WithID != "1" || s.Joined[0].Why != "the same link" || s.Joined[0].Edit != "tracker" {
		t.Errorf("joined %+v", s.Joined)
	}
	if len(s.Parted) != 1 || s.Parted[0].ID != "5" || s.Parted[0].WithID != "4" {
		t.Errorf("parted %+v", s.Parted)
	}
}

// A pair that is kept apart is told with how near it is, and what speaks against
// it; here the numbers.
func TestEvaluateParted(t *testing.T) {
	const lines = `
{"id": "1", "title": "Cotton harvest of the Fergana valley rises", "summary": "The cotton harvest of the Fergana valley rose to 512 thousand tonnes, officials of the ministry said on Monday.", "source": "a", "published": "2024-09-04T08:00:00Z", "duplicate": "c"}
{"id": "2", "title": "Cotton harvest of the Fergana valley rises", "summary": "The cotton harvest of the Fergana valley rose to 387 thousand tonnes, officials of the ministry said on Monday.", "source": "b", "published": "2024-09-04T09:00:00Z", "duplicate": "c"}
{"id": "3", "title": "Parliament of the islands elects a speaker", "summary": "A lawyer of forty leads the house.", "source": "c", "published": "2024-09-04T09:30:00Z", "duplicate": "c"}
`
	s := evaluate(t, lines, EvaluateOptions{Misses: true}).Duplicates
	if len(s.Parted) != 2 || len(s.Joined) != 0 {
		t.Fatalf("%+v", s)
	}
	m := s.Parted[0]
	if m.ID != "2" || m.WithID != "1" || m.Likeness == nil || m.Likeness.Score < .5 || len(m.Likeness.Numbers) == 0 || !strings.Contains(m.Why, "other numbers: 387") {
		t.Errorf("%+v", m)
	}
	if m := s.Parted[1]; m.ID != "3" || m.Likeness != nil && m.Likeness.Score > .2 || m.Why == "" {
		t.Errorf("%+v", m)
	}
	// Without the other numbers they are one.
	s = evaluate(t, strings.ReplaceAll(lines, "387", "512"), EvaluateOptions{Misses: true}).Duplicates
	if len(s.Parted) != 1 || s.Clusters != 2 {
		t.Errorf("%+v", s)
	}
}

// Ten entries of four labels in five clusters, counted by hand.
func TestMeasures(t *testing.T) {
	c := newClustering(strings.Split("a a a b b c d d d d", " "), strings.Split("1 1 2 2 2 3 4 4 5 5", " "))
	check := func(name string, m Measure, precision, recall float64) {
		t.Helper()
		if math.Abs(m.Precision-precision)+math.Abs(m.Recall-recall) > 1e-9 {
			t.Errorf("%s: %+v, want %v and %v", name, m, precision, recall)
		}
	}
	check("B-cubed", c.bcubed(nil), (1+1+1./3+2./3+2./3+1+4)/10, (2./3+2./3+1./3+1+1+1+4*.5)/10)
	check("pairs", c.pairwise(nil).Measure, 4./6, 4./10)
	third := func(i int) bool { return i == 2 }
	check("B-cubed of one", c.bcubed(third), 1./3, 1./3)
	check("pairs of one", c.pairwise(third).Measure, 0, 0)
	last := func(i int) bool { return i >= 8 } // both of cluster 5
	check("pairs of two", c.pairwise(last).Measure, 1, 1./5)
	check("no pairs", c.pairwise(func(int) bool { return false }).Measure, 1, 1)
	if m := measure(1, 2, 1, 4); m.F1 != 2*.5*.25/.75 {
		t.Errorf("F1 %v", m.F1)
	}
}

func TestReadEntry(t *testing.T) {
	e, source, err := ReadEntry(strings.NewReader("\ufeffSCO & CIS meet <today>\r\n\nThe text.\nMore text.\n"))
	if err != nil || source != "" || e.Title != "SCO & CIS meet <today>" || html.Text(e.Summary) != "The text. More text." {
		t.Errorf("%+v, %v", e, err)
	}
	e, source, err = ReadEntry(strings.NewReader(`{"title": "T", "summary": "<p>a</p><p>b</p>", "link": "https://a.example/1?utm_source=x", "language": "RU",
		"source": "https://a.example/feed", "author": "Ann", "categories": ["x", "y"], "published": "2024-09-04T13:00:00+05:00"}`))
	if err != nil || source != "https://a.example/feed" || html.Text(e.Summary) != "a b" || e.Canonical != "https://a.example/1" || e.Language != "ru" ||
		len(e.Authors) != 1 || len(e.Categories) != 2 || e.Published.Hour() != 8 {
		t.Errorf("%+v, %v", e, err)
	}
	for _, bad := range []string{"", " \n ", "{", `{"title": ""}`, `{"title": ["a"]}`} {
		if _, _, err := ReadEntry(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzReadLabelled(f *testing.F) {
	f.Add(`{"id": 1, "title": "a", "content": "<b>", "topics": ["x"], "story": 7, "published": "2024-09-04T08:00:00Z"}`, true)
	f.Add("\xef\xbb\xbf{}\n[]\n", false)
	f.Fuzz(func(t *testing.T, text string, short bool) {
		entries, err := readLabelled(t.Context(), strings.NewReader(text), short)
		for i, l := range entries {
			if l.ID == "" || l.Line < i+1 {
				t.Errorf("%+v", l)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("an error without a line: %v", err)
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	var lines strings.Builder
	const n = 10_000
	for i := range n {
		fmt.Fprintf(&lines, `{"id": "%d", "title": "Meeting %d of the SCO council in Tashkent", "content": %q, "topics": ["security"]}`+"\n",
			i, i, strings.Repeat("Officials of the region met for two days and agreed on the sharing of water. ", 8))
	}
	b.SetBytes(int64(lines.Len()))
	for b.Loop() {
		if _, err := Evaluate(b.Context(), strings.NewReader(lines.String()), EvaluateOptions{Topics: []feed.Topic{security()}}); err != nil {
			b.Fatal(err)
		}
	}
}

// Look-alike events, as people told them apart: placing them here gives what
// placing them in a store would.
func TestEvaluateSharedStories(t *testing.T) {
	dir := cmp.Or(os.Getenv("TOPICWIRE_SHARED"), filepath.Join("..", "..", "..", "shared"))
	f, err := os.Open(filepath.Join(dir, "labelled", "stories-ecb.jsonl"))
	if err != nil {
		t.Skipf("no labelled stories: %v", err)
	}
	defer f.Close()
	ev, err := Evaluate(t.Context(), f, EvaluateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s := ev.Stories; s == nil || s.BCubed.F1 < .84 {
		t.Errorf("%+v", s)
	}
}
