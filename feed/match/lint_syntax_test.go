package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// The syntax of other programs is told of, with what to write instead.
func TestForeignSyntax(t *testing.T) {
	const (
		marksMeanNothing = `has quotation marks, which mean nothing: words of a pattern stand next to each other anyway (leave them out)`
		demands          = `which demands nothing (patterns that must hit together go under all; a phrase has all its words)`
		under            = `which is no operator (write the patterns under `
		orNear           = `any, or in NEAR write OR`
		choice           = `which is no choice of letters (`
		spellings        = `list the spellings under any)`
		expression       = ` (leave it out, as a pattern finds whole words anyway, or write {regex: …})`
		near5            = `which is no operator (write NEAR/5, which takes both orders)`
		gap              = `between words, which stands for none (write x NEAR/5 y for words that stand close together)`
		markup           = `and texts are read without their markup (`
	)
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		// Must, and must not.
		{`-melon`, []string{`has - before melon, which excludes nothing (write melon, under none)`}},
		{`water -melon*`, []string{`has - before melon*, which excludes nothing (write melon*, under none)`}},
		{`−дыня`, []string{`has − before дыня, which excludes nothing (write дыня, under none)`}},
		{`-$sport`, []string{`has - before $sport, which excludes nothing (write $sport, under none)`}},
		{`!football`, []string{`has ! before football, which excludes nothing (write football, under none)`}},
		{`+word`, []string{`has + before word, ` + demands}},
		{`+water +crisis`, []string{`has + before water, ` + demands}},

		// Marks that belong to a word.
		{`C++`, []string{`has ++ behind C, which is ignored (write C, or {regex: 'C\+\+'} for the sign)`}},
		{`heise+`, []string{`has + behind heise, which is ignored (write heise, or {regex: '(?i)heise\+'} for the sign)`}},
		{`18+`, []string{`has + behind 18, which is ignored (write 18, or {regex: '18\+'} for the sign)`}},
		{`C# и F#`, []string{`has # behind C, which is ignored (write C, or {regex: 'C#'} for the sign)`}},
		{`@kunuz`, []string{`has @ before kunuz, which is ignored (write kunuz, or {regex: '(?i)@kunuz'} for the sign)`}},
		{`#tag`, []string{`has # before tag, which is ignored (write tag, or {regex: '(?i)#tag'} for the sign)`}},
		{`=Shell`, []string{`has = before Shell, which is ignored (write {exact: Shell})`}},

		// Regular expressions and wildcards.
		{`[Kk]azakh*`, []string{`has [Kk], ` + choice + `write Kazakh*, which matches in any case)`}},
		{`[Аа]ральск*`, []string{`has [Аа], ` + choice + `write Аральск*, which matches in any case)`}},
		{`organi[sz]ation`, []string{`has [sz], ` + choice + spellings}},
		{`[VIDEO]`, []string{`has square brackets, which are ignored (leave them out)`}},
		{`dead]`, []string{`has ], which is ignored (leave it out)`}},
		{`\bwater\b`, []string{`has \b, which means nothing outside regular expressions: it reads as "bwater b"` + expression}},
		{`\w+`, []string{`has \w, which means nothing outside regular expressions: it reads as "w"` + expression}},
		{`/re/`, []string{`has slashes at both ends, which make it no regular expression (write {regex: 're'})`}},
		{`/it's/i`, []string{`has slashes at both ends, which make it no regular expression (write {regex: '(?i)it''s'})`}},
		{`^start`, []string{`has ^ before start, which asks for no beginning (leave it out, or write {regex: '(?i)^start'})`}},
		{`end$`, []string{`has $ behind end, which asks for no end (leave it out, or write {regex: '(?i)end$'})`}},
		{`%wild%`, []string{`has % beside wild, which stands for no letters (write wild* for any ending)`}},
		{`дикий%`, []string{`has % beside дикий, which stands for no letters (write дикий* for any ending)`}},
		{`wo?d`, []string{`has ? in wo?d, which stands for no letter (` + spellings}},
		{`?word`, []string{`has ? in ?word, which stands for no letter (` + spellings}},
		{`{a,b}`, []string{`has braces, which are ignored (list the words under any)`}},
		{`terror.*`, []string{`has a full stop before its star, which is ignored (write terror*)`}},

		// Fields, lists, weights.
		{`title:water`, []string{`has title:, which narrows nothing (write {title: water})`}},
		{`intitle:"water crisis"`, []string{marksMeanNothing, `has intitle:, which narrows nothing (write {title: water crisis})`}},
		{`site:example.org`, []string{`has site:, which narrows nothing (write {link: example.org})`}},
		{`inurl:opinion`, []string{`has inurl:, which narrows nothing (write {link: "*opinion*"})`}},
		{`author:Reuters`, []string{`has author:, which narrows nothing (write {author: Reuters})`}},
		{`tag:politics`, []string{`has tag:, which narrows nothing (write {category: politics} for the entry's, {tag: politics} for its source's)`}},
		{`lang:ru`, []string{`has lang:, which narrows nothing (write languages: [ru] beside the topic's rules)`}},
		{`source:tass`, []string{`has source:, which narrows nothing (name tags or addresses under the topic's sources)`}},
		{`body:water`, []string{`has body:, which narrows nothing (write water, which is looked for in all of a text)`}},
		{`https://example.org/news`, []string{`has an address, which texts hardly show (write {link: example.org/news})`}},
		{`talks $name`, []string{`has $name, which is no list here (a list stands alone as an item)`}},
		{`water^2`, []string{`has ^2 behind water, which weighs nothing (give the pattern a weight under score)`}},
		{`roam~0.8`, []string{`has ~0.8 behind roam, which allows for no misspelling (` + spellings}},
		{`~food`, []string{`has ~ before food, which finds no other words (list the words under any)`}},

		// Phrases.
		{`"water crisis"~5`, []string{`has ~5, which lets no other words between (write water NEAR/5 crisis)`}},
		{`"one two three"~99`, []string{`has ~99, which lets no other words between (write x NEAR/50 y for two words or phrases)`}},
		{`the "quoted phrase" of`, []string{marksMeanNothing}},
		{`«Казмунайгаз»`, []string{marksMeanNothing}},
		{`ОАО "Узбекнефтегаз"`, []string{marksMeanNothing}},
		{`“Word” of the day`, []string{marksMeanNothing}},
		{`'Islamic State'`, []string{marksMeanNothing}},
		{`border ADJ3 clash`, []string{`has ADJ3, which is no operator (write NEAR/3, which takes both orders)`}},
		{`border ADJ clash`, []string{`has ADJ, which is no operator (leave it out, as words of a phrase stand next to each other)`}},
		{`border W/5 clash`, []string{`has W/5, ` + near5}},
		{`border w/5 clash`, []string{`has w/5, ` + near5}},
		{`border PRE/5 clash`, []string{`has PRE/5, ` + near5}},
		{`border NEAR5 clash`, []string{`has NEAR5, ` + near5}},
		{`border /5 clash`, []string{`has /5, ` + near5}},
		{`border /s clash`, []string{`has /s, which is no operator (write NEAR/5 for within five words)`}},
		{`ban … on`, []string{`has … ` + gap}},
		{`ban ... on`, []string{`has ... ` + gap}},
		{`<b>`, []string{`has <b>, ` + markup + `leave it out)`}},
		{`Aral&nbsp;Sea`, []string{`has &nbsp;, ` + markup + `leave it out)`}},
		{`AT&amp;T`, []string{`has &amp;, ` + markup + `write &)`}},

		// Operators.
		{`water && gas`, []string{`has &&, ` + under + `all)`}},
		{`water || gas`, []string{`has ||, ` + under + orNear + `)`}},
		{`water|gas`, []string{`has |, ` + under + orNear + `)`}},
		{`water; gas`, []string{`has ;, which parts no patterns (make an item of each)`}},
		{`drought*/flood*`, []string{`has / between words, which is no or (list the words under any)`}},
		{`вода И газ`, []string{`has И, ` + under + `all; as a word, write и)`}},
		{`вода ИЛИ газ`, []string{`has ИЛИ, ` + under + orNear + `; as a word, write или)`}},
		{`(вода ИЛИ газ) NEAR/5 цена`, []string{`has ИЛИ, ` + under + orNear + `; as a word, write или)`}},
		{`НЕ футбол`, []string{`has НЕ, which is no operator (write the pattern under none; as a word, write не)`}},
		{`suv VA gaz`, []string{`has VA, ` + under + `all; as a word, write va)`}},
		{`suv YOKI gaz`, []string{`has YOKI, ` + under + orNear + `; as a word, write yoki)`}},
		{`futbol EMAS`, []string{`has EMAS, which is no operator (write the pattern under none; as a word, write emas)`}},
		{`сув ВА газ`, []string{`has ВА, ` + under + `all; as a word, write ва)`}},
		{`сув ЁКИ газ`, []string{`has ЁКИ, ` + under + orNear + `; as a word, write ёки)`}},
		{`футбол ЭМАС`, []string{`has ЭМАС, which is no operator (write the pattern under none; as a word, write эмас)`}},
		{`су ЖӘНЕ газ`, []string{`has ЖӘНЕ, ` + under + `all; as a word, write және)`}},
		{`су НЕМЕСЕ газ`, []string{`has НЕМЕСЕ, ` + under + orNear + `; as a word, write немесе)`}},
		{`суу ЖАНА газ`, []string{`has ЖАНА, ` + under + `all; as a word, write жана)`}},
		{`суу ЖЕ газ`, []string{`has ЖЕ, ` + under + orNear + `; as a word, write же)`}},
		{`вода или газ`, []string{`is one phrase, which finds only texts that have или in it (list the words under any)`}},
		{`suv yoki gaz`, []string{`is one phrase, which finds only texts that have yoki in it (list the words under any)`}},
		{`сув ёки газ`, []string{`is one phrase, which finds only texts that have ёки in it (list the words under any)`}},

		// Letters.
		{`Taшкент*`, []string{`has the Latin T, a in the Cyrillic word Taшкент (write Ташкент, in Cyrillic letters alone)`}},
		{`кiтап`, []string{`has the Latin i in the Cyrillic word кiтап (write кітап, in Cyrillic letters alone)`}},
		{`Кazakhstan`, []string{`has the Cyrillic К in the Latin word Кazakhstan (write Kazakhstan, in Latin letters alone)`}},
		{`SСО`, []string{`has the Cyrillic С, О in the Latin word SСО (write SCO, in Latin letters alone)`}},
		{`Ташкtнт`, []string{`has letters of two alphabets in the word Ташкtнт (write it in one)`}},
		{`2024*`, []string{`has a star behind a number: it finds 20240 too (leave the star out)`}},
		{`U.S.A.*`, []string{`has a full stop before its star, which is ignored (write U.S.A*)`}},
		{`terrorists*`, []string{`has a star behind terrorists, which takes no more endings (put the star where the endings begin, or leave it out)`}},
		{`безопасностями*`, []string{`has a star behind безопасностями, which takes no more endings (put the star where the endings begin, or leave it out)`}},
		{`или*`, []string{`hits nearly every text (write a longer phrase, or a rarer word)`}},
	} {
		var want []string
		for _, w := range c.want {
			want = append(want, feed.Problem{Pos: at(1), Severity: feed.Warning, Text: "pattern " + quoted(&feed.Rule{Pattern: c.pattern}) + " " + w}.String())
		}
		slices.Sort(want)
		if got := lintedAs(t, feed.ScopeText, c.pattern); !slices.Equal(got, want) {
			t.Errorf("%s:\n%q, want\n%q", c.pattern, got, want)
		}
	}
}

// lintedAs gives the warnings of a topic with this pattern and a harmless one.
func lintedAs(t *testing.T, scope feed.Scope, pattern string) (out []string) {
	t.Helper()
	m := compile(t, feed.Topic{ID: "a", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Scope: scope, Pattern: pattern, Pos: at(1)}, {Pattern: "zebra", Pos: at(2)}}}}})
	for _, p := range m.Lint(nil) {
		out = append(out, p.String())
	}
	return out
}

// What is ordinary in texts and names is no syntax.
func TestOrdinaryPatterns(t *testing.T) {
	for _, row := range strings.Split(`AT&T|R&D|Q&A|Marks & Spencer|Yahoo!|Jeopardy! host|Who Wants to Be a Millionaire?|al-Qaeda|East-Anti-Terror*
visa-free|C5+1|Central Asia + Japan|S&P 500|US$|$5 million|US$ 10 billion|$A|5%|10 % of GDP|#1|No. 5|24/7|9/11|14:30|COVID-19|G-20|RFE/RL|HIV/AIDS
km/h|Politics: the week|Kingdom: Come Deliverance|Re:publica|St. Petersburg|U.S.|U.S.A.|J. K. Rowling|O'Brien*|rock 'n' roll|Hay’at Tahrir|dead or alive
trick or treat|desk@example.org|gazeta.uz|Kun.uz|-40 °C|+998|Asia-Plus – news|Nur - Sultan|12" gun|Boeing 737*|terror*|building*|treaties|newspaper*
(attack OR "air strike") NEAR/5 talks|border NEAR/5 clash*|VA hospital|W3C|adj|café|naïve|Zürich|Ağrı|İstanbul|…and justice for all
мигранты и беженцы|Центральн* Ази*|не война|война и мир|ШОС|СНГ*|СHГ|HATO|Ван И|И. Каримов|Каримов И А|Ш. Мирзиёев|река Или|газ и нефть|№ 5|д-р Иванов
IT-парк|IT-специалист*|QRкод*|SMSка|МиГ-29|С-300*|С-400*|Су-57|Tele2|ВИЧ/СПИД|и/или|млрд долл.|10% годовых|Что? Где? Когда?|Не молчи!|ООН: доклад
строитель*|связь*|объект*|обороноспособност*|учени* ШОС|Аль-Каид*|Кош-Теп*|ЁКИ|ИЛИ|МИД И
Oʻzbekiston Respublikasi|O'zbek*|Qoʻqon|Fargʻona*|suv va energetika|Fan va taʼlim|sanʼat*|San'at saroyi|oziq-ovqat xavfsizli*|yoki|VA|yoʻl harakati|Hayʼat at-Tahrir*
Ўзбекистон Республикаси|сув ва газ|Қўқон|Фарғона*|таъминот*|йўл ҳаракати|озиқ-овқат|Ҳамкорлик ташкилоти|МДҲ*|ШҲТ
Қазақстан Республикасы|Әлихан*|Түркістан*|Тәуелсіздік күні|су және газ|Нұр-Сұлтан|Өскемен*|ҚР Үкіметі|Іле өзені
Кыргыз Республикасы|Ысык-Көл*|Ала-Тоо|Жогорку Кеңеш*|суу жана газ|УКМК*|өлтүр*|Чүй облусу|ошол эле
Ҷумҳурии Тоҷикистон|Эмомалӣ Раҳмон|Хуҷанд*|Роғун|об ва барқ|вазири корҳои хориҷӣ|Кӯлоб`, "\n") {
		for _, p := range strings.Split(row, "|") {
			if _, flaw := parse(reading{written: p}); flaw != nil {
				t.Errorf("%s: %v", p, flaw)
			}
			doubts(feed.ScopeText, p, func(_, format string, args ...any) { t.Errorf("%s: "+format, append([]any{p}, args...)...) })
		}
	}
}

// Globs and regular expressions have marks of their own, and exact words may be
// and, or and not.
func TestForeignSyntaxInScopes(t *testing.T) {
	for _, c := range []struct {
		scope   feed.Scope
		pattern string
		want    string // the beginning of the only warning, "" for none
	}{
		{feed.ScopeTitle, "-melon", `t.yaml:1:3: warning: pattern "-melon" has - before melon`},
		{feed.ScopeAuthor, "@name", `t.yaml:1:3: warning: pattern "@name" has @ before name`},
		{feed.ScopeAuthor, "for*", ""},
		{feed.ScopeCategory, "politics/world", ""},
		{feed.ScopeCategory, "[politics]", `t.yaml:1:3: warning: pattern "[politics]" has square brackets`},
		{feed.ScopeExact, "C++", `t.yaml:1:3: warning: pattern "C++" has ++ behind C`},
		{feed.ScopeExact, "Taшкент", `t.yaml:1:3: warning: pattern "Taшкент" has the Latin T, a`},
		{feed.ScopeExact, "Быть ИЛИ не быть", ""},
		{feed.ScopeLink, "*.example.org/-x/[a]?b=%20", ""},
		{feed.ScopeRegex, `^\[[Kk]azakh\+$`, ""},
		{feed.ScopeRegex, "/re/", `t.yaml:1:3: warning: regex "/re/" has slashes at both ends, which are part of it (write {regex: 're'})`},
		{feed.ScopeRegex, "/re/i", `t.yaml:1:3: warning: regex "/re/i" has slashes at both ends, which are part of it (write {regex: '(?i)re'})`},
		{feed.ScopeRegex, "and/or", ""},
	} {
		got := lintedAs(t, c.scope, c.pattern)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("{%s: %s}: %q, want %q", c.scope, c.pattern, got, c.want)
		}
	}
}

// A list's pattern is told of once, at its own place, however often and in
// whatever scope the list is used.
func TestForeignSyntaxInLists(t *testing.T) {
	fruit := feed.Rule{List: "fruit", Pos: at(20), Op: feed.OpAny, Parts: lines(1, "apple", "-melon")}
	titled := fruit
	titled.Parts = slices.Clone(fruit.Parts)
	for i := range titled.Parts {
		titled.Parts[i].Scope = feed.ScopeTitle
	}
	m := compile(t,
		feed.Topic{ID: "a", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{fruit}}}},
		feed.Topic{ID: "b", Translit: "uz", Rules: feed.Rules{{Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{weighing(1, fruit)}}}},
		feed.Topic{ID: "c", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{titled}}, {Op: feed.OpNone, Parts: lines(5, "zebra")}}},
	)
	var got []string
	for _, p := range m.Lint(nil) {
		got = append(got, p.String())
	}
	want := []string{`t.yaml:2:3: warning: pattern "-melon" has - before melon, which excludes nothing (write melon, under none)`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever is written, a doubt has a text and a hint.
func FuzzDoubts(f *testing.F) {
	for _, s := range []string{"", "-melon", `"a b"~5`, "[Kk]azakh*", `\b`, "/re/i", "%a%b%", "^$", "a;b;", "(x OR 'y') NEAR/2 {z}", "Taшкент", "İ*", "title:", "<b", "&#0;", "\xff+", "ǅ#", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, scope := range []feed.Scope{feed.ScopeText, feed.ScopeTitle, feed.ScopeExact, feed.ScopeRegex, feed.ScopeLink} {
			doubts(scope, s, func(hint, format string, args ...any) {
				if text := fmt.Sprintf(format, args...); text == "" || hint == "" {
					t.Fatalf("{%s: %q}: %q (%s)", scope, s, text, hint)
				}
			})
		}
		if m, _ := Compile([]feed.Topic{{ID: "t", Rules: anyOf(s)}}); m != nil {
			m.Lint(nil)
		}
	})
}
