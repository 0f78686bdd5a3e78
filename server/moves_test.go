package server

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/desk"
)

// bringOld is a visit with n entries about roads that are a month old.
func bringOld(s *Server, n int) *feed.Visit {
	v := &feed.Visit{At: noon, Source: "https://x.example/rss", Next: noon.Add(time.Hour), HTTP: 200,
		Document: &feed.Reading{Body: 2, Meta: feed.Meta{Title: "X"}, Generation: s.state.Load().Generation}}
	for i := range n {
		e := feed.Entry{ID: fmt.Sprint("old", i), Title: fmt.Sprintf("Old %d of roads", i), Raw: feed.Raw(1000 + i), Published: noon.AddDate(0, -1, i)}
		v.Document.Window = append(v.Document.Window, e.Raw)
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: s.state.Load().match(v.Source, &e)})
	}
	return v
}

// movesTo is what a configuration would move.
func (s *Server) movesTo(t *testing.T, cfg *config.Config) []Moved {
	t.Helper()
	m, problems := Check(cfg)
	if m == nil {
		t.Fatal(problems)
	}
	run, next := s.state.Load(), stateOf(cfg, m)
	pairs, err := s.pairs(run, next, m.RulesOver(cfg.Sources))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.moves(t.Context(), run, next, pairs)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// idsOf are the public ids of a topic's subscription document; none where readers have
// no such topic.
func (s *Server) idsOf(t *testing.T, topic feed.TopicID) []string {
	t.Helper()
	st := s.state.Load()
	if st.topics[topic] == nil || st.topics[topic].Draft {
		return nil
	}
	ed, err := s.edition(st, st.topics[topic])
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, it := range ed.Entries {
		ids = append(ids, it.PublicID)
	}
	return ids
}

// What a change is said to move is what it moves, once all that is stored has been
// filed anew.
func TestMovesAreWhatAChangeMoves(t *testing.T) {
	const was = `water: {any: [rivers], limit: 200}`
	merge := desk.DecideRequest{Kind: feed.DecisionMerge, IDs: []string{"2", "3"}, By: "ann"} // of rivers and of roads
	hide := desk.DecideRequest{Kind: feed.DecisionHide, Topic: "water", IDs: []string{"2"}, By: "ann"}
	for _, tt := range []struct {
		name, was, then string
		decide          []desk.DecideRequest
		now             feed.TopicID // the topic's id then, where it is another
		want            []Moved
	}{
		{name: "the same rules", was: was, then: `water: {any: [rivers], limit: 200, title: Water}`},
		{name: "other rules", was: was, then: `water: {any: [roads], limit: 200}`, want: []Moved{{"water", 10, 10, 10, 2, false}}},
		{name: "narrower rules", was: was, then: `water: {all: [{any: [rivers]}, {any: ["0", "2", "4"]}], limit: 200}`, want: []Moved{{"water", 10, 7, 0, 0.7, false}}},
		{name: "wider rules, without what is older than backfill", was: was, then: `water: {any: [rivers, roads], limit: 200}`, want: []Moved{{"water", 10, 0, 10, 1, false}}},
		{name: "with a backfill that takes it", was: was, then: `water: {any: [rivers, roads], limit: 200, backfill: 60d}`, want: []Moved{{"water", 10, 0, 17, 1.7, false}}},
		{name: "none", was: was, then: `ways: {any: [roads]}`, want: []Moved{{"water", 10, 10, 0, 1, true}}},
		{name: "a draft", was: was, then: `water: {any: [rivers], draft: true}`, want: []Moved{{"water", 10, 10, 0, 1, true}}},
		{name: "a draft's rules", was: `water: {any: [rivers], draft: true}`, then: `water: {any: [roads], draft: true}`},
		{name: "a draft that is published", was: `water: {any: [rivers], draft: true}`, then: `water: {any: [rivers]}`},
		{name: "a new topic", was: was, then: was + `, ways: {any: [roads]}`},
		{name: "another name", was: was, then: `rivers: {was: [water], any: [rivers], limit: 200}`, now: "rivers"},
		{name: "another name and rules", was: was, then: `rivers: {was: [water], any: [rivers, roads], limit: 200}`, now: "rivers", want: []Moved{{"water", 10, 0, 10, 1, false}}},
		{name: "what is hidden is not there", was: was, then: `water: {any: [roads], limit: 200}`, decide: []desk.DecideRequest{hide}, want: []Moved{{"water", 9, 9, 10, 19. / 9, false}}},
		{name: "a report that joins a story is no other entry", was: `water: {any: [rivers], group: story, limit: 200}`, then: `water: {any: [rivers, roads], group: story, limit: 200}`,
			decide: []desk.DecideRequest{merge}, want: []Moved{{"water", 10, 0, 9, 0.9, false}}},
		{name: "stories that come apart", was: `water: {any: [number], group: story, limit: 200}`, then: `water: {any: [number], group: duplicate, limit: 200}`,
			decide: []desk.DecideRequest{merge}, want: []Moved{{"water", 19, 0, 1, 1. / 19, false}}},
		{name: "a cap", was: was, then: `water: {any: [rivers], limit: 200, per_source: 4/day}`, want: []Moved{{"water", 10, 6, 0, 0.6, false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "s.db")
			s := openServer(t, Options{Config: wire(t, db, tt.was)})
			for _, v := range []feed.Change{bring(s, 20), bringOld(s, 7)} {
				if err := s.writer.do(v); err != nil {
					t.Fatal(err)
				}
			}
			for _, q := range tt.decide {
				if _, err := Decide.Ask(t.Context(), s, q); err != nil {
					t.Fatal(err)
				}
			}
			before := s.idsOf(t, "water")
			got := s.movesTo(t, wire(t, db, tt.then))
			if len(got)+len(tt.want) > 0 && !reflect.DeepEqual(got, tt.want) {
				t.Errorf("said to move: %+v, want %+v", got, tt.want)
			}
			closeServer(t, s)
			s = openServer(t, Options{Config: wire(t, db, tt.then)})
			defer closeServer(t, s)
			now := tt.now
			if now == "" {
				now = "water"
			}
			after := s.idsOf(t, now)
			var m Moved
			if len(got) > 0 {
				m = got[0]
			} else if before == nil {
				return // readers did not have it
			}
			if leaving, arriving := len(missing(before, after)), len(missing(after, before)); leaving != m.Leaving || arriving != m.Arriving {
				t.Errorf("%d left and %d came, said were %+v", leaving, arriving, m)
			}
		})
	}
}

// What is on pages and in archives alone moves in no document.
func TestMovesOfThePast(t *testing.T) {
	const narrow, wide = `water: {any: [rivers], limit: 200}`, `water: {any: [rivers, roads], limit: 200}`
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, narrow)})
	for _, v := range []feed.Change{bring(s, 20), bringOld(s, 7)} {
		if err := s.writer.do(v); err != nil {
			t.Fatal(err)
		}
	}
	closeServer(t, s)
	s = openServer(t, Options{Config: wire(t, db, wide)}) // which files the old ones as past
	defer closeServer(t, s)
	st := s.state.Load()
	if ed, err := s.edition(st, st.topics["water"]); err != nil || len(ed.Entries) != 20 || len(ed.Past) != 7 {
		t.Fatalf("%d entries, %d of the past, %v", len(ed.Entries), len(ed.Past), err)
	}
	for then, want := range map[string]Moved{
		narrow:                     {"water", 20, 10, 0, 0.5, false},
		`ways: {any: [roads]}`:     {"water", 20, 20, 0, 1, true},
		`water: {any: [old news]}`: {"water", 20, 20, 0, 1, false},
		`water: {any: ["Old"]}`:    {"water", 20, 20, 0, 1, false},
	} {
		if got := s.movesTo(t, wire(t, db, then)); !reflect.DeepEqual(got, []Moved{want}) {
			t.Errorf("%s: %+v, want %+v", then, got, want)
		}
	}
}

// Where a limit decides, nothing moves that was news, or makes room for news; a lower
// limit does move what it cuts.
func TestMovesAtALimit(t *testing.T) {
	for _, tt := range []struct {
		name, was, then string
		want            []Moved
	}{
		{"newer ones push others out", `{any: [rivers], limit: 6}`, `{any: [rivers, roads], limit: 6}`, []Moved{{"water", 6, 0, 6, 1, false}}},
		{"others have room", `{any: [number], limit: 10}`, `{any: [roads], limit: 10}`, []Moved{{"water", 10, 5, 0, 0.5, false}}},
		{"a lower limit", `{any: [rivers], limit: 10}`, `{any: [rivers], limit: 4}`, []Moved{{"water", 10, 6, 0, 0.6, false}}},
		{"a higher limit", `{any: [rivers], limit: 4}`, `{any: [rivers], limit: 10}`, []Moved{{"water", 4, 0, 0, 0, false}}},
	} {
		db := filepath.Join(t.TempDir(), "s.db")
		s := openServer(t, Options{Config: wire(t, db, "water: "+tt.was)})
		if err := s.writer.do(bring(s, 20)); err != nil {
			t.Fatal(err)
		}
		if got := s.movesTo(t, wire(t, db, "water: "+tt.then)); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		closeServer(t, s)
	}
}

// What is pushed out by more of its own source, of which a document holds a share alone,
// has not been moved.
func TestMovesAtASourcesShare(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers], limit: 6}")})
	other := bring(s, 8)
	other.Source, other.At = "https://y.example/rss", noon.Add(-time.Hour)
	own := bring(s, 20)
	own.At = noon.Add(-time.Minute)
	for _, v := range []*feed.Visit{other, own} {
		if err := s.writer.do(v); err != nil {
			t.Fatal(err)
		}
	}
	before := s.idsOf(t, "water")
	then := wire(t, db, `water: {any: [rivers, "19", "17", "15"], limit: 6}`)
	if got, want := s.movesTo(t, then), []Moved{{"water", 6, 0, 3, 0.5, false}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	closeServer(t, s)
	s = openServer(t, Options{Config: then})
	if after := s.idsOf(t, "water"); len(missing(after, before)) != 3 || len(missing(before, after)) != 3 {
		t.Errorf("before %v, after %v", before, after)
	}
	closeServer(t, s)
}

// What rules took away and give back moves as well; and where stored entries are still
// to be filed under the rules in force, it is these that a change is compared with.
func TestMovesFromRulesThatAreStillBeingFiledBy(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	if err := s.writer.do(bring(s, 20)); err != nil {
		t.Fatal(err)
	}
	cfg := wire(t, db, "water: {any: [roads]}")
	m, _ := Check(cfg)
	pending, err := s.announce(s.newState(cfg, m))
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before it is filed anew", "after"} {
		if got, want := s.movesTo(t, wire(t, db, "water: {any: [rivers]}")), []Moved{{"water", 10, 10, 10, 2, false}}; !reflect.DeepEqual(got, want) {
			t.Errorf("back, %s: %+v, want %+v", when, got, want)
		}
		if got, want := s.movesTo(t, wire(t, db, `water: {all: [{any: [roads]}], none: ["1"]}`)), []Moved{{"water", 10, 1, 0, 0.1, false}}; !reflect.DeepEqual(got, want) {
			t.Errorf("on, %s: %+v, want %+v", when, got, want)
		}
		if when == "after" {
			break
		}
		if err := s.refiles.refile(t.Context(), pending); err != nil {
			t.Fatal(err)
		}
	}
	closeServer(t, s)
}

// A report whose story is known by one far below the limit stands for itself once the
// rules take that one away, and only then; also where the topic gets another name.
func TestMovesOfAStoryThatIsLedFromBelow(t *testing.T) {
	for _, tt := range []struct {
		id       feed.TopicID // then
		rules    string
		arriving int
		share    float64
	}{
		{"water", `any: [rivers], none: [old news]`, 1, 0.5},
		{"rivers", `was: [water], any: [rivers], none: [old news]`, 1, 0.5},
		{"rivers", `was: [water], any: [rivers, lakes]`, 0, 0},
	} {
		db := filepath.Join(t.TempDir(), "s.db")
		s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers], group: story, limit: 2}")})
		for i, title := range []string{"Old news of rivers", "a", "b", "c", "d", "e", "f", "g", "h", "New dam"} {
			v := bring(s, 0)
			v.At, v.Document.Body = noon.Add(time.Duration(i-20)*time.Hour), uint64(100+i)
			e := feed.Entry{ID: fmt.Sprint("r", i), Title: title + " on rivers", Raw: feed.Raw(100 + i)}
			v.Document.Entries = []feed.Reported{{Entry: e, Matches: s.state.Load().match(v.Source, &e)}}
			if err := s.writer.do(v); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Decide.Ask(t.Context(), s, desk.DecideRequest{Kind: feed.DecisionMerge, IDs: []string{"1", "10"}, By: "ann"}); err != nil {
			t.Fatal(err)
		}
		before := s.idsOf(t, "water")
		then := wire(t, db, fmt.Sprintf(`%s: {%s, group: story, limit: 2}`, tt.id, tt.rules))
		if got, want := s.movesTo(t, then), []Moved{{"water", 2, 0, tt.arriving, tt.share, false}}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", tt.rules, got, want)
		}
		closeServer(t, s)
		s = openServer(t, Options{Config: then})
		if after := s.idsOf(t, tt.id); len(before) != 2 || len(after) != 2 || len(missing(after, before)) != tt.arriving {
			t.Errorf("%s: before %v, after %v", tt.rules, before, after)
		}
		closeServer(t, s)
	}
}
