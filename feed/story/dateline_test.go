package story

import (
	"bytes"
	"testing"
)

func TestDatelines(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"place, date and agency", "TASHKENT, Sept 4 (Reuters) - Talks on water began", "TASHKENT - Talks on water began"},
		{"a dash without blanks", "WASHINGTON (AP)—Talks on water began", "WASHINGTON—Talks on water began"},
		{"a place in small letters", "Karshi, Uzbekistan (AP) — Talks on water began", "Karshi — Talks on water began"},
		{"no agency", "TASHKENT, Sept 4 -- Talks on water began", "TASHKENT Talks on water began"},
		{"Russian", "ТАШКЕНТ, 4 сен – Переговоры начались", "ТАШКЕНТ – Переговоры начались"},
		{"no dateline", "Talks on water, held in Tashkent - the first - began", "Talks on water, held in Tashkent - the first - began"},
		{"a hyphen", "UN-backed talks, the first (of two), began", "UN-backed talks, the first (of two), began"},
		{"a dash far behind", "TASHKENT, the capital of a country of more than thirty-six million people, is dry - very dry", "TASHKENT, the capital of a country of more than thirty-six million people, is dry - very dry"},
		{"a credit and no more", "(Reuters) - Talks on water began", "- Talks on water began"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := termsOf("", tt.text), termsOf("", tt.want); !bytes.Equal(got, want) {
				t.Errorf("%q has the terms %x, want those of %q, %x", tt.text, got, tt.want, want)
			}
		})
	}
	if title := "TASHKENT, Sept 4 (Reuters) - Talks"; words(termsOf(title, "")) != 4 {
		t.Error("a title has no dateline")
	}
}
