package desk

import (
	"strings"
	"testing"
)

// Two stories in two languages with noise among them, counted by hand. The last
// entry, whose language nobody knows, counts in all pairs and for neither part.
func TestByLanguages(t *testing.T) {
	c := newClustering([]string{"a", "a", "a", "b", "b", "", ""}, strings.Fields("1 1 2 2 2 1 1"))
	languages := []string{"en", "ru", "en", "ru", "en", "ru", ""}
	within, across := c.byLanguages(func(i int) string { return languages[i] })
	if within == nil || across == nil {
		t.Fatal("not measured")
	}
	// Of story a one pair is wanted within and two are across, of b one across.
	// Cluster 1 has 0-1 and 0-5 across, 1-5 within; cluster 2 has 2-3 and 3-4
	// across, 2-4 within.
	if p := within.Pairwise; p.Labelled != 1 || p.Matched != 2 || p.Right != 0 || p.F1 != 0 {
		t.Errorf("within %+v", p)
	}
	if p := across.Pairwise; p.Labelled != 3 || p.Matched != 4 || p.Right != 2 {
		t.Errorf("across %+v", p)
	}
	if p := c.pairwise(nil); p.Labelled != 4 || p.Matched != 8 || p.Right != 2 {
		t.Errorf("all %+v", p)
	}
	sameMeasure(t, "within", within.BCubed, (1+1./2+1./2+1+1./2)/5, (1./2+1+1./2+1+1)/5)
	sameMeasure(t, "across", across.BCubed, (2./3+1+1./2+2./3+1)/5, (1+2./3+1./2+1+1)/5)

	within, across = c.byLanguages(func(i int) string { return strings.ReplaceAll(languages[i], "ru", "en") })
	if within != nil || across != nil {
		t.Error("one language has pairs across languages")
	}
}

// Uzbek is one language in both scripts; a language that no line names is told.
func TestEvaluateAcrossLanguages(t *testing.T) {
	const lines = `
{"id": "1", "title": "Туннель ёпилди", "language": "uz-Cyrl", "link": "https://x.example/a", "source": "1", "story": "a"}
{"id": "2", "title": "Tunnel yopildi", "language": "uz", "link": "https://x.example/a", "source": "2", "story": "a"}
{"id": "3", "title": "Движение по тоннелю было закрыто из-за снега, сообщили в министерстве, но водители ещё ждут", "link": "https://x.example/a", "source": "3", "story": "a"}
{"id": "4", "title": "The tunnel was closed to all of the traffic by snow", "language": "en-GB", "source": "4", "story": "a"}
`
	s := evaluate(t, lines, EvaluateOptions{}).Stories
	if s.Within == nil || s.Across == nil {
		t.Fatalf("%+v", s)
	}
	if p := s.Within.Pairwise; p.Labelled != 1 || p.Matched != 1 || p.Right != 1 {
		t.Errorf("within %+v", p)
	}
	if p := s.Across.Pairwise; p.Labelled != 5 || p.Matched != 2 || p.Right != 2 || p.Recall != .4 {
		t.Errorf("across %+v", p)
	}
	// To 1 and 2 belong 3 and 4, to 3 and 4 all three others.
	sameMeasure(t, "B-cubed across", s.Across.BCubed, 1, (2./3+2./3+3./4+1./4)/4)
}
