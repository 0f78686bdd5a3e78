package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"topicwire/feed"
)

func cutOne(s, language string) *Words { return Cut(&Parts{{s}}, language) }

func forms(w *Words) string {
	var out []string
	for _, x := range w.Words {
		out = append(out, x.Form)
	}
	return strings.Join(out, " ")
}

func TestForms(t *testing.T) {
	for _, c := range []struct{ in, language, want string }{
		{"", "", ""},
		{" ,.; — «»", "", ""},
		{"Anti-terror body", "", "anti terror body"},
		{"non\u2011breaking soft\u00adhyphen", "", "non breaking softhyphen"},
		{"Russia's, the SCO’s and CHINA'S", "en", "russia the sco and china"},
		{"the states' borders", "en", "the states borders"},
		{"It's 'quoted' ‘words’", "", "it quoted words"},
		{"90's", "", "90 s"},
		{"Oʻzbekiston o'zbek o`zbek o´zbek oʼzbek o’zbek o‘zbek oʽzbek o‛zbek", "uz",
			"ozbekiston ozbek ozbek ozbek ozbek ozbek ozbek ozbek ozbek"},
		{"maʼno ma'no, togʻ tog' ʻUmar", "uz", "mano mano tog tog umar"},
		{"o's oʻs", "uz", "os os"},
		{"o's oʻs", "", "o os"},
		{"Ещё ёлка", "ru", "еще елка"},
		{"Ёш йигит ўғли қизи ҳам", "uz-Cyrl", "ёш йигит ўғли қизи ҳам"},
		{"ё ё й й", "", "е е й й"},
		{"за́мок", "ru", "замок"},
		{"ШОС ШОC CHГ CSTO", "", "шос шос снг csto"},
		{"СЕТь ceть", "", "сеть ceть"},
		{"ВDТ", "", "вdт"}, // D looks like no Cyrillic letter
		{"U.S. and U.S.A., e.g. example.com", "", "us and usa eg example.com"},
		{"end.Next NASDAQ:GOOG snake_case", "", "end next nasdaq goog snake case"},
		{"1,000.5 C5+1 G20 3D", "", "1,000.5 c5 1 g20 3d"},
		{"Straße ﬁnal ＡＢＣ ß", "", "strasse final abc ss"},
		{"Ελλάς ΣΟΦΟΣ", "", "ελλάσ σοφοσ"},
		{"Қазақстан Үкіметі әңгіме ӣӯҷ", "kk", "қазақстан үкіметі әңгіме ӣӯҷ"},
		{"中国 日本", "", "中 国 日 本"},
		{"العربية שלום", "", "العربية שלום"},
		{"тест\u200bтест a\u202fb", "", "тест тест a b"},
		{"emoji 🇺🇿 ok👍ok", "", "emoji ok ok"},
	} {
		if got := forms(cutOne(c.in, c.language)); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.in, c.language, got, c.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	s := "«ШОC’s» o'zbek, Oʻzbek—U.S."
	w := cutOne(s, "en")
	var got []string
	for i := range w.Words {
		got = append(got, w.Raw(&w.Parts[0], i, i+1))
	}
	want := "ШОC’s|o'zbek|Oʻzbek|U.S"
	if strings.Join(got, "|") != want {
		t.Errorf("%q, want %s", got, want)
	}
	if all := w.Raw(&w.Parts[0], 1, 3); all != "o'zbek, Oʻzbek" {
		t.Errorf("two words: %q", all)
	}
}

func TestCapitals(t *testing.T) {
	for _, c := range []struct {
		word  string
		all   bool
		upper int
	}{
		{"SCO", true, 3}, {"Sco", false, 1}, {"sco", false, 0}, {"A", false, 1}, {"G20", false, 3},
		{"ШОС", true, 6}, {"ШОC", true, 6}, {"ШОСга", false, 6}, {"ШҲТ", true, 6}, {"SCO's", true, 3},
		{"SCO’S", true, 3}, {"ShHT", false, 1}, {"U.S", true, 2}, {"COVID19", true, 7}, {"OʻZ", true, 2},
		{"2024", false, 4}, {"ＡＢ", true, 2}, {"ΕΛ", true, 4}, {"Σa", false, 2}, {"20h", false, 2},
	} {
		w := cutOne(c.word, "")
		if len(w.Words) != 1 || w.Words[0].AllCapitals != c.all || int(w.Words[0].Upper) != c.upper {
			t.Errorf("%s: %+v, want %v, %d", c.word, w.Words, c.all, c.upper)
		}
	}
}

func TestPartCapitals(t *testing.T) {
	for s, want := range map[string]bool{
		"SCO SUMMIT OPENS":         true,
		"SCO: 25 YEARS":            true,
		"ШОС: САММИТ":              true,
		"SCO":                      false, // one word says nothing of the others
		"SCO 2025":                 false,
		"SCO Summit":               false,
		"SCO SUMMIT in TASHKENT":   false,
		"":                         false,
		"2024":                     false,
		"OʻZBEKISTON RESPUBLIKASI": true,
	} {
		if got := cutOne(s, "").Parts[0].AllCapitals; got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestParts(t *testing.T) {
	w := Cut(&Parts{feed.FieldTitle: {"One two"}, feed.FieldCategory: {"three", "", "four five"}}, "en")
	want := []Part{
		{Field: feed.FieldTitle, Text: "One two", First: 0, End: 2},
		{Field: feed.FieldCategory, Text: "three", First: 2, End: 3},
		{Field: feed.FieldCategory, Text: "", First: 3, End: 3, Ordinal: 1},
		{Field: feed.FieldCategory, Text: "four five", First: 3, End: 5, Ordinal: 1},
	}
	for i := range want {
		if w.Parts[i] != want[i] {
			t.Errorf("part %d: %+v, want %+v", i, w.Parts[i], want[i])
		}
	}
	if p := w.Part(3); p != &w.Parts[3] {
		t.Errorf("part of word 3: %+v", p)
	}
}

// A table entry must agree with what the full rules make of the letter.
func TestSimpleLetters(t *testing.T) {
	n := 0
	for i, low := range simple {
		r := rune(i)
		if low == 0 {
			continue
		}
		n++
		if form, _, _ := fold(string(r), true); form != string(rune(low)) {
			t.Errorf("%q (%U): %q, by the full rules %q", r, r, rune(low), form)
		}
		if utf8.RuneLen(r) != utf8.RuneLen(rune(low)) {
			t.Errorf("%q changes its length", r)
		}
	}
	if n < 600 {
		t.Errorf("only %d letters", n)
	}
}

// carefully cuts a text by the full rules alone.
func carefully(s, language string) []Word {
	c := cutter{table: simpleYe, uzbek: Uzbek(language)}
	for i := 0; i < len(s); {
		i = c.careful(s, i)
	}
	return c.words
}

func sameWords(a, b []Word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestFastEqualsCareful(t *testing.T) {
	pieces := strings.Split("a|b|S|s|SCO|ШОС|ШОC|Sco|ё|Ё|й|и|\u0306|ў|Қ|é|É|ß|İ|ﬁ|Ω|'|`|´|ʻ|ʼ|‘|’|.|,|;|:|_|-|\u00ad|\u2011|\u200b|\u200d|\u202f|\u00a0| |  |\n|1|20|٣|«|»|“|”|…|–|—|\"|(|中|カ|ا|ש|\u0301|👍|🇺🇿|\u2024|\u2027|·|©|²|ª|ſ|ŉ|Ǆ|!|/|@|o'z|U.S|x.Y", "|")
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "text"), "")
		for _, language := range []string{"", "uz"} {
			if fast, slow := cutOne(s, language).Words, carefully(s, language); !sameWords(fast, slow) {
				t.Fatalf("%q in %q:\nfast %+v\nslow %+v", s, language, fast, slow)
			}
		}
	})
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"", "SCO's o'zbek", "ШОC ё \u0301", "U.S.A.b", "a\xffb\xd0", "´ʻ'`", "ﷺ ㌀ ½ ﬁ İ ŉ ΐ", "1'000 a_b:c", "\u00ad\u200d", "е\u0301\u0308"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, uzbek bool) {
		language := "ru"
		if uzbek {
			language = "uz"
		}
		w := Cut(&Parts{{s}, nil, {s, ""}}, language)
		end := 0
		for i := range w.Parts[0].End {
			x := w.Words[i]
			if x != w.Words[i+w.Parts[1].First] {
				t.Fatalf("second reading differs: %+v", x)
			}
			if int(x.Start) < end || x.End <= x.Start || int(x.End) > len(s) {
				t.Fatalf("word %d of %q at %d to %d, after %d", i, s, x.Start, x.End, end)
			}
			if x.Form == "" || int(x.Upper) > len(x.Form) {
				t.Fatalf("word %d of %q: %+v", i, s, x)
			}
			end = int(x.End)
			if again, _, _ := fold(x.Form, uzbek); again != x.Form {
				t.Fatalf("form %q (%+q) folds to %q (%+q)", x.Form, x.Form, again, again)
			}
		}
		if utf8.ValidString(s) && !sameWords(w.Words[:w.Parts[0].End], carefully(s, language)) {
			t.Fatalf("%q: the fast and the careful way differ\n%+v\n%+v", s, w.Words[:w.Parts[0].End], carefully(s, language))
		}
	})
}

// TestCutAgain: words that are cut into those of another entry are the words of their own.
func TestCutAgain(t *testing.T) {
	texts := []string{"Сув омбори 12.5 млн м³ — «Тўпаланг» daryosida", "", "It's the U.S. of A., 3,000 km away", strings.Repeat("слово ", 300), "o'zbek tili"}
	again := new(Words)
	for i, s := range texts {
		for j, other := range texts {
			parts := Parts{{s}, {other, s}, {other}}
			language := []string{"ru", "uz", "en"}[(i+j)%3]
			again.Cut(&parts, language)
			want := Cut(&parts, language)
			if again.Language != want.Language || !slices.Equal(again.Parts, want.Parts) || !slices.Equal(again.Words, want.Words) {
				t.Errorf("%q and %q in %s: cut again to %v, want %v", s, other, language, again, want)
			}
		}
	}
}
