package config

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "1w": 168 * time.Hour, "1.5h": 90 * time.Minute, "1w2d3h4m5s6ms": 219*time.Hour + 4*time.Minute + 5*time.Second + 6*time.Millisecond,
	} {
		if got, err := parseDuration(s); err != nil || got != want {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"5", "-5m", "5 m", "m", "1y", "5M", "1h30", "9999999999999w", ".", "1..5h"} {
		if got, err := parseDuration(s); err == nil {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestNearest(t *testing.T) {
	options := []string{"url", "title", "tags", "language", "interval", "headers"}
	for word, want := range map[string]string{"titel": "title", "Title": "title", "langauge": "language", "headres": "headers", "tag": "tags", "ulr": "url", "x": "", "foo": "", "interval_s": "interval"} {
		if got := nearest(word, options); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

// allKeys are the tables of every map of fixed shape.
func allKeys() []*keys {
	r := new(reader)
	r.root = r.rootKeys(new(Config))
	return append(r.root.tables(), r.includedKeys())
}

// TestSpellings holds the tables of keys together: what is suggested is known,
// and nothing is both known and something else.
func TestSpellings(t *testing.T) {
	for _, ks := range allKeys() {
		names, meant := ks.spellings()
		for from, to := range meant {
			if !slices.Contains(names, to) || slices.Contains(names, from) || slices.Contains(strings.Fields(ks.later), from) || from != strings.ToLower(from) {
				t.Errorf("%s: %s means %s", ks.in, from, to)
			}
		}
		for i, name := range names {
			if slices.Contains(names[:i], name) {
				t.Errorf("%s: %s has two rows", ks.in, name)
			}
			if slices.Contains(strings.Fields(ks.later), name) {
				t.Errorf("%s: %s is both known and for later", ks.in, name)
			}
		}
	}
}

// TestExamplesOfDocumentation reads the topics that the documentation shows.
func TestExamplesOfDocumentation(t *testing.T) {
	data, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	const head = "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/', tags: [uzbekistan, wire]}, {url: 'https://b.example/', tags: [sport]}]\nlists:\n  region: [a]\n  sco: [b]\n  terror: [c]\n"
	read := 0
	for i, block := range strings.Split(string(data), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		if !strings.HasPrefix(block, "topics:") {
			continue
		}
		read++
		_, problems := Parse("docs", []byte(head+block), "/", nil)
		for _, p := range problems {
			if !strings.Contains(p.Text, "is not used") {
				t.Errorf("example %d: %s", i, p)
			}
		}
	}
	if read == 0 {
		t.Error("no topics are shown")
	}
}
