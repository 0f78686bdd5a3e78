package match

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// concept makes one of patterns parted by commas.
func concept(id string, kind feed.ConceptKind, patterns string) feed.Concept {
	k := feed.Concept{ID: id, Kind: kind, Pos: feed.Pos{Line: 1}}
	for i, p := range strings.Split(patterns, ", ") {
		k.Rules = append(k.Rules, feed.Rule{Pattern: p, Pos: feed.Pos{Line: 1, Col: i + 1}})
	}
	return k
}

func compileConcepts(t testing.TB, concepts ...feed.Concept) *Concepts {
	t.Helper()
	c, problems := CompileConcepts(concepts)
	if c == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

// told writes hits as ID[words of the text].
func told(w *text.Words, hits []feed.ConceptHit) string {
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s[%s]", h.Concept, w.Raw(w.Part(h.First), h.First, h.End)))
	}
	return strings.Join(out, " ")
}

var region = []feed.Concept{
	concept("tashkent", feed.ConceptPlace, "Tashkent, Ташкент*, Тошкент*, Тошканд*"),
	concept("osh", feed.ConceptPlace, "in Osh, Osh region, в Оше, ошск*, Ўш шаҳ*, Ўшда, Ошто, Ош облус*"),
	concept("sco", feed.ConceptOrg, "Shanghai Cooperation Organi*, SCO, ШОС, ШҲТ, ШЫҰ, ШКУ, СҲШ"),
	concept("president", feed.ConceptOffice, "president*, президент*, head of state, глав* государств*, давлат раҳбар*, мемлекет басшы*"),
	concept("earthquake", feed.ConceptEvent, "earthquake*, quake*, землетряс*, зилзила*, жер сілкін*, жер титир*, заминҷунб*"),
	concept("dam", feed.ConceptObject, "dam, dams, плотин*, тўғон*, бөгет*, тоғон*, сарбанд*, hydropower NEAR/4 (plant* OR station*)"),
}

// TestConceptsInFiveLanguages tells the same concepts in each language, where
// they stand.
func TestConceptsInFiveLanguages(t *testing.T) {
	c := compileConcepts(t, region...)
	for _, tt := range []struct{ language, title, summary, want string }{
		{"en", "Earthquake felt in Tashkent", "The president visited a dam.", "earthquake[Earthquake] tashkent[Tashkent] president[president] dam[dam]"},
		{"ru", "Землетрясение ощутили в Ташкенте", "Глава государства посетил плотину.", "earthquake[Землетрясение] tashkent[Ташкенте] president[Глава государства] dam[плотину]"},
		{"uz", "Тошкентда зилзила сезилди", "Давлат раҳбари тўғонга борди, ШҲТ саммити", "tashkent[Тошкентда] earthquake[зилзила] president[Давлат раҳбари] dam[тўғонга] sco[ШҲТ]"},
		{"uz", "Toshkentda zilzila sezildi", "Davlat rahbari toʻgʻonga bordi, ShHT sammiti", "tashkent[Toshkentda] earthquake[zilzila] president[Davlat rahbari] dam[toʻgʻonga] sco[ShHT]"},
		{"kk", "Ташкентте жер сілкінді", "Мемлекет басшысы ШЫҰ саммитінде, бөгет", "tashkent[Ташкентте] earthquake[жер сілкінді] president[Мемлекет басшысы] sco[ШЫҰ] dam[бөгет]"},
		{"ky", "Ошто жер титирөө болду", "Президент тоғонду көрдү, ШКУ", "osh[Ошто] earthquake[жер титирөө] president[Президент] dam[тоғонду] sco[ШКУ]"},
		{"tg", "Дар Тошканд заминҷунбӣ шуд", "Президент сарбанди навро дид, СҲШ", "tashkent[Тошканд] earthquake[заминҷунбӣ] president[Президент] dam[сарбанди] sco[СҲШ]"},
		// What looks like them.
		{"en", "Oshkosh and a dame", "sco", ""},
		{"ru", "Ошибка президиума", "шос", ""},
		{"en", "", "a hydropower and irrigation plant", "dam[hydropower and irrigation plant]"},
	} {
		w := text.Cut(&text.Parts{{tt.title}, {tt.summary}}, tt.language)
		if got := told(w, c.Find(w)); got != tt.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", tt.language, tt.title, got, tt.want)
		}
	}
}

// TestConceptsTranslit finds Cyrillic Uzbek in Latin script where the text is
// Uzbek or nobody knows, and not where it is another language.
func TestConceptsTranslit(t *testing.T) {
	c := compileConcepts(t, concept("water", feed.ConceptObject, "сув, сувни"), concept("sco", feed.ConceptOrg, "ШҲТ"))
	for language, want := range map[string]string{"uz": "water[suv] sco[SHHT]", "": "water[suv] sco[SHHT]", "en": "", "tr": ""} {
		w := text.Cut(&text.Parts{{"Toza suv va SHHT"}}, language)
		if got := told(w, c.Find(w)); got != want {
			t.Errorf("%q: got %s, want %s", language, got, want)
		}
	}
}

// TestConceptsOverlap tells of one concept the longest hits, and of different
// ones all.
func TestConceptsOverlap(t *testing.T) {
	c := compileConcepts(t,
		concept("un", feed.ConceptOrg, "United Nations, United Nations Security Council, UN"),
		concept("council", feed.ConceptOffice, "Security Council, council*"),
		concept("long", feed.ConceptObject, "a b, b c d, d e"),
		concept("equal", feed.ConceptObject, "p q, q r"),
		concept("same", feed.ConceptObject, "UN"))
	for _, tt := range []struct{ text, want string }{
		{"the United Nations Security Council", "un[United Nations Security Council] council[Security Council]"},
		{"United Nations councils", "un[United Nations] council[councils]"},
		{"a b c d e", "long[b c d]"},
		{"a b d e", "long[a b] long[d e]"},
		{"p q r", "equal[p q]"},
		{"UN un UN", "same[UN] un[UN] same[UN] un[UN]"},
		{"nothing at all", ""},
	} {
		w := text.Cut(&text.Parts{{"t"}, {tt.text}}, "en")
		if got := told(w, c.Find(w)); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// TestConceptsParts reads title, summary and content, and no category; a phrase
// and a NEAR stay inside one part.
func TestConceptsParts(t *testing.T) {
	c := compileConcepts(t, concept("gas", feed.ConceptObject, "gas, natural NEAR/3 fuel"))
	w := text.Cut(&text.Parts{{"gas", "natural"}, {"fuel"}, {"natural fuel gas"}, {"gas", "natural fuel"}}, "en")
	gas := func(first, end int) feed.ConceptHit {
		return feed.ConceptHit{Concept: "gas", Kind: feed.ConceptObject, First: first, End: end}
	}
	want := []feed.ConceptHit{gas(0, 1), gas(3, 5), gas(5, 6)}
	for range 2 { // what one entry leaves behind is nothing to the next
		if got := c.Find(w); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if got := c.Find(text.Cut(&text.Parts{nil, nil, nil, {"gas"}}, "en")); got != nil {
		t.Errorf("in a category: %v", got)
	}
}

// TestNoConcepts finds nothing.
func TestNoConcepts(t *testing.T) {
	w := text.Cut(&text.Parts{{"gas"}}, "en")
	var none *Concepts
	for _, c := range []*Concepts{none, compileConcepts(t)} {
		if c.Find(w) != nil || c.Hash() != 0 {
			t.Error("something comes of nothing")
		}
	}
}

// TestConceptProblems reports what is wrong at its place.
func TestConceptProblems(t *testing.T) {
	at := func(r feed.Rule) feed.Concept {
		r.Pos = feed.Pos{Line: 2}
		return feed.Concept{ID: "a", Kind: feed.ConceptPlace, Pos: feed.Pos{Line: 1}, Rules: []feed.Rule{r}}
	}
	for _, tt := range []struct {
		concepts []feed.Concept
		want     string
	}{
		{[]feed.Concept{at(feed.Rule{Pattern: "ab*"})}, `:2:0: error: "ab*" has a star after fewer than 3 letters (it would match too much; list the words under any)`},
		{[]feed.Concept{at(feed.Rule{Pattern: "x", Scope: feed.ScopeRegex})}, ":2:0: error: a concept holds patterns of words, of which one is enough (write such rules in a topic)"},
		{[]feed.Concept{at(feed.Rule{Op: feed.OpNone, Parts: []feed.Rule{{Pattern: "x"}}})}, ":2:0: error: a concept holds patterns of words, of which one is enough (write such rules in a topic)"},
		{[]feed.Concept{concept("a", "plce", "x")}, `:1:0: error: concept "a" cannot be of kind "plce" (write place, org, office, event or object)`},
		{[]feed.Concept{concept("", feed.ConceptPlace, "x")}, ":1:0: error: a concept needs an id (it is the name of its list)"},
		{[]feed.Concept{concept("a", feed.ConceptPlace, "x"), concept("a", feed.ConceptOrg, "y")}, `:1:0: error: concept "a" is here a second time (the first is in :1:0)`},
		{[]feed.Concept{{ID: "a", Kind: feed.ConceptOrg}}, `: error: concept "a" has no patterns (list its words under any)`},
		{[]feed.Concept{concept("a", feed.ConceptPlace, "Osh, osh")}, `:1:2: warning: pattern "osh" matches the same words as "Osh" (leave one out)`},
	} {
		c, problems := CompileConcepts(tt.concepts)
		if len(problems) != 1 || problems[0].String() != tt.want {
			t.Errorf("got %v, want %s", problems, tt.want)
			continue
		}
		if (c == nil) != (problems[0].Severity == feed.Error) {
			t.Errorf("%s: %v", tt.want, c)
		}
	}
}

// TestConceptLint warns of patterns that others of the same concept contain, and
// not of those that another concept has.
func TestConceptLint(t *testing.T) {
	concepts := []feed.Concept{concept("a", feed.ConceptPlace, "Osh*, Oshob, the"), concept("b", feed.ConceptOrg, "Osh City, Тошкент*, Toshkent*")}
	var got []string
	for _, p := range compileConcepts(t, concepts...).Lint() {
		got = append(got, p.String())
	}
	want := []string{
		`:1:2: warning: pattern "Oshob" is contained in "Osh*" (leave it out)`,
		`:1:3: warning: pattern "the" hits nearly every text (write a longer phrase, or a rarer word)`,
	}
	if flawed, _ := CompileConcepts(append(concepts, concept("c", feed.ConceptOrg, "x*"))); flawed.Lint() != nil {
		t.Error("concepts with an error are linted")
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConceptsHash is the same for the same concepts in any order, and another
// one after each change that finds other hits.
func TestConceptsHash(t *testing.T) {
	hash := func(concepts ...feed.Concept) uint64 { return compileConcepts(t, concepts...).Hash() }
	a, b := concept("a", feed.ConceptPlace, "x, y"), concept("b", feed.ConceptOrg, "z")
	base := hash(a, b)
	inList := a
	inList.Rules = []feed.Rule{{Op: feed.OpAny, Parts: a.Rules, List: "l"}}
	for name, other := range map[string]uint64{
		"order": hash(b, a), "order of patterns": hash(concept("a", feed.ConceptPlace, "y, x"), b), "a list": hash(inList, b),
	} {
		if other != base {
			t.Errorf("%s changes the hash", name)
		}
	}
	title := concept("b", feed.ConceptOrg, "z")
	title.Rules[0].Scope = feed.ScopeTitle
	for name, other := range map[string]uint64{
		"id": hash(a, concept("c", feed.ConceptOrg, "z")), "kind": hash(a, concept("b", feed.ConceptEvent, "z")),
		"pattern": hash(a, concept("b", feed.ConceptOrg, "zz")), "capitals": hash(a, concept("b", feed.ConceptOrg, "Z Z")),
		"scope": hash(a, title), "more": hash(a, b, concept("c", feed.ConceptOrg, "z")), "less": hash(a),
		"moved": hash(concept("a", feed.ConceptPlace, "x"), concept("b", feed.ConceptOrg, "z, y")),
	} {
		if other == base {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

// TestConceptsAtOnce finds the same from many goroutines.
func TestConceptsAtOnce(t *testing.T) {
	c := compileConcepts(t, region...)
	texts := []*text.Words{
		text.Cut(&text.Parts{{"Earthquake felt in Tashkent"}, {"The president visited a dam."}}, "en"),
		text.Cut(&text.Parts{{"Землетрясение в Ташкенте"}, {"ШОС"}}, "ru"),
		text.Cut(&text.Parts{{"Oʻshda"}}, "uz"),
	}
	var want [][]feed.ConceptHit
	for _, w := range texts {
		want = append(want, c.Find(w))
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 200 {
				k := (g + i) % len(texts)
				if got := c.Find(texts[k]); !slices.Equal(got, want[k]) {
					t.Errorf("got %v, want %v", got, want[k])
					return
				}
			}
		})
	}
	group.Wait()
}
