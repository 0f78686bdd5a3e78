package publish

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// large is an edition of 100 entries of about 1 KB.
func large() *feed.Edition {
	ed := &feed.Edition{Topic: feed.Topic{ID: "regional-security", Title: "Regional security", Language: "en"}, Updated: at(5, 0, 0)}
	body := "<p>" + strings.Repeat("The conference of the regional body opened in Tashkent &amp; went on. ", 14) + "</p>"
	for i := range 100 {
		it := awkward().Entries[i%4]
		it.PublicID = feed.NameUUID("bench", string(rune('a'+i)))
		it.Entry.Content = body
		ed.Entries = append(ed.Entries, it)
	}
	return ed
}

func BenchmarkRender(b *testing.B) {
	ed := large()
	for _, f := range Formats() {
		b.Run(string(f), func(b *testing.B) {
			b.SetBytes(int64(len(render(b, ed, f))))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Render(ed, f, site); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
