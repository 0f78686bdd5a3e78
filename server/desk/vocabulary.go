package desk

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/text"
)

// A vocabulary numbers the forms of many entries, so that phrases are compared by
// numbers.
type vocabulary struct {
	forms []string
	ids   map[string]int32
}

func newVocabulary() *vocabulary { return &vocabulary{ids: make(map[string]int32)} }

func (v *vocabulary) id(form string) int32 {
	id, ok := v.ids[form]
	if !ok {
		id = int32(len(v.forms))
		form = strings.Clone(form) // which is part of a whole text
		v.forms = append(v.forms, form)
		v.ids[form] = id
	}
	return id
}

// An occurrence is a word of an entry. Between two parts stands one with form -1: no
// phrase goes over it.
type occurrence struct {
	form     int32
	capitals bool // a word in capitals finds it
	title    bool
}

// A reading of an entry's words is what features are counted in. Most entries are
// counted several times.
type wording struct {
	words []occurrence
	// worth is what a pattern of weight 1 adds, by hits less 1 and by whether one
	// is in the title.
	worth [2][2]float64
}

func (v *vocabulary) wording(w *text.Words) wording {
	var out wording
	for i := range w.Parts {
		p := &w.Parts[i]
		if i > 0 {
			out.words = append(out.words, occurrence{form: -1})
		}
		title := p.Field == feed.FieldTitle
		for k := p.First; k < p.End; k++ {
			word := &w.Words[k]
			out.words = append(out.words, occurrence{v.id(word.Form), word.AllCapitals && !(title && p.AllCapitals), title})
		}
	}
	for hits := range out.worth {
		out.worth[hits] = [2]float64{match.Worth(hits+1, false, len(w.Words)), match.Worth(hits+1, true, len(w.Words))}
	}
	return out
}

// telling reports of each form whether a pattern may begin or end with it: no stop
// word, no number, no name of a month or day, and letters only.
func (v *vocabulary) telling(idle map[string]bool) []bool {
	out := make([]bool, len(v.forms))
	for i, f := range v.forms {
		other := strings.ContainsFunc(f, func(r rune) bool { return !unicode.IsLetter(r) })
		out[i] = !idle[f] && !other && utf8.RuneCountInString(f) > 1
	}
	return out
}

// idleWords are words of which a pattern tells nothing about the topic of a text,
// by their forms in English, Russian and Uzbek in both scripts: those that hold
// sentences together, those of every report, and those of dates.
func idleWords() map[string]bool {
	const words = `
		a about above according across after again against all almost already also although always am among an and another any are
		around as at back be because been before being below between both but by came can cannot come could did do does
		down during each either else even ever every few first following for former four from further get go going had has
		have he her here him his how however i if in including into is it its itself just last late later least less like
		made make many may me might more most much must my near nearly never new next no nor not now of off on once one only
		onto or other our out over own per rather re recent recently said same say says second see several she should since
		six so some still such take ten than that the their them then there these they third this those three through thus
		to today together told tomorrow too two under until up upon us use used using very via was we week weeks well were what when where
		whether which while who whom whose why will with within without would year years yesterday yet you your
		day days month months hour hours time times mr mrs ms reuter reuters
		monday tuesday wednesday thursday friday saturday sunday january february march april june july august
		september october november december jan feb mar apr jun jul aug sep sept oct nov dec
		а без более больше будет будут бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для
		до его ее если есть еще же за здесь и из или им их к каждый как какой ко когда которая которого которое которой
		которые который которых кто ли либо между меня мне много может можно мы на над надо нам нас не него нее нет ни них но
		ну о об один одна одного однако он она они оно от очень по под после потом при про раз с сам своей свои своих свой
		сейчас со сообщает сообщил сообщила сообщили сообщили словам так также такие такой там тем теперь то тогда того тоже
		только том тот тут у уже хотя чем через что чтобы чуть эта эти этих это этого этой этом этот я сегодня вчера завтра год
		два две двое три трое года годы году годом лет месяц месяца неделя недели неделю день дня дней час часа часов время
		понедельник понедельника вторник вторника среда среду среды четверг четверга пятница пятницу пятницы суббота субботу
		субботы воскресенье воскресенья января февраля марта апреля мая июня июля августа сентября октября ноября декабря
		январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь январе феврале марте апреле мае июне
		июле августе сентябре октябре ноябре декабре
		ва икки уч улар билан учун бу у эса ҳам бир деб бўлган бўлди бўлиб мана шу ёки лекин аммо бўйича ҳақида қилди қилиш қилинди этди
		этилди тўғрисида кейин олдин ўз ўша бўлади каби эди йил йили йилда йилги кун куни кунда соат ой ойи ойида бугун кеча
		эртага душанба сешанба чоршанба пайшанба жума шанба якшанба
		va ikki uch ular bilan uchun bu u esa ham bir deb bolgan boldi bolib mana shu yoki lekin ammo boyicha haqida qildi qilish qilindi
		etdi etildi togrisida keyin oldin oz osha boladi kabi edi yil yili yilda yilgi kun kuni kunda soat oy oyi oyida bugun
		kecha ertaga dushanba seshanba chorshanba payshanba juma shanba yakshanba yanvar fevral mart aprel iyun iyul avgust
		sentyabr sentabr oktyabr oktabr noyabr dekabr yanvarda fevralda martda aprelda`
	out := make(map[string]bool)
	for _, language := range []string{"", "uz"} {
		for _, w := range text.Cut(&text.Parts{{words}}, language).Words {
			out[w.Form] = true
		}
	}
	return out
}

// minStem is how many letters a star needs before it (feed/match).
const minStem = 3

// endings are what words of a language take at their ends, the longest first:
// Russian; Uzbek in both scripts, and with it the other Turkic languages of the
// region as far as they agree; English.
func endings() []string {
	const all = `
		иями ями ами ого его ому ему ыми ими ией иях иям ая яя ое ее ие ые ой ей ий ый ую юю ом ем ам ям ах ях ов ев ия
		ию ии ью ых их а я о е ы и у ю ь й
		ларининг ларнинг ларини ларига ларида ларидан ларни ларга ларда лардан лари лар нинг ининг ини ига ида идан ни га да
		дан си
		larining larning larini lariga larida laridan larni larga larda lardan lari lar ning ining ini iga ida idan ni ga da
		dan si i
		ies es s ed ing`
	out := strings.Fields(all)
	slices.SortStableFunc(out, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return out
}

// maxEnding is how many letters an ending has at most, which may be several
// endings one after the other.
const maxEnding = 8

// stems are beginnings that forms share: where two of them part, and where an
// ending begins. The forms are sorted.
func stems(forms []string) []string {
	known := endings()
	found := make(map[string]bool)
	add := func(stem, form string) {
		n := utf8.RuneCountInString(stem)
		rest := utf8.RuneCountInString(form) - n
		if n >= minStem && rest <= min(n, maxEnding) {
			found[stem] = true
		}
	}
	for i, f := range forms {
		if i > 0 {
			add(sharedStart(forms[i-1], f), f)
		}
		for _, e := range known {
			if stem, ok := strings.CutSuffix(f, e); ok && utf8.RuneCountInString(stem) > minStem {
				add(stem, f)
				break
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// sharedStart is the beginning that two words share.
func sharedStart(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return a[:n]
}

// inflected reports whether words of a language change at their ends so much that
// a star goes before the bare form.
func inflected(language string) bool { return language != "" && !text.OneOf(language, []string{"en"}) }
