package match

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
)

// forbidden warns of patterns that a topic's none keeps from ever counting.
func (l *linter) forbidden(t *feed.Topic) {
	none := make(members)
	l.gather(none, t.Rules.None)
	visit := func(r *feed.Rule, must bool) {
		q, _ := l.c.pattern(r)
		by := none[q]
		if by == nil {
			i := slices.IndexFunc(l.cover[q], func(p patternID) bool { return none[p] != nil })
			if i < 0 {
				return
			}
			by = none[l.cover[q][i]]
		}
		if must {
			l.warn(r.Pos, "one of the two is too much", "topic %q can never match: %s must hit, and none forbids %s", t.ID, quoted(r), quoted(by))
		} else {
			l.warn(r.Pos, "leave it out, or narrow the one under none", "pattern %s can never count in topic %q: none forbids %s", quoted(r), t.ID, quoted(by))
		}
	}
	for i := range t.Rules.All {
		wanted(&t.Rules.All[i], true, visit)
	}
	for i := range t.Rules.Any {
		wanted(&t.Rules.Any[i], false, visit)
	}
	if t.Rules.Score != nil {
		for i := range t.Rules.Score.Weights {
			wanted(&t.Rules.Score.Weights[i].Term, false, visit)
		}
	}
}

// wanted visits the patterns of a rule that can make it hold. Those of a $list
// are left alone: it may serve other topics too.
func wanted(r *feed.Rule, must bool, visit func(r *feed.Rule, must bool)) {
	switch {
	case r.List != "" || len(r.None) > 0:
	case len(r.All) > 0:
		for i := range r.All {
			wanted(&r.All[i], must, visit)
		}
	case len(r.Any) > 0:
		for i := range r.Any {
			wanted(&r.Any[i], must && len(r.Any) == 1, visit)
		}
	default:
		visit(r, must)
	}
}

// pattern lints a pattern by itself.
func (l *linter) pattern(r *feed.Rule) {
	l.syntax(r)
	id, _ := l.c.pattern(r)
	switch p := &l.c.patterns[id]; {
	case p.regex != nil:
		l.regex(r)
	case p.link != nil:
		if g := p.link; g.path != "" && !strings.ContainsAny(g.host, "*?.:") && g.host != "localhost" {
			l.warn(r.Pos, fmt.Sprintf("write */%s for a part of the path", strings.TrimLeft(r.Pattern, "/")),
				"link %q can never hit: no host is called %q", r.Pattern, g.host)
		}
	default:
		if form, ok := singleWord(p); ok && l.stop[form] {
			l.warn(r.Pos, "write a longer phrase, or a rarer word", "pattern %s hits nearly every text", quoted(r))
		}
	}
}

// singleWord is the form of a pattern that is one whole word, in any case.
func singleWord(p *pattern) (string, bool) {
	if len(p.phrases) == 0 || len(p.phrases[0].words) != 1 || p.phrases[0].where.has(feed.FieldAuthor) {
		return "", false
	}
	w := p.phrases[0].words[0]
	return w.form, !w.prefix && !w.capitals && (w.cased == "" || w.cased == w.form)
}

// regex warns of what RE2 reads otherwise than people do: \b and \w know ASCII
// letters alone.
func (l *linter) regex(r *feed.Rule) {
	tree, err := syntax.Parse(r.Pattern, syntax.Perl)
	if err != nil {
		return
	}
	if fitsNothing(tree) {
		l.warn(r.Pos, "leave it out", "regex %q can never hit", r.Pattern)
		return
	}
	foreign := strings.ContainsFunc(r.Pattern, func(c rune) bool { return c >= utf8.RuneSelf && unicode.IsLetter(c) })
	if foreign && hasBoundary(tree) {
		l.warn(r.Pos, `write (^|\PL) before and (\PL|$) behind, or a pattern of words`,
			`regex %q has \b beside letters that it does not know: to \b only a to z are letters`, r.Pattern)
	}
}

// fitsNothing reports expressions that ask for a character of an empty set.
func fitsNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch:
		return true
	case syntax.OpCharClass:
		return len(re.Rune) == 0
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		return slices.ContainsFunc(re.Sub, fitsNothing)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !fitsNothing(sub) })
	}
	return false
}

func hasBoundary(re *syntax.Regexp) bool {
	return re.Op == syntax.OpWordBoundary || slices.ContainsFunc(re.Sub, hasBoundary)
}

// common warns of a single word that hits many of the entries of the census,
// where it alone brings them into a topic.
func (l *linter) common(p patternID) {
	share, ok := l.census.common(p)
	if ph := l.c.patterns[p].phrases; !ok || len(ph) == 0 || len(ph[0].words) > 1 {
		return
	}
	for _, i := range l.m.touched[l.m.starts[p]:l.m.starts[p+1]] {
		if !l.m.topics[i].holdsWith(p) {
			continue
		}
		t := &l.m.rules[i]
		l.c.translit = t.Translit == "uz"
		in := make(members)
		l.gather(in, t.Rules.All)
		l.gather(in, t.Rules.Any)
		if t.Rules.Score != nil {
			for k := range t.Rules.Score.Weights {
				l.gather(in, []feed.Rule{t.Rules.Score.Weights[k].Term})
			}
		}
		if r := in[p]; r != nil {
			l.warn(r.Pos, "write a longer phrase, or ask for another word under all",
				"pattern %s hits %.0f %% of %d stored entries, and alone brings them into topics", quoted(r), share*100, l.census.entries)
		}
	}
}

// holdsWith reports whether two hits of a pattern, none in the title, are enough
// for a topic.
func (t *topic) holdsWith(p patternID) bool {
	if slices.ContainsFunc(t.gates, func(g *group) bool { return !g.holdsWith(p) }) {
		return false
	}
	if t.score == nil {
		return true
	}
	sum := 0.0
	for i := range t.score.terms {
		if term := &t.score.terms[i]; term.group.holdsWith(p) {
			sum += term.value(countedHits, false, 1)
		}
	}
	return sum >= t.score.threshold
}

func (g *group) holdsWith(p patternID) bool {
	leaf := slices.ContainsFunc(g.leaves, func(l leaf) bool { return l.pattern == p })
	switch g.op {
	case opAny:
		return leaf || slices.ContainsFunc(g.groups, func(sub *group) bool { return sub.holdsWith(p) })
	case opAll:
		return len(g.regexes) == 0 && (len(g.leaves) == 0 || leaf && len(g.leaves) == 1) &&
			!slices.ContainsFunc(g.groups, func(sub *group) bool { return !sub.holdsWith(p) })
	default:
		return !leaf && !slices.ContainsFunc(g.groups, func(sub *group) bool { return sub.holdsWith(p) })
	}
}
