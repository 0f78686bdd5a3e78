package text

import (
	"strconv"
	"strings"
	"testing"
)

const (
	englishNews = "Tashkent hosted a meeting of the Regional Anti-Terrorist Structure, the SCO's standing body; delegations of ten countries discussed security on Central Asia's borders and the exercises planned for 2025. "
	russianNews = "В Ташкенте прошло заседание Региональной антитеррористической структуры ШОС: делегации десяти стран обсудили безопасность на границах Центральной Азии и учения, намеченные на 2025 год. "
	uzbekNews   = "Toshkentda SHHT Mintaqaviy aksilterror tuzilmasining yigʻilishi boʻlib oʻtdi; oʻn davlat delegatsiyalari Markaziy Osiyo chegaralaridagi xavfsizlikni muhokama qildi. "
	germanNews  = "In Taschkent tagte die Regionale Antiterrorstruktur; Delegationen aus zehn Ländern erörterten die Sicherheit an den Grenzen Zentralasiens und die für 2025 geplanten Übungen. "
)

func BenchmarkCut(b *testing.B) {
	for _, c := range []struct{ name, text, language string }{
		{"english", englishNews, "en"}, {"russian", russianNews, "ru"}, {"uzbek", uzbekNews, "uz"}, {"german", germanNews, "de"},
	} {
		for _, size := range []int{240, 2048, 5000} {
			s := strings.Repeat(c.text, size/len(c.text)+1)[:size]
			p := &Parts{{s[:60]}, {s[60:]}}
			b.Run(c.name+"/"+strconv.Itoa(size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					Cut(p, c.language)
				}
			})
		}
	}
}

// The rules of UAX 29 rune by rune, for comparison.
func BenchmarkCarefully(b *testing.B) {
	s := strings.Repeat(russianNews, 2048/len(russianNews)+1)[:2048]
	for b.Loop() {
		carefully(s, "ru")
	}
}

func BenchmarkLanguage(b *testing.B) {
	for _, text := range []string{englishNews, russianNews, uzbekNews} {
		p := &Parts{{text[:60]}, {strings.Repeat(text, 10)}}
		b.Run(Language("", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Language("", p)
			}
		})
	}
}
