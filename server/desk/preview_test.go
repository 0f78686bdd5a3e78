package desk

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

func (f *fixture) preview(topics ...feed.Topic) []Previewed {
	f.t.Helper()
	out, err := f.Preview(f.t.Context(), PreviewRequest{Topics: topics, Sources: f.sources})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func TestPreview(t *testing.T) {
	f := reported(t)
	f.visit(wireSource,
		feed.Entry{Link: flower, Title: "Flower show opens"},
		feed.Entry{Link: flower + "/old", Title: "Flower growers of the valley meet", Published: f.now.Add(-30 * 24 * time.Hour)})
	// The same rules change nothing.
	a := f.preview(security())[0]
	if a.New || a.Entries != 5 || a.Now != 2 || a.Then != 2 || a.Added+a.Removed != 0 || a.Adds == nil || a.Removes == nil || a.BySource == nil {
		t.Errorf("%+v", a)
	}
	changed := security()
	changed.Rules = anyOf("terror*", "flower")
	a = f.preview(changed)[0]
	if a.Now != 2 || a.Then != 3 || a.Added != 2 || a.Removed != 1 || a.Past != 1 || a.Decided != 0 {
		t.Fatalf("%+v", a)
	}
	if len(a.Adds) != 2 || a.Adds[0].Link != flower || a.Adds[0].Source != "The Wire" || a.Adds[0].Reason == nil || a.Adds[0].Reason.Hits[0].Text != "Flower" {
		t.Errorf("adds %+v", a.Adds)
	}
	if len(a.Removes) != 1 || a.Removes[0].Title != "ШОС обсудила учения" || a.Removes[0].Reason == nil || a.Removes[0].Reason.Hits[0].Pattern != "ШОС" {
		t.Errorf("removes %+v", a.Removes)
	}
	if len(a.BySource) != 2 || a.BySource[0] != (PreviewSource{wireSource, 2, 0}) || a.BySource[1] != (PreviewSource{ruSource, 0, 1}) {
		t.Errorf("by source %+v", a.BySource)
	}
	// What it says is what a change of rules does, and it changed nothing itself.
	f.use(changed)
	if a := f.preview(changed)[0]; !a.Pending {
		t.Error("not said to be pending")
	}
	f.refile()
	if b := f.preview(changed)[0]; b.Now != a.Then || b.Pending || b.Added+b.Removed != 0 {
		t.Errorf("after the change: %+v", b)
	}
}

// A group matches where any member does, and counts once.
func TestPreviewGroups(t *testing.T) {
	f := newFixture(t, security())
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(wireSource, feed.Entry{Link: shared, Title: "Plot foiled in Namangan"})
	f.visit(kunSource, feed.Entry{Link: shared, Title: "Namangan: bomb plot foiled"})
	topic := security()
	topic.Rules = anyOf("plot")
	if a := f.preview(topic)[0]; a.Added != 1 || a.Then != 1 {
		t.Errorf("both match: %+v", a)
	}
	topic.Rules = anyOf("bomb")
	if a := f.preview(topic)[0]; a.Added != 1 || a.BySource[0].Source != kunSource {
		t.Errorf("one matches: %+v", a)
	}
	topic.Sources.Tags = []string{"wire"}
	if a := f.preview(topic)[0]; a.Added != 0 {
		t.Errorf("the other source: %+v", a)
	}
}

// What operators decided is counted, and left alone by rules.
func TestPreviewDecided(t *testing.T) {
	f := reported(t)
	f.visit(wireSource, feed.Entry{Link: flower, Title: "Flower show"})
	f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{flower}})
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, Whole: true})
	nothing := security()
	nothing.Rules = anyOf("nothing at all")
	if a := f.preview(nothing)[0]; a.Now != 3 || a.Decided != 2 || a.Removed != 1 || a.Then != 2 {
		t.Errorf("%+v", a)
	}
}

func TestPreviewNewTopic(t *testing.T) {
	f := reported(t)
	topic := feed.Topic{ID: "namangan", Rules: anyOf("Namangan"), Backfill: time.Hour}
	out, err := f.Preview(t.Context(), PreviewRequest{Topics: []feed.Topic{security(), topic}, Sources: f.sources, Samples: -1})
	if err != nil || len(out) != 2 || out[0].New || !out[1].New || out[1].Added != 1 || len(out[1].Adds) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// A topic that is in force and not among all of them ends.
func TestPreviewGone(t *testing.T) {
	f := reported(t)
	topic := feed.Topic{ID: "namangan", Rules: anyOf("Namangan")}
	for all, want := range map[bool]int{false: 1, true: 2} {
		out, err := f.Preview(t.Context(), PreviewRequest{Topics: []feed.Topic{topic}, Sources: f.sources, All: all})
		if err != nil || len(out) != want || out[0].Gone {
			t.Fatalf("%+v, %v", out, err)
		}
		if a := out[want-1]; all && (a.Topic != "security" || !a.Gone || a.New || a.Now != 2 || a.Removed != 2 || a.Then != 0) {
			t.Errorf("%+v", a)
		}
	}
}

// More entries than are read at once, in whatever order they are matched, give
// the same answer.
func TestPreviewManyChunks(t *testing.T) {
	f := newFixture(t, security())
	f.visit(wireSource)
	const n = previewStep*3 + 7
	var entries []feed.Entry
	for i := range n {
		title := fmt.Sprintf("Number %d of the day in the valley", i)
		if i%10 == 0 {
			title = fmt.Sprintf("Flower number %d of the day", i)
		}
		entries = append(entries, feed.Entry{Link: fmt.Sprint(flower, "/", i), Title: title})
	}
	f.visit(wireSource, entries...)
	topic := security()
	topic.Rules = anyOf("flower")
	first := f.preview(topic)[0]
	if first.Entries != n || first.Added == 0 {
		t.Fatalf("%+v", first)
	}
	for range 5 {
		if again := f.preview(topic)[0]; !reflect.DeepEqual(again, first) {
			t.Errorf("got %+v\nwant %+v", again, first)
		}
	}
}

func BenchmarkPreview(b *testing.B) {
	const n = 20_000
	db, err := storage.Open(b.TempDir()+"/wire.db", storage.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	topic := security()
	m, _ := match.Compile([]feed.Topic{topic})
	var changes []feed.Change
	changes = append(changes, &feed.ConfigChange{At: noon, Generation: 1, Hashes: m.Rules()})
	src := &feed.Source{ID: wireSource}
	for i := range n {
		e := feed.Entry{
			ID: fmt.Sprint(i), Link: fmt.Sprint(flower, i), Canonical: fmt.Sprint(flower, i), Published: noon, Raw: feed.Raw(i + 1),
			Title:   fmt.Sprintf("Meeting number %d of the SCO and the river council in Tashkent", i),
			Summary: "Officials of the region met for two days and agreed on the sharing of water and on a common air defence system; they meet again in spring.",
		}
		if i%5 > 0 {
			e.Title = fmt.Sprintf("Market day %d", i)
		}
		w := match.Read(src, &e, "")
		changes = append(changes, &feed.Visit{At: noon, Source: src.ID, Document: &feed.Reading{
			Body: uint64(i + 1), Generation: 1, Window: []feed.Raw{e.Raw}, Entries: []feed.Reported{{Entry: e, Matches: m.Match(src, &e, w), Terms: story.Terms(w, nil)}},
		}})
	}
	for len(changes) > 0 {
		k := min(500, len(changes))
		if _, err := db.Apply(changes[:k]); err != nil {
			b.Fatal(err)
		}
		changes = changes[k:]
	}
	d := &Desk{Store: db, Now: func() time.Time { return noon }, Source: func(_ *storage.Reader, id feed.SourceID) (feed.SourceInfo, error) {
		return feed.SourceInfo{ID: id}, nil
	}}
	topic.Rules = anyOf("SCO", "air defen*", "Tashkent")
	for b.Loop() {
		if _, err := d.Preview(b.Context(), PreviewRequest{Topics: []feed.Topic{topic}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/n, "µs/entry")
}

// Topics whose rules are those by which they are filed are told from what is filed, beside
// ones that change, and give what matching them gave.
func TestPreviewUnchanged(t *testing.T) {
	f := newFixture(t, security(), feed.Topic{ID: "flowers", Rules: anyOf("flower")}, feed.Topic{ID: "ended", Rules: anyOf("plot")})
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(wireSource, feed.Entry{Link: shared, Title: "SCO plot foiled"}, feed.Entry{Link: flower, Title: "Flower show of the SCO"})
	f.visit(kunSource, feed.Entry{Link: shared, Title: "SCO: bomb plot foiled"}, feed.Entry{Link: flower + "/2", Title: "Flower growers meet"}, feed.Entry{Link: flower + "/3", Title: "Roads"})
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, Whole: true})
	f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{flower + "/3"}})
	other := feed.Topic{ID: "flowers", Rules: anyOf("roads")}
	out, err := f.Preview(t.Context(), PreviewRequest{Topics: []feed.Topic{security(), other}, Sources: f.sources, All: true})
	if err != nil || len(out) != 3 {
		t.Fatalf("%+v, %v", out, err)
	}
	for i, want := range []Previewed{
		{Topic: "security", Entries: 5, Now: 3, Then: 3, Decided: 2},
		{Topic: "flowers", Entries: 5, Now: 2, Then: 1, Added: 1, Removed: 2},
		{Topic: "ended", Gone: true, Entries: 5, Now: 1, Removed: 1},
	} {
		got := out[i]
		got.Adds, got.Removes, got.BySource = nil, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if a := out[1]; len(a.Adds) != 1 || a.Adds[0].Reason == nil || len(a.Removes) != 2 || a.Removes[0].Title != "Flower growers meet" || a.Removes[0].Reason == nil || len(a.BySource) != 2 {
		t.Errorf("%+v", a)
	}
	// Nothing of the stored texts is asked for where no topic changes.
	same := []feed.Topic{security(), {ID: "flowers", Rules: anyOf("flower")}, {ID: "ended", Rules: anyOf("plot")}}
	p, err := f.Desk.preview(t.Context(), &PreviewRequest{Topics: same, Sources: f.sources, All: true})
	if err != nil || p.rules != nil || p.entries != 5 || p.topics["security"].Now != 3 || p.topics["security"].Decided != 2 {
		t.Errorf("%+v, %v", p, err)
	}
	// Another language of a source is another question.
	f.sources[0].Language = "ru"
	if p, err = f.Desk.preview(t.Context(), &PreviewRequest{Topics: same, Sources: f.sources}); err != nil || p.rules == nil {
		t.Errorf("%+v, %v", p, err)
	}
}
