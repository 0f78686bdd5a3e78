package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// An Explanation is everything that one topic's rules make of one entry.
type Explanation struct {
	Topic   feed.TopicID `json:"topic"`
	Matches bool         `json:"matches"`
	// Language is the entry's, "" for unknown; TakesLanguage and TakesSource say
	// whether the topic takes entries of it and of the source.
	Language      string `json:"language"`
	TakesLanguage bool   `json:"takes_language"`
	TakesSource   bool   `json:"takes_source"`
	// Lines are the topic's rules from top to bottom, each group before its
	// members. A topic without rules has none.
	Lines []Line `json:"lines"`
	// Score is what the weights add up to for this entry, Threshold what they
	// have to reach; 0 for a topic without a score. Scale is what the length of
	// the text made of each hit's worth (docs/topics.md).
	Score     float64 `json:"score"`
	Threshold float64 `json:"threshold"`
	Scale     float64 `json:"scale"`
	// Missing says in sentences what would have to be otherwise for a match;
	// empty where the entry matches.
	Missing []string `json:"missing"`
}

// A Line is one rule with what the entry makes of it.
type Line struct {
	Part  string   `json:"part"`  // of the topic's rules: all, any, none or score
	Depth int      `json:"depth"` // groups around it; 0 for the part's own lines
	Pos   feed.Pos `json:"pos"`
	Rule  string   `json:"rule"` // as written: a pattern, {scope: pattern}, a $list, or any, all, none for a group
	// Holds says that the rule is satisfied: for a member of none, that it did
	// not hit.
	Holds bool `json:"holds"`
	// Found are the places where it hit, in reading order, at most ten; those of
	// a $list are its patterns' own.
	Found  []Found `json:"found"`
	Weight float64 `json:"weight,omitempty"` // of a line of score
	Value  float64 `json:"value,omitempty"`  // what the line adds to the score
}

// A Found is a hit in its context.
type Found struct {
	Pattern string `json:"pattern"`
	List    string `json:"list,omitempty"`
	Field   string `json:"field"` // title, summary, content, category, author or link
	Before  string `json:"before"`
	Text    string `json:"words"`
	After   string `json:"after"`
}

// maxFound is how many places of a line are told.
const maxFound = 10

// Explain tells what a topic's rules make of an entry; it is not ok where there
// is no such topic. It shows what Match decides, and takes its time.
func (m *Matcher) Explain(id feed.TopicID, src *feed.Source, e *feed.Entry, w *text.Words) (out *Explanation, ok bool) {
	t := m.topic(id)
	if t == nil {
		return nil, false
	}
	m.read(src, e, w, func(s *scratch) { out = s.explain(t, src) })
	return out, true
}

// topic is the topic of an id, nil for none.
func (m *Matcher) topic(id feed.TopicID) *topic {
	i := slices.IndexFunc(m.topics, func(t topic) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &m.topics[i]
}

func (s *scratch) explain(t *topic, src *feed.Source) *Explanation {
	language := s.w.Language
	out := &Explanation{
		Topic: t.ID, Language: language,
		TakesLanguage: t.takesLanguage(language), TakesSource: t.Sources.Takes(src),
		Lines: []Line{}, Missing: []string{},
	}
	_, holds := s.takes(t)
	out.Matches = out.TakesLanguage && out.TakesSource && holds
	if t.score != nil {
		out.Threshold, out.Scale, out.Score = t.score.rule.Threshold, s.scale, s.sum(t.score.group, false)
	}
	t.walk(func(at stop) bool {
		if at.above == nil {
			return true
		}
		l := Line{Part: string(at.part.rule.Op), Depth: at.depth, Pos: at.rule.Pos, Rule: ruleText(at.rule), Found: []Found{}}
		l.Holds = s.holds(at.node) != at.above.group.not
		if at.above.group.sums {
			l.Weight = at.weight
			if l.Holds {
				l.Value = s.value(at.node)
			}
		}
		whole := at.group == nil || at.rule.List != "" // told with all that is in it
		if whole {
			l.Found = s.foundIn(at)
		}
		out.Lines = append(out.Lines, l)
		return !whole
	})
	if !out.Matches {
		out.Missing = s.missing(t, out, src)
	}
	return out
}

// ruleText is a rule as people write it, a group in a word.
func ruleText(r *feed.Rule) string {
	switch {
	case r.List != "":
		return "$" + r.List
	case r.Op != feed.OpPattern:
		return string(r.Op)
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

// foundIn tells where a pattern stands, or the patterns of a $list.
func (s *scratch) foundIn(at stop) []Found {
	var places []foundPlace
	at.walk(func(at stop) bool {
		if at.group == nil && s.holds(at.node) {
			for _, p := range s.placesOf(nil, at.pattern) {
				places = append(places, foundPlace{p, at.rule.Pattern, at.list()})
			}
		}
		return true
	})
	feed.SortBy(places, func(a, b foundPlace) int { return a.compare(b.place) })
	out := []Found{}
	for _, p := range places[:min(len(places), maxFound)] {
		at := s.stretch(p.place)
		before, after := context(at.text, at.start, at.end)
		out = append(out, Found{
			Pattern: p.pattern, List: p.list, Field: at.field.String(),
			Before: before, Text: flatten(at.text[at.start:at.end]), After: after,
		})
	}
	return out
}

// contextRunes are as many as are told on either side of a hit.
const contextRunes = 40

// context is what stands before and behind a stretch of a text, in whole words
// where there are spaces, with … where there is more.
func context(s string, start, end int) (before, after string) {
	// More bytes than the runes can have: one that is cut is not told.
	const enough = utf8.UTFMax * (contextRunes + 1)
	head, tail := []rune(s[max(0, start-enough):start]), []rune(s[end:min(len(s), end+enough)])
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

var white = regexp.MustCompile(`[\s\v\x{85}\p{Z}]+`)

// flatten makes one space of each run of white space.
func flatten(s string) string { return white.ReplaceAllString(s, " ") }
