package story

import (
	"strconv"
	"strings"

	"topicwire/feed/text"
)

// A figure is a number as texts in any language give it: its value with the unit
// that multiplies it, or a date.
type figure struct {
	text string // of the value: "5.3", "1300000", "3/17" for a day, "2026" for a year
	date bool
	// spelled is true of a number in letters.
	spelled bool
	last    int // the last word that it takes
}

// figureAt reads a figure that begins at word i of a part; ok is false where
// none does.
func figureAt(p *text.Part, words []text.Word, i int) (f figure, ok bool) {
	form := words[i].Form
	if !number(form) {
		return wordFigure(words, i)
	}
	value, scaled := split(form)
	f.last = i
	// 10 000 is one number.
	for f.last+1 < len(words) && !scaled && len(words[f.last+1].Form) == 3 && allDigits(words[f.last+1].Form) &&
		len(form) <= 3 && allDigits(form) && gap(p, words, f.last) == 1 {
		value += words[f.last+1].Form
		f.last++
	}
	next := ""
	if f.last+1 < len(words) {
		next = words[f.last+1].Form
	}
	if n, err := strconv.Atoi(value); err == nil && !scaled {
		if m := month(next); m > 0 && n >= 1 && n <= 31 {
			return figure{text: strconv.Itoa(m) + "/" + strconv.Itoa(n), date: true, last: f.last + 1}, true
		}
		if n >= 1900 && n <= 2100 && len(value) == 4 && f.last == i {
			return figure{text: value, date: true, last: f.last}, true
		}
	}
	if by := multiplier(next); by > 0 && !scaled {
		f.last++
		value = shifted(value, by)
	}
	f.text = value
	return f, value != ""
}

// gap is how many letters stand between word i and the next.
func gap(p *text.Part, words []text.Word, i int) int {
	return len([]rune(p.Text[words[i].End:words[i+1].Start]))
}

// split reads the number in a form: with the comma of thousands or of decimals,
// and with a unit that is written to it, as in 3bn.
func split(form string) (value string, scaled bool) {
	end := 0
	for end < len(form) && (form[end]-'0' <= 9 || form[end] == ',' || form[end] == '.') {
		end++
	}
	value = plainNumber(strings.Trim(form[:end], ",."))
	if by := multiplier(form[end:]); by > 0 {
		return shifted(value, by), true
	}
	return value, false
}

// plainNumber has no signs of thousands and a full stop before decimals.
func plainNumber(s string) string {
	comma := strings.LastIndexByte(s, ',')
	switch {
	case comma < 0:
	case strings.Contains(s, ".") || strings.Count(s, ",") > 1 || len(s)-comma-1 == 3:
		s = strings.ReplaceAll(s, ",", "")
	default:
		s = s[:comma] + "." + s[comma+1:]
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// shifted moves the decimal point by places to the right.
func shifted(value string, places int) string {
	whole, decimals, _ := strings.Cut(value, ".")
	for len(decimals) < places {
		decimals += "0"
	}
	s := whole + decimals[:places]
	if rest := decimals[places:]; rest != "" {
		s += "." + rest
	}
	if s = strings.TrimLeft(s, "0"); s == "" || s[0] == '.' {
		s = "0" + s
	}
	return s
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// multiplier is how many places a word after a number moves its point. Uzbek counts
// things with -ta: mingta, thousands of them.
func multiplier(w string) int {
	if short, found := strings.CutSuffix(w, "ta"); found && short != "" {
		w = short
	} else if short, found := strings.CutSuffix(w, "та"); found && short != "" {
		w = short
	}
	switch w {
	case "k", "thousand", "thousands", "тыс", "ming", "минг", "мың", "миң", "ҳазор":
		return 3
	case "m", "mn", "million", "millions", "mln", "млн", "миллион":
		return 6
	case "bn", "billion", "billions", "mlrd", "milliard", "млрд", "миллиард", "миллиарда":
		return 9
	case "tn", "trillion", "trln", "трлн", "триллион":
		return 12
	}
	switch {
	case strings.HasPrefix(w, "тысяч"):
		return 3
	case strings.HasPrefix(w, "миллион"):
		return 6
	case strings.HasPrefix(w, "миллиард"):
		return 9
	}
	return 0
}

// wordFigure reads a small number in letters. One is left out: it is an article
// in half of the languages.
func wordFigure(words []text.Word, i int) (figure, bool) {
	if m := month(words[i].Form); m > 0 && i+1 < len(words) {
		if n, err := strconv.Atoi(words[i+1].Form); err == nil && n >= 1 && n <= 31 {
			return figure{text: strconv.Itoa(m) + "/" + strconv.Itoa(n), date: true, last: i + 1}, true
		}
		return figure{}, false
	}
	v := spelled(words[i].Form)
	if v == "" {
		return figure{}, false
	}
	f := figure{text: v, last: i, spelled: true}
	if i+1 < len(words) {
		if by := multiplier(words[i+1].Form); by > 0 {
			f.text, f.last = shifted(v, by), i+1
		}
	}
	return f, true
}

func spelled(w string) string { return numerals[w] }

// numerals are only read.
var numerals = func() map[string]string {
	m := make(map[string]string)
	for value, words := range map[string]string{
		"2": "two два две двое двух ikki икки екі эки", "3": "three три трое трех uch уч үш үч",
		"4": "four четыре четверо четырех tort тўрт төрт чор чаҳор", "5": "five пять пятеро пяти besh беш бес панҷ",
		"6": "six шесть шестеро шести olti олти алты шаш", "7": "seven семь семеро семи yetti етти жеті жети ҳафт",
		"8": "eight восемь восьмеро восьми sakkiz саккиз сегіз сегиз ҳашт", "9": "nine девять девятеро девяти toqqiz тўққиз тоғыз тогуз нӯҳ",
		"10": "ten десять десяти даҳ", "11": "eleven одиннадцать одиннадцати", "12": "twelve двенадцать двенадцати",
		"14": "fourteen четырнадцать четырнадцати", "15": "fifteen пятнадцать пятнадцати",
		"20": "twenty двадцать двадцати yigirma йигирма жиырма жыйырма", "30": "thirty тридцать тридцати",
		"40": "forty сорок сорока", "50": "fifty пятьдесят пятидесяти ellik эллик",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = value
		}
	}
	return m
}()

// month is the number of a month by its name, 0 for none.
func month(w string) int { return months[w] }

// months are only read.
var months = func() map[string]int {
	m := make(map[string]int)
	for i, names := range [...]string{
		"january jan января yanvar январ қаңтар январи", "february feb февраля fevral феврал ақпан феврали", "march марта mart март наурыз марти",
		"april апреля aprel апрел сәуір апрели", "may мая май мамыр майи", "june июня iyun июн маусым июни",
		"july июля iyul июл шілде июли", "august aug августа avgust август тамыз августи", "september sept sep сентября sentabr sentyabr сентябр сентябрь қыркүйек сентябри",
		"october oct октября oktabr oktyabr октябр октябрь қазан октябри", "november nov ноября noyabr ноябр ноябрь қараша ноябри", "december dec декабря dekabr декабр декабрь желтоқсан декабри",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = i + 1
		}
	}
	return m
}()
