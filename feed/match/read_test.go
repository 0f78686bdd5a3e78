package match

import (
	"testing"

	"topicwire/feed"
)

func TestLanguage(t *testing.T) {
	russian := "Президент принял участие в открытии конференции, которая была посвящена вопросам безопасности"
	for _, tt := range []struct{ source, entry, channel, title, want string }{
		{"uz", "ru", "en", russian, "uz"},
		{"", "kk", "en", russian, "kk"},
		{"", "", "en-US", russian, "ru"},
		{"", "", "ru-kz", russian, "ru-kz"},
		{"", "", "en-us", "7", "en-us"},
		{"", "", "", "7", ""},
	} {
		e := feed.Entry{Title: tt.title, Language: tt.entry}
		Read(&feed.Source{Language: tt.source}, &e, tt.channel)
		if e.Language != tt.want {
			t.Errorf("source %q, entry %q, feed %q, %q: %q, want %q", tt.source, tt.entry, tt.channel, tt.title, e.Language, tt.want)
		}
	}
}
