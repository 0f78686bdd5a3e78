package parse

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// monthOf is the month of a lower-case word, 0 for another word. Words are
// looked up whole, then by their first four and three letters, so that
// abbreviations and endings of case need no entries of their own.
func monthOf(word string) int {
	if m, ok := months[word]; ok {
		return m
	}
	for _, n := range []int{4, 3} {
		if head := firstRunes(word, n); len(head) < len(word) {
			if m, ok := months[head]; ok {
				return m
			}
		}
	}
	return 0
}

func firstRunes(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i]
}

// months holds the beginnings of month names, a language a line, with variants
// behind a slash.
var months = monthsOf(
	"jan feb mar apr may jun jul aug sep oct nov dec",                       // English
	"jan feb mär/mrz apr mai jun jul aug sep okt nov dez",                   // German
	"janv fév mar avr mai juin juil aoû sep oct nov déc",                    // French
	"ene feb mar abr may jun jul ago sep oct nov dic",                       // Spanish
	"gen feb mar apr mag giu lug ago set ott nov dic",                       // Italian
	"yan fev mar apr may iyun iyul avg sen okt noy dek",                     // Uzbek
	"oca şub mar nis may haz tem ağu eyl eki kas ara",                       // Turkish
	"янв фев мар апр май/мая/мае июн/июнь июл/июль авг сен окт ноя/ноё дек", // Russian, Uzbek, Tajik
	"січ лют бер кві тра чер лип сер вер жов лис гру",                       // Ukrainian
	"қаң ақп нау сәу мам мау шіл там қыр қаз қар жел",                       // Kazakh
	"үчт бир жал чын буг кул теке баш аяк тог жет бей",                      // Kyrgyz
)

// notMonths are weekdays that begin as months do.
const notMonths = "mardi martedì martes marți сере сенбі бейш"

func monthsOf(languages ...string) map[string]int {
	m := make(map[string]int)
	for _, names := range languages {
		for i, variants := range strings.Fields(names) {
			for name := range strings.SplitSeq(variants, "/") {
				m[name] = i + 1
			}
		}
	}
	for name := range strings.FieldsSeq(notMonths) {
		m[name] = 0
	}
	return m
}

// zoneOffset is the offset of a named zone in seconds east of UTC. Almaty moved
// from six hours to five on 1 March 2024.
func zoneOffset(zone string, when time.Time) int {
	if zone == "ALMT" {
		if when.Before(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)) {
			return 6 * 3600
		}
		return 5 * 3600
	}
	return zones[zone] * 60
}

// zones is the offset of zone abbreviations, in minutes east of UTC. Where two
// zones share one, the reading that dominates feeds is taken: America's for
// CST, EST and MST, Britain's for BST, India's for IST. Cities are as in
// Asia/Tashkent.
var zones = zonesOf(`
	-600 HST
	-540 AKST
	-480 PST AKDT
	-420 MST PDT
	-360 CST MDT
	-300 EST CDT
	-240 EDT AST CLT
	-210 NST
	-180 ADT BRT ART CLST
	-150 NDT
	0 Z UT UTC GMT WET
	60 WEST BST CET MET MEZ WAT
	120 CEST MEST MESZ EET CAT SAST
	180 EEST EAT TRT FET МСК MSK MOSCOW
	210 IRST
	240 MSD SAMT GET AZT AMT GST
	270 IRDT AFT
	300 AZST UZT TMT TJT AQTT QYZT ORAT YEKT PKT TASHKENT SAMARKAND DUSHANBE ASHGABAT
	330 IST
	345 NPT
	360 KGT OMST BISHKEK
	420 NOVT KRAT HOVT ICT WIB
	480 IRKT HKT SGT AWST ULAT
	540 YAKT JST KST
	570 ACST
	600 VLAT AEST
	660 MAGT SRET AEDT
	720 PETT ANAT NZST
	780 NZDT`)

func zonesOf(table string) map[string]int {
	m := make(map[string]int)
	minutes := 0
	for word := range strings.FieldsSeq(table) {
		if n, err := strconv.Atoi(word); err == nil {
			minutes = n
		} else {
			m[word] = minutes
		}
	}
	return m
}
