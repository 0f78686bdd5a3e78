package main

import (
	"bytes"
	"reflect"
	"testing"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/server/desk"
)

// What is printed is YAML of the configuration, whatever the words: it parses and
// compiles to the very weights.
func TestWriteSuggestion(t *testing.T) {
	s := &desk.Suggestion{
		Topic: "no-2", New: true, Labels: 40, Right: 12, Stories: 11, Prevalence: .04, Threshold: 6,
		After: &desk.SuggestedMeasure{Found: .75, Wrongly: .0125, Measure: desk.Measure{Precision: .7142, Recall: .75, F1: .7317}},
		Weights: []desk.SuggestedPattern{
			{Pattern: "no", Language: "en", Weight: 3, Right: 4}, {Pattern: "yes", Language: "en", Weight: 2.5, Right: 4},
			{Pattern: "null", Language: "en", Weight: 2}, {Pattern: "mp3", Language: "en", Weight: 1}, {Pattern: "NO", Language: "en", Weight: -1},
			{Pattern: "inf", Language: "en", Weight: .5}, {Pattern: "true north*", Language: "en", Weight: 1},
			{Pattern: "саммит* шос", Language: "ru", Weight: 4}, {Pattern: "ШҲТ", Language: "uz", Weight: 4}, {Pattern: "ozbek*", Language: "uz", Weight: .5},
			{Pattern: "mir", Language: "", Weight: 1},
		},
	}
	var out bytes.Buffer
	if err := writeSuggestion(&out, s); err != nil {
		t.Fatal(err)
	}
	cfg, problems := config.Parse("pasted.yaml", append([]byte("fetch: {contact: a@example.org}\nsources: [{url: 'https://wire.example/'}]\n"), out.Bytes()...), t.TempDir(), nil)
	if cfg == nil || len(cfg.Topics) != 1 {
		t.Fatalf("%v\n%s", problems, out.String())
	}
	topic := cfg.Topics[0]
	if topic.ID != "no-2" || topic.Title != "No 2" || topic.Rules.Part(feed.OpScore).Threshold != 6 {
		t.Errorf("%+v", topic)
	}
	var got []desk.SuggestedPattern
	for _, term := range topic.Rules.Part(feed.OpScore).Parts {
		got = append(got, desk.SuggestedPattern{Pattern: term.Pattern, Weight: term.Weight})
	}
	var want []desk.SuggestedPattern
	for _, p := range s.Weights {
		want = append(want, desk.SuggestedPattern{Pattern: p.Pattern, Weight: p.Weight})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%v, want\n%v in\n%s", got, want, out.String())
	}
	if m, problems := match.Compile([]feed.Topic{topic}); m == nil || len(problems) > 0 {
		t.Errorf("%v", problems)
	}
}

// What is added to rules in force says what it changes.
func TestWriteSuggestionForRulesInForce(t *testing.T) {
	m := &desk.SuggestedMeasure{Found: .5, Measure: desk.Measure{Precision: 1, Recall: .5, F1: .6667}}
	for _, tt := range []struct {
		s    desk.Suggestion
		want string
	}{
		{desk.Suggestion{Topic: "t", Labels: 30, Right: 10, Stories: 1, Closed: 2, Prevalence: .1, Threshold: 6, Before: m, After: m, Weights: []desk.SuggestedPattern{
			{Pattern: "fire*", Language: "en", Weight: 3, Now: 2, Right: 9, Wrong: 1}, {Pattern: "cup", Language: "de", Weight: -2, Wrong: 8},
		}}, `# Learned from 30 entries, of which 10 belong to t (1 story).
# Rules in force, on these entries: 50% of the topic found, 0.0% of the others taken;
#   precision 1.00, recall 0.50, F1 0.67.
# With these, on entries they were not learned from: 50% of the topic found, 0.0% of the others taken;
#   precision 1.00, recall 0.50, F1 0.67.
# Precision and F1 are what to expect where 10.0% of what comes in belongs to the topic.
# 2 entries of the topic: a gate (any, all, none) or languages keep them out, whatever the weights.
topics:
  t:
    # Add to what is there:
    score:
      threshold: 6
      weights:
        # English
        fire*: 3                     # right in 9, wrong in 1, was 2
        # de
        cup: -2                      # right in 0, wrong in 8
`},
		{desk.Suggestion{Topic: "t", Labels: 30, Right: 10, Stories: 10, Any: []desk.SuggestedPattern{{Pattern: "огонь", Language: "ru", Right: 3}}, None: []desk.SuggestedPattern{{Pattern: "off", Language: "", Wrong: 2}}}, `# Learned from 30 entries, of which 10 belong to t (10 stories).
topics:
  t:
    # Add to what is there:
    any:
      # Russian
      - огонь                      # right in 3, wrong in 0
    none:
      # unknown language
      - "off"                      # right in 0, wrong in 2
`},
		{desk.Suggestion{Topic: "t", Labels: 30, Right: 10, Stories: 10}, `# Learned from 30 entries, of which 10 belong to t (10 stories).
# Nothing that these labels tell would do better.
`},
	} {
		var out bytes.Buffer
		if err := writeSuggestion(&out, &tt.s); err != nil || out.String() != tt.want {
			t.Errorf("%v\n%s\nwant\n%s", err, out.String(), tt.want)
		}
	}
}
