package match

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

// naive evaluates topics one by one, pattern by pattern, word by word, from the
// rules as configured.
type naive struct {
	w        *text.Words
	e        *feed.Entry
	translit bool
}

// A spot is where a pattern stands: in which of the entry's texts, from which to
// which word of it, or the whole of it.
type spot struct {
	field       feed.Field
	part        int // texts of all fields are numbered as they are read
	first, last int
}

// parts are the texts of the entry, those of authors last.
func (n naive) parts() []*text.Words {
	var out []*text.Words
	for _, p := range n.w.Parts {
		var one text.Parts
		one[p.Field] = []string{p.Text}
		out = append(out, text.Cut(&one, n.w.Language))
	}
	for _, a := range n.e.Authors {
		w := text.Cut(&text.Parts{{a.Name}}, n.w.Language)
		w.Parts[0].Field = feed.FieldAuthor
		out = append(out, w)
	}
	return out
}

// places are all places of a rule's pattern.
func (n naive) places(r feed.Rule) []spot {
	p, _ := parse(reading{r.Scope, n.translit, r.Pattern})
	var out []spot
	switch {
	case p.link != nil:
		if n.e.Link != "" && naiveGlob(r.Pattern, strings.TrimPrefix(n.e.Link, "https://")) {
			return []spot{{feed.FieldLink, 1 << 20, 0, 0}}
		}
	case p.regex != nil:
		re := regexp.MustCompile(r.Pattern)
		for i, w := range n.parts() {
			if f := w.Parts[0].Field; f == feed.FieldCategory || f == feed.FieldAuthor {
				continue
			}
			for _, at := range re.FindAllStringIndex(w.Parts[0].Text, -1) {
				s := spot{w.Parts[0].Field, i, -1, -1}
				for k, word := range w.Words {
					if int(word.Start) < at[1] && int(word.End) > at[0] {
						if s.first < 0 {
							s.first = k
						}
						s.last = k
					}
				}
				out = append(out, s)
			}
		}
	case p.near != nil:
		for _, a := range n.phrases(p.near.sides[0].phrases) {
			for _, b := range n.phrases(p.near.sides[1].phrases) {
				if a.part != b.part || a.last >= b.first && b.last >= a.first {
					continue
				}
				if apart := max(b.first-a.last, a.first-b.last); apart <= p.near.within {
					out = append(out, spot{a.field, a.part, min(a.first, b.first), max(a.last, b.last)})
				}
			}
		}
	default:
		out = n.phrases(p.phrases)
	}
	return out
}

func naiveGlob(glob, s string) bool {
	quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(glob))
	if !strings.Contains(glob, "/") {
		quoted += "(/.*)?"
	}
	return regexp.MustCompile("^" + quoted + "$").MatchString(s)
}

func (n naive) phrases(phrases []phrase) (out []spot) {
	for _, ph := range phrases {
		in := foreignText
		switch n.w.Language {
		case "":
			in = unknownText
		case "uz":
			in = uzbekText
		}
		if ph.in&in == 0 {
			continue
		}
		for i, w := range n.parts() {
			if f := w.Parts[0].Field; ph.where&(1<<f) == 0 {
				continue
			}
			for k := 0; k+len(ph.words) <= len(w.Words); k++ {
				if stands(ph, w, k) {
					out = append(out, spot{w.Parts[0].Field, i, k, k + len(ph.words) - 1})
				}
			}
		}
	}
	return out
}

func stands(ph phrase, text *text.Words, i int) bool {
	part := &text.Parts[0]
	for k, pw := range ph.words {
		w := text.Words[i+k]
		if w.Form != pw.form && !(pw.prefix && strings.HasPrefix(w.Form, pw.form)) {
			return false
		}
		raw := text.Raw(part, i+k, i+k+1)
		if pw.cased != "" {
			as := strings.NewReplacer("'", "", "ʻ", "", "ё", "е", "Ё", "Е", "ШОC", "ШОС")
			if text.Language == "uz" {
				as = strings.NewReplacer("'", "", "ʻ", "", "ШОC", "ШОС")
			}
			if !strings.HasPrefix(as.Replace(raw), pw.cased) {
				return false
			}
		}
		if pw.capitals {
			head := string([]rune(raw)[:len([]rune(pw.form))])
			if head != strings.ToUpper(head) || part.Field == feed.FieldTitle && part.AllCapitals {
				return false
			}
		}
	}
	return true
}

func (n naive) holds(r feed.Rule) bool {
	switch r.Op {
	case feed.OpAll:
		return !slices.ContainsFunc(r.Parts, func(r feed.Rule) bool { return !n.holds(r) })
	case feed.OpAny:
		return slices.ContainsFunc(r.Parts, n.holds)
	case feed.OpNone:
		return !slices.ContainsFunc(r.Parts, n.holds)
	}
	return len(n.places(r)) > 0
}

func (n naive) value(w feed.Rule) float64 {
	rules := w.Parts
	if rules == nil {
		rules = []feed.Rule{w}
	}
	var all []spot
	for _, r := range rules {
		all = append(all, n.places(r)...)
	}
	type word struct{ part, at int }
	taken := map[word]bool{}
	hits, title := 0, false
	// Shorter before longer, in reading order.
	slices.SortFunc(all, func(a, b spot) int {
		return slices.Compare([]int{a.part, a.first, a.last}, []int{b.part, b.first, b.last})
	})
	for _, p := range all {
		free := true
		for i := p.first; i <= p.last; i++ {
			free = free && !taken[word{p.part, i}]
		}
		if free {
			hits++
			title = title || p.field == feed.FieldTitle
			for i := p.first; i <= p.last; i++ {
				taken[word{p.part, i}] = true
			}
		}
	}
	v := w.Weight * float64(min(hits, 2)) * lengthScale(len(n.w.Words))
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
	for _, r := range t.Rules {
		if r.Op != feed.OpScore && !n.holds(r) {
			return 0, false
		}
	}
	s := t.Rules.Part(feed.OpScore)
	for _, w := range s.Parts {
		score += n.value(w)
	}
	return score, score >= s.Threshold
}

// Few words, so that much collides: prefixes of each other, capitals, ё, and
// words that only an Uzbek text cuts otherwise.
var (
	genWord    = rapid.SampledFrom(strings.Fields("sco SCO Sco scoring terror Terrorist TERROR terr ёлка елка Ёлка ШОС ШОC шос o'zbek oʻzbek UZ's uz tog' air a"))
	genPrefix  = rapid.SampledFrom(strings.Fields("sco* SCO* terr* terror* TERROR* ёлк* елк* ШОС* ozb* o'zbek*"))
	genPattern = rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(genWord, genWord, genPrefix), 1, 3).Draw(t, "words"), " ")
	})
	// Patterns of every scope, and those that stand for two others.
	genLeaf = rapid.Custom(func(t *rapid.T) feed.Rule {
		switch rapid.IntRange(0, 9).Draw(t, "scope") {
		case 0:
			side := rapid.OneOf(genPattern, rapid.Custom(func(t *rapid.T) string {
				return "(" + genPattern.Draw(t, "x") + " OR " + genPattern.Draw(t, "y") + ")"
			}))
			return feed.Rule{Pattern: side.Draw(t, "left") + " NEAR/" + strconv.Itoa(rapid.IntRange(1, 4).Draw(t, "within")) + " " + side.Draw(t, "right")}
		case 1:
			scope := rapid.SampledFrom([]feed.Scope{feed.ScopeTitle, feed.ScopeCategory, feed.ScopeAuthor, feed.ScopeExact}).Draw(t, "words")
			return feed.Rule{Scope: scope, Pattern: genPattern.Draw(t, "pattern")}
		case 2:
			return feed.Rule{Scope: feed.ScopeLink, Pattern: rapid.SampledFrom([]string{"a.example", "*.example", "a.example/x*", "*/?", "b.example/*/x"}).Draw(t, "glob")}
		case 3:
			return feed.Rule{Scope: feed.ScopeRegex, Pattern: rapid.SampledFrom([]string{"(?i)terr[a-z]+", "[Ss]co+", "S.O|terror", "air( a)+", "(?i)ШОС|ёл"}).Draw(t, "regex")}
		}
		return feed.Rule{Pattern: genPattern.Draw(t, "pattern")}
	})
	genTags = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 2)
)

func genRule(depth int) *rapid.Generator[feed.Rule] {
	return rapid.Custom(func(t *rapid.T) feed.Rule {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 || kind > 2 {
			return genLeaf.Draw(t, "leaf")
		}
		kids := rapid.SliceOfN(genRule(depth-1), 1, 3).Draw(t, "kids")
		return [...]feed.Rule{{Op: feed.OpAll, Parts: kids}, {Op: feed.OpAny, Parts: kids}, {Op: feed.OpNone, Parts: kids}}[kind]
	})
}

func genTopic(id feed.TopicID) *rapid.Generator[feed.Topic] {
	return rapid.Custom(func(t *rapid.T) feed.Topic {
		out := feed.Topic{
			ID:          id,
			Languages:   rapid.SliceOfN(rapid.SampledFrom([]string{"en", "uz"}), 0, 2).Draw(t, "languages"),
			Translit:    rapid.SampledFrom([]string{"", "uz"}).Draw(t, "translit"),
			DropUnknown: rapid.Bool().Draw(t, "drop"),
			Sources:     feed.SourceFilter{Tags: genTags.Draw(t, "tags"), Without: rapid.SliceOfN(rapid.Just("c"), 0, 1).Draw(t, "without")},
		}
		for _, part := range []struct {
			op feed.Op
			n  int
		}{{feed.OpAll, 2}, {feed.OpAny, 4}, {feed.OpNone, 1}} {
			if rules := rapid.SliceOfN(genRule(2), 0, part.n).Draw(t, string(part.op)); len(rules) > 0 {
				out.Rules = append(out.Rules, feed.Rule{Op: part.op, Parts: rules})
			}
		}
		if rapid.Bool().Draw(t, "scored") {
			s := feed.Rule{Op: feed.OpScore, Threshold: float64(rapid.IntRange(1, 6).Draw(t, "threshold"))}
			for range rapid.IntRange(1, 3).Draw(t, "weights") {
				weight := float64(rapid.IntRange(-3, 4).Draw(t, "weight"))
				var term feed.Rule
				if rapid.Bool().Draw(t, "list") {
					term = feed.Rule{Op: feed.OpAny, List: "list", Parts: rapid.SliceOfN(genLeaf, 1, 3).Draw(t, "patterns")}
				} else {
					term = genLeaf.Draw(t, "term")
				}
				s.Parts = append(s.Parts, weighing(weight, term))
			}
			out.Rules = append(out.Rules, s)
		}
		return out
	})
}

// drawMatcher draws up to four topics, compiled together.
func drawMatcher(t *rapid.T) (*Matcher, []feed.Topic) {
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
	return m, topics
}

// drawEntry draws an entry of few words, with its source.
func drawEntry(t *rapid.T) (*feed.Source, *feed.Entry, *text.Words) {
	sentence := func(name string) []string {
		return []string{strings.Join(rapid.SliceOfN(genWord, 0, 5).Draw(t, name), rapid.SampledFrom([]string{" ", "-", ". "}).Draw(t, "between"))}
	}
	parts := text.Parts{sentence("title"), sentence("summary"), nil, append(sentence("category"), sentence("category")...)}
	w := text.Cut(&parts, rapid.SampledFrom([]string{"", "en", "uz", "fr"}).Draw(t, "language"))
	src := &feed.Source{Tags: genTags.Draw(t, "source")}
	e := &feed.Entry{Link: rapid.SampledFrom([]string{"", "https://a.example/x", "https://a.example/x/1", "https://b.example/1/x", "https://b.example/"}).Draw(t, "link")}
	for _, name := range rapid.SliceOfN(genWord, 0, 2).Draw(t, "authors") {
		e.Authors = append(e.Authors, feed.Person{Name: name})
	}
	return src, e, w
}

// The index gives what looking through all rules gives.
func TestIndexEqualsNaive(t *testing.T) {
	matched, unmatched := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, topics := drawMatcher(t)
		for range 4 { // the scratch space is used again
			src, e, w := drawEntry(t)
			got := m.Match(src, e, w)
			for _, topic := range topics {
				checkExplanation(t, m, topic.ID, src, e, w, got)
				score, ok := naive{w, e, topic.Translit != ""}.takes(topic, src)
				i := slices.IndexFunc(got, func(m feed.Match) bool { return m.Topic == topic.ID })
				if ok != (i >= 0) {
					t.Fatalf("topic %s of %+v: %v, by the index %v", topic.ID, w.Parts, ok, !ok)
				}
				if !ok {
					unmatched++
					continue
				}
				matched++
				checkReason(t, topic, got[i].Reason, score)
			}
		}
	})
	if matched < 10 || unmatched < 10 {
		t.Errorf("%d matches, %d others: the test shows nothing", matched, unmatched)
	}
}

// checkExplanation checks that an explanation agrees with the matches.
func checkExplanation(t *rapid.T, m *Matcher, id feed.TopicID, src *feed.Source, e *feed.Entry, w *text.Words, got []feed.Match) {
	x, ok := m.Explain(id, src, e, w)
	if !ok {
		t.Fatalf("topic %s is not explained", id)
	}
	i := slices.IndexFunc(got, func(m feed.Match) bool { return m.Topic == id })
	if x.Matches != (i >= 0) || x.Matches != (len(x.Missing) == 0) {
		t.Fatalf("topic %s: matches %v, explained as %+v", id, i >= 0, x)
	}
	if i >= 0 && (x.Score != got[i].Reason.Score || x.Threshold != got[i].Reason.Threshold) {
		t.Fatalf("topic %s: score %v, explained as %v of %v", id, got[i].Reason.Score, x.Score, x.Threshold)
	}
	sum, all, any, lines := 0.0, true, false, 0
	for _, l := range x.Lines {
		sum += l.Value
		if l.Depth > 0 {
			continue
		}
		switch l.Part {
		case "all", "none":
			all = all && l.Holds
		case "any":
			any, lines = any || l.Holds, lines+1
		}
	}
	if rules := all && (any || lines == 0) && x.Score >= x.Threshold; sum != x.Score || x.Matches != (rules && x.TakesLanguage && x.TakesSource) {
		t.Fatalf("topic %s: the lines do not agree with %+v", id, x)
	}
}

// checkReason checks the score of a reason and that its hits stand in order.
func checkReason(t *rapid.T, topic feed.Topic, r feed.Reason, score float64) {
	if r.Score != score {
		t.Fatalf("score %v, want %v", r.Score, score)
	}
	// Rules that compile need a hit; a topic without rules has none to tell.
	rules := topic.Rules
	if needs := len(rules) > 0; needs != (len(r.Hits) > 0) {
		t.Fatalf("%d hits for %+v", len(r.Hits), rules)
	}
	for i, h := range r.Hits {
		if h.Text == "" || h.Pattern == "" {
			t.Fatalf("empty hit %+v", h)
		}
		if i > 0 && (r.Hits[i-1].Field > h.Field || r.Hits[i-1].Field == h.Field && r.Hits[i-1].Word > h.Word) {
			t.Fatalf("hits out of order: %+v", r.Hits)
		}
	}
}
