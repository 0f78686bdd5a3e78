package chars

import "testing"

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                              "plain",
		"AT&amp;T &lt;3 &#8212;":             "AT&T <3 —",
		"&laquo;x&raquo; &Ouml;":             "«x» Ö",
		"&amp;amp;":                          "&amp;", // once
		"?a=1&copy=2&copyfrom;":              "?a=1&copy=2&copyfrom;",
		"R&D; & &; &#; &#x; &#xg; &unknown;": "R&D; & &; &#; &#x; &#xg; &unknown;",
		"&#X41;&#x42;&semi;":                 "AB;",
		"&#xD83D;&#xDE00;!":                  "😀!",
		"a&#xD83D;b&#0;c":                    "a\uFFFDb\uFFFDc",
		"a&#x1F;b&#xFFFE;c":                  "abc",
		"&#99999999999;":                     "\uFFFD",
		"&#99999999999z;":                    "&#99999999999z;",
		"&#150;":                             "–", // as HTML reads windows-1252
		"end &":                              "end &",
		"&#xD83D;&#":                         "\uFFFD&#",
	} {
		if got := Unescape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Bytes and strings are looked at alike, and nothing beyond the reference counts.
func TestReference(t *testing.T) {
	for _, tt := range []struct {
		in    string
		size  int
		repl  string
		known bool
	}{
		{"&amp;x", 5, "", true},
		{"&#65;", 5, "&#65;", true},
		{"&#X41;", 6, "&#65;", false},
		{"&nbsp;&", 6, "&#160;", false},
		{"&#1;", 4, "", false},
		{"&#xDE00;&#xD83D;", 8, "", false},
		{"&#xD83D;&#xDE00;&", 16, "&#128512;", false},
		{"&copy", 1, "&amp;", false},
		{"&", 1, "&amp;", false},
	} {
		size, repl, known := Reference(tt.in)
		bsize, brepl, bknown := Reference([]byte(tt.in))
		if size != tt.size || known != tt.known || !known && repl != tt.repl || bsize != size || brepl != repl || bknown != known {
			t.Errorf("%s: %d %q %v, of bytes %d %q %v", tt.in, size, repl, known, bsize, brepl, bknown)
		}
	}
}

// What is declared wide and is not is no UTF-16.
func TestDeclaredWide(t *testing.T) {
	got, err := Decode([]byte(`<?xml version="1.0" encoding="utf-16"?><a>caf`+"\xE9</a>"), "", 1000)
	if want := `<?xml version="1.0" encoding="utf-16"?><a>café</a>`; err != nil || string(got) != want {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}
