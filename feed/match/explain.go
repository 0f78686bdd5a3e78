package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// maxFound is how many places of a line are told.
const maxFound = 10

// Explain tells what a topic's rules make of an entry; it is not ok where there
// is no such topic. It agrees with Match, and takes its time.
func (m *Matcher) Explain(id feed.TopicID, src *feed.Source, e *feed.Entry, w *text.Words) (*Explanation, bool) {
	i := slices.IndexFunc(m.rules, func(t feed.Topic) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	alone, c := m.compiledAlone(i)
	s := newScratch(len(c.patterns), 1)
	alone.find(s, src, e, w)
	x := &explainer{c: c, s: s, rules: &m.rules[i]}
	t := &alone.topics[0]
	_, holds := s.evaluate(t)
	out := &Explanation{
		Topic: id, Language: w.Language,
		TakesLanguage: t.takesLanguage(w.Language), TakesSource: t.sources.Takes(src),
		Lines: []Line{}, Missing: []string{},
	}
	out.Matches = out.TakesLanguage && out.TakesSource && holds
	r := &x.rules.Rules
	for _, part := range []struct {
		name  string
		rules []feed.Rule
	}{{"all", r.All}, {"any", r.Any}, {"none", r.None}} {
		for i := range part.rules {
			x.line(&out.Lines, part.name, 0, &part.rules[i], part.name == "none")
		}
	}
	if t.score != nil {
		out.Threshold, out.Scale = t.score.threshold, s.scale
		out.Score = s.score(t.score, false)
		for i := range r.Score.Weights {
			term := &r.Score.Weights[i].Term
			x.line(&out.Lines, "score", 0, term, false)
			l := &out.Lines[len(out.Lines)-1]
			l.Weight, l.Value = r.Score.Weights[i].Weight, s.value(&t.score.terms[i])
		}
	}
	if !out.Matches {
		out.Missing = x.missing(out, src)
	}
	return out, true
}

// An aloneTopic is one topic compiled by itself, which has all its patterns at
// hand. It does not change.
type aloneTopic struct {
	topic    int
	matcher  *Matcher
	compiler *compiler
}

// compiledAlone compiles topic i by itself. The last one is kept: who explains
// one entry goes on with the next, and compiling costs the most of it.
func (m *Matcher) compiledAlone(i int) (*Matcher, *compiler) {
	if last := m.explained.Load(); last != nil && last.topic == i {
		return last.matcher, last.compiler
	}
	alone, c := compileTopics(m.rules[i : i+1]) // which compiled before
	m.explained.Store(&aloneTopic{i, alone, c})
	return alone, c
}

// An explainer looks at the rules as configured, one by one.
type explainer struct {
	c     *compiler
	s     *scratch
	rules *feed.Topic
}

// hits reports whether a rule hits, a group whether it holds.
func (x *explainer) hits(r *feed.Rule) bool {
	miss := func(r feed.Rule) bool { return !x.hits(&r) }
	hit := func(r feed.Rule) bool { return x.hits(&r) }
	switch {
	case len(r.All) > 0:
		return !slices.ContainsFunc(r.All, miss)
	case len(r.Any) > 0:
		return slices.ContainsFunc(r.Any, hit)
	case len(r.None) > 0:
		return !slices.ContainsFunc(r.None, hit)
	}
	p, _ := x.c.pattern(r)
	if re := x.c.patterns[p].regex; re != nil {
		return x.s.hitRegex(p, re)
	}
	return x.s.hit(p)
}

// line appends the line of a rule and, unless it is a $list, of its members.
// Unwanted is a member of none.
func (x *explainer) line(to *[]Line, part string, depth int, r *feed.Rule, unwanted bool) {
	l := Line{Part: part, Depth: depth, Pos: r.Pos, Rule: ruleText(r), Holds: x.hits(r) != unwanted, Found: []Found{}}
	group := len(r.All)+len(r.Any)+len(r.None) > 0
	if !group || r.List != "" {
		l.Found = x.found(r)
	}
	*to = append(*to, l)
	if !group || r.List != "" {
		return
	}
	for _, members := range [][]feed.Rule{r.All, r.Any, r.None} {
		for i := range members {
			x.line(to, part, depth+1, &members[i], len(r.None) > 0)
		}
	}
}

// ruleText is a rule as people write it, a group in a word.
func ruleText(r *feed.Rule) string {
	switch {
	case r.List != "":
		return "$" + r.List
	case len(r.All) > 0:
		return "all"
	case len(r.Any) > 0:
		return "any"
	case len(r.None) > 0:
		return "none"
	case r.Scope != feed.ScopeText:
		return fmt.Sprintf("{%s: %s}", r.Scope, r.Pattern)
	}
	return r.Pattern
}

// A foundPlace is a place with the pattern that stands there.
type foundPlace struct {
	place
	pattern, list string
}

// found tells where a pattern stands, or the patterns of a $list.
func (x *explainer) found(r *feed.Rule) []Found {
	places := x.places(nil, r, "")
	slices.SortStableFunc(places, func(a, b foundPlace) int { return a.compare(b.place) })
	out := []Found{}
	for _, p := range places[:min(len(places), maxFound)] {
		at := x.s.stretch(p.place)
		before, after := context(at.text, at.start, at.end)
		out = append(out, Found{
			Pattern: p.pattern, List: p.list, Field: at.field.String(),
			Before: before, Text: flatten(at.text[at.start:at.end]), After: after,
		})
	}
	return out
}

func (x *explainer) places(to []foundPlace, r *feed.Rule, list string) []foundPlace {
	if r.List != "" {
		list = r.List
	}
	if len(r.All)+len(r.Any)+len(r.None) > 0 {
		for _, members := range [][]feed.Rule{r.All, r.Any} {
			for i := range members {
				to = x.places(to, &members[i], list)
			}
		}
		return to
	}
	if x.hits(r) {
		p, _ := x.c.pattern(r)
		for _, at := range x.s.placesOf(nil, p) {
			to = append(to, foundPlace{at, r.Pattern, list})
		}
	}
	return to
}

// contextRunes are as many as are told on either side of a hit.
const contextRunes = 40

// context is what stands before and behind a stretch of a text, in whole words
// where there are spaces, with … where there is more.
func context(s string, start, end int) (before, after string) {
	from, to := max(0, start-utf8.UTFMax*(contextRunes+1)), min(len(s), end+utf8.UTFMax*(contextRunes+1))
	for from > 0 && !utf8.RuneStart(s[from]) {
		from--
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to++
	}
	head, tail := []rune(s[from:start]), []rune(s[end:to])
	if n := len(head) - contextRunes; n > 0 {
		before = string(head[n:])
		if !unicode.IsSpace(head[n-1]) {
			if at := strings.IndexFunc(before, unicode.IsSpace); at >= 0 && at < len(before)-1 {
				before = before[at:]
			}
		}
		before = "…" + strings.TrimLeft(flatten(before), " ")
	} else {
		before = flatten(string(head))
	}
	if len(tail) <= contextRunes {
		return before, flatten(string(tail))
	}
	after = string(tail[:contextRunes])
	if !unicode.IsSpace(tail[contextRunes]) {
		if at := strings.LastIndexFunc(after, unicode.IsSpace); at > 0 {
			after = after[:at]
		}
	}
	return before, strings.TrimRight(flatten(after), " ") + "…"
}

// flatten makes one space of each run of white space.
func flatten(s string) string {
	words := strings.Join(strings.Fields(s), " ")
	switch {
	case s == "":
		return ""
	case words == "":
		return " "
	}
	if strings.TrimLeftFunc(s, unicode.IsSpace) != s {
		words = " " + words
	}
	if strings.TrimRightFunc(s, unicode.IsSpace) != s {
		words += " "
	}
	return words
}
