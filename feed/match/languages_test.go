package match

import (
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// One pattern and one text a line, by language: what must match, and what looks
// like it and must not.
func TestLanguagePairs(t *testing.T) {
	for _, c := range []struct {
		language, pattern, text string
		want                    bool
	}{
		// English.
		{"en", "border clash*", "Border clashes reported", true},
		{"en", "border clash*", "border and clashes", false},
		{"en", "naïve", "a NAÏVE plan", true},
		{"en", "naïve", "a naive plan", false},
		{"en", "women", "the women’s team", true},
		{"en", "co-operation", "cooperation", false},
		{"en", "IS", "IS claims the attack", true},
		{"en", "IS", "it is claimed", false},
		{"en", "ﬁnal", "final", true},
		// Russian: endings, ё, stress marks, Latin letters among capitals.
		{"ru", "пограничн*", "Пограничники задержали", true},
		{"ru", "пограничн*", "приграничная торговля", false},
		{"ru", "отчёт", "Отчет опубликован", true},
		{"ru", "мой", "мои", false},
		{"ru", "замок", "за\u0301мок", true},
		{"ru", "ОДКБ", "учения ОДКБ", true},
		{"ru", "ОДКБ", "одкб", false},
		{"ru", "СНГ", "саммит CHГ", true}, // Latin C and H
		{"ru", "воздушно-космическ*", "Воздушно-космические силы", true},
		// Uzbek in Latin script, with every apostrophe on both sides.
		{"uz", "qoʻshin*", "qo'shinlar", true},
		{"uz", "qo'shin*", "qoʻshinlar", true},
		{"uz", "qo‘shin*", "qo’shinlar", true},
		{"uz", "qo`shin*", "qo´shinlar", true},
		{"uz", "qo´shin*", "qoʼshinlar", true},
		{"uz", "qoʼshin*", "qo`shinlar", true},
		{"uz", "qo’shin*", "qo‘shinlar", true},
		{"uz", "togʻ", "tog", true},
		{"uz", "togʻ", "tosh", false},
		{"uz", "sanʼat", "san'at saroyi", true},
		{"uz", "BMT", "BMT bosh kotibi", true},
		{"uz", "BMT", "bmt", false},
		// Uzbek in Cyrillic script: ё, ў, қ, ғ, ҳ are letters of their own.
		{"uz", "қўшин*", "Қўшинлар", true},
		{"uz", "қўшин*", "кўшинлар", false},
		{"uz", "ҳаво", "хаво", false},
		{"uz", "ғоя", "гоя", false},
		{"uz", "ёнғин", "ЁНҒИН чиқди", true},
		{"uz", "ёнғин", "енғин", false},
		{"uz", "ШҲТ", "ШҲТ саммити", true},
		{"uz", "ШҲТ", "ШХТ саммити", false},
		// Kazakh.
		{"kk", "шекара*", "Шекарада қақтығыс", true},
		{"kk", "әскер*", "Әскерилер", true},
		{"kk", "әскер*", "аскер", false},
		{"kk", "ҰҚШҰ", "ҰҚШҰ жиыны", true},
		{"kk", "ҰҚШҰ", "ұқшұ", false},
		{"kk", "үкімет*", "Укимет", false},
		{"kk", "Қазақстан*", "ҚАЗАҚСТАНДА", true},
		// Kyrgyz.
		{"ky", "коопсуздук*", "Коопсуздук кеңеши", true},
		{"ky", "кеңеш*", "Кеңешинин жыйыны", true},
		{"ky", "кеңеш*", "кенеш", false},
		{"ky", "өкмөт*", "ӨКМӨТ", true},
		{"ky", "өкмөт*", "окмот", false},
		{"ky", "үчүн", "учун", false},
		{"ky", "ЖККУ", "ЖККУнун саммити", false}, // a whole word
		{"ky", "ЖККУ*", "ЖККУнун саммити", true},
		// Tajik.
		{"tg", "амният*", "Амнияти миллӣ", true},
		{"tg", "миллӣ", "МИЛЛӢ", true},
		{"tg", "миллӣ", "милли", false},
		{"tg", "ҷумҳурӣ*", "Ҷумҳурии Тоҷикистон", false}, // ӣ is not и
		{"tg", "ҷумҳур*", "Ҷумҳурии Тоҷикистон", true},
		{"tg", "Тоҷикистон", "Точикистон", false},
		{"tg", "роҳ", "рох", false},
		{"tg", "гӯшт", "гушт", false},
		// Turkish: İ is an i; ı is another letter.
		{"tr", "İstanbul", "istanbul’da", false}, // a word with its ending
		{"tr", "İstanbul*", "istanbul’da", true},
		{"tr", "istanbul", "İstanbul", true},
		{"tr", "İstanbul", "İSTANBUL", true},
		{"tr", "i̇stanbul", "İstanbul", true},
		{"tr", "güvenlik", "Güvenlik Konseyi", true},
		{"tr", "güvenlik", "guvenlik", false},
		{"tr", "ısı", "isi", false},
		{"tr", "kız", "kiz", false},
		{"tr", "şehir", "sehir", false},
		{"tr", "Türkiye", "TÜRKİYE", true},
		{"tr", "TBMM", "TBMM'de", false}, // a word with its ending
		{"tr", "TBMM*", "TBMM'de", true},
		// German: ß, umlauts; compounds are words of their own.
		{"de", "Straße", "STRASSE", true},
		{"de", "strasse", "Straße", true},
		{"de", "Grenze", "an der GRENZE", true},
		{"de", "Sicherheit", "Sicherheitsrat", false},
		{"de", "Sicherheit*", "Sicherheitsrat", true},
		{"de", "Rat", "Sicherheitsrat", false},
		{"de", "Müller", "Muller", false},
		{"de", "Mu\u0308ller", "Müller", true},
		{"de", "Masse", "Maße", true}, // the price of full case folding
		// Arabic: whole words, the article included; presentation forms.
		{"ar", "منظمة شنغهاي للتعاون", "قمة منظمة شنغهاي للتعاون، في طشقند", true},
		{"ar", "منظمة شنغهاي", "منظمة التعاون", false},
		{"ar", "الأمن", "مجلس الأمن الدولي", true},
		{"ar", "أمن", "مجلس الأمن الدولي", false},
		{"ar", "سلام", "ﺳﻼﻡ", true},
		{"ar", "أوزبك*", "أوزبكستان", true},
		// Chinese: no spaces, a pattern stands inside a run.
		{"zh", "上海合作组织", "第二十五届上海合作组织峰会在塔什干举行", true},
		{"zh", "上海合作组织", "上海与合作组织", false},
		{"zh", "上海合作组织", "上海。合作组织", true}, // punctuation parts no phrase
		{"zh", "上海 合作组织 峰会", "上海合作组织峰会", true},
		{"zh", "峰会", "SCO峰会", true},
		{"zh", "SCO 峰会", "本届SCO峰会", true},
		{"zh", "反恐", "反对恐怖主义", false},
		{"zh", "反恐 NEAR/6 演习", "反恐联合军事演习", true},
		{"zh", "反恐 NEAR/3 演习", "反恐联合军事演习", false},
		{"zh", "ＳＣＯ", "SCO峰会", true},
	} {
		for _, field := range []string{"title", "summary"} {
			parts := text.Parts{{c.text}}
			if field == "summary" {
				parts = text.Parts{nil, {c.text}}
			}
			// Two capital words make a title of capitals; a word in small letters
			// keeps it from being one.
			if field == "title" {
				parts[0][0] += " x"
			}
			if got := hits(t, c.pattern, c.language, parts); got != c.want {
				t.Errorf("%s: %q in %s %q: %v", c.language, c.pattern, field, c.text, got)
			}
		}
	}
}

// translit: uz finds the Latin spelling of Cyrillic patterns, in Uzbek texts and
// in those of unknown language.
func TestTranslit(t *testing.T) {
	for _, c := range []struct {
		pattern, language, text string
		want                    bool
	}{
		{"хавфсизлик", "uz", "Xavfsizlik kengashi", true},
		{"хавфсизлик", "uz", "Хавфсизлик кенгаши", true},
		{"хавфсизлик", "", "Xavfsizlik kengashi", true},
		{"хавфсизлик", "en", "Xavfsizlik kengashi", false},
		{"Ўзбекистон*", "uz", "Oʻzbekistonning", true},
		{"Ўзбекистон*", "uz", "O'zbekistonning", true},
		{"ғалаба", "uz", "gʻalaba", true},
		{"қўшин*", "uz", "qo‘shinlar", true},
		{"ҳаво ҳужум*", "uz", "havo hujumiga qarshi", true},
		{"шартнома", "uz", "shartnoma", true},
		{"чегара*", "uz", "chegarada", true},
		{"келишув", "uz", "kelishuv", true},
		{"ер", "uz", "yer", true},
		{"ер", "uz", "er", false},
		{"поезд", "uz", "poyezd", true},
		{"объект*", "uz", "obyektlar", true},
		{"ёшлар", "uz", "yoshlar", true},
		{"июль", "uz", "iyul", true},
		{"ярим", "uz", "yarim", true},
		{"жанг", "uz", "jang", true},
		{"йил", "uz", "yil", true},
		{"энг", "uz", "eng", true},
		{"маъно", "uz", "maʼno", true},
		{"милиция", "uz", "militsiya", true},
		{"цирк", "uz", "sirk", true},
		{"цирк", "uz", "tsirk", true},
		{"батальон", "uz", "batalyon", true},
		{"тинчлик NEAR/4 шартнома*", "uz", "tinchlik haqida yangi shartnomani", true},
		{"ШҲТ", "uz", "ShHT sammiti", true},
		{"ШҲТ", "uz", "SHHT sammiti", true},
		{"ШҲТ", "uz", "shht sammiti", false},
		{"ШҲТ", "uz", "Shht sammiti", false},
		{"ШҲТ", "uz", "ШҲТ саммити", true},
		{"ШҲТ*", "uz", "ShHTga aʼzo", true},
		{"БМТ", "uz", "BMT", true},
		{"БМТ", "uz", "bmt", false},
		{"война", "ru", "voyna", false},
		{"крыша", "uz", "krisha", false}, // ы: no Uzbek word
		{"крыша", "uz", "крыша", true},
		{"security", "uz", "security", true},
	} {
		m := compile(t, feed.Topic{ID: "t", Translit: "uz", Rules: anyOf(c.pattern)})
		if got := len(m.Match(nowhere, nil, text.Cut(&text.Parts{nil, {c.text}}, c.language))) == 1; got != c.want {
			t.Errorf("%q in %q (%s): %v", c.pattern, c.text, c.language, got)
		}
	}
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf("хавфсизлик")})
	if got := m.Match(nowhere, nil, text.Cut(&text.Parts{{"xavfsizlik"}}, "uz")); got != nil {
		t.Errorf("without translit: %v", got)
	}
}
