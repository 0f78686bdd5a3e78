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
func (x *explainer) missing(e *Explanation, src *feed.Source) []string {
	var out []string
	if !e.TakesSource {
		out = append(out, sourceMissing(&x.rules.Sources, src))
	}
	if !e.TakesLanguage {
		takes := strings.Join(x.rules.Languages, ", ")
		if e.Language == "" {
			out = append(out, fmt.Sprintf("the language of the entry is unknown; the topic takes %s and drops what is unknown", takes))
		} else {
			out = append(out, fmt.Sprintf("the entry is in %s; the topic takes %s", languageName(e.Language), takes))
		}
	}
	r := &x.rules.Rules
	for i := range r.All {
		if !x.hits(&r.All[i]) {
			out = append(out, "all: "+x.lack(&r.All[i]))
		}
	}
	if any := (feed.Rule{Any: r.Any}); len(r.Any) > 0 && !x.hits(&any) {
		out = append(out, x.lack(&any))
	}
	for i := range r.None {
		if x.hits(&r.None[i]) {
			out = append(out, fmt.Sprintf("none: %s hits", quoted(&r.None[i])))
		}
	}
	if r.Score != nil && e.Score < e.Threshold {
		out = append(out, fmt.Sprintf("%s of %s points", points(e.Score, math.Floor), points(e.Threshold, math.Round)))
	}
	return out
}

// lack says why a rule does not hold.
func (x *explainer) lack(r *feed.Rule) string {
	switch {
	case r.List != "":
		return fmt.Sprintf("none of the %s of $%s hits", counted(countPatterns(r), "pattern"), r.List)
	case len(r.All) > 0:
		var out []string
		for i := range r.All {
			if !x.hits(&r.All[i]) {
				out = append(out, x.lack(&r.All[i]))
			}
		}
		return strings.Join(out, ", and ")
	case len(r.Any) == 1:
		return "any: " + x.lack(&r.Any[0])
	case len(r.Any) > 0:
		return fmt.Sprintf("none of the %s of any hits", counted(len(r.Any), "line"))
	case len(r.None) > 0:
		i := slices.IndexFunc(r.None, func(r feed.Rule) bool { return x.hits(&r) })
		return fmt.Sprintf("%s hits, which a none forbids", quoted(&r.None[i]))
	}
	return quoted(r) + " does not hit"
}

func quoted(r *feed.Rule) string {
	if r.List != "" || r.Scope != feed.ScopeText || len(r.All)+len(r.Any)+len(r.None) > 0 {
		return ruleText(r)
	}
	return strconv.Quote(r.Pattern)
}

func countPatterns(r *feed.Rule) int {
	n := 0
	for _, members := range [][]feed.Rule{r.All, r.Any, r.None} {
		for i := range members {
			n += countPatterns(&members[i])
		}
	}
	return max(n, 1)
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
