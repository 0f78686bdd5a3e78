package config

import (
	"slices"
	"testing"
)

func TestBlockedHostsAreNamedOnce(t *testing.T) {
	c, problems := Parse("c.yaml", []byte(`fetch: {contact: me@example.org}
blocked: [Spam.Example, spam.example., пример.рф]
sources: [{url: 'https://feeds.spam.example/a'}, {url: 'https://good.example/a'}, {url: 'file:spam.example'}]
topics: {all: {}}
`), "/", nil)
	if c == nil || len(problems) != 1 {
		t.Fatal(problems)
	}
	if want := []string{"spam.example", "xn--e1afmkfd.xn--p1ai"}; !slices.Equal([]string(c.Blocked), want) {
		t.Errorf("%q", c.Blocked)
	}
	for i, want := range []bool{true, false, false} {
		if c.Sources[i].Blocked != want {
			t.Errorf("%s: blocked %v", c.Sources[i].ID, !want)
		}
	}
}
