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

// TestSpellings holds the tables of keys together: what is suggested is known,
// and nothing is both known and something else.
func TestSpellings(t *testing.T) {
	for _, ks := range []*keys{&rootKeys, &serverKeys, &storageKeys, &fetchKeys, &sourceKeys, &topicKeys, &filterKeys, &ruleKeys, &scoreKeys,
		&includedKeys, &storiesKeys, &alsoKeys, &exampleKeys, &exampleItemKeys} {
		if len(ks.known) > maxKeys {
			t.Errorf("%s: %d keys are more than each counts", ks.in, len(ks.known))
		}
		for from, to := range ks.synonyms {
			if !slices.Contains(ks.known, to) || slices.Contains(ks.known, from) || slices.Contains(ks.later, from) || from != strings.ToLower(from) {
				t.Errorf("%s: %s means %s", ks.in, from, to)
			}
		}
		for _, key := range ks.later {
			if slices.Contains(ks.known, key) {
				t.Errorf("%s: %s is both known and for later", ks.in, key)
			}
		}
	}
}

// TestDocumentation names every key in docs/configuration.md, and none that does
// not work yet.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, ks := range []*keys{&rootKeys, &serverKeys, &storageKeys, &fetchKeys, &sourceKeys, &topicKeys, &filterKeys, &ruleKeys, &scoreKeys, &storiesKeys, &alsoKeys, &exampleKeys} {
		for _, key := range ks.known {
			if !slices.ContainsFunc([]string{"`" + key + "`", "\n## " + key + "\n", "`{" + key + ": "}, func(s string) bool { return strings.Contains(string(data), s) }) {
				t.Errorf("%s: nothing of %s", ks.in, key)
			}
		}
		for _, key := range ks.later {
			if strings.Contains(string(data), "| `"+key+"` |") {
				t.Errorf("%s: %s is no key yet", ks.in, key)
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
