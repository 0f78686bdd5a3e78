package desk

import (
	"math"
	"slices"
	"testing"

	"topicwire/feed"
	"topicwire/feed/match"
)

// A told entry is one of the tests of what is learned.
type toldEntry struct {
	title, summary, language, story string
	right                           bool
}

func (e *toldEntry) witness() witness {
	entry := &feed.Entry{Title: e.title, Summary: e.summary, Language: e.language}
	src := anywhere()
	return witness{entry: entry, source: src, words: match.Read(src, entry, ""), story: e.story, right: e.right, weight: 1}
}

func lessonsOf(told []toldEntry) (*vocabulary, []*lesson) {
	var all []witness
	for i := range told {
		all = append(all, told[i].witness())
	}
	v, out, _ := lessons(all)
	return v, out
}

func gathered(told []toldEntry, least int) []string {
	v, all := lessonsOf(told)
	g := gathering{v: v, lessons: all, least: least, words: maxWords}
	var out []string
	for _, f := range g.gather() {
		out = append(out, f.pattern())
	}
	return out
}

func TestGatheredPatterns(t *testing.T) {
	for _, tt := range []struct {
		name       string
		told       []toldEntry
		want, none []string
	}{
		{"English: words, stems, phrases and capitals, but no stop words, numbers and dates", []toldEntry{
			{title: "Border guards of the SCO meet", summary: "On Monday 12 September the guards said so", language: "en", right: true},
			{title: "A border guard tells of the SCO", summary: "In September the guard will say more", language: "en", right: true},
			{title: "The score of the match", language: "en"},
		}, []string{"border", "guard*", "border guard*", "SCO"}, []string{"the", "of", "monday", "september", "september*", "12", "said", "of the SCO", "guard of", "the SCO"}},
		{"Russian: what inflection leaves alike", []toldEntry{
			{title: "Пограничники перекрыли дорогу", language: "ru", right: true},
			{title: "Пограничников стало больше", language: "ru", right: true},
			{title: "На дороге", language: "ru"},
		}, []string{"пограничник*"}, []string{"на", "больше"}},
		{"Russian: no beginning that takes other words", []toldEntry{
			{title: "Газ дорожает", language: "ru", right: true},
			{title: "Газа мало", language: "ru", right: true},
			{title: "Газета вышла", language: "ru"},
		}, nil, []string{"газ*"}},
		{"Uzbek in both scripts", []toldEntry{
			{title: "Chegarachilar Oʻzbekistonga keldi", language: "uz", right: true},
			{title: "Chegarachilarni Oʻzbekistonda kutishdi", language: "uz", right: true},
			{title: "Чегарачилар Ўзбекистонга келди", language: "uz", right: true},
			{title: "Чегарачиларни Ўзбекистонда кутишди", language: "uz", right: true},
			{title: "Мактаб ва боғча", language: "uz"},
		}, []string{"chegarachilar*", "ozbekiston*", "чегарачилар*", "ўзбекистон*", "чегарачилар* ўзбекистон*"}, []string{"ва"}},
		{"one story counts once", []toldEntry{
			{title: "Flood in Osh", language: "en", story: "a", right: true},
			{title: "Flood hits Osh", language: "en", story: "a", right: true},
			{title: "Storm in Batken", language: "en", story: "b", right: true},
			{title: "Storm near Batken", language: "en", story: "c", right: true},
		}, []string{"storm", "batken"}, []string{"flood", "osh"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := gathered(tt.told, 2)
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("no %q in %q", w, got)
				}
			}
			for _, w := range tt.none {
				if slices.Contains(got, w) {
					t.Errorf("%q in %q", w, got)
				}
			}
		})
	}
}

// What a finder adds up is what the product's rules add up: a learned weight is
// the topic's.
func TestValuesAreThoseOfScores(t *testing.T) {
	long := ""
	for range 40 {
		long += "nothing much to say here "
	}
	features := []feature{
		{[]unit{{form: "guard", star: true}}}, {[]unit{{form: "sco", capitals: true}}}, {[]unit{{form: "border"}, {form: "guard", star: true}}},
		{[]unit{{form: "воды"}}}, {[]unit{{form: "вод", star: true}}}, {[]unit{{form: "ozbek", star: true}}},
	}
	weights := []float64{1.5, 4, 2, 1, .5, 3}
	score := feed.Rule{Op: feed.OpScore, Threshold: .001}
	for i := range features {
		score.Parts = append(score.Parts, feed.Rule{Pattern: features[i].pattern(), Weight: weights[i]})
	}
	m, problems := match.Compile([]feed.Topic{{ID: "t", Rules: feed.Rules{score}}})
	if m == nil {
		t.Fatal(problems)
	}
	for _, e := range []toldEntry{
		{title: "Border guards and guards", summary: "a guard of the sco and the SCO"},
		{title: "SCO", summary: "SCO SCO guard guard guard"},
		{title: "BORDER GUARDS OF THE SCO", summary: long + " border guard"},
		{title: "Воды мало", summary: "вода, водой, воды воды", language: "ru"},
		{title: "Oʻzbekiston va O'zbekistonda", summary: "ozbek", language: "uz"},
	} {
		w := e.witness()
		v := newVocabulary()
		said := v.wording(w.words)
		got := 0.0
		for _, x := range newFinder(v, features).values(&said) {
			got += weights[x.feature] * x.x
		}
		hits := m.Match(w.source, w.entry, w.words)
		if len(hits) != 1 || math.Abs(hits[0].Reason.Score-got) > 1e-12 {
			t.Errorf("%q: %v, the rules %+v", e.title, got, hits)
		}
	}
}
