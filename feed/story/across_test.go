package story

import (
	"fmt"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// spoken are the terms of an entry in a language, with concepts that stand at its
// first words, one a word.
func spoken(e *feed.StoredEntry, language string, concepts ...string) feed.Terms {
	w := text.Cut(&text.Parts{feed.FieldTitle: {e.Title}, feed.FieldSummary: {e.Summary}}, language)
	e.Language = language
	var hits []feed.ConceptHit
	for i, c := range concepts {
		hits = append(hits, feed.ConceptHit{Concept: c, Kind: feed.ConceptKinds()[i%5], First: min(i, len(w.Words)-1), End: min(i, len(w.Words)-1) + 1})
	}
	return Terms(w, hits)
}

// TestAcrossLanguages places a second report in another language by what the two
// share besides words.
func TestAcrossLanguages(t *testing.T) {
	const en, ru = "en", "ru"
	type report struct {
		language, title, summary string
		concepts                 []string
	}
	quake := report{en, "Strong earthquake shakes Karshi", "The magnitude was 5.3, governor Davronov said.", []string{"c-quake", "c-magnitude"}}
	tests := []struct {
		name   string
		first  report
		second report
		after  time.Duration
		want   feed.Tier
	}{
		{"names, figures and concepts", quake, report{ru, "Сильное землетрясение произошло в Карши", "Магнитуда 5,3, сообщил Давронов.", []string{"c-quake", "c-magnitude"}}, time.Hour, feed.TierStory},
		{"names alone", report{en, "Two presidents talk", "Yesterday Mirziyoyev met Tokayev in Turkistan.", nil}, report{ru, "Переговоры Мирзиёева и Токаева в Туркестане", "", nil}, time.Hour, feed.TierStory},
		{"both scripts of Uzbek share words", report{"uz", "Toshkentda yangi metro bekati ochildi", "", nil}, report{"uz-Cyrl", "Тошкентда янги метро бекати очилди", "", nil}, time.Hour, feed.TierStory},
		{"another event of a kind", quake, report{ru, "Землетрясение в Перу", "Лима оценила ущерб в 90 миллионов.", []string{"c-quake"}}, time.Hour, feed.TierNew},
		{"one shared name is too little", report{en, "Mirziyoyev opens a school in Guliston", "", nil}, report{ru, "Мирзиёев принял посла Японии Хатори", "", nil}, time.Hour, feed.TierNew},
		{"words of another language witness nothing", report{en, "The new plan for a tram line", "", nil}, report{"de", "The new plan for a tram line", "", nil}, time.Hour, feed.TierNew},
		{"days later", quake, report{ru, "Сильное землетрясение произошло в Карши", "Магнитуда 5,3, сообщил Давронов.", []string{"c-quake", "c-magnitude"}}, 73 * time.Hour, feed.TierNew},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, x := newShelf(), New(Options{})
			k := background(t, s, x, 200)
			a, _ := entryOf(k, "a", tt.first.title, tt.first.summary, epoch)
			s.place(t, x, a, spoken(a, tt.first.language, tt.first.concepts...))
			b, _ := entryOf(k+1, "b", tt.second.title, tt.second.summary, epoch.Add(tt.after))
			p := s.place(t, x, b, spoken(b, tt.second.language, tt.second.concepts...))
			if p.Tier == feed.TierGroup && tt.want == feed.TierStory {
				return // a copy is of one story, too
			}
			if p.Tier != tt.want || p.Tier != feed.TierNew && p.Partner != a.Key {
				t.Errorf("%+v %+v, want tier %d", p, p.Why, tt.want)
			}
		})
	}
}

// TestOneSourcesFormulas has ten leads of one agency, by one formula: ten stories.
func TestOneSourcesFormulas(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 200)
	guests := []string{"the ambassador of Japan", "a delegation of the World Bank", "the foreign minister of Hungary", "the head of Gazprom", "teachers of the year",
		"the secretary of the council", "the governor of Osaka", "a champion of judo", "the rector of Oxford", "the mayor of Seoul"}
	for i, guest := range guests {
		e, terms := entryOf(k+i, "agency", "President of the Republic Shavkat Mirziyoyev receives "+guest,
			fmt.Sprintf("On 4 September the President of the Republic of Uzbekistan Shavkat Mirziyoyev received %s at the residence.", guest), epoch.Add(time.Duration(i)*2*time.Hour))
		if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
			t.Errorf("%q is put together with entry %d: %+v", e.Title, p.Partner, p.Why)
		}
	}
}

// TestTemplates has titles of one template with other names: they are two events.
func TestTemplates(t *testing.T) {
	for _, pair := range [][2]string{
		{"Acme Mining reports fourth-quarter earnings results", "Zarya Foods reports fourth-quarter earnings results"},
		{"magnitude 4.5 quake strikes near Osh", "magnitude 5.2 quake strikes near Lima"},
	} {
		s, x := newShelf(), New(Options{})
		k := background(t, s, x, 200)
		a, terms := entryOf(k, "a", pair[0], "", epoch)
		s.place(t, x, a, terms)
		b, terms := entryOf(k+1, "b", pair[1], "", epoch.Add(time.Hour))
		if p := s.place(t, x, b, terms); p.Tier != feed.TierNew {
			t.Errorf("%q with %q: %+v %+v", pair[1], pair[0], p, p.Why)
		}
	}
}

// TestOtherVersions leaves terms out that another version encoded.
func TestOtherVersions(t *testing.T) {
	s, x := newShelf(), New(Options{})
	old, terms := entryOf(1, "a", quakeTitle, quakeText, epoch)
	terms[0]++
	s.place(t, x, old, terms)
	e, terms := entryOf(2, "b", quakeTitle, quakeText, epoch.Add(time.Hour))
	if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
		t.Errorf("placed by terms of another version: %+v", p)
	}
}

// TestFigures reads numbers as texts of several languages have them.
func TestFigures(t *testing.T) {
	tests := []struct{ language, text, want string }{
		{"en", "worth 1.3 billion dollars", "1300000000"},
		{"ru", "на 1,3 млрд долларов", "1300000000"},
		{"ru", "10 000 человек", "10000"},
		{"en", "some 10,000 people", "10000"},
		{"uz", "5 mingta uy", "5000"},
		{"uz-Cyrl", "5 мингта уй", "5000"},
		{"uz", "3 mlnta ko‘chat", "3000000"},
		{"uz", "5 ta uy", "5"},
		{"en", "five people", "5"},
		{"ru", "пять человек", "5"},
		{"en", "on March 17 it rained", "3/17"},
		{"ru", "17 марта шёл дождь", "3/17"},
		{"en", "in 2026 it rained", "2026"},
		{"en", "a 3bn loan", "3000000000"},
		{"en", "no number", ""},
	}
	for _, tt := range tests {
		w := text.Cut(&text.Parts{feed.FieldTitle: {tt.text}}, tt.language)
		p := &w.Parts[0]
		got := ""
		for i := range w.Words {
			if f, ok := figureAt(p, w.Words, i); ok {
				got = f.text
				break
			}
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestSkeletons tells spellings of one name from other names.
func TestSkeletons(t *testing.T) {
	for _, tt := range []struct {
		a, languageA, b, languageB string
		want                       bool
	}{
		{"Mirziyoyev", "en", "Мирзиёев", "ru", true},
		{"Mirziyoyev", "en", "Мирзиёевым", "ru", true},
		{"Tokayev", "en", "Токаев", "ru", true},
		{"Japarov", "en", "Жапаров", "ru", true},
		{"Bakhtiyor", "en", "Baxtiyor", "uz", true},
		{"Samarqand", "uz", "Самарканд", "ru", true},
		{"Rahmon", "en", "Рахмон", "ru", true},
		{"Tokayev", "en", "Токио", "ru", false},
		{"Karimov", "en", "Рахимов", "ru", false},
		{"Putin", "en", "Поти", "ru", false},
	} {
		a, b := nameOf(tt.a, tt.languageA), nameOf(tt.b, tt.languageB)
		if got := a != 0 && (a == b || a.alike(b)); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}

func nameOf(s, language string) skeleton {
	w := text.Cut(&text.Parts{feed.FieldTitle: {s}}, language)
	return skeletonOf(w.Words[0].Form, language)
}

// TestOneSourcesForms has notes of one source in one form, each on another company
// with figures of its own.
func TestOneSourcesForms(t *testing.T) {
	s, x := newShelf(), New(Options{})
	for i, of := range []struct {
		company string
		price   int
	}{{"Acme Metals", 92}, {"Zarya Foods", 17}, {"Oxus Cotton", 109}, {"Steppe Rail", 86}, {"Pamir Power", 47}} {
		e, terms := entryOf(i+1, "ticker", of.company+" Buy", fmt.Sprintf("The analysts of Lark Capital Markets left their rating of %s at Buy, with a price target of %d dollars a share.", of.company, of.price), epoch)
		if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
			t.Errorf("%q is put together with entry %d: %+v", e.Title, p.Partner, p.Why)
		}
	}
}

// TestWhyAcrossLanguages names what two reports share as the newer one has it.
func TestWhyAcrossLanguages(t *testing.T) {
	s, x := newShelf(), New(Options{})
	a, _ := entryOf(1, "a", "Strong earthquake shakes Karshi", "The magnitude was 5.3 in Karshi, governor Davronov said.", epoch)
	s.place(t, x, a, spoken(a, "en"))
	b, _ := entryOf(2, "b", "Сильное землетрясение произошло в Карши", "Магнитуда 5,3, сообщил Давронов.", epoch.Add(time.Hour))
	p := s.place(t, x, b, spoken(b, "ru"))
	if p.Why == nil || p.Why.Rule != feed.RuleAcross {
		t.Fatalf("%+v %+v", p, p.Why)
	}
	again, _ := entryOf(3, "c", b.Title, b.Summary, epoch.Add(2*time.Hour))
	terms := spoken(again, "ru")
	written := map[string]bool{}
	for _, w := range s.place(t, x, again, terms).Why.Shared {
		if written[w.Word] {
			t.Errorf("%q is shared twice", w.Word)
		}
		written[w.Word] = true
	}
	shared := map[string]bool{}
	for _, w := range p.Why.Shared {
		shared[w.Word] = true
	}
	if !shared["Карши"] || !shared["5,3"] || len(shared) > 3 {
		t.Errorf("shared %v", p.Why.Shared)
	}
}

// TestGrammarWitnessesNothing has words that a sixth of the window uses: two entries
// that share them and one word more share too little, whatever the thresholds.
func TestGrammarWitnessesNothing(t *testing.T) {
	o := Options{Best: .01, Mean: .01, Single: .01, Broad: .01, Brief: .0001}
	for _, grammar := range []bool{true, false} {
		s, x := newShelf(), New(o)
		for i := range 400 {
			title := fmt.Sprintf("about %s and %s", word(9000+i), word(20000+i))
			if !grammar {
				title = fmt.Sprintf("%s %s", word(9000+i), word(20000+i))
			}
			e, terms := entryOf(i+1, fmt.Sprint("s", i), title, "", epoch)
			s.place(t, x, e, terms)
		}
		a, terms := entryOf(501, "a", "about melons and prices", "", epoch)
		s.place(t, x, a, terms)
		b, terms := entryOf(502, "b", "about choirs and melons", "", epoch.Add(time.Minute))
		p := s.place(t, x, b, terms)
		if joined := p.Partner == a.Key; joined == grammar {
			t.Errorf("grammar %v: %+v %+v", grammar, p, p.Why)
		}
	}
}

// TestBesidesWords has two reports in one language that share hardly a word: names,
// figures and concepts tell the event where there are enough of them.
func TestBesidesWords(t *testing.T) {
	a, _ := entryOf(1, "a", "Blast shuts Oxus pumping works", "Governor Davronov said 14 were hurt in Karshi.", epoch)
	for concepts, want := range map[int]feed.Tier{4: feed.TierStory, 1: feed.TierNew} {
		s, x := newShelf(), New(Options{})
		k := background(t, s, x, 200)
		a.Key = feed.EntryKey(k)
		ids := []string{"c-blast", "c-pump", "c-river", "c-governor"}[:concepts]
		s.place(t, x, a, spoken(a, "en", ids...))
		b, _ := entryOf(k+1, "b", "Water supply fails after explosion", "Fourteen people injured, Davronov tells reporters", epoch.Add(time.Hour))
		p := s.place(t, x, b, spoken(b, "en", ids...))
		if p.Tier != want || p.Tier == feed.TierStory && p.Why.Rule != feed.RuleBesides {
			t.Errorf("%d concepts: %+v %+v", concepts, p, p.Why)
		}
	}
}

// TestCommonConceptsFetchNone has concepts that a fiftieth of the window has: they
// count where something rarer finds an entry, and find none themselves.
func TestCommonConceptsFetchNone(t *testing.T) {
	for _, tt := range []struct {
		having, found int
	}{{10, 10}, {100, 0}} {
		s, x := newShelf(), New(Options{Across: .01})
		for i := range 400 {
			e, _ := entryOf(i+1, fmt.Sprint("s", i), word(9000+i)+" "+word(20000+i), "", epoch)
			var concepts []string
			if i < tt.having {
				concepts = []string{"c-a", "c-b"}
			}
			s.Mark = epoch
			if _, err := x.Place(e, spoken(e, "kk", concepts...), nil, &s.Surroundings); err != nil {
				t.Fatal(err)
			}
			s.keep(e, nil, feed.Placement{})
		}
		e, _ := entryOf(500, "new", word(5000)+" "+word(6000), "", epoch)
		x.seek(&x.search, spoken(e, "ru", "c-a", "c-b"), 0)
		if got := len(x.bySharing(epoch.UnixMilli())); got != min(tt.found, maxAcross) {
			t.Errorf("%d of 400 have the concepts: %d found, want %d", tt.having, got, tt.found)
		}
	}
}

// TestOneSourceBesidesWords: two reports of one source that hardly share a word are
// less alike than the same two of different ones.
func TestOneSourceBesidesWords(t *testing.T) {
	concepts := []string{"c-blast", "c-pump", "c-river", "c-governor"}
	score := func(source string) float64 {
		s, x := newShelf(), New(Options{})
		k := background(t, s, x, 200)
		a, _ := entryOf(k, "a", "Blast shuts Oxus pumping works", "Governor Davronov said 14 were hurt in Karshi.", epoch)
		s.place(t, x, a, spoken(a, "en", concepts...))
		b, _ := entryOf(k+1, source, "Water supply fails after explosion", "Fourteen people injured, Davronov tells reporters", epoch.Add(time.Hour))
		p := s.place(t, x, b, spoken(b, "en", concepts...))
		if p.Why == nil || p.Why.Rule != feed.RuleBesides {
			t.Fatalf("source %s: %+v %+v", source, p, p.Why)
		}
		return p.Why.Score
	}
	if own, other := score("a"), score("b"); own > .8*other {
		t.Errorf("of one source %.3f, of two %.3f", own, other)
	}
}

// TestCommonWordsFetchNone is the same of words.
func TestCommonWordsFetchNone(t *testing.T) {
	for _, tt := range []struct {
		having, found int
	}{{8, 8}, {100, 0}} {
		s, x := newShelf(), New(Options{Best: .01})
		for i := range 400 {
			title := word(9000+i) + " " + word(20000+i)
			if i < tt.having {
				title = "pumping works " + word(9000+i)
			}
			e, terms := entryOf(i+1, fmt.Sprint("s", i), title, "", epoch)
			s.Mark = epoch
			if _, err := x.Place(e, terms, nil, &s.Surroundings); err != nil {
				t.Fatal(err)
			}
			s.keep(e, nil, feed.Placement{})
		}
		_, terms := entryOf(500, "new", "pumping works "+word(5000), "", epoch)
		x.seek(&x.search, terms, 0)
		if got := len(x.byWords(epoch.UnixMilli())); got != min(tt.found, maxNearest) {
			t.Errorf("%d of 400 have the words: %d found, want %d", tt.having, got, tt.found)
		}
	}
}

// TestOneThingInCommonIsTooLittle has two reports that share nothing but one concept,
// or two of them, whatever the thresholds.
func TestOneThingInCommonIsTooLittle(t *testing.T) {
	for _, concepts := range [][]string{{"c-a"}, {"c-a", "c-b"}} {
		s, x := newShelf(), New(Options{Across: .01})
		k := background(t, s, x, 200)
		a, _ := entryOf(k, "a", "melons sold early", "", epoch)
		s.place(t, x, a, spoken(a, "en", concepts...))
		b, _ := entryOf(k+1, "b", "рано продают дыни", "", epoch.Add(time.Hour))
		x.seek(&x.search, spoken(b, "ru", concepts...), 0)
		if found := len(x.bySharing(epoch.UnixMilli())) > 0; found != (len(concepts) > 1) {
			t.Errorf("%d concepts in common: found %v", len(concepts), found)
		}
	}
}
