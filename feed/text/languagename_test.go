package text

import "testing"

func TestLanguageName(t *testing.T) {
	for tag, want := range map[string]string{"ru": "Russian", "RU-ru": "Russian", "uz-Cyrl": "Uzbek", "kaa": "Karakalpak", "zh": "Chinese", "ar": "Arabic", "tlh": "", "": "", "-": "", "r": ""} {
		if got := LanguageName(tag); got != want {
			t.Errorf("LanguageName(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestOtherLanguage(t *testing.T) {
	for _, tt := range []struct{ tag, than, want string }{
		{"ru", "en", "Russian"}, {"en-GB", "EN-us", ""}, {"uz-Cyrl", "uz-latn", ""}, {"uz", "ru", "Uzbek"},
		{"tlh-x", "en", "tlh"}, {"", "en", ""}, {"ru", "", ""}, {"", "", ""},
	} {
		if got := OtherLanguage(tt.tag, tt.than); got != tt.want {
			t.Errorf("OtherLanguage(%q, %q) = %q, want %q", tt.tag, tt.than, got, tt.want)
		}
	}
}
