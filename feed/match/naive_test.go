package match

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

// naive evaluates topics one by one, pattern by pattern, word by word, from the
// rules as configured.
type naive struct{ w *text.Words }

// places are the first and last words of all places of a pattern.
func (n naive) places(written string) (out [][2]int) {
	p, _ := parse(written)
	for _, ph := range p {
		uzbek := strings.HasPrefix(n.w.Language, "uz")
		if ph.in == uzbekText && !uzbek || ph.in == otherText && uzbek {
			continue
		}
		for _, part := range n.w.Parts {
			for i := part.First; i+len(ph.words) <= part.End; i++ {
				if n.stands(ph, &part, i) {
					out = append(out, [2]int{i, i + len(ph.words) - 1})
				}
			}
		}
	}
	return out
}

func (n naive) stands(ph phrase, part *text.Part, i int) bool {
	for k, pw := range ph.words {
		w := n.w.Words[i+k]
		if w.Form != pw.form && !(pw.prefix && strings.HasPrefix(w.Form, pw.form)) {
			return false
		}
		if pw.capitals {
			raw := n.w.Raw(part, i+k, i+k+1)
			head := string([]rune(raw)[:len([]rune(pw.form))])
			if head != strings.ToUpper(head) || part.Field == feed.FieldTitle && part.AllCapitals {
				return false
			}
		}
	}
	return true
}

func (n naive) holds(r feed.Rule) bool {
	switch {
	case r.All != nil:
		return !slices.ContainsFunc(r.All, func(r feed.Rule) bool { return !n.holds(r) })
	case r.Any != nil:
		return slices.ContainsFunc(r.Any, n.holds)
	case r.None != nil:
		return !slices.ContainsFunc(r.None, n.holds)
	}
	return len(n.places(r.Pattern)) > 0
}

func (n naive) value(w feed.Weight) float64 {
	rules := w.Term.Any
	if rules == nil {
		rules = []feed.Rule{w.Term}
	}
	var all [][2]int
	for _, r := range rules {
		all = append(all, n.places(r.Pattern)...)
	}
	taken := map[int]bool{}
	hits, title := 0, false
	// Shorter before longer, in reading order.
	slices.SortFunc(all, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for _, p := range all {
		free := true
		for i := p[0]; i <= p[1]; i++ {
			free = free && !taken[i]
		}
		if free {
			hits++
			title = title || n.w.Part(p[0]).Field == feed.FieldTitle
			for i := p[0]; i <= p[1]; i++ {
				taken[i] = true
			}
		}
	}
	v := w.Weight * float64(min(hits, 2))
	if title {
		v *= 2
	}
	return v
}

func (n naive) takes(t feed.Topic, src *feed.Source) (score float64, ok bool) {
	any := func(list, of []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(of, s) })
	}
	if len(t.Sources.Tags) > 0 && !any(src.Tags, t.Sources.Tags) || any(src.Tags, t.Sources.Without) {
		return 0, false
	}
	lang := n.w.Language
	if len(t.Languages) > 0 && (lang == "" && t.DropUnknown || lang != "" && !slices.Contains(t.Languages, lang)) {
		return 0, false
	}
	for _, r := range []feed.Rule{{All: t.Rules.All}, {Any: t.Rules.Any}, {None: t.Rules.None}} {
		if (r.All != nil || r.Any != nil || r.None != nil) && !n.holds(r) {
			return 0, false
		}
	}
	if s := t.Rules.Score; s != nil {
		for _, w := range s.Weights {
			score += n.value(w)
		}
		return score, score >= s.Threshold
	}
	return 0, true
}

// Few words, so that much collides: prefixes of each other, capitals, ё, and
// words that only an Uzbek text cuts otherwise.
var (
	genWord    = rapid.SampledFrom(strings.Fields("sco SCO Sco scoring terror Terrorist TERROR terr ёлка елка Ёлка ШОС ШОC шос o'zbek oʻzbek UZ's uz tog' air a"))
	genPrefix  = rapid.SampledFrom(strings.Fields("sco* SCO* terr* terror* TERROR* ёлк* елк* ШОС* ozb* o'zbek*"))
	genPattern = rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(genWord, genWord, genPrefix), 1, 3).Draw(t, "words"), " ")
	})
	genTags = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 2)
)

func genRule(depth int) *rapid.Generator[feed.Rule] {
	return rapid.Custom(func(t *rapid.T) feed.Rule {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 || kind > 2 {
			return feed.Rule{Pattern: genPattern.Draw(t, "pattern")}
		}
		kids := rapid.SliceOfN(genRule(depth-1), 1, 3).Draw(t, "kids")
		return [...]feed.Rule{{All: kids}, {Any: kids}, {None: kids}}[kind]
	})
}

func genTopic(id feed.TopicID) *rapid.Generator[feed.Topic] {
	return rapid.Custom(func(t *rapid.T) feed.Topic {
		out := feed.Topic{
			ID:          id,
			Languages:   rapid.SliceOfN(rapid.SampledFrom([]string{"en", "uz"}), 0, 2).Draw(t, "languages"),
			DropUnknown: rapid.Bool().Draw(t, "drop"),
			Sources:     feed.SourceFilter{Tags: genTags.Draw(t, "tags"), Without: rapid.SliceOfN(rapid.Just("c"), 0, 1).Draw(t, "without")},
		}
		rules := func(name string, n int) []feed.Rule {
			if got := rapid.SliceOfN(genRule(2), 0, n).Draw(t, name); len(got) > 0 {
				return got
			}
			return nil
		}
		out.Rules = feed.Rules{All: rules("all", 2), Any: rules("any", 4), None: rules("none", 1)}
		if rapid.Bool().Draw(t, "scored") {
			s := &feed.Score{Threshold: float64(rapid.IntRange(1, 6).Draw(t, "threshold"))}
			for range rapid.IntRange(1, 3).Draw(t, "weights") {
				w := feed.Weight{Weight: float64(rapid.IntRange(-3, 4).Draw(t, "weight"))}
				if rapid.Bool().Draw(t, "list") {
					w.Term.List = "list"
					for _, p := range rapid.SliceOfN(genPattern, 1, 3).Draw(t, "patterns") {
						w.Term.Any = append(w.Term.Any, feed.Rule{Pattern: p})
					}
				} else {
					w.Term.Pattern = genPattern.Draw(t, "pattern")
				}
				s.Weights = append(s.Weights, w)
			}
			out.Rules.Score = s
		}
		return out
	})
}

// The index gives what looking through all rules gives.
func TestIndexEqualsNaive(t *testing.T) {
	matched, unmatched := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var topics []feed.Topic
		for _, id := range []feed.TopicID{"a", "b", "c", "d"} {
			topic := genTopic(id).Draw(t, string(id))
			if m, _ := Compile([]feed.Topic{topic}); m != nil {
				topics = append(topics, topic)
			}
		}
		m, problems := Compile(topics)
		if m == nil {
			t.Fatalf("each topic compiles alone, not all together: %v", problems)
		}
		for range 4 { // the scratch space is used again
			sentence := func(name string) []string {
				return []string{strings.Join(rapid.SliceOfN(genWord, 0, 5).Draw(t, name), rapid.SampledFrom([]string{" ", "-", ". "}).Draw(t, "between"))}
			}
			parts := text.Parts{sentence("title"), sentence("summary"), nil, append(sentence("category"), sentence("category")...)}
			w := text.Cut(&parts, rapid.SampledFrom([]string{"", "en", "uz", "fr"}).Draw(t, "language"))
			src := &feed.Source{Tags: genTags.Draw(t, "source")}
			got := m.Match(src, nil, w)
			for _, topic := range topics {
				score, ok := naive{w}.takes(topic, src)
				i := slices.IndexFunc(got, func(m feed.Match) bool { return m.Topic == topic.ID })
				if ok != (i >= 0) {
					t.Fatalf("topic %s of %+v: %v, by the index %v", topic.ID, parts, ok, !ok)
				}
				if !ok {
					unmatched++
					continue
				}
				matched++
				checkReason(t, w, topic, got[i].Reason, score)
			}
		}
	})
	if matched < 10 || unmatched < 10 {
		t.Errorf("%d matches, %d others: the test shows nothing", matched, unmatched)
	}
}

// checkReason checks the score of a reason and that each hit is one.
func checkReason(t *rapid.T, w *text.Words, topic feed.Topic, r feed.Reason, score float64) {
	if r.Score != score {
		t.Fatalf("score %v, want %v", r.Score, score)
	}
	// Rules that compile need a hit; a topic without rules has none to tell.
	rules := topic.Rules
	if needs := rules.All != nil || rules.Any != nil || rules.None != nil || rules.Score != nil; needs != (len(r.Hits) > 0) {
		t.Fatalf("%d hits for %+v", len(r.Hits), rules)
	}
	for i, h := range r.Hits {
		found := false
		for _, p := range (naive{w}).places(h.Pattern) {
			part := w.Part(p[0])
			found = found || part.Field == h.Field && part.Ordinal+p[0]-part.First == h.Word && shorten(w.Raw(part, p[0], p[1]+1)) == h.Text
		}
		if !found {
			t.Fatalf("hit %+v stands nowhere", h)
		}
		if i > 0 && (r.Hits[i-1].Field > h.Field || r.Hits[i-1].Field == h.Field && r.Hits[i-1].Word > h.Word) {
			t.Fatalf("hits out of order: %+v", r.Hits)
		}
	}
}
