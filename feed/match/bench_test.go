package match

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A lexicon is made-up words of one language, the most frequent first: short
// ones, as in languages. Rank r is drawn about 1/r of the time.
type lexicon struct {
	words []string
	zipf  *rand.Zipf
}

func newLexicon(r *rand.Rand, size int, syllables, endings string) *lexicon {
	s, e := strings.Fields(syllables), append(strings.Fields(endings), "")
	l := &lexicon{zipf: rand.NewZipf(r, 1.08, 3, uint64(size-1))}
	seen := map[string]bool{}
	for len(l.words) < size {
		var b strings.Builder
		for range 1 + min(len(l.words)/60, 1) + min(len(l.words)/800, 1) + r.IntN(2) {
			b.WriteString(s[r.IntN(len(s))])
		}
		if len(l.words) > 500 {
			b.WriteString(e[r.IntN(len(e))])
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			l.words = append(l.words, w)
		}
	}
	return l
}

// A world is rules and texts that fit each other.
type world struct {
	r     *rand.Rand
	langs []*lexicon
	codes []string
}

func newWorld() *world {
	r := rand.New(rand.NewPCG(1, 2))
	const size = 40_000
	return &world{r: r, codes: []string{"en", "ru", "uz"}, langs: []*lexicon{
		newLexicon(r, size, "ta re sto in con ment al ver bor der ru ka se cu ri ty dip lo ma ex er ci net pol fi nan ce wa sh el th or", "s ed ing ation er ly"),
		newLexicon(r, size, "по ре сто гра ни ца без ба со вет мин ист ра го вор уч ён ка за тер рор во да эко но ми ст ль пр и", "а ы ов ами ский ого ение ть"),
		newLexicon(r, size, "oʻz bek da ki xav fsiz lik gʻi ka mo cha ra ta qo shi yo ma la ti ni sa bo ʻl di ha ru va zi", "lar ning lari dan ga da moqda"),
	}}
}

// pattern is one of rules as people write them: rather rare words.
func (w *world) pattern() string {
	l := w.langs[w.r.IntN(3)].words
	word := func() string { return l[200+w.r.IntN(len(l)-200)] }
	switch k := w.r.IntN(20); {
	case k < 7:
		return word()
	case k < 12:
		stem := []rune(word())
		return string(stem[:max(4, len(stem)*3/4)]) + "*"
	case k < 14:
		return strings.ToUpper(string([]rune(word())[:4]))
	case k < 17:
		return word() + " " + word()
	case k < 19:
		return l[w.r.IntN(200)] + " " + word() + "*" // one word that is in every text
	default:
		return word() + " " + l[w.r.IntN(50)] + " " + word()
	}
}

// topics makes rules of n topics and about the given number of patterns in all:
// plain lists, gates, scores, and $lists that several topics use.
func (w *world) topics(n, patterns int) []feed.Topic {
	one := func() feed.Rule {
		for {
			p := w.pattern()
			if _, f := parse(reading{written: p}); f == nil && len([]rune(p)) > 4 {
				return feed.Rule{Pattern: p}
			}
		}
	}
	// Of a hundred patterns four stand near another one, four in one field, one
	// in exact letters, one in the link.
	rules := func(k int) (out []feed.Rule) {
		for len(out) < k {
			r := one()
			switch n := w.r.IntN(100); {
			case n < 2:
				r.Pattern += " NEAR/6 " + one().Pattern
			case n < 4:
				r.Pattern = "(" + r.Pattern + " OR " + one().Pattern + ") NEAR/3 " + one().Pattern
			case n < 6:
				r.Scope = feed.ScopeTitle
			case n < 7:
				r.Scope = feed.ScopeCategory
			case n < 8:
				r.Scope = feed.ScopeAuthor
			case n < 9:
				r.Scope = feed.ScopeExact
			case n < 10:
				r = feed.Rule{Scope: feed.ScopeLink, Pattern: fmt.Sprintf("site%d.example/news/*", w.r.IntN(1000))}
			}
			out = append(out, r)
		}
		return out
	}
	each := patterns / n
	lists := make([]feed.Rule, 1+n/50)
	for i := range lists {
		lists[i] = feed.Rule{List: fmt.Sprint("list", i), Op: feed.OpAny, Parts: rules(each)}
	}
	out := make([]feed.Topic, n)
	for i := range out {
		t := &out[i]
		t.ID = feed.TopicID(fmt.Sprint("topic-", i))
		switch i % 4 {
		case 0:
			t.Rules = feed.Rules{{Op: feed.OpAny, Parts: rules(each)}}
		case 1:
			t.Rules = feed.Rules{
				{Op: feed.OpAll, Parts: []feed.Rule{lists[w.r.IntN(len(lists))], {Op: feed.OpAny, Parts: rules(each - 4)}}},
				{Op: feed.OpNone, Parts: rules(4)},
			}
		case 2:
			t.Languages = []string{"en", "ru"}
			t.Rules = feed.Rules{{Op: feed.OpAny, Parts: rules(each)}}
		case 3:
			s := feed.Rule{Op: feed.OpScore, Threshold: 2}
			for _, r := range rules(each) {
				r.Weight = 1 + float64(w.r.IntN(3))
				s.Parts = append(s.Parts, r)
			}
			t.Rules = feed.Rules{s}
		}
		if i%20 == 5 { // beside an all that asks for words
			t.Rules = append(t.Rules, feed.Rule{Op: feed.OpAny, Parts: append(rules(3), feed.Rule{Scope: feed.ScopeRegex, Pattern: fmt.Sprintf(`[0-9]+ (%s|%s)\w*`, w.langs[0].words[900], w.langs[0].words[1500])})})
		}
		if i%100 == 7 {
			t.Rules = feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Scope: feed.ScopeRegex, Pattern: fmt.Sprintf(`(?i)\bsecur\w+ of [a-z]+%d`, i)}}}}
		}
		if i%10 == 1 {
			t.Translit = "uz"
		}
	}
	return out
}

// aStory is what the entries have beside their words.
var aStory = &feed.Entry{Link: "https://site7.example/news/2024/1", Authors: []feed.Person{{Name: "Ta Restocon"}}}

type entry struct {
	parts text.Parts
	lang  string
}

// entries are n texts of a title and so many letters.
func (w *world) entries(n, size int) []entry {
	out := make([]entry, n)
	for i := range out {
		k := w.r.IntN(len(w.langs))
		l := w.langs[k]
		sentence := func(size int) string {
			var b strings.Builder
			for j := 0; b.Len() < size; j++ {
				if j > 0 {
					b.WriteString([]string{" ", " ", " ", " ", ", ", ". ", "-"}[w.r.IntN(7)])
				}
				word := l.words[l.zipf.Uint64()]
				switch w.r.IntN(12) {
				case 0:
					r := []rune(word)
					word = strings.ToUpper(string(r[:1])) + string(r[1:])
				case 1:
					if j%5 == 0 {
						word = strings.ToUpper(word)
					}
				}
				b.WriteString(word)
			}
			return b.String()
		}
		letters := size
		if l.words[0][0] >= 0x80 { // Cyrillic takes two bytes a letter
			letters = size * 19 / 10
		}
		out[i] = entry{text.Parts{{sentence(70)}, {sentence(letters)}, nil, {sentence(8), sentence(10)}}, w.codes[k]}
	}
	return out
}

// BenchmarkMatch is the whole way from plain text to topics, text.Cut included,
// at 1,000 topics and 30,000 patterns. Budgets: 30 µs for a title and 200
// letters, 300 µs for 5,000.
func BenchmarkMatch(b *testing.B) {
	w := newWorld()
	for _, size := range []struct{ topics, patterns int }{{10, 300}, {1000, 30_000}} {
		m, problems := Compile(w.topics(size.topics, size.patterns))
		if m == nil {
			b.Fatal(problems)
		}
		for _, letters := range []int{200, 5000} {
			entries := w.entries(500, letters)
			b.Run(fmt.Sprintf("topics=%d/letters=%d", size.topics, letters), func(b *testing.B) {
				b.ReportAllocs()
				matches, i := 0, 0
				for b.Loop() {
					e := &entries[i%len(entries)]
					matches += len(m.Match(nowhere, aStory, text.Cut(&e.parts, e.lang)))
					i++
				}
				b.ReportMetric(float64(matches)/float64(i), "matches/op")
			})
			cut := make([]*text.Words, len(entries))
			for i := range entries {
				cut[i] = text.Cut(&entries[i].parts, entries[i].lang)
			}
			b.Run(fmt.Sprintf("topics=%d/letters=%d/cut", size.topics, letters), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					m.Match(nowhere, aStory, cut[i%len(cut)])
				}
			})
		}
	}
}

// BenchmarkStrangers matches texts that share no word with any of the topics:
// how many topics there are must not show.
func BenchmarkStrangers(b *testing.B) {
	w := newWorld()
	s := &world{w.r, []*lexicon{newLexicon(w.r, 40_000, "ще дер фа кро ню бру хам лис йо пен ду гли вай чор", "о у ем")}, []string{"bg"}}
	entries := s.entries(500, 200)
	cut := make([]*text.Words, len(entries))
	for i := range entries {
		cut[i] = text.Cut(&entries[i].parts, entries[i].lang)
	}
	for _, topics := range []int{10, 100, 1000} {
		m, problems := Compile(w.topics(topics, 30*topics))
		if m == nil {
			b.Fatal(problems)
		}
		b.Run(fmt.Sprintf("topics=%d", topics), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				m.Match(nowhere, aStory, cut[i%len(cut)])
			}
		})
	}
}

// BenchmarkCompile reports the memory that a Matcher of 30,000 patterns holds.
// Budgets: 200 ms, 10 MB.
func BenchmarkCompile(b *testing.B) {
	topics := newWorld().topics(1000, 30_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, problems := Compile(topics)
	if m == nil {
		b.Fatal(problems)
	}
	m.Match(nowhere, nil, text.Cut(&text.Parts{{"a"}}, "en"))
	held := newScratch(len(m.starts), len(m.topics)) // as many as run at once
	runtime.GC()
	runtime.ReadMemStats(&after)
	for b.Loop() {
		Compile(topics)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
	b.ReportMetric(float64(len(m.starts)-1), "patterns")
	runtime.KeepAlive(m)
	runtime.KeepAlive(held)
}

// BenchmarkLint is the whole check of 30,000 patterns, with a census. Budget: 1 s.
func BenchmarkLint(b *testing.B) {
	w := newWorld()
	m, problems := Compile(w.topics(1000, 30_000))
	if m == nil {
		b.Fatal(problems)
	}
	census := NewCensus(m)
	entries := w.entries(2000, 200)
	for i := range entries {
		census.Add(text.Cut(&entries[i].parts, entries[i].lang))
	}
	n := 0
	for b.Loop() {
		n = len(m.Lint(census))
	}
	b.ReportMetric(float64(n), "warnings")
}
