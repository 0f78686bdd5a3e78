package parse

import (
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

// months holds the beginnings of month names: English, German, French,
// Spanish, Italian, Uzbek, Turkish; Russian, Uzbek and Tajik in Cyrillic;
// Ukrainian; Kazakh; Kyrgyz. Weekdays that begin alike stand as 0.
var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12,
	"janv": 1, "fév": 2, "avr": 4, "juin": 6, "juil": 7, "aoû": 8, "déc": 12,
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10,
	"yan": 1, "fev": 2, "iyun": 6, "iyul": 7, "avg": 8, "sen": 9, "noy": 11, "dek": 12,
	"oca": 1, "şub": 2, "nis": 4, "haz": 6, "tem": 7, "ağu": 8, "eyl": 9, "eki": 10, "kas": 11, "ara": 12,
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6,
	"июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
	"июнь": 6, "июль": 7, "мае": 5, "ноё": 11,
	"січ": 1, "лют": 2, "бер": 3, "кві": 4, "тра": 5, "чер": 6, "лип": 7, "сер": 8, "вер": 9, "жов": 10, "лис": 11, "гру": 12,
	"қаң": 1, "ақп": 2, "нау": 3, "сәу": 4, "мам": 5, "мау": 6, "шіл": 7, "там": 8, "қыр": 9, "қаз": 10, "қар": 11, "жел": 12,
	"үчт": 1, "бир": 2, "жал": 3, "чын": 4, "буг": 5, "кул": 6, "теке": 7, "баш": 8, "аяк": 9, "тог": 10, "жет": 11, "бей": 12,
	"mardi": 0, "martedì": 0, "martes": 0, "marți": 0, "сере": 0, "сенбі": 0, "бейш": 0,
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
var zones = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150,
	"BRT": -180, "ART": -180, "CLT": -240, "CLST": -180,
	"WEST": 60, "BST": 60, "CET": 60, "MET": 60, "MEZ": 60, "WAT": 60,
	"CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "CAT": 120, "SAST": 120,
	"EEST": 180, "EAT": 180, "TRT": 180, "FET": 180, "МСК": 180,
	// The former Soviet Union.
	"MSK": 180, "MSD": 240, "SAMT": 240, "GET": 240, "AZT": 240, "AZST": 300, "AMT": 240,
	"UZT": 300, "TMT": 300, "TJT": 300, "AQTT": 300, "QYZT": 300, "ORAT": 300, "YEKT": 300,
	"KGT": 360, "OMST": 360, "NOVT": 420, "KRAT": 420, "HOVT": 420, "IRKT": 480, "YAKT": 540,
	"VLAT": 600, "MAGT": 660, "SRET": 660, "PETT": 720, "ANAT": 720,
	"TASHKENT": 300, "SAMARKAND": 300, "DUSHANBE": 300, "ASHGABAT": 300, "BISHKEK": 360, "MOSCOW": 180,
	// Further Asia and the Pacific.
	"IRST": 210, "IRDT": 270, "AFT": 270, "GST": 240, "PKT": 300, "IST": 330, "NPT": 345,
	"ICT": 420, "WIB": 420, "HKT": 480, "SGT": 480, "AWST": 480, "ULAT": 480, "JST": 540, "KST": 540,
	"ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}
