package match

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// maxNear is the greatest n of NEAR/n.
const maxNear = 50

// A near is two patterns that stand close together in one part of a text, in
// either order: there are at most within-1 words between them.
type near struct {
	within int
	sides  [2]pattern // of phrases alone, in the order of their keys
}

// parseNear reads A NEAR/n B. It returns nil and no flaw for a pattern without
// NEAR.
func parseNear(r *reading) (*near, *flaw) {
	at, n, f := findNear(r.written)
	if f != nil || at == nil {
		return nil, f
	}
	out := &near{within: n}
	for i, side := range []string{r.written[:at[0]], r.written[at[1]:]} {
		alternatives, f := sideOf(r.written, side, [...]string{"before", "after"}[i])
		if f != nil {
			return nil, f
		}
		for _, a := range alternatives {
			phrases, f := parsePhrases(r, a)
			if f != nil {
				return nil, f
			}
			out.sides[i].phrases = append(out.sides[i].phrases, phrases...)
		}
	}
	if out.sides[0].key() > out.sides[1].key() {
		out.sides[0], out.sides[1] = out.sides[1], out.sides[0]
	}
	return out, nil
}

// findNear finds the one NEAR/n of a pattern: from where to where it stands.
func findNear(written string) (at []int, n int, f *flaw) {
	end := 0
	for _, w := range strings.Fields(written) {
		start := end + strings.Index(written[end:], w)
		end = start + len(w)
		number, ok := strings.CutPrefix(w, "NEAR/")
		switch {
		case w == "NEAR":
			return nil, 0, flawed("write NEAR/5 for within five words; as a word, write near", "%q has NEAR without a number", written)
		case !ok && len(w) > 5 && strings.EqualFold(w[:5], "NEAR/") && strings.Trim(w[5:], "0123456789") == "":
			return nil, 0, flawed("write NEAR in capitals", "%q has %s in small letters", written, w[:4])
		case !ok:
			continue
		case at != nil:
			return nil, 0, flawed("NEAR joins two sides; write two patterns under all", "%q has NEAR twice", written)
		}
		var err error
		if n, err = strconv.Atoi(number); err != nil || n < 1 || n > maxNear || number[0] == '+' {
			return nil, 0, flawed(fmt.Sprintf("write a number from 1 to %d, as in NEAR/5", maxNear), "%q has %s, which is no number of words", written, w)
		}
		at = []int{start, end}
	}
	return at, n, nil
}

// sideOf gives the phrases of which one must stand on a side of NEAR.
func sideOf(written, side, place string) ([]string, *flaw) {
	inner, open := strings.CutPrefix(strings.TrimSpace(side), "(")
	closed := true
	if open {
		inner, closed = strings.CutSuffix(inner, ")")
	}
	if !closed || strings.ContainsAny(inner, "()") {
		return nil, flawed("write (x OR y) NEAR/5 z", "%q has parentheses that do not hold a whole side of NEAR", written)
	}
	alternatives := [][]string{nil}
	for _, w := range strings.Fields(inner) {
		switch last := len(alternatives) - 1; {
		case w == "OR" && !open:
			return nil, flawed("write (x OR y) NEAR/5 z; as a word, write or", "%q has OR outside parentheses", written)
		case w == "OR":
			alternatives = append(alternatives, nil)
		case w == "AND" || w == "NOT":
			return nil, flawed("write the patterns under all and none", "%q has %s, which is no operator", written, w)
		default:
			alternatives[last] = append(alternatives[last], w)
		}
	}
	out := make([]string, len(alternatives))
	for i, words := range alternatives {
		if len(words) == 0 {
			if open {
				return nil, flawed("write (x OR y)", "%q has an OR with nothing beside it", written)
			}
			return nil, flawed("write a pattern on both sides, as in border NEAR/5 clash*", "%q has nothing %s NEAR", written, place)
		}
		out[i] = strings.Join(words, " ")
	}
	return out, nil
}

// A nearID is a near of numbered patterns.
type nearID struct {
	pattern patternID
	sides   [2]patternID
	within  int32
}

// A nearTable holds nears by their first sides.
type nearTable struct {
	all []nearID
	// Those whose first side is p are all[starts[p]:starts[p+1]].
	starts []uint32
}

// fileNears files the nears of so many patterns.
func fileNears(nears []nearID, patterns int) nearTable {
	first := func(n nearID) uint32 { return uint32(n.sides[0]) }
	slices.SortStableFunc(nears, func(a, b nearID) int { return cmp.Compare(first(a), first(b)) })
	return nearTable{slices.Clip(nears), startsOf(nears, patterns, first)}
}

// find finds the places of the nears both of whose sides hit: from each place
// of a side to the nearest of the other one that shares no word with it.
func (t *nearTable) find(s *scratch) {
	if len(t.all) == 0 {
		return
	}
	for _, p := range s.hits { // which grows by the nears, that are sides of none
		for i := t.starts[p]; i < t.starts[p+1]; i++ {
			if n := &t.all[i]; s.hit(n.sides[1]) {
				s.left = s.placesOf(s.left[:0], n.sides[0])
				s.right = s.placesOf(s.right[:0], n.sides[1])
				s.pair(n, s.left, s.right)
				s.pair(n, s.right, s.left)
			}
		}
	}
}

func (s *scratch) pair(n *nearID, places, others []place) {
	s.ends = append(s.ends[:0], others...)
	slices.SortFunc(s.ends, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.end(), b.end()), cmp.Compare(a.first, b.first))
	})
	for _, a := range places {
		after := sort.Search(len(others), func(i int) bool { return others[i].first >= a.end() })
		before := sort.Search(len(s.ends), func(i int) bool { return s.ends[i].end() > a.first }) - 1
		first, end, apart := a.first, a.end(), n.within+1
		if before >= 0 {
			if b := s.ends[before]; s.together(b.first, a.first) {
				first, apart = b.first, a.first-b.end()+1
			}
		}
		if after < len(others) {
			if b := others[after]; b.first-a.end()+1 < apart && s.together(a.first, b.first) {
				first, end, apart = a.first, b.end(), b.first-a.end()+1
			}
		}
		if apart <= n.within {
			s.add(n.pattern, place{first: first, n: end - first, cut: -1})
		}
	}
}

// together reports whether two words stand in one part.
func (s *scratch) together(a, b int32) bool { return s.part(int(a)) == s.part(int(b)) }
