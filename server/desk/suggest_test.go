package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/match"
)

// locusts are labelled entries in three languages, invented for these tests: of
// the topic are those about locusts, which also eat in other words.
func locusts() []string {
	var out []string
	add := func(language string, topics []string, titles ...string) {
		for _, t := range titles {
			b, err := json.Marshal(map[string]any{"title": t, "language": language, "topics": topics})
			if err != nil {
				panic(err)
			}
			out = append(out, string(b))
		}
	}
	add("en", []string{"locusts"},
		"Locust swarms cross the Panj", "Farmers of Khatlon fight locusts", "FAO warns of locust damage in spring",
		"Locusts eat cotton near Termez", "Planes spray against the Moroccan locust", "FAO sends sprayers against locusts")
	add("ru", []string{"locusts"},
		"Саранча уничтожила посевы хлопка", "Против саранчи вышли самолёты", "В Хатлоне борются с саранчой",
		"Саранчу заметили у Термеза", "ФАО предупредила о нашествии саранчи", "Нашествие саранчи ждут весной")
	add("uz", []string{"locusts"},
		"Chigirtkalar paxtani yeb bitirdi", "Chigirtkaga qarshi samolyotlar uchdi", "Хатлонда чигиртка кўпайди", "Чигирткаларга қарши кураш бошланди")
	add("en", []string{},
		"Cotton prices fall in spring", "Planes land at Termez again", "Farmers ask for water", "FAO opens an office",
		"Swarms of bees in the market", "The Panj rises after rain", "Football derby ends in a draw", "Parliament elects a speaker")
	add("ru", []string{},
		"Хлопок подешевел", "Самолёты снова летают в Термез", "Весной откроют школу", "Парламент избрал спикера", "Посевы залило дождём")
	add("uz", []string{},
		"Paxta narxi tushdi", "Samolyotlar yana uchmoqda", "Maktab ochildi", "Мактаб очилди", "Бозорда нархлар тушди")
	// Editors would not agree: neither right nor wrong.
	out = append(out, `{"title": "Locust bean gum in the kitchen", "language": "en", "topics": [], "maybe_topics": ["locusts"]}`)
	return out
}

func suggestFrom(t *testing.T, lines []string, q SuggestRequest) *Suggestion {
	t.Helper()
	s, err := Suggest(t.Context(), strings.NewReader(strings.Join(lines, "\n")), q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func suggestedWeight(all []SuggestedPattern, pattern string) float64 {
	for _, p := range all {
		if p.Pattern == pattern {
			return p.Weight
		}
	}
	return 0
}

func TestSuggestAWholeSet(t *testing.T) {
	s := suggestFrom(t, locusts(), SuggestRequest{Topic: feed.Topic{ID: "locusts"}})
	if !s.New || s.Threshold != DefaultThreshold || s.Labels != 34 || s.Right != 16 || s.Stories != 16 || s.Before != nil || s.After == nil || s.Prevalence != usualPrevalence {
		t.Errorf("%+v", s)
	}
	for pattern, language := range map[string]string{"locust*": "en", "саранч*": "ru", "chigirtka*": "uz", "чигиртк*": "uz"} {
		i := slices.IndexFunc(s.Weights, func(p SuggestedPattern) bool { return p.Pattern == pattern })
		if i < 0 || s.Weights[i].Language != language || s.Weights[i].Wrong != 0 || s.Weights[i].Right < 2 || s.Weights[i].Weight < 1 {
			t.Errorf("%s in %+v", pattern, s.Weights)
		}
	}
	if len(s.Weights) > 12 {
		t.Errorf("%d patterns: %+v", len(s.Weights), s.Weights)
	}
	if m, problems := match.Compile([]feed.Topic{topicWith(s)}); m == nil || len(problems) > 0 {
		t.Errorf("it does not compile: %v", problems)
	}
	for _, p := range s.Weights {
		if p.Weight != float64(int(2*p.Weight))/2 || p.Weight > s.Threshold {
			t.Errorf("%+v", p)
		}
	}
	ev := evaluate(t, strings.Join(locusts(), "\n"), EvaluateOptions{Topics: []feed.Topic{topicWith(s)}})
	if m := ev.Topics[0].Measure; m.F1 < .95 {
		t.Errorf("on what it learned from: %+v", m)
	}
	if two := suggestFrom(t, locusts(), SuggestRequest{Topic: feed.Topic{ID: "locusts"}, Most: 2}); len(two.Weights) != 2 {
		t.Errorf("at most two: %+v", two.Weights)
	}
}

// The order of the lines is all the same.
func TestSuggestDoesNotDependOnOrder(t *testing.T) {
	lines := locusts()
	want := suggestFrom(t, lines, SuggestRequest{Topic: feed.Topic{ID: "locusts"}})
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if got := suggestFrom(t, lines, SuggestRequest{Topic: feed.Topic{ID: "locusts"}}); !reflect.DeepEqual(got, want) {
			t.Errorf("shuffled:\n%+v\n%+v", got, want)
		}
	}
}

func TestSuggestForRulesInForce(t *testing.T) {
	q := SuggestRequest{Prevalence: .3, Topic: feed.Topic{ID: "locusts", Rules: feed.Rules{{Op: feed.OpScore, Threshold: 4, Parts: []feed.Rule{
		{Pattern: "locust*", Weight: 2}, {Pattern: "swarms", Weight: 2},
	}}}}}
	s := suggestFrom(t, locusts(), q)
	if s.New || s.Threshold != 4 || s.Before == nil || s.After == nil || s.After.F1 <= s.Before.F1 {
		t.Fatalf("%+v", s)
	}
	if suggestedWeight(s.Weights, "саранч*") < 1 || suggestedWeight(s.Weights, "locust*") != 0 {
		t.Errorf("only what is missed: %+v", s.Weights)
	}

	// A gate that needs another word: no weight helps.
	q.Topic.Rules = append(q.Topic.Rules, anyOf("locust*", "swarms")...)
	if s := suggestFrom(t, locusts(), q); s.Closed != 10 {
		t.Errorf("closed %+v", s)
	}

	// Lists: each pattern decides alone.
	s = suggestFrom(t, locusts(), SuggestRequest{Topic: feed.Topic{ID: "locusts", Rules: anyOf("locust*", "swarms")}})
	if len(s.Weights) != 0 || !slices.ContainsFunc(s.Any, func(p SuggestedPattern) bool { return p.Pattern == "саранч*" }) {
		t.Errorf("%+v", s)
	}
	q.Topic.Rules = anyOf("(")
	var bad *RulesError
	if _, err := Suggest(t.Context(), strings.NewReader(strings.Join(locusts(), "\n")), q); !errors.As(err, &bad) {
		t.Errorf("rules that do not compile: %v", err)
	}
}

// Words that let in what is wrong get a weight that keeps it out.
func TestSuggestAgainstWhatIsWrong(t *testing.T) {
	lines := locusts()
	for i, of := range []string{"Osh", "Naryn", "Khujand", "Guliston", "Navoi", "Karshi"} {
		lines = append(lines,
			fmt.Sprintf(`{"title": "Locusts beat %s in the football league", "language": "en", "topics": []}`, of),
			fmt.Sprintf(`{"title": "Locust swarm number %d reaches %s", "language": "en", "topics": ["locusts"]}`, i, of))
	}
	s := suggestFrom(t, lines, SuggestRequest{Prevalence: .4, Topic: feed.Topic{ID: "locusts", Rules: feed.Rules{{Op: feed.OpScore,
		Threshold: 4, Parts: []feed.Rule{{Pattern: "locust*", Weight: 2}, {Pattern: "саранч*", Weight: 2}},
	}}}})
	if suggestedWeight(s.Weights, "football")+suggestedWeight(s.Weights, "league")+suggestedWeight(s.Weights, "beat") >= 0 {
		t.Errorf("%+v", s)
	}
	s = suggestFrom(t, lines, SuggestRequest{Topic: feed.Topic{ID: "locusts", Rules: anyOf("locust*", "саранч*")}})
	if len(s.None) != 1 || s.None[0].Wrong < 6 || s.None[0].Right != 0 {
		t.Errorf("none: %+v", s.None)
	}
}

func TestSuggestFromTooFew(t *testing.T) {
	for _, tt := range []struct {
		topic feed.TopicID
		lines []string
		want  string
	}{
		{"locust", locusts(), "no entry is labelled locust"},
		{"locusts", locusts()[:3], "of locusts are only 3 entries or stories: it takes 10"},
		{"locusts", locusts()[:17], "only 1 entry or story of what does not belong to locusts: it takes 10"},
	} {
		_, err := Suggest(t.Context(), strings.NewReader(strings.Join(tt.lines, "\n")), SuggestRequest{Topic: feed.Topic{ID: tt.topic}})
		var few *TooFewError
		if !errors.As(err, &few) || err.Error() != tt.want || few.Labels[0].Label != "locusts" {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}

// Operators' decisions are labels.
func TestSuggestFromDecisions(t *testing.T) {
	topic := security()
	f := newFixture(t, topic)
	var entries []feed.Entry
	n := 0
	add := func(titles ...string) {
		for _, title := range titles {
			n++
			entries = append(entries, feed.Entry{Title: title, Link: fmt.Sprintf("https://wire.example/%d", n), Language: "en"})
		}
	}
	towns := []string{"Osh", "Naryn", "Khujand", "Guliston", "Navoi", "Karshi", "Batken", "Termez", "Khorog", "Taraz", "Aktau", "Talas"}
	for _, town := range towns {
		add("Terror plot foiled in "+town, "Terror of the goalkeepers: football cup goes to "+town, "Gunmen surrounded at a checkpoint near "+town, "Bread and milk dearer in "+town)
	}
	f.visit(wireSource, entries...)
	q := SuggestRequest{Topic: topic, Sources: f.sources}
	var refused *feed.Refusal
	if _, err := f.Suggest(t.Context(), q); !errors.As(err, &refused) || !strings.Contains(refused.Text, "it takes 5") {
		t.Errorf("without decisions: %v", err)
	}
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{"https://wire.example/2"}, By: "ann"})
	if _, err := f.Suggest(t.Context(), q); !errors.As(err, &refused) || !strings.Contains(refused.Text, " 1 entry of security: it takes 5") {
		t.Errorf("with one decision: %v", err)
	}
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{"https://wire.example/2"}, By: "ann", Taking: true})
	for i := range 8 {
		f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{fmt.Sprintf("https://wire.example/%d", 4*i+2)}, By: "ann"})
		f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{fmt.Sprintf("https://wire.example/%d", 4*i+3)}, By: "ann"})
	}
	// One that was taken back is none.
	f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{"https://wire.example/4"}, By: "ann"})
	f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{"https://wire.example/4"}, By: "ann", Taking: true})

	s, err := f.Suggest(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	has := func(all []SuggestedPattern, words ...string) bool {
		return slices.ContainsFunc(all, func(p SuggestedPattern) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(p.Pattern, w) })
		})
	}
	if !has(s.Any, "gunmen", "surround", "checkpoint") || !has(s.None, "football", "cup", "goalkeeper") || has(s.Any, "bread", "milk", "dearer") {
		t.Errorf("%+v", s)
	}
	again, err := f.Suggest(t.Context(), q)
	if err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("again: %+v, %v", again, err)
	}
	// Entries from sources that the topic does not take teach nothing.
	q.Topic.Sources.Tags = []string{"ru"}
	if _, err := f.Suggest(t.Context(), q); !errors.As(err, &refused) {
		t.Errorf("from no source: %v", err)
	}
}
