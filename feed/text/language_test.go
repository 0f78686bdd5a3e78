package text

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"2024 🇺🇿", ""},
		{"The leaders of the SCO met in Tashkent", "en"},
		{"What HTS means for the security of Central Asia", "en"},
		{"SCO summit Tashkent", ""},
		{"NATO's summit", ""},
		{"Mexico’s drill with Tokyo's navy begins", ""},
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
		{"Бишкекте саммит башталды", ""},
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

// Names in another script do not turn the language of a text.
func TestLanguageOfMixedText(t *testing.T) {
	p := &Parts{{"The word «қўриқ» of the old chronicles, and what the editors say of it"}}
	if got := Language("", p); got != "en" {
		t.Errorf("%q", got)
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
