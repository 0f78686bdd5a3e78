package main

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/text"
)

// TestShippedConcepts holds the shipped table to its size, its names and its
// languages: every concept has words in Latin and in Cyrillic letters.
func TestShippedConcepts(t *testing.T) {
	for _, path := range []string{"../../config.yaml", "../../samples/config.yaml"} {
		cfg, problems := config.Load(path)
		if cfg == nil {
			t.Fatal(problems)
		}
		c, problems := match.CompileConcepts(cfg.Concepts)
		if c == nil || len(problems) > 0 {
			t.Fatal(problems)
		}
		if problems := c.Lint(); len(problems) > 0 {
			t.Error(problems)
		}
		count := map[feed.ConceptKind]int{}
		for _, k := range cfg.Concepts {
			count[k.Kind]++
			if !strings.HasPrefix(k.ID, "c-") {
				t.Errorf("%s: the name of a concept begins with c-", k.ID)
			}
			letters := func(in *unicode.RangeTable) bool {
				return slices.ContainsFunc(k.Rules, func(r feed.Rule) bool {
					return strings.ContainsFunc(r.Pattern, func(c rune) bool { return unicode.Is(in, c) })
				})
			}
			if !letters(unicode.Latin) || !letters(unicode.Cyrillic) {
				t.Errorf("%s: %s has words in one script", k.Pos, k.ID)
			}
		}
		for kind, least := range map[feed.ConceptKind]int{"place": 300, "org": 100, "office": 30, "event": 130, "object": 130} {
			if count[kind] < least {
				t.Errorf("%s: %d concepts of kind %s", path, count[kind], kind)
			}
		}
	}
}

// TestShippedConceptsMeet finds the same concepts in one event told in several
// languages, and not what only looks like them.
func TestShippedConceptsMeet(t *testing.T) {
	cfg, problems := config.Load("../../config.yaml")
	if cfg == nil {
		t.Fatal(problems)
	}
	concepts, _ := match.CompileConcepts(cfg.Concepts)
	found := func(title, language string) []string {
		var out []string
		for _, h := range concepts.Find(text.Cut(&text.Parts{{title}}, language)) {
			out = append(out, strings.TrimPrefix(h.Concept, "c-"))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, story := range []struct {
		want   string // in every language
		titles []string
	}{
		{"earthquake fergana", []string{"en: Earthquake shakes Fergana", "ru: В Фергане произошло землетрясение", "uz: Фарғонада зилзила", "uz: Fargʻonada zilzila",
			"kk: Ферғанада жер сілкінді", "ky: Ферганада жер титиреди", "tg: Дар Фарғона заминҷунбӣ шуд"}},
		{"batken border shooting", []string{"en: Shooting on the border in Batken", "ru: Стрельба на границе в Баткене", "uz: Боткен чегарасида отишма", "uz: Botken chegarasida otishma",
			"ky: Баткенде чек арада атышуу", "tg: Тирандозӣ дар сарҳади Боткен"}},
		{"canal irrigation qosh-tepa", []string{"en: Qosh Tepa canal and irrigation", "ru: Кош-Тепа: строят канал для орошения", "uz: Қўштепа: ирригация учун сув канали"}},
		{"gas gazprom uzbekistan", []string{"en: Gazprom sells gas to Uzbekistan", "ru: Газпром и Узбекистан: сколько газа", "uz: «Газпром» Ўзбекистонга газни сотади", "uz: “Gazprom” Oʻzbekistonga gazni sotadi"}},
		{"avalanche tajikistan", []string{"en: Avalanche in Tajikistan", "ru: В Таджикистане сошла лавина", "uz: Тожикистонда қор кўчкиси", "uz: Tojikistonda qor ko'chkisi", "tg: Тарма дар Тоҷикистон"}},
		{"central-bank rate-decision", []string{"en: Central bank keeps its key rate", "ru: Центробанк сохранил основную ставку", "uz: Марказий банк асосий ставкани ўзгартирмади", "uz: Markaziy bank asosiy stavkani oʻzgartirmadi",
			"kk: Ұлттық банк базалық мөлшерлемені сақтады", "ky: Улуттук банк эсептик ченди сактады"}},
		{"phone-call president", []string{"en: Presidents talk by telephone", "ru: Телефонный разговор президентов", "uz: Президентлар телефон орқали гаплашди", "uz: Prezidentlar telefon orqali gaplashdi"}},
	} {
		want := strings.Fields(story.want)
		for _, line := range story.titles {
			language, title, _ := strings.Cut(line, ": ")
			got := found(title, language)
			for _, id := range want {
				if !slices.Contains(got, id) {
					t.Errorf("%s: no %s among %v", line, id, got)
				}
			}
		}
	}
	for _, tt := range []struct{ line, not string }{
		{"ru: Цена газа и договор о газе", "gaza"}, {"ky: Калкы башка өлкөлөргө караганда аз", "karaganda"}, {"uz: U uyda kitob oldi", "death"},
		{"uz: Muddat belgilandi", "belgium"}, {"ru: Очередная встреча", "queue"}, {"uz: Navbatdagi uchrashuv", "queue"}, {"ru: Электронный билет", "electricity"},
		{"uz: Talashib qolishdi", "talas"}, {"ru: Семей погибших много", "semey"}, {"en: According to a report", "agreement"}, {"ky: Киргизилген жаңы тартип", "kyrgyzstan"},
		{"ru: Жители деревни", "forest-tree"}, {"ru: Рабочие грузили зерно", "georgia"}, {"ru: Зерно кончилось", "mine"}, {"ru: Пора домой", "corruption"},
		{"ru: Старая обида", "museum-monument"}, {"ru: Поезд в Кемерово", "ship-port"}, {"ru: Рейс в Бухарест", "bukhara"}, {"ru: Озеро Балхаш", "balkh"},
		{"uz: Сармоя жалб этилди", "frost"}, {"uz: Кундузи иссиқ бўлади", "kunduz"}, {"uz: Dushanbadan ish boshlanadi", "dushanbe"}, {"uz: Аҳоли қатлами", "murder"},
		{"uz: Amaliyot oʻtash", "special-operation"}, {"kk: Бір қатар мәселе", "qatar"}, {"kk: Гимназия ашылды", "flag-anthem"},
		{"uz: Zoʻravonlikka qarshi", "kashkadarya"}, {"ru: Коллеги поздравили врача", "session"}, {"ky: Кырсык катары каралат", "qatar"},
	} {
		language, title, _ := strings.Cut(tt.line, ": ")
		if got := found(title, language); slices.Contains(got, tt.not) {
			t.Errorf("%s: %v", tt.line, got)
		}
	}
}
