package text

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"2024 🇺🇿", ""},
		{"The leaders of the SCO met in Tashkent", "en"},
		{"What HTS means for the security of Central Asia", "en"},
		{"SCO summit Tashkent", "en"},
		{"NATO's summit", "en"},
		{"Mexico’s drill with Tokyo's navy begins", "en"},
		{"Саммит глав государств ШОС открылся в Ташкенте", "ru"},
		{"Министр обсудил с послом вопросы для повестки саммита, что важно", "ru"},
		{"Тошкентда хавфсизлик бўйича анжуман бўлиб ўтди", "uz"},
		{"Президент янги қонунни имзолади", "uz"},
		{"Toshkentda xavfsizlik boʻyicha anjuman boʻlib oʻtdi", "uz"},
		{"Toshkentda xavfsizlik bo'yicha anjuman bo'lib o'tdi", "uz"},
		{"Prezident Rossiya rahbari bilan uchrashdi va muzokaralar olib bordi", "uz"},
		{"Қазақстан президенті қауіпсіздік мәселелерін талқылады", "kk"},
		{"Кыргызстандын өкмөтү чек ара боюнча сүйлөшүүлөрдү өткөрдү, жаңы келишим", "ky"},
		{"Президенти Тоҷикистон бо ҳамтои худ дар бораи амният гуфтугӯ кард", "tg"},
		{"Президент України обговорив із союзниками питання безпеки", "uk"},
		{"Правителството обсъди мерките за сигурност в региона", ""},
		{"Бишкекте саммит башталды", "ky"},
		{"Президент Србије разговарао је са министром о безбедности и сарадњи", ""},
		{"Der Präsident hat mit dem Minister über die Lage in der Region gesprochen", ""},
		{"Le président a discuté avec le ministre de la sécurité dans la région", ""},
		{"El presidente y los ministros de la region se reunieron en la capital", ""},
		{"Cumhurbaşkanı Özbekistan'da güvenlik için bir toplantıya katıldı", ""},
		{"أوزبكستان تستضيف القمة", ""},
		{"乌兹别克斯坦主办峰会", ""},
		{"Uzbek MFA: «Узбекистан»", ""},
	} {
		if got := Language("", &Parts{{c.text}}); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := Language(" en-US ", &Parts{{"Саммит ШОС"}}); got != "en-us" {
		t.Errorf("declared: %q", got)
	}
	if got := Language("und", &Parts{{"The summit of the SCO and its members"}}); got != "en" {
		t.Errorf("declared as undetermined: %q", got)
	}
}

// A title is often all that a source gives.
func TestLanguageOfShortTitles(t *testing.T) {
	for language, titles := range map[string][]string{
		"en": {
			"Kazakh MPs widen anti-terror law", "Rogun dam: first unit", "Tashkent metro", "Oil price falls", "Aral Sea shrinks",
			"Tokayev's reforms stall", "KAZAKHSTAN BANS CRYPTO MINING", "Saidov flies to Riyadh", "Taliban envoy in Astana",
			"Kyrgyz-Tajik border reopens", "Planning begins", "Saudi lender buys Uzbek bank", "Flooding kills four",
			"UN warns of drought", "Doesn't add up", "Power cuts", "Qatar hosts Afghan talks",
		},
		"ru": {
			"Саммит ШОС", "Токаев в Пекине", "Обвал на шахте", "Умер известный поэт", "Курс доллара", "Хлопок дорожает",
			"Погода: дождь", "Землетрясение под Алматы", "Жители Оша ждут газа", "Мост через Сырдарью", "Новые пошлины",
			"МИНФИН ПОВЫСИЛ ПРОГНОЗ", "Сколько стоит плов", "Нурек без воды", "Директор и доктор",
		},
		"uz": {
			"Тошкентда бозор ёнди", "Сайлов натижалари", "Фарғонада портлаш", "ШҲТ саммити ёпилди", "Янги мактаблар очилади",
			"Газ нархи кутарилди", "Тошкентда кор ёгди", "Мигрантлар кайтмокда", "Узбекистонда солик камаяди", // no letters of its own
			"Солиқ камаяди", "Доллар курси ошди",
			"Elektr narxi oshmoqda", "Vazirlar Mahkamasi qarori", "Chegarada otishma", "Xitoy sarmoyasi", "Dollar kursi oshdi",
			"O‘zbekiston g‘alabasi", "O'zbekiston g'alabasi", "O`zbekiston g`alabasi", "Oʻzbekiston gʻalabasi", "Ozbekiston galabasi",
			"SHHT sammiti", "Samarqandda yangi koʻprik",
		},
		"kk": {
			"Астанада форум өтті", "Теңге әлсіреді", "Мұнай бағасы өсті", "Су тасқыны басталды", "Сот үкімі", "Ұшақ апаты",
			"Алматыда жарылыс болды", "Мектеп салынып жатыр", "Жаңа министр тағайындалды", "Доллар қымбаттады",
		},
		"ky": {
			"Ошто жер титиреди", "Газ кымбаттады", "Чек арада атышуу", "Жыйын башталды", "Өкмөт башчысы", "Бензиндин баасы",
			"Мектеп курулуп жатат", "Депутаттар добуш берди", "Таласта кар жаады", "Жаңы министр дайындалды",
		},
		"tg": {
			"Ҷаласаи СҲШ дар Душанбе", "Заминларза дар Рашт", "Хабарҳои варзишӣ", "Қарзи берунӣ афзуд", "Дарёи Вахш хушк мешавад",
			"Точикистон ва Чин созишнома имзо карданд", "Мактабхои нав кушода шуданд", "Президент фармон дод", "Таркиш дар Кобул", // without ҷӣӯқғҳ
			"Мухочирони мехнати баргаштанд",
		},
		"uk": {"Уряд ухвалив бюджет", "Ціни на газ зросли", "Пожежа на складі у Києві"},
	} {
		for _, title := range titles {
			if got := Language("", &Parts{{title}}); got != language {
				t.Errorf("%q: %q, want %q", title, got, language)
			}
		}
	}
}

// Languages that share letters and words with those that are told, and have no
// tag of their own here.
func TestLanguageOfNeighbours(t *testing.T) {
	for neighbour, texts := range map[string][]string{
		"Bulgarian":        {"Президентът подписа указа", "Земетресение разлюля София", "Министърът подаде оставка"},
		"Serbian":          {"Влада усвојила закон о раду", "Пожар у Београду", "Председник отпутовао у Москву"},
		"Macedonian":       {"Собранието го изгласа буџетот", "Владата ќе донесе нови мерки за цените"},
		"Belarusian":       {"Прэзідэнт сустрэўся з міністрам", "У Мінску адкрылі новую школу", "Снег і вецер"},
		"Mongolian":        {"Ерөнхийлөгч Москвад айлчилна", "Монгол Улсын Засгийн газар хуралдлаа"},
		"Tatar":            {"Казанда яңа мәктәп ачылды", "Татарстан Рәисе очрашу үткәрде"},
		"Bashkir":          {"Башҡортостанда яңы дауахана асылды"},
		"Karakalpak":       {"Қарақалпақстанда сайлаў өтти", "Nókiste jıynalıs bolıp ótti"},
		"Turkish":          {"Cumhurbaşkanı Taşkent'te", "Dolar kuru rekor kırdı", "Ankara'da deprem", "Meclis yeni yasa"},
		"Azerbaijani":      {"Prezident Özbəkistana getdi", "Bakıda sammit keçirildi", "Prezident İlham Əliyev forumda"},
		"Turkmen":          {"Aşgabatda duşuşyk geçirildi", "Türkmenistanyň Prezidenti sapara ugrady"},
		"German":           {"Gipfel in Taschkent", "Russland und China einig", "Polizei nimmt zwei Verdächtige fest", "Bundestag stimmt zu"},
		"Dutch":            {"Kabinet wil meer geld voor het leger", "Koning naar Oezbekistan"},
		"Swedish, Danish":  {"Regeringen vill höja skatten", "Topmøde i København om sikkerhed"},
		"French":           {"Sommet à Tachkent", "Macron en Ouzbékistan", "Le gaz turkmène", "Le président est dans la région"},
		"Spanish":          {"Cumbre en Madrid", "España gana el mundial", "Suben los precios del gas"},
		"Italian":          {"Roma, sciopero dei treni", "Il governo approva la riforma"},
		"Portuguese":       {"Lula viaja para Pequim", "Governo aprova reforma"},
		"Polish and Czech": {"Szczyt w Taszkencie", "Rząd przyjął budżet", "Vláda schválila rozpočet"},
		"Croatian":         {"Vlada usvojila budžet"},
		"Hungarian":        {"Kormány döntött az adókról"},
		"Indonesian":       {"Presiden kunjungi Uzbekistan", "Pemerintah naikkan harga BBM"},
	} {
		for _, text := range texts {
			if got := Language("", &Parts{{text}}); got != "" {
				t.Errorf("%s: %q: %q", neighbour, text, got)
			}
		}
	}
}

// Names in another script do not turn the language of a text.
func TestLanguageOfMixedText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"The word «қўриқ» of the old chronicles, and what the editors say of it", "en"},
		{"Wildberries и Ozon снизили комиссию", "ru"},
		{"Air Astana и FlyArystan запустят рейсы", "ru"},
		{"iPhone 16 в Ташкенте", "ru"},
		{"Uzbekistan Airways янги самолётлар сотиб олди", "uz"},
		{"Kaspi.kz: пайда өсті", "kk"},
		{"乌兹别克斯坦主办上海合作组织峰会 Tashkent summit", ""},
		{"Ош и Κύπρος στην Ευρώπη", ""},
	} {
		if got := Language("", &Parts{{c.text}}); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// Soft hyphens, accents apart from their letters and a part without a space cut
// no word and take no time.
func TestLanguageOfOddText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Пра\u00adви\u00adтель\u00adство об\u00adсу\u00adди\u00adло бюд\u00adжет", "ru"},
		{"Де\u0301ти и взро\u0301слые", "ru"},
		{strings.Repeat("中", 1<<20) + " the summit of the leaders", ""},
		{strings.Repeat("x", 1<<20), ""},
		{"\xd0\xff\xd0 '", ""},
	} {
		if got := Language("", &Parts{{c.text}}); got != c.want {
			t.Errorf("%.40q: %q, want %q", c.text, got, c.want)
		}
	}
	if n := testing.AllocsPerRun(10, func() { Language("", &Parts{{russianNews}, {uzbekNews}}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// The shared data is no part of the project.
func TestLabelledLanguages(t *testing.T) {
	dir := cmp.Or(os.Getenv("TOPICWIRE_SHARED"), "../../../shared")
	f, err := os.Open(filepath.Join(dir, "labelled", "desk.jsonl"))
	if err != nil {
		t.Skipf("no labelled data: %v", err)
	}
	defer f.Close()
	right, all := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e struct{ Title, Summary, Content, Language string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		for _, language := range []string{e.Language, "all"} {
			all[language]++
			if Language("", &Parts{{e.Title}, {e.Summary}, {e.Content}}) == e.Language {
				right[language]++
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for language, n := range all {
		share := float64(right[language]) / float64(n)
		if t.Logf("%s: %.3f of %d", language, share, n); share < .97 {
			t.Errorf("%s: %.3f of %d, want .97", language, share, n)
		}
	}
	if all["all"] == 0 {
		t.Error("no entries")
	}
}

func TestOneOf(t *testing.T) {
	for _, c := range []struct {
		tag, list string
		want      bool
	}{
		{"en", "en", true}, {"en-us", "ru en", true}, {"EN_gb", "en-US", true}, {"eng", "en", false},
		{"", "en", false}, {"uz-Latn", "uz", true}, {"ru", "", false},
	} {
		if got := OneOf(c.tag, strings.Fields(c.list)); got != c.want {
			t.Errorf("%q in %q: %v", c.tag, c.list, got)
		}
	}
}

func FuzzLanguage(f *testing.F) {
	f.Add("o'z", "ў'`ʻ")
	f.Add("\xff'", "ʻʻa'b")
	f.Fuzz(func(t *testing.T, a, b string) {
		switch got := Language("", &Parts{{a}, {b}}); got {
		case "", "en", "ru", "uk", "uz", "kk", "ky", "tg":
		default:
			t.Errorf("%q", got)
		}
	})
}
