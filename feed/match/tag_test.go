package match

import (
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func tagged(tags ...string) *feed.Source { return &feed.Source{ID: "s", Title: "S", Tags: tags} }

func tag(name string) feed.Rule { return feed.Rule{Scope: feed.ScopeTag, Pattern: name} }

// Local press names a town and not its country: the gate takes the source's word
// for it, unless the text names a place elsewhere.
func TestTags(t *testing.T) {
	gate := feed.Rules{
		{Op: feed.OpAny, Parts: []feed.Rule{
			{Pattern: "Uzbek*"},
			{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: []feed.Rule{tag("uzbekistan"), tag("kazakhstan")}}, {Op: feed.OpNone, Parts: patterns("London")}}},
		}},
		{Op: feed.OpScore, Threshold: 6, Parts: []feed.Rule{{Pattern: "attack*", Weight: 6}}},
	}
	m := compile(t,
		feed.Topic{ID: "scored", Rules: gate},
		feed.Topic{ID: "alone", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{tag("uzbekistan")}}}},
		feed.Topic{ID: "without", Rules: feed.Rules{{Op: feed.OpAny, Parts: patterns("attack*")}, {Op: feed.OpNone, Parts: []feed.Rule{tag("sport")}}}},
	)
	for _, c := range []struct {
		src   *feed.Source
		title string
		want  string
	}{
		{tagged("uzbekistan"), "Attack in Nukus", "scored alone without"},
		{tagged("kazakhstan"), "Attack in Aktau", "scored without"},
		{tagged("uzbekistan"), "Attack in London", "alone without"},
		{tagged("uzbekistan", "sport"), "Uzbek side attacks", "scored alone"},
		{tagged("Uzbekistan"), "Attack in Nukus", "without"},
		{tagged(), "Attack in Nukus", "without"},
		{tagged(), "Uzbek troops attacked", "scored without"},
		{tagged("uzbekistan"), "A quiet day", "alone"},
	} {
		w := text.Cut(&text.Parts{{c.title}}, "en")
		var got []string
		for _, x := range m.Match(c.src, nil, w) {
			got = append(got, string(x.Topic))
			e, ok := m.Explain(x.Topic, c.src, nil, w)
			if !ok || !e.Matches {
				t.Errorf("%q of %v: explained otherwise", c.title, c.src.Tags)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q of %v: in %v, want %s", c.title, c.src.Tags, got, c.want)
		}
	}
}

// A tag stands with every entry of its source: it must not call up each topic
// that has it in a gate.
func TestATagAloneCallsUpNoTopicThatNeedsAWord(t *testing.T) {
	m := compile(t,
		feed.Topic{ID: "words", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{tag("a"), {Pattern: "storm"}}}}},
		feed.Topic{ID: "scored", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{tag("a")}}, {Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{{Pattern: "storm", Weight: 1}}}}},
		feed.Topic{ID: "tag", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{tag("a"), {Pattern: "storm"}}}}},
		feed.Topic{ID: "tag-and-regex", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{tag("a"), {Scope: feed.ScopeRegex, Pattern: "st.rm"}}}}},
	)
	id := m.tags["a"]
	var called []string
	for _, i := range m.touched[m.starts[id]:m.starts[id+1]] {
		called = append(called, string(m.topics[i].ID))
	}
	if got := strings.Join(called, " "); got != "tag tag-and-regex" {
		t.Errorf("a tag calls up %s", got)
	}
	if len(m.always) > 0 {
		t.Errorf("%d topics are evaluated for every entry", len(m.always))
	}
	for _, title := range []string{"storm", "calm"} {
		if got := len(m.Match(tagged("a"), nil, text.Cut(&text.Parts{{title}}, "en"))); title == "storm" && got != 4 || title == "calm" && got != 1 {
			t.Errorf("%s: in %d topics", title, got)
		}
	}
}

func TestATagIsExplained(t *testing.T) {
	m := compile(t, feed.Topic{ID: "t", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: []feed.Rule{tag("uzbekistan"), {Pattern: "Uzbek*"}}}, {Pattern: "drill*"}}}}})
	w := text.Cut(&text.Parts{{"Drills begin"}}, "en")
	x, _ := m.Explain("t", tagged("uzbekistan"), nil, w)
	i := slices.IndexFunc(x.Lines, func(l Line) bool { return l.Rule == "{tag: uzbekistan}" })
	if i < 0 || !x.Lines[i].Holds || len(x.Lines[i].Found) != 1 || x.Lines[i].Found[0].Field != "tag" || x.Lines[i].Found[0].Text != "uzbekistan" {
		t.Errorf("%+v", x.Lines)
	}
	got := m.Match(tagged("uzbekistan"), nil, w)
	if len(got) != 1 || !slices.ContainsFunc(got[0].Reason.Hits, func(h feed.Hit) bool { return h.Field == feed.FieldTag && h.Text == "uzbekistan" }) {
		t.Errorf("reason %+v", got)
	}
	x, _ = m.Explain("t", tagged("sport"), nil, w)
	if want := "all: none of the 2 lines of any hits"; len(x.Missing) != 1 || x.Missing[0] != want {
		t.Errorf("missing %q", x.Missing)
	}
	one := compile(t, feed.Topic{ID: "t", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{tag("uzbekistan"), {Pattern: "drill*"}}}}})
	x, _ = one.Explain("t", tagged(), nil, w)
	if want := "all: {tag: uzbekistan} does not hit"; len(x.Missing) != 1 || x.Missing[0] != want {
		t.Errorf("missing %q", x.Missing)
	}
}

// A topic whose rules ask for a tag is another one when the sources that carry it
// change: what is stored is filed anew.
func TestRulesOverTags(t *testing.T) {
	m := compile(t,
		feed.Topic{ID: "asks", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{tag("a"), {Pattern: "x"}}}}},
		feed.Topic{ID: "does-not", Rules: feed.Rules{{Op: feed.OpAny, Parts: patterns("x")}}},
	)
	sources := func(tags ...string) []feed.Source {
		return []feed.Source{{ID: "1", Tags: tags}, {ID: "2", Tags: []string{"b"}}}
	}
	with, without, more := m.RulesOver(sources("a")), m.RulesOver(sources()), m.RulesOver(sources("a", "c"))
	if with[0].Hash == without[0].Hash {
		t.Error("a source lost a tag that rules ask for, and the hash stays")
	}
	if with[0].Hash != more[0].Hash || with[1].Hash != without[1].Hash {
		t.Error("a tag that no rule asks for changes a hash")
	}
}
