package link

import "testing"

func TestHostsHaveWhatIsBelowThem(t *testing.T) {
	h := Hosts{"spam.example", "xn--e1afmkfd.xn--p1ai", "192.0.2.7", "2001:db8::1"}
	for address, want := range map[string]bool{
		"https://spam.example/1":        true,
		"http://WWW.Spam.Example:8080/": true,
		"https://spam.example./1":       true,
		"https://notspam.example/":      false,
		"https://spam.example.org/":     false,
		"https://example/spam.example":  false,
		"https://пример.рф/а":           true,
		"https://a.пример.рф/":          true,
		"http://192.0.2.7/feed":         true,
		"http://[2001:DB8::1]:80/feed":  true,
		"http://192.0.2.77/":            false,
		"file:spam.example":             false,
		"":                              false,
		"https://%zz/":                  false,
	} {
		if got := h.Has(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if (Hosts)(nil).Has("https://spam.example/") {
		t.Error("no hosts have one")
	}
}

func TestHostNameIsNoAddress(t *testing.T) {
	for s, want := range map[string]string{
		"Example.ORG.": "example.org", " example.org ": "example.org", "пример.рф": "xn--e1afmkfd.xn--p1ai", "localhost": "localhost",
		"192.0.2.7": "192.0.2.7", "[2001:db8::1]": "2001:db8::1",
		"https://example.org": "", "example.org/feed": "", "example.org:80": "", "": "", "a b": "", "*.example.org": "",
	} {
		got, ok := HostName(s)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestASuffixIsNoHost(t *testing.T) {
	for host, want := range map[string]bool{"com": true, "co.uk": true, "github.io": true, "example.com": false, "a.github.io": false, "localhost": false, "192.0.2.7": false, "intranet": false} {
		if got := Suffix(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}
