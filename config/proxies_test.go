package config

import (
	"fmt"
	"slices"
	"testing"
)

// Without the key the proxies of this machine are trusted, and with an empty list none.
func TestTrustedProxies(t *testing.T) {
	for key, want := range map[string][]string{
		"":                                    {"127.0.0.1/32", "::1/128"},
		"trusted_proxies: []":                 {},
		"trusted_proxies: [10.0.0.1, '::2']":  {"10.0.0.1/32", "::2/128"},
		"trusted_proxies: ['::ffff:1.2.3.4']": {"1.2.3.4/32"},
		"trusted_proxies: [10.0.0.0/8, 10.0.0.0/8, '[::1]']": {"10.0.0.0/8", "::1/128"},
	} {
		c, problems := Parse("c.yaml", fmt.Appendf(nil, "fetch: {contact: a@b.example}\nserver: {%s}\nsources: [{url: \"https://a.example/\"}]\ntopics: {t: {}}", key), "/etc", nil)
		if c == nil {
			t.Errorf("%s: %v", key, problems)
			continue
		}
		var got []string
		for _, p := range c.Server.TrustedProxies {
			got = append(got, p.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
}
