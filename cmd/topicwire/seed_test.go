package main

import (
	"strings"
	"testing"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
)

// The news that the default topics grew from, as a title alone, with a summary,
// and as a full text of some three hundred words, in three languages and both
// scripts of Uzbek.
func TestTheNewsThatTheTopicsGrewFrom(t *testing.T) {
	cfg, problems := config.Load("../../config.yaml")
	if cfg == nil {
		t.Fatal(problems)
	}
	m, problems := match.Compile(cfg.Topics)
	if m == nil {
		t.Fatal(problems)
	}
	const security, diplomacy, neither = "regional-security", "regional-diplomacy", ""
	// The rest of a report says who sat where, and nothing of the matter.
	rest := map[string]string{
		"en":      "The guests were met at the airport in the morning and had lunch together. A press release was handed out after the meeting, and the next one is planned for the spring. ",
		"ru":      "Гостей встретили утром в аэропорту, после обеда они осмотрели город. По итогам распространили сообщение для печати, следующая встреча намечена на весну. ",
		"uz":      "Mehmonlarni ertalab aeroportda kutib olishdi, tushlikdan keyin ular shaharni tomosha qilishdi. Yakunda matbuot uchun xabar tarqatildi, keyingi uchrashuv bahorda boʻladi. ",
		"uz-Cyrl": "Меҳмонларни эрталаб аэропортда кутиб олишди, тушликдан кейин улар шаҳарни томоша қилишди. Якунда матбуот учун хабар тарқатилди, кейинги учрашув баҳорда бўлади. ",
	}
	for _, tt := range []struct{ topic, language, title, summary, text string }{
		{security, "en", "Tashkent hosts conference of the SCO and CIS anti-terrorism bodies", "The Regional Anti-Terrorist Structure and the Anti-Terrorism Center meet on 4 and 5 September.", "The exercise East-Anti-Terror-2024 ends the meeting. The president called on all to fight terrorism and extremism together."},
		{security, "ru", "В Ташкенте проходит конференция РАТС ШОС и Антитеррористического центра СНГ", "Встреча двух структур продлится два дня.", "Завершит её учение «Восток-Антитеррор-2024». Президент призвал вместе бороться с терроризмом и экстремизмом."},
		{security, "uz", "Toshkentda ShHT va MDH aksilterror tuzilmalari konferensiyasi", "Ikki tuzilma ikki kun davomida uchrashadi.", "Yakunda Sharq-Antiterror-2024 mashgʻuloti oʻtadi. Prezident terrorizm va ekstremizmga qarshi birga kurashishga chaqirdi."},
		{security, "uz-Cyrl", "Тошкентда ШҲТ ва МДҲ аксилтеррор тузилмалари конференцияси", "Икки тузилма икки кун давомида учрашади.", "Якунда Шарқ-Антитеррор-2024 машғулоти ўтади. Президент терроризм ва экстремизмга қарши бирга курашишга чақирди."},
		{security, "en", "What HTS means for the security of Central Asia", "Fighters from the region served with HTS.", "Uzbek and Tajik militants fought beside it."},
		{security, "ru", "Что ХТШ значит для безопасности Центральной Азии", "В рядах ХТШ воевали выходцы из региона.", "Боевики из Узбекистана и Таджикистана остались в стране."},
		{security, "uz", "HTSh Markaziy Osiyo xavfsizligi uchun nimani anglatadi", "HTSh safida mintaqadan borganlar jang qilgan.", "Oʻzbekistonlik jangarilar mamlakatda qoldi."},
		{security, "uz-Cyrl", "ҲТШ Марказий Осиё хавфсизлиги учун нимани англатади", "ҲТШ сафида минтақадан борганлар жанг қилган.", "Ўзбекистонлик жангарилар мамлакатда қолди."},
		{security, "en", "CIS agrees on one air defense system", "The heads of government signed a plan.", "The common air defense of the CIS is to be ready by 2030."},
		{security, "ru", "СНГ договорился о единой системе ПВО", "Главы правительств подписали план.", "Единая система ПВО СНГ должна быть готова к 2030 году."},
		{security, "uz", "MDH yagona havo mudofaasi tizimi haqida kelishdi", "Hukumat rahbarlari reja imzoladi.", "MDHning yagona havo hujumidan mudofaa tizimi 2030-yilda tayyor boʻladi."},
		{security, "uz-Cyrl", "МДҲ ягона ҳаво мудофааси тизими ҳақида келишди", "Ҳукумат раҳбарлари режа имзолади.", "МДҲнинг ягона ҳаво ҳужумидан мудофаа тизими 2030 йилда тайёр бўлади."},
		{diplomacy, "en", "President to visit Russia for summits of the CIS and the EAEU", "He leaves on 25 December.", "The summits of both unions are held near Saint Petersburg."},
		{diplomacy, "ru", "Президент посетит Россию для участия в саммитах СНГ и ЕАЭС", "Он вылетает 25 декабря.", "Саммиты обоих объединений пройдут под Петербургом."},
		{diplomacy, "uz", "Prezident MDH va YeOII sammitlarida qatnashish uchun Rossiyaga boradi", "U 25 dekabr kuni yoʻlga chiqadi.", "Ikkala sammit Peterburg yaqinida oʻtadi."},
		{diplomacy, "uz-Cyrl", "Президент МДҲ ва ЕОИИ саммитларида қатнашиш учун Россияга боради", "У 25 декабрь куни йўлга чиқади.", "Иккала саммит Петербург яқинида ўтади."},
		{neither, "en", "SCO Pathfinder: lower score than expected", "The game takes ten hours.", "Reviewers liked the music."},
		{neither, "en", "Rats in the cellar", "A school in Tashkent was closed for a day.", "The rats had come from the canal."},
		{neither, "en", "The football team from Tashkent", "It won by two goals.", "The goalkeeper had saved a penalty."},
		{neither, "en", "London terror plot: three men in court", "They deny all charges.", "The trial about terrorism goes on in June."},
	} {
		for length, text := range []string{"", "<p>" + tt.text + "</p>", "<p>" + tt.text + "</p><p>" + strings.Repeat(rest[tt.language], 10) + "</p>"} {
			e := feed.Entry{Title: tt.title, Content: text}
			if length > 0 {
				e.Summary = tt.summary
			}
			if length == 1 {
				e.Content = ""
			}
			src := &feed.Source{}
			got := map[feed.TopicID]bool{}
			for _, x := range m.Match(src, &e, match.Read(src, &e, "")) {
				got[x.Topic] = true
			}
			if got[security] != (tt.topic == security) || got[diplomacy] != (tt.topic == diplomacy) {
				x, _ := m.Explain(security, src, &e, match.Read(src, &e, ""))
				t.Errorf("%q, length %d: in %v, want %q; %v of security, %q", tt.title, length, got, tt.topic, x.Score, e.Language)
			}
		}
	}
}
