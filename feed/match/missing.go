package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/text"
)

// missing says what keeps an entry out of a topic, a sentence each.
func (s *scratch) missing(t *topic, e *Explanation, src *feed.Source) []string {
	var out []string
	if !e.TakesSource {
		out = append(out, sourceMissing(&t.Sources, src))
	}
	if !e.TakesLanguage {
		takes := strings.Join(t.Languages, ", ")
		if e.Language == "" {
			out = append(out, fmt.Sprintf("the language of the entry is unknown; the topic takes %s and drops what is unknown", takes))
		} else {
			out = append(out, fmt.Sprintf("the entry is in %s; the topic takes %s", languageName(e.Language), takes))
		}
	}
	for i := range t.rules.parts {
		part := &t.rules.parts[i]
		if s.holds(part) {
			continue
		}
		switch part.rule.Op {
		case feed.OpAll:
			for _, lack := range s.lacks(part) {
				out = append(out, "all: "+lack)
			}
		case feed.OpNone:
			for _, n := range s.parts(part, true) {
				out = append(out, fmt.Sprintf("none: %s hits", quoted(n.rule)))
			}
		default:
			out = append(out, s.lack(part))
		}
	}
	return out
}

// parts are the parts of a node that hold, or do not.
func (s *scratch) parts(n *node, hold bool) (out []*node) {
	for i := range n.group.parts {
		if part := &n.group.parts[i]; s.holds(part) == hold {
			out = append(out, part)
		}
	}
	return out
}

// lacks says of each part that does not hold why.
func (s *scratch) lacks(n *node) (out []string) {
	for _, part := range s.parts(n, false) {
		out = append(out, s.lack(part))
	}
	return out
}

// lack says why a node does not hold.
func (s *scratch) lack(n *node) string {
	r := n.rule
	switch {
	case r.List != "":
		return fmt.Sprintf("none of the %s of $%s hits", counted(countPatterns(r), "pattern"), r.List)
	case r.Op == feed.OpPattern:
		return quoted(r) + " does not hit"
	case r.Op == feed.OpAll:
		return strings.Join(s.lacks(n), ", and ")
	case r.Op == feed.OpNone:
		return fmt.Sprintf("%s hits, which a none forbids", quoted(s.parts(n, true)[0].rule))
	case r.Op == feed.OpScore:
		return fmt.Sprintf("%s of %s points", points(s.sum(n.group, false), math.Floor), points(r.Threshold, math.Round))
	case len(r.Parts) == 1:
		return fmt.Sprintf("%s: %s", r.Op, s.lack(&n.group.parts[0]))
	case n.group.need == 1:
		return fmt.Sprintf("none of the %s of %s hits", counted(len(r.Parts), "line"), r.Op)
	}
	return fmt.Sprintf("fewer than %d of the %s of %s hit", n.group.need, counted(len(r.Parts), "line"), r.Op)
}

func quoted(r *feed.Rule) string {
	if r.Op == feed.OpPattern && r.Scope == feed.ScopeText {
		return strconv.Quote(r.Pattern)
	}
	return ruleText(r)
}

func countPatterns(r *feed.Rule) (n int) {
	for r := range (feed.Rules{*r}).Each() {
		if r.Op == feed.OpPattern {
			n++
		}
	}
	return n
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// points writes a number with at most two digits behind the point.
func points(v float64, round func(float64) float64) string {
	return strconv.FormatFloat(round(v*100)/100, 'f', -1, 64)
}

// sourceMissing says why a filter does not let a source through.
func sourceMissing(f *feed.SourceFilter, src *feed.Source) string {
	name := cmp.Or(src.Title, string(src.ID))
	for _, tag := range f.Without {
		if slices.Contains(src.Tags, tag) {
			return fmt.Sprintf("source %s is left out by without: [%s]", name, tag)
		}
	}
	switch {
	case len(f.Addresses) == 0:
		return fmt.Sprintf("source %s has none of the tags %s", name, strings.Join(f.Tags, ", "))
	case len(f.Tags) == 0:
		return fmt.Sprintf("source %s is none of the topic's addresses", name)
	}
	return fmt.Sprintf("source %s has none of the tags %s and is none of the topic's addresses", name, strings.Join(f.Tags, ", "))
}

// languageName is a language's name and tag, the tag alone where the name is not
// known here.
func languageName(tag string) string {
	if name := text.LanguageName(tag); name != "" {
		return fmt.Sprintf("%s (%s)", name, tag)
	}
	return tag
}
