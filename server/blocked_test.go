package server

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/fetch"
)

// A source that is blocked is asked for nothing: neither visited, nor subscribed to, nor
// missed. It is counted apart.
func TestBlockedSourcesAreLeftAlone(t *testing.T) {
	cfg, problems := config.Parse("config.yaml", fmt.Appendf(nil, `
fetch: {contact: desk@x.example}
storage: {path: %q}
sources: [{url: "https://feeds.spam.example/rss"}, {url: "https://good.example/rss"}]
blocked: [spam.example]
topics: {all: {}}
`, filepath.Join(t.TempDir(), "s.db")), "/", nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	s := openServer(t, Options{Config: cfg})
	defer closeServer(t, s)
	spam := cfg.Sources[0].ID
	for n := range 3 {
		if _, err := s.apply(&feed.Visit{At: noon.Add(time.Duration(n-72) * time.Hour), Source: spam, HTTP: 500, Error: "the server answered 500", Next: noon.Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	asked := func(list []feed.Source) bool {
		return slices.ContainsFunc(list, func(src feed.Source) bool { return src.ID == spam })
	}
	if st := s.state.Load(); asked(st.polled().List) || asked(st.asked()) || !asked(st.cfg.Sources) || !st.Blocked.Has(string(spam)) {
		t.Error("it is asked still")
	}
	for _, c := range []*fetch.Client{s.state.Load().client, s.state.Load().courier} {
		if _, err := c.Get(t.Context(), fetch.Request{URL: "https://www.spam.example/"}); err == nil || !strings.Contains(err.Error(), "blocks the host") {
			t.Errorf("connected to: %v", err)
		}
	}
	// Hubs that promised to push both are relied upon for one, and not asked to go on for
	// the other.
	for token, src := range map[string]feed.SourceID{strings.Repeat("a", 26): spam, strings.Repeat("b", 26): cfg.Sources[1].ID} {
		l := feed.Lease{Source: src, Token: token, Callback: "https://wire.example/websub/" + token, Hub: "https://hub.example/", Topic: string(src), State: feed.LeaseActive, Since: noon, Until: noon.Add(time.Hour)}
		if _, err := s.apply(&feed.LeaseChange{At: noon, Lease: l}); err != nil {
			t.Fatal(err)
		}
	}
	sub, err := s.newSubscriber("https://wire.example")
	if err != nil {
		t.Fatal(err)
	}
	s.subscriber.Store(sub)
	on := *s.state.Load()
	with := *cfg
	with.WebSub.Subscribe = new(true)
	on.cfg = &with
	s.subscribe(&on)
	if s.pushed(spam) || !s.pushed(cfg.Sources[1].ID) {
		t.Error("a hub is to push what is blocked, or not what is not")
	}
	s.subscriber.Store(nil)
	other := *cfg
	other.Blocked = nil
	m, err := (*Compiled)(nil).of(&other)
	if err != nil {
		t.Fatal(err)
	}
	if next := s.newState(&other, m); next.client == s.state.Load().client || next.courier == s.state.Load().courier {
		t.Error("a reload goes on with the clients that refuse what was blocked")
	} else {
		next.close()
	}
	st, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Sources.Blocked != 1 || st.Sources.All != 2 || st.Sources.Failing != 0 || st.Next != nil {
		t.Errorf("%+v, next %v", st.Sources, st.Next)
	}
	if err := s.alarms.judge(func() ([]feed.Health, error) { return s.Health(t.Context()) }, noon); err != nil {
		t.Fatal(err)
	}
	if !s.alarms.overdue.IsZero() || len(s.alarms.subjects) != 0 {
		t.Errorf("missed since %s: %+v", s.alarms.overdue, s.alarms.subjects)
	}
}
