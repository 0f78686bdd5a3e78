package match

import (
	"reflect"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func patterns(written ...string) (out []feed.Rule) {
	for i, p := range written {
		out = append(out, feed.Rule{Pattern: p, Pos: feed.Pos{File: "t.yaml", Line: i + 1, Col: 1}})
	}
	return out
}

func anyOf(written ...string) feed.Rules {
	return feed.Rules{{Op: feed.OpAny, Parts: patterns(written...)}}
}

func weighing(weight float64, r feed.Rule) feed.Rule {
	r.Weight = weight
	return r
}

func compile(t testing.TB, topics ...feed.Topic) *Matcher {
	t.Helper()
	m, problems := Compile(topics)
	for _, p := range problems {
		t.Errorf("%v", p)
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

var nowhere = &feed.Source{ID: "https://example.org/feed"}

// hits reports whether a topic of one pattern takes an entry.
func hits(t *testing.T, pattern, language string, parts text.Parts) bool {
	t.Helper()
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf(pattern)})
	return len(m.Match(nowhere, nil, text.Cut(&parts, language))) == 1
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, language, text string
		want                    bool
	}{
		// Whole words in any case; phrases.
		{"security", "en", "Regional Security talks", true},
		{"security", "en", "insecurity grows", false},
		{"security council", "en", "the Security Council's vote", true},
		{"security council", "en", "security of the council", false},
		{"security council", "en", "Security. Council", true},
		{"air defense", "en", "a joint air-defense system", true},
		{"air-defense", "en", "joint air defense", true},
		{"Russia", "en", "Russia’s envoy", true},
		{"C5+1", "en", "the C5+1 format", true},
		{"U.S.", "en", "the US envoy", true},
		{"US", "en", "the U.S. envoy", true},
		{"US", "en", "tell us", false},
		// Prefixes, anywhere in a phrase.
		{"terror*", "en", "Counter-terrorist drill", true},
		{"terror*", "en", "counterterrorist drill", false},
		{"terror*", "en", "terror", true},
		{"Shanghai Cooperation Organi*", "en", "the Shanghai Cooperation Organisation", true},
		{"Шанха* организаци* сотрудничеств*", "ru", "саммит Шанхайской организации сотрудничества", true},
		{"Шанха* организаци* сотрудничеств*", "ru", "в Шанхае: организации", false},
		{"безопасност*", "ru", "о безопасности границ", true},
		{"футбол*", "ru", "Футбольный матч", true},
		// Capitals.
		{"SCO", "en", "SCO summit opens", true},
		{"SCO", "en", "the SCO's summit", true},
		{"SCO", "en", "an sco file, a Sco", false},
		{"SCO", "en", "lower score than expected", false},
		{"SCO", "en", "SCO-led exercise", true},
		{"RATS", "en", "RATS meets in Tashkent", true},
		{"RATS", "en", "Rats in the cellar", false},
		{"RATS", "en", "RATS IN THE CELLAR", false}, // a title that is all capitals
		{"rats", "en", "RATS IN THE CELLAR", true},
		{"ШОС", "ru", "саммит ШОС в Ташкенте", true},
		{"ШОС", "ru", "саммит ШОC", true}, // with a Latin C
		{"ШОC", "ru", "саммит ШОС", true}, // in the pattern
		{"ШОС", "ru", "шоссе и шос", false},
		{"ШОС*", "uz", "ШОСнинг саммити", true},
		{"ШОС*", "ru", "Шоссе", false},
		{"CIS", "en", "cis- and trans-", false},
		{"ShHT", "uz", "SHHT sammiti", true},
		{"ShHT", "uz", "ShHTga aʼzo", false},
		{"G20", "en", "the g20 leaders", true},
		// Uzbek, Latin: every apostrophe on both sides.
		{"Oʻzbek*", "uz", "O'zbekiston rahbari", true},
		{"O'zbek*", "uz", "Oʻzbekiston", true},
		{"O`zbek*", "uz", "O’zbekiston", true},
		{"O‘zbek*", "uz", "O´zbekiston", true},
		{"Ozbek*", "uz", "Oʼzbekiston", true},
		{"xavfsizlik bo'yicha", "uz", "xavfsizlik boʻyicha kengash", true},
		{"tog'*", "uz", "togʻlarda", true},
		{"Oʻzbek*", "uz", "Qozoqbek", false},
		// Uzbek, Cyrillic.
		{"Ўзбек*", "uz", "Ўзбекистон Президенти", true},
		{"Ўзбек*", "ru", "Узбекистан", false},
		{"хавфсизлик", "uz", "Хавфсизлик кенгаши", true},
		{"ёшл*", "uz", "ёшлар", true},
		{"ёшл*", "uz", "ешлар", false}, // ё is a letter of its own
		{"ешл*", "uz", "ёшлар", false},
		{"учёный", "ru", "ученый", true},
		{"ученый", "ru", "учёный", true},
		{"учёный", "", "учёный", true},
		{"учёный", "uz", "учёный", true},
		{"қуёш", "uz", "қуёш нури", true},
		{"қуёш", "", "қуёш нури", true},
		{"курак", "uz", "қурақ", false},
		// Kazakh.
		{"қауіпсіздік*", "kk", "Қауіпсіздік кеңесі", true},
		{"Қазақстан*", "kk", "Қазақстанның", true},
		{"Казакстан*", "kk", "Қазақстанның", false},
		// й and и are two letters, however they are encoded.
		{"край", "ru", "краи\u0306", true},
		{"край", "ru", "краи", false},
	} {
		if got := hits(t, c.pattern, c.language, text.Parts{{c.text}}); got != c.want {
			t.Errorf("%q in %q (%s): %v", c.pattern, c.text, c.language, got)
		}
	}
}

func TestFields(t *testing.T) {
	parts := text.Parts{
		feed.FieldTitle:    {"ONE TITLE OF SCO"},
		feed.FieldSummary:  {"Two summary"},
		feed.FieldContent:  {"three Shanghai"},
		feed.FieldCategory: {"Cooperation", "Central", "Asia RATS"},
	}
	for pattern, want := range map[string]bool{
		"title": true, "summary": true, "three": true, "cooperation": true, "RATS": true,
		"SCO":                  false, // the title is all capitals
		"Shanghai Cooperation": false, // two fields
		"Central Asia":         false, // two categories
		"two summary three":    false,
	} {
		if got := hits(t, pattern, "en", parts); got != want {
			t.Errorf("%q: %v", pattern, got)
		}
	}
	if !hits(t, "SCO", "en", text.Parts{{"NEWS OF TODAY"}, {"The SCO met"}}) {
		t.Error("capitals in a summary under a title of capitals")
	}
}

func TestNested(t *testing.T) {
	rules := feed.Rules{
		{Op: feed.OpAll, Parts: []feed.Rule{
			{Op: feed.OpAny, Parts: patterns("sco", "cis"), List: "blocs"},
			{Op: feed.OpAny, Parts: []feed.Rule{
				{Pattern: "terror*"},
				{Op: feed.OpAll, Parts: []feed.Rule{{Pattern: "border"}, {Op: feed.OpNone, Parts: patterns("football", "hockey")}}},
			}},
		}},
		{Op: feed.OpNone, Parts: patterns("weather")},
	}
	m := compile(t, feed.Topic{ID: "t", Rules: rules})
	for s, want := range map[string]bool{
		"sco terrorism":              true,
		"cis border":                 true,
		"cis border football":        false,
		"cis border football terror": true,
		"cis":                        false,
		"border terror":              false,
		"sco terror weather":         false,
		"":                           false,
	} {
		if got := len(m.Match(nowhere, nil, text.Cut(&text.Parts{{s}}, "en"))) == 1; got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestScore(t *testing.T) {
	rules := feed.Rules{
		{Op: feed.OpNone, Parts: patterns("obituary")},
		{Op: feed.OpScore, Threshold: 6, Parts: []feed.Rule{
			{List: "terror", Op: feed.OpAny, Parts: patterns("terror*", "terrorist attack", "extremis*"), Weight: 4},
			{Pattern: "air defen*", Weight: 1.5},
			{Pattern: "football", Weight: -6},
		}},
	}
	m := compile(t, feed.Topic{ID: "t", Rules: rules})
	for _, c := range []struct {
		title, summary string
		score          float64 // 0 for no match
	}{
		{"Terror", "", 8},                          // 4 × 1, doubled
		{"", "terror", 0},                          // 4
		{"", "terror and extremism", 8},            // 4 × 2
		{"", "terror, terror, terror", 8},          // two hits count
		{"", "a terrorist attack", 0},              // one place, though two patterns stand there
		{"Terrorist attack", "", 8},                // 4 × 1, doubled
		{"Terror", "extremists", 16},               // 4 × 2, doubled
		{"Air defense", "air defence", 6},          // 1.5 × 2, doubled
		{"Air defense", "", 0},                     // 3
		{"Terror", "air defense", 9.5},             // 8 + 1.5
		{"Terror", "football", 0},                  // 8 - 6
		{"Terror", "terror, football", 10},         // 16 - 6
		{"Football", "terror terror", 0},           // 8 - 12
		{"Terror: obituary", "terror", 0},          // a gate
		{"", "extremist air defence, defence", 0},  // 4 + 1.5
		{"", "terror terror air defence air", 9.5}, // 8 + 1.5
	} {
		got := m.Match(nowhere, nil, text.Cut(&text.Parts{{c.title}, {c.summary}}, "en"))
		if len(got) == 0 {
			if c.score != 0 {
				t.Errorf("%q, %q: no match, want %v", c.title, c.summary, c.score)
			}
			continue
		}
		if r := got[0].Reason; r.Score != c.score || r.Threshold != 6 {
			t.Errorf("%q, %q: %v of %v, want %v of 6", c.title, c.summary, r.Score, r.Threshold, c.score)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, c := range []struct {
		languages []string
		drop      bool
		entry     string
		want      bool
	}{
		{nil, false, "fr", true},
		{nil, true, "", true},
		{[]string{"en", "ru"}, false, "en-us", true},
		{[]string{"en", "ru"}, false, "uz", false},
		{[]string{"en", "ru"}, false, "", true},
		{[]string{"en", "ru"}, true, "", false},
		{[]string{"en", "ru"}, true, "ru", true},
	} {
		m := compile(t, feed.Topic{ID: "t", Languages: c.languages, DropUnknown: c.drop, Rules: anyOf("word")})
		if got := len(m.Match(nowhere, nil, text.Cut(&text.Parts{{"a word"}}, c.entry))) == 1; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestSources(t *testing.T) {
	for _, c := range []struct {
		filter feed.SourceFilter
		tags   string
		want   bool
	}{
		{feed.SourceFilter{}, "", true},
		{feed.SourceFilter{Tags: []string{"wire", "uz"}}, "uz", true},
		{feed.SourceFilter{Tags: []string{"wire", "uz"}}, "kz", false},
		{feed.SourceFilter{Tags: []string{"wire"}}, "", false},
		{feed.SourceFilter{Without: []string{"sport"}}, "uz", true},
		{feed.SourceFilter{Without: []string{"sport"}}, "uz sport", false},
		{feed.SourceFilter{Tags: []string{"uz"}, Without: []string{"sport"}}, "sport uz", false},
	} {
		src := &feed.Source{Tags: strings.Fields(c.tags)}
		m := compile(t,
			feed.Topic{ID: "words", Sources: c.filter, Rules: anyOf("word")},
			feed.Topic{ID: "planet", Sources: c.filter})
		got := m.Match(src, nil, text.Cut(&text.Parts{{"a word"}}, "en"))
		if (len(got) == 2) != c.want || !c.want && len(got) != 0 {
			t.Errorf("%+v of %q: %v", c.filter, c.tags, got)
		}
	}
}

func TestPlanet(t *testing.T) {
	m := compile(t, feed.Topic{ID: "words", Rules: anyOf("word")}, feed.Topic{ID: "planet"})
	got := m.Match(nowhere, nil, text.Cut(&text.Parts{{"nothing"}}, ""))
	if !reflect.DeepEqual(got, []feed.Match{{Topic: "planet"}}) {
		t.Errorf("%+v", got)
	}
	if got := m.Match(nowhere, nil, text.Cut(&text.Parts{}, "")); len(got) != 1 {
		t.Errorf("an entry without text: %+v", got)
	}
}

func TestReasons(t *testing.T) {
	sco := feed.Rule{List: "sco", Op: feed.OpAny, Parts: patterns("Shanghai Cooperation Organi*", "SCO")}
	m := compile(t, feed.Topic{ID: "t", Rules: feed.Rules{
		{Op: feed.OpAll, Parts: []feed.Rule{sco, {Op: feed.OpAny, Parts: patterns("Oʻzbek*", "terror*")}}},
		{Op: feed.OpNone, Parts: patterns("football")},
		{Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{
			weighing(2, sco), {Pattern: "drill", Weight: -0.5}, {Pattern: "absent", Weight: 1},
		}},
	}})
	got := m.Match(nowhere, nil, text.Cut(&text.Parts{
		feed.FieldTitle:    {"SCO’s anti-terror drill"},
		feed.FieldSummary:  {"«Shanghai\nCooperation – Organisation» in O'zbekiston"},
		feed.FieldCategory: {"Asia", "Terrorism"},
	}, "en"))
	want := []feed.Match{{Topic: "t", Reason: feed.Reason{
		Score: 7, Threshold: 1, // 2 × 2 × 2 - 0.5 × 2
		Hits: []feed.Hit{
			{Pattern: "SCO", List: "sco", Field: feed.FieldTitle, Word: 0, Text: "SCO’s", Weight: 2},
			{Pattern: "terror*", Field: feed.FieldTitle, Word: 2, Text: "terror"},
			{Pattern: "drill", Field: feed.FieldTitle, Word: 3, Text: "drill", Weight: -0.5},
			{Pattern: "Shanghai Cooperation Organi*", List: "sco", Field: feed.FieldSummary, Word: 0, Text: "Shanghai\nCooperation – Organisation", Weight: 2},
			{Pattern: "Oʻzbek*", Field: feed.FieldSummary, Word: 4, Text: "O'zbekiston"},
			{Pattern: "terror*", Field: feed.FieldCategory, Word: 1, Text: "Terrorism"},
		},
	}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// However often one pattern hits, each pattern that hit is told.
func TestReasonsAreBounded(t *testing.T) {
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf("uzbek*", "border", strings.Repeat("ж", 60)+"*")})
	got := m.Match(nowhere, nil, text.Cut(&text.Parts{
		{"Uzbek news"}, {strings.Repeat("Uzbek officials said. ", 40) + "The border. " + strings.Repeat("ж", 70)},
	}, "en"))
	h := got[0].Reason.Hits
	if len(h) != 8 || h[0].Field != feed.FieldTitle || h[6].Pattern != "border" || h[6].Word != 121 {
		t.Errorf("%d hits: %+v", len(h), h)
	}
	if last := h[7].Text; last != strings.Repeat("ж", 40) {
		t.Errorf("%d bytes: %q", len(last), last)
	}
}

// Topics come in the order of Compile, and a matcher is used by many at once.
func TestConcurrentMatch(t *testing.T) {
	m := compile(t, feed.Topic{ID: "c", Rules: anyOf("three", "one")}, feed.Topic{ID: "b"}, feed.Topic{ID: "a", Rules: anyOf("one")})
	w := text.Cut(&text.Parts{{"one two three"}}, "en")
	want := m.Match(nowhere, nil, w)
	if len(want) != 3 || want[0].Topic != "c" || want[1].Topic != "b" || want[2].Topic != "a" {
		t.Fatalf("%+v", want)
	}
	done := make(chan bool)
	for range 4 {
		go func() {
			same := true
			for range 200 {
				same = same && reflect.DeepEqual(m.Match(nowhere, nil, w), want)
			}
			done <- same
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("another result")
		}
	}
}
