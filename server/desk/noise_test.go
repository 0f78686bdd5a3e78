package desk

import (
	"math"
	"strings"
	"testing"

	"topicwire/feed"
)

// Links decide what is together, so that all figures can be told by hand: story
// a with an intruder, b in two parts, c begun by noise, noise with noise, and
// noise alone, which some program gave the name of a story.
const intruded = `
{"id": "a1", "title": "Snow closes the tunnel", "link": "https://x.example/a", "source": "1", "published": "2024-09-04T08:00:00Z", "story": "a"}
{"id": "a2", "title": "Drivers wait in the cold", "link": "https://x.example/a", "source": "2", "published": "2024-09-04T08:10:00Z", "story": "a"}
{"id": "n1", "title": "Melons ripen early", "link": "https://x.example/a", "source": "3", "published": "2024-09-04T08:20:00Z", "noise": true}
{"id": "b1", "title": "Parliament elects its speaker", "link": "https://x.example/b", "source": "1", "published": "2024-09-04T08:30:00Z", "story": "b"}
{"id": "b2", "title": "Lawyer of forty leads a house", "link": "https://x.example/c", "source": "2", "published": "2024-09-04T08:40:00Z", "story": "b"}
{"id": "n5", "title": "Chess masters draw", "link": "https://x.example/d", "source": "3", "published": "2024-09-04T08:50:00Z", "noise": true}
{"id": "c1", "title": "Gas flows again", "link": "https://x.example/d", "source": "1", "published": "2024-09-04T09:00:00Z", "story": "c"}
{"id": "n2", "title": "Singer marries", "link": "https://x.example/e", "source": "1", "published": "2024-09-04T09:10:00Z", "noise": true}
{"id": "n3", "title": "Border collie found", "link": "https://x.example/e", "source": "2", "published": "2024-09-04T09:20:00Z", "noise": true}
{"id": "n4", "title": "Theatre reopens", "link": "https://x.example/f", "source": "2", "published": "2024-09-04T09:30:00Z", "noise": true, "story": "a"}
`

func TestEvaluateNoise(t *testing.T) {
	ev := evaluate(t, intruded, EvaluateOptions{Misses: true})
	s := ev.Stories
	if s == nil || ev.Duplicates != nil || s.Entries != 5 || s.Labels != 3 || s.Clusters != 4 {
		t.Fatalf("%+v", s)
	}
	// a1 and a2: 2 of 3 are theirs; b1 and b2 alone; c1: 1 of 2.
	sameMeasure(t, "B-cubed", s.BCubed, (2./3+2./3+1+1+.5)/5, (1+1+.5+.5+1)/5)
	// Together are three pairs of a and one of c; n2 and n3 are no pair.
	if p := s.Pairwise; p.Matched != 4 || p.Right != 1 || p.Labelled != 2 {
		t.Errorf("pairs %+v", p)
	}
	sameMeasure(t, "pairs", s.Pairwise.Measure, 1./4, 1./2)
	if n := s.Noise; n == nil || n.Entries != 5 || n.Landed != 2 || n.Share != .4 || n.LargestAlone == nil || n.LargestAlone.Entries != 2 || n.LargestAlone.ID != "n2" {
		t.Errorf("noise %+v", n)
	}
	want := []FormedCluster{
		{Entries: 3, Labelled: 2, Noise: 1, Label: "a", OfLabel: 2, Source: "1", OfSource: 1, ID: "a1", Line: 2, Title: "Snow closes the tunnel"},
		{Entries: 2, Labelled: 1, Noise: 1, Label: "c", OfLabel: 1, Source: "3", OfSource: 1, ID: "n5", Line: 7, Title: "Chess masters draw"},
		{Entries: 2, Labelled: 0, Noise: 2, Source: "1", OfSource: 1, ID: "n2", Line: 9, Title: "Singer marries"},
	}
	if len(s.Largest) != len(want) || s.OneSided != nil {
		t.Fatalf("%+v, %+v", s.Largest, s.OneSided)
	}
	for i := range want {
		if s.Largest[i] != want[i] {
			t.Errorf("%+v, want %+v", s.Largest[i], want[i])
		}
	}
	// Noise that joined, and an entry that joined noise; not noise that joined noise.
	if len(s.Joined) != 2 {
		t.Fatalf("joined %+v", s.Joined)
	}
	if m := s.Joined[0]; m.ID != "n1" || !m.Noise || m.WithID != "a1" || m.WithNoise {
		t.Errorf("%+v", m)
	}
	if m := s.Joined[1]; m.ID != "c1" || m.Noise || m.WithID != "n5" || !m.WithNoise {
		t.Errorf("%+v", m)
	}
	if len(s.Parted) != 1 || s.Parted[0].ID != "b2" {
		t.Errorf("parted %+v", s.Parted)
	}

	// Reports are measured in the same way.
	d := evaluate(t, strings.ReplaceAll(intruded, `"story"`, `"duplicate"`), EvaluateOptions{Misses: true})
	if d.Stories != nil || d.Duplicates == nil || d.Duplicates.BCubed != s.BCubed || d.Duplicates.Pairwise != s.Pairwise ||
		d.Duplicates.Noise.Landed != 2 || len(d.Duplicates.Joined) != 2 {
		t.Errorf("%+v", d.Duplicates)
	}
}

// Noise that keeps out of stories changes no figure of theirs.
func TestEvaluateNoiseOut(t *testing.T) {
	apart := strings.NewReplacer(
		`"title": "Melons ripen early", "link": "https://x.example/a"`, `"title": "Melons ripen early", "link": "https://x.example/e"`,
		`"title": "Chess masters draw", "link": "https://x.example/d"`, `"title": "Chess masters draw", "link": "https://x.example/g"`,
	).Replace(intruded)
	s := evaluate(t, apart, EvaluateOptions{Misses: true}).Stories
	sameMeasure(t, "B-cubed", s.BCubed, 1, (1+1+.5+.5+1)/5)
	sameMeasure(t, "pairs", s.Pairwise.Measure, 1, 1./2)
	if n := s.Noise; n.Entries != 5 || n.Landed != 0 || n.Share != 0 || n.LargestAlone.Entries != 3 || len(s.Joined) != 0 {
		t.Errorf("%+v, joined %+v", n, s.Joined)
	}
	var without []string
	for _, line := range strings.Split(apart, "\n") {
		if !strings.Contains(line, "noise") {
			without = append(without, line)
		}
	}
	o := evaluate(t, strings.Join(without, "\n"), EvaluateOptions{}).Stories
	if o.Noise != nil || o.BCubed != s.BCubed || o.Pairwise != s.Pairwise || o.Clusters != s.Clusters {
		t.Errorf("%+v without noise, %+v with it", o, s)
	}
}

// A day's news that nobody labelled shows how stories chain.
func TestEvaluateNoiseAlone(t *testing.T) {
	const lines = `{"title": "Singer marries", "link": "https://x.example/e", "source": "1", "noise": true}
{"title": "Border collie found", "link": "https://x.example/e", "source": "2", "noise": true}`
	ev := evaluate(t, lines, EvaluateOptions{Misses: true})
	if s := ev.Stories; s == nil || ev.Duplicates != nil || s.Entries != 0 || s.Noise.Entries != 2 || s.Noise.Landed != 0 || s.Noise.LargestAlone.Entries != 2 || len(s.Joined) != 0 {
		t.Errorf("%+v", s)
	}
}

// Of what a cluster has most is counted by hand; no source is none.
func TestFormed(t *testing.T) {
	c := newClustering([]string{"a", "", "b", "b", "", "a", ""}, strings.Fields("1 1 1 1 2 3 3"))
	var entries []*Labelled
	for i, source := range []string{"", "wire", "wire", "", "wire", "post", "post"} {
		l := &Labelled{Line: i, ID: string(rune('p' + i))}
		l.Source, l.Entry.Title = feed.SourceID(source), "T"
		entries = append(entries, l)
	}
	formed := c.formed(entries)
	want := []FormedCluster{
		{Entries: 4, Labelled: 3, Noise: 1, Label: "b", OfLabel: 2, Source: "wire", OfSource: 2, ID: "p", Line: 0, Title: "T"},
		{Entries: 2, Labelled: 1, Noise: 1, Label: "a", OfLabel: 1, Source: "post", OfSource: 2, ID: "u", Line: 5, Title: "T"},
		{Entries: 1, Noise: 1, Source: "wire", OfSource: 1, ID: "t", Line: 4, Title: "T"},
	}
	for i := range want {
		if formed[i] != want[i] {
			t.Errorf("%+v, want %+v", formed[i], want[i])
		}
	}
	if got := largest(formed); len(got) != 2 {
		t.Errorf("largest %+v", got)
	}
	if got := oneSided(formed); got == nil || got.ID != "p" {
		t.Errorf("one source: %+v", got)
	}
	if got := oneSided(formed[2:]); got != nil {
		t.Errorf("one source, alone: %+v", got)
	}
}

func sameMeasure(t *testing.T, name string, m Measure, precision, recall float64) {
	t.Helper()
	if math.Abs(m.Precision-precision)+math.Abs(m.Recall-recall) > 1e-9 {
		t.Errorf("%s: %+v, want %v and %v", name, m, precision, recall)
	}
}
