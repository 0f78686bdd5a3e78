package desk

import (
	"cmp"
	"path/filepath"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// A fixture is a store with a desk on it, filled by visits as polling would.
type fixture struct {
	*Desk
	t       *testing.T
	topics  []feed.Topic
	rules   *match.Matcher
	sources []feed.Source
	now     time.Time
}

var noon = time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC)

const (
	wireSource = feed.SourceID("https://wire.example/feed")
	kunSource  = feed.SourceID("https://kun.example/rss")
	ruSource   = feed.SourceID("https://vestnik.example/rss")
)

func anyOf(patterns ...string) feed.Rules {
	any := feed.Rule{Op: feed.OpAny}
	for _, p := range patterns {
		any.Parts = append(any.Parts, feed.Rule{Pattern: p})
	}
	return feed.Rules{any}
}

// security is the topic of most tests.
func security() feed.Topic {
	return feed.Topic{ID: "security", Title: "Security", Backfill: feed.DefaultBackfill, Limit: feed.DefaultLimit, Rules: anyOf("SCO", "terror*", "ШОС")}
}

func newFixture(t *testing.T, topics ...feed.Topic) *fixture {
	t.Helper()
	db, err := storage.Open(filepath.Join(t.TempDir(), "wire.db"), storage.Options{Place: story.New(story.Options{}), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	f := &fixture{t: t, now: noon, sources: []feed.Source{
		{ID: wireSource, Title: "The Wire", Tags: []string{"wire"}}, {ID: kunSource, Title: "Kun.uz"}, {ID: ruSource, Title: "Вестник", Tags: []string{"ru"}},
	}}
	f.Desk = &Desk{
		Store: db, Now: func() time.Time { return f.now },
		Apply: func(c feed.Change) (storage.Outcome, error) {
			res, err := db.Apply([]feed.Change{c})
			if err != nil {
				return storage.Outcome{}, err
			}
			return res.Outcomes[0], nil
		},
		Source: func(_ *storage.Reader, id feed.SourceID) (feed.SourceInfo, error) {
			for _, s := range f.sources {
				if s.ID == id {
					return feed.SourceInfo{ID: id, Title: s.Title}, nil
				}
			}
			return feed.SourceInfo{ID: id, Title: string(id)}, nil
		},
	}
	f.use(topics...)
	return f
}

// use makes topics the current ones, without filing anything anew.
func (f *fixture) use(topics ...feed.Topic) {
	f.t.Helper()
	m, problems := match.Compile(topics)
	if m == nil {
		f.t.Fatal(problems)
	}
	f.topics, f.rules = topics, m
	f.apply(&feed.ConfigChange{At: f.now, Generation: f.generation() + 1, Hashes: m.RulesOver(f.sources)})
}

func (f *fixture) generation() (g uint64) {
	f.view(func(r *storage.Reader) error { g = r.Generation(); return nil })
	return g
}

func (f *fixture) view(read func(*storage.Reader) error) {
	f.t.Helper()
	if err := f.Store.View(read); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) apply(c feed.Change) storage.Outcome {
	f.t.Helper()
	o, err := f.Apply(c)
	if err != nil {
		f.t.Fatal(err)
	}
	return o
}

// visit stores entries of a source, as news of now, a minute later than the last.
func (f *fixture) visit(source feed.SourceID, entries ...feed.Entry) {
	f.t.Helper()
	f.now = f.now.Add(time.Minute)
	src := &feed.Source{ID: source}
	for i := range f.sources {
		if f.sources[i].ID == source {
			src = &f.sources[i]
		}
	}
	d := &feed.Reading{Body: uint64(f.now.Unix()), Generation: f.generation()}
	for i := range entries {
		e := entries[i]
		if e.ID == "" {
			e.ID = e.Link
		}
		if e.Published.IsZero() {
			e.Published = f.now
		}
		e.Canonical = cmp.Or(e.Canonical, e.Link)
		e.Raw = feed.Raw(f.now.UnixNano() + int64(i))
		w := match.Read(src, &e, "")
		d.Entries = append(d.Entries, feed.Reported{Entry: e, Matches: f.rules.Match(src, &e, w), Terms: story.Terms(w, nil)})
		d.Window = append(d.Window, e.Raw)
	}
	f.apply(&feed.Visit{At: f.now, Source: source, Next: f.now.Add(time.Hour), HTTP: 200, Document: d})
}

// published are the titles of a topic's items in the store, and the entries that
// speak for them; hidden groups are left out.
func (f *fixture) membership(topic feed.TopicID, link string) (m feed.Membership, ok bool) {
	f.t.Helper()
	f.view(func(r *storage.Reader) error {
		n, err := find(r, nil, link)
		if err != nil {
			return err
		}
		m, ok, err = r.Membership(topic, n.group)
		return err
	})
	return m, ok
}

func (f *fixture) explain(topic feed.Topic, id string) Explained {
	f.t.Helper()
	x, err := f.Explain(f.t.Context(), ExplainRequest{Topic: topic, Sources: f.sources, ID: id})
	if err != nil {
		f.t.Fatal(err)
	}
	return x
}

func (f *fixture) decide(q DecideRequest) DecideResult {
	f.t.Helper()
	res, err := f.Decide(f.t.Context(), q)
	if err != nil {
		f.t.Fatalf("%+v: %v", q, err)
	}
	return res
}

// refile files what is stored anew under the current rules.
func (f *fixture) refile() {
	f.t.Helper()
	step := &feed.Refiling{At: f.now, Generation: f.generation(), Done: true}
	for _, t := range f.topics {
		step.Topics, step.Backfill = append(step.Topics, t.ID), append(step.Backfill, t.Backfill)
	}
	f.view(func(r *storage.Reader) error {
		return r.Entries(1, func(e feed.StoredEntry) bool {
			src := &feed.Source{ID: e.Source}
			step.Entries = append(step.Entries, feed.EntryMatches{Entry: e.Key, Matches: f.rules.Match(src, &e.Entry, match.Read(src, &e.Entry, ""))})
			return true
		})
	})
	f.apply(step)
}
