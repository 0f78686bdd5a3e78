package chars

import "testing"

func TestEscapeURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x?y=1&z=%20#f":   "https://a.example/x?y=1&z=%20#f",
		" no change within":                 "%20no%20change%20within",
		"https://пример.рф/ў [1]":           "https://пример.рф/%D1%9E%20%5B1%5D",
		"https://[::1]/100%":                "https://[::1]/100%25",
		"https://a.example/%zz%2f<b>\"\xff": "https://a.example/%25zz%2f%3Cb%3E%22%FF",
	} {
		if got := EscapeURL(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
		if again := EscapeURL(want); again != want {
			t.Errorf("%q: escaped twice: %s", want, again)
		}
	}
	if got := TidyURL("\u2003\ufeff https://a.exa\nmple/\t\r "); got != "https://a.example/" {
		t.Errorf("tidied: %q", got)
	}
}
