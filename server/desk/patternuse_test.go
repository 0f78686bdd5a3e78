package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// useful is a topic with a gate of two lines and a score of a list, two patterns
// and one that speaks against it.
func useful() feed.Topic {
	words := func(list string, weight float64, patterns ...string) feed.Rule {
		return feed.Rule{Op: feed.OpAny, List: list, Parts: anyOf(patterns...)[0].Parts, Weight: weight}
	}
	return feed.Topic{ID: "useful", Rules: feed.Rules{
		{Op: feed.OpAll, Parts: []feed.Rule{words("places", 0, "Tashkent", "Samarkand"), words("", 0, "news", "report")}},
		{Op: feed.OpNone, Parts: []feed.Rule{{Pattern: "weather"}}},
		{Op: feed.OpScore, Threshold: 2, Parts: []feed.Rule{
			words("arms", 2, "tank", "rifle"), {Pattern: "attack*", Weight: 2},
			{Pattern: "raid", Weight: 1}, {Pattern: "chess", Weight: -4},
		}},
	}}
}

const usefulLines = `
{"title": "", "summary": "News of Tashkent: a tank", "topics": ["useful"]}
{"title": "", "summary": "News of Tashkent: a tank and a rifle", "topics": ["useful"]}
{"title": "", "summary": "A report on Tashkent and Samarkand: attacks by a tank", "topics": []}
{"title": "", "summary": "News and a report of Samarkand: attacks", "topics": []}
{"title": "", "summary": "News of Tashkent: a raid", "topics": ["useful"]}
{"title": "", "summary": "News of Tashkent: attack at chess", "topics": ["useful"]}
{"title": "", "summary": "News of Tashkent: the weather, with a tank of water", "topics": []}
{"title": "", "summary": "Nothing", "topics": []}
{"title": "", "summary": "A report of Tashkent: attack", "topics": [], "maybe_topics": ["useful"]}
`

func uses(all []PatternUse) (out []string) {
	for _, u := range all {
		where := u.Part
		if u.Line > 0 {
			where += fmt.Sprint(u.Line)
		}
		out = append(out, fmt.Sprintf("%s %s: wrong %d+%d right %d+%d missed %d+%d left %d+%d", where, u.Rule,
			u.Wrong.Alone, u.Wrong.Others, u.Right.Alone, u.Right.Others, u.Missed.Alone, u.Missed.Others, u.Left.Alone, u.Left.Others))
	}
	return out
}

func TestPatternUse(t *testing.T) {
	s := evaluate(t, usefulLines, EvaluateOptions{Topics: []feed.Topic{useful()}, Patterns: true}).Topics[0]
	if s.Tally != newTally(4, 4, 2) || s.Patterns == nil {
		t.Fatalf("%+v", s)
	}
	got, want := uses(s.Patterns.Patterns), []string{
		// Two of four filed entries are wrong. attack* is in both, and what comes
		// next is in half as many; chess keeps out one that was wanted.
		"score attack*: wrong 1+1 right 0+0 missed 0+1 left 0+0",
		"all1 Samarkand: wrong 1+1 right 0+0 missed 0+0 left 0+0",
		"all2 report: wrong 1+1 right 0+0 missed 0+0 left 0+0",
		"score chess: wrong 0+0 right 0+0 missed 0+1 left 0+0",
		"all1 Tashkent: wrong 0+1 right 2+0 missed 2+0 left 1+0",
		"all2 news: wrong 0+1 right 2+0 missed 2+0 left 1+0",
		"score tank: wrong 0+1 right 1+1 missed 0+0 left 1+0",
		"score raid: wrong 0+0 right 0+0 missed 1+0 left 0+0",
		"score rifle: wrong 0+0 right 0+1 missed 0+0 left 0+0",
		"none weather: wrong 0+0 right 0+0 missed 0+0 left 1+0",
	}
	if !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if first := got[0] + got[1] + got[2]; !strings.Contains(first, "attack*") || !strings.Contains(first, "Samarkand") || !strings.Contains(first, "report") || !strings.HasPrefix(got[3], "score chess") {
		t.Errorf("not those that do harm first:\n%s", strings.Join(got, "\n"))
	}
	lists, want := uses(s.Patterns.Lists), []string{
		"all1 $places: wrong 2+0 right 2+0 missed 2+0 left 1+0",
		"score $arms: wrong 0+1 right 2+0 missed 0+0 left 1+0",
	}
	if !slices.Equal(sorted(lists), sorted(want)) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(lists, "\n"), strings.Join(want, "\n"))
	}
	if s.Patterns.Never != 0 {
		t.Errorf("%d never hit", s.Patterns.Never)
	}
	for _, u := range s.Patterns.Patterns {
		if (u.List == "arms") != (u.Rule == "tank" || u.Rule == "rifle") || u.Against != (u.Rule == "chess" || u.Rule == "weather") {
			t.Errorf("%+v", u)
		}
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

// A pattern of which a reason has no room still counts, and one that stands in
// no entry is counted as such.
func TestPatternUseBeyondReasons(t *testing.T) {
	var words []string
	for i := range 20 {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	line := fmt.Sprintf(`{"title": "", "summary": %q, "topics": ["many"]}`, strings.Join(words, " "))
	p := evaluate(t, line, EvaluateOptions{Topics: []feed.Topic{{ID: "many", Rules: anyOf(append(words, "absent")...)}}, Patterns: true}).Topics[0].Patterns
	if p.Never != 1 || len(p.Patterns) != 21 {
		t.Errorf("%+v", p)
	}
	for _, u := range p.Patterns {
		if want := (UseCount{Others: 1}); u.Rule != "absent" && u.Right != want {
			t.Errorf("%+v", u)
		}
	}
}
