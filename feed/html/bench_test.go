package html

import (
	"strings"
	"testing"
)

// article is about 2 KB of news as feeds carry it: paragraphs, links, a picture.
func article(class string) string {
	var b strings.Builder
	b.WriteString(`<p><img src="https://img.example/7f3a.jpg" width="640" height="360" alt="summit"></p>`)
	for b.Len() < 2048 {
		b.WriteString("<p" + class + `>The conference of the regional body opened in <strong>Tashkent</strong> with delegates of nine states. ` +
			`It went on for two days and ended with a statement. <a href="https://www.source-4.example/tag/security?page=3&amp;sort=new">Read the whole statement</a>. ` +
			"Observers said that the exercise was the largest so far.</p>\n")
	}
	return b.String()
}

func BenchmarkSanitize(b *testing.B) {
	cyrillic := strings.NewReplacer("conference", "конференция", "delegates", "делегаты", "Observers", "Наблюдатели", "statement", "заявление", "exercise", "учения").Replace(article(""))
	for _, c := range []struct{ name, in string }{
		{"clean", article("")},
		{"cyrillic", cyrillic},
		{"dirty", article(` class="story" style="margin:0"`)},
		{"table", "<table><tr><td>" + article("") + "</td></tr></table>"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			b.ReportAllocs()
			for b.Loop() {
				Sanitize(c.in, base)
			}
		})
	}
	b.Run("bluemonday alone", func(b *testing.B) {
		in := article("")
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			policy().Sanitize(in)
		}
	})
}

func BenchmarkText(b *testing.B) {
	in := article("")
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		Text(in)
	}
}

func BenchmarkPlain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Plain("Tashkent hosts a conference of the SCO's Regional Anti-Terrorist Structure")
	}
}
