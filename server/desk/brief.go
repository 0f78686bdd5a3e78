package desk

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/match"
)

// Points is a weight or a score as people write it: rounded down, so that none
// looks as if it had reached a threshold that it has not.
func Points(f float64) string {
	const mistake = 1e-9 // of a binary fraction
	return strconv.FormatFloat(math.Floor(f*100+mistake)/100, 'f', -1, 64)
}

// briefHits is how many patterns a brief explanation names.
const briefHits = 6

// Brief is an explanation in one line: for a match the patterns that hit and the
// score, else what is missing, and the patterns that did hit.
func Brief(x *match.Explanation) string {
	var parts []string
	if !x.Matches {
		parts = append(parts, x.Missing...)
	}
	if hits := briefly(x); hits != "" {
		parts = append(parts, "hit: "+hits)
	}
	if x.Matches && x.Threshold != 0 {
		parts = append(parts, fmt.Sprintf("%s of %s points", Points(x.Score), Points(x.Threshold)))
	}
	if len(parts) == 0 && x.Matches {
		return "the topic takes everything"
	}
	return strings.Join(parts, "; ")
}

// briefly names the words that hit, each once, with the weight they have.
func briefly(x *match.Explanation) string {
	type hit struct {
		word, in string
		weight   float64
	}
	var title, others []*hit // the title comes before everything else
	known := make(map[string]*hit)
	for _, l := range x.Lines {
		for _, f := range l.Found {
			folded := strings.ToLower(f.Text)
			h := known[folded]
			if h == nil {
				h = &hit{word: f.Text, in: " in " + f.Field}
				known[folded] = h
				switch f.Field {
				case "title":
					title = append(title, h)
				case "summary", "content":
					h.in = ""
					fallthrough
				default:
					others = append(others, h)
				}
			}
			h.weight = cmp.Or(h.weight, l.Weight)
		}
	}
	var out []string
	hits := append(title, others...)
	for i, h := range hits {
		if i == briefHits {
			out = append(out, fmt.Sprintf("%d more", len(hits)-i))
			break
		}
		s := fmt.Sprintf("[%s]%s", h.word, h.in)
		if h.weight != 0 {
			s += fmt.Sprintf(" %+g", h.weight)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// briefLikeness is a likeness in one line.
func briefLikeness(w *feed.Likeness) string {
	var parts []string
	for _, x := range []struct {
		of         string
		is, needed float64
	}{{"likeness", w.Score, w.Needed}, {"story", w.Mean, w.MeanNeeded}, {"title", w.Title, w.TitleNeeded}} {
		switch {
		case x.needed > 0:
			parts = append(parts, fmt.Sprintf("%s %.2f (needed %.2f)", x.of, x.is, x.needed))
		case len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%s %.2f", x.of, x.is))
		}
	}
	s := strings.Join(parts, ", ")
	if len(w.Numbers) > 0 {
		s += "; other numbers: " + strings.Join(w.Numbers, ", ")
	}
	var shared []string
	for _, sh := range w.Shared[:min(len(w.Shared), 5)] {
		shared = append(shared, sh.Word)
	}
	if len(shared) > 0 {
		s += "; shared: " + strings.Join(shared, ", ")
	}
	return s
}

// OneLine is a text as a log and a terminal can have it: white space is single
// spaces, and characters that control a terminal or turn the direction of a line
// are left out.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\ufeff':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
