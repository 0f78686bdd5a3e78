package feed

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPublicID(t *testing.T) {
	const src = "https://a.example/feed"
	keep := []string{
		"https://a.example/1", "http://a.example/?p=1&q=%D1%9E", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "http://a.example:8080/~b/#c",
		"tag:a.example,2024:1", "tag:desk@a.example,2024-05:x/y#1", "urn:ab:1",
	}
	for _, id := range keep {
		if got := PublicID(src, id); got != id {
			t.Errorf("PublicID(%q) = %q, want it as it is", id, got)
		}
	}
	replace := []string{
		"", "1", "post-1", "a b:c", ":x", "1a:x", "http:", "http:/x", "http:///x", "https://", "https://a.example/a b", "https://a.example/<x>",
		"hash:\x00", "hash:0123abcd", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "urn:a\u200bb", "x:" + strings.Repeat("y", 3000),
		"urn:x:1", "urn:ab:ў", "urn:uuid:1225", "URN:UUID:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "tag:a.example:1", "tag:a b,2024:1", "tag:A.example,2024:1",
		"at://did:plc:x/app.bsky.feed.post/3k", "yt:video:x", "http://a.example/ў", "https://ўз.example/1", "https://a.example", "HTTP://a.example/1",
		"https://A.example/1", "https://a.example:443/1", "https://a.example/b/../1", "https://a.example/.", "https://a.example/%zz", "https://a.example/%2",
		"https://a.example/%7e", "https://a.example/%41", "https://a.example/%FF", "https://a.example/%D0%B8%CC%86", "https://a.example/#a#b", "https://a.example/?x[]=1", "https://u@a.example/",
		"http://[::1]/1", "https://a.example/\u202e",
	}
	seen := map[string]string{}
	for _, id := range replace {
		got := PublicID(src, id)
		if !strings.HasPrefix(got, "urn:uuid:") || len(got) != 45 || got[23] != '5' || !strings.ContainsRune("89ab", rune(got[28])) {
			t.Errorf("PublicID(%q) = %q, want a version 5 UUID", id, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q have one public id", id, other)
		}
		seen[got] = id
	}
	if PublicID(src, "1") == PublicID("https://b.example/feed", "1") {
		t.Error("two sources share a public id")
	}
	// Published for ever: a change of this value would show every entry again.
	if got := PublicID(src, "1"); got != "urn:uuid:057263ff-b27b-524b-9d7c-7c3904c462ad" {
		t.Errorf("PublicID = %q", got)
	}
}

func TestDate(t *testing.T) {
	seen := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, tt := range []struct {
		name               string
		published, updated time.Time
		want               time.Time
	}{
		{"published", seen.Add(-day), seen.Add(-time.Hour), seen.Add(-day)},
		{"updated alone", time.Time{}, seen.Add(-time.Hour), seen.Add(-time.Hour)},
		{"no date", time.Time{}, time.Time{}, seen},
		{"a date in the future", seen.Add(day), time.Time{}, seen},
	} {
		if got := (&Entry{Published: tt.published, Updated: tt.updated}).Date(seen); !got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestProblem(t *testing.T) {
	p := Problem{Pos: Pos{"config.yaml", 3, 5}, Text: `unknown key "titel"`, Hint: `did you mean "title"?`}
	if got, want := p.String(), `config.yaml:3:5: error: unknown key "titel" (did you mean "title"?)`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	p = Problem{Pos: Pos{File: "config.yaml"}, Severity: Warning, Text: "x"}
	if got, want := p.String(), "config.yaml: warning: x"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTopicID(t *testing.T) {
	for id, want := range map[TopicID]bool{
		"a": true, "regional-security": true, "g7-2024": true,
		"": false, "-a": false, "a-": false, "a--b": false, "A": false, "a_b": false, "тема": false, "a/b": false, "a.b": false,
		TopicID(strings.Repeat("a", 65)): false,
	} {
		if id.Valid() != want {
			t.Errorf("%q: valid %v, want %v", id, !want, want)
		}
	}
}

// TestConceptKinds holds Valid to the kinds that are listed.
func TestConceptKinds(t *testing.T) {
	for _, k := range ConceptKinds() {
		if !k.Valid() {
			t.Errorf("%s is listed and not valid", k)
		}
	}
	for _, k := range []ConceptKind{"", "Place", "person"} {
		if k.Valid() {
			t.Errorf("%q is valid", k)
		}
	}
}

func TestRules(t *testing.T) {
	rules := Rules{
		{Op: OpAll, Parts: []Rule{{Op: OpAny, Parts: []Rule{{Pattern: "a"}, {Pattern: "b"}}}, {Pattern: "c"}}},
		{Op: OpScore, Threshold: 2, Parts: []Rule{{Pattern: "d", Weight: 1}}},
	}
	walk := func(until string) (out string) {
		for r := range rules.Each() {
			if out += string(r.Op) + r.Pattern + " "; r.Pattern == until {
				break
			}
		}
		return out
	}
	if all, some := walk("none"), walk("b"); all != "all any a b c score d " || some != "all any a b " {
		t.Errorf("%q, %q", all, some)
	}
	if s := rules.Part(OpScore); s != &rules[1] || len(rules.Part(OpNone).Parts) != 0 {
		t.Errorf("%+v", s)
	}
}

// What is taken for plain is what the expressions take, too.
func TestPlainWebIDs(t *testing.T) {
	parts := []string{"http://", "https://", "a.example", ".", "..", "/", "/.", "?", "#", "%41", "%2F", "A", "z", ":80", "@", "~", "-", "=", "&", "ў", " "}
	rnd := rand.New(rand.NewPCG(1, 2))
	plain := 0
	for range 200_000 {
		s := parts[rnd.IntN(2)] + "a.example"
		for range rnd.IntN(6) {
			s += parts[rnd.IntN(len(parts))]
		}
		if plainWebID(s) {
			plain++
			if !webID.MatchString(s) || !normal(s) {
				t.Fatalf("%q is plain, and is no id", s)
			}
		}
	}
	if plain < 1000 {
		t.Errorf("%d plain ones", plain)
	}
}

func TestNotes(t *testing.T) {
	h := Health{State: SourceState{SharedID: "N/A", Dropped: 2}}
	want := []string{`several reports carry the id "N/A": links, or titles and dates, tell them apart`, "JSON members of the wrong kind that were left out: 2"}
	if got := h.Notes(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := (&Health{}).Notes(); len(got) != 0 {
		t.Errorf("of a source that does nothing wrong: %q", got)
	}
}
