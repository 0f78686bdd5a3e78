package server

import (
	"context"
	"net/url"
	"sync"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// edition is what a topic publishes now, from one state of the store.
func (s *Server) edition(cfg *config.Config, t *feed.Topic) (*feed.Edition, error) {
	configured := s.rules.Load().sources
	var ed *feed.Edition
	err := s.db.View(func(r *storage.Reader) error {
		filed, err := r.Filed(t.ID, t.Limit)
		if err != nil {
			return err
		}
		states, err := r.Topics()
		if err != nil {
			return err
		}
		infos := make(map[feed.SourceID]feed.SourceInfo)
		for _, f := range filed {
			for _, e := range f.Entries {
				if _, ok := infos[e.Source]; ok {
					continue
				}
				st, err := r.Source(e.Source)
				if err != nil {
					return err
				}
				infos[e.Source] = sourceInfo(st, configured[e.Source])
			}
		}
		ed = edition.Of(t, filed, func(id feed.SourceID) feed.SourceInfo { return infos[id] }, s.now())
		// An entry that left is a change too, though none is left to carry its time.
		if c := states[t.ID].Changed; c.After(ed.Updated) {
			ed.Updated = c
		}
		return nil
	})
	return ed, err
}

// sourceInfo is what readers are told of a source: the operator's words before
// the feed's own.
func sourceInfo(st feed.SourceState, src *feed.Source) feed.SourceInfo {
	info := feed.SourceInfo{
		ID: st.ID, Title: st.Meta.Title, Link: st.Meta.Link, FeedID: st.Meta.ID,
		Language: st.Meta.Language, Rights: st.Meta.Rights, Authors: st.Meta.Authors, Updated: st.Meta.Updated,
	}
	info.Republish = feed.RepublishSummary // of a source that is no longer configured
	if src != nil {
		info.Republish = src.Republish
		if src.Title != "" {
			info.Title = src.Title
		}
		if src.Language != "" {
			info.Language = src.Language
		}
	}
	if info.Title == "" {
		info.Title = string(st.ID)
		if u, err := url.Parse(info.Title); err == nil && u.Host != "" {
			info.Title = u.Host
		}
	}
	return info
}

func (s *Server) site(cfg *config.Config) publish.Site {
	return publish.Site{Title: cfg.Server.Title, URL: cfg.Server.URL, Generator: "Topicwire " + s.o.Version}
}

// editionGap is the least time between two renderings of a topic.
const editionGap = 250 * time.Millisecond

// editions renders topics that changed: each at most once every editionGap, with
// whatever came meanwhile.
type editions struct {
	s *Server

	mu    sync.Mutex
	dirty map[feed.TopicID]bool
	some  chan struct{}
}

func newEditions(s *Server) *editions {
	return &editions{s: s, dirty: make(map[feed.TopicID]bool), some: make(chan struct{}, 1)}
}

// touch notes topics whose readers can see a difference. It never waits.
func (e *editions) touch(topics []feed.TopicID) {
	if len(topics) == 0 {
		return
	}
	e.mu.Lock()
	for _, t := range topics {
		e.dirty[t] = true
	}
	e.mu.Unlock()
	select {
	case e.some <- struct{}{}:
	default:
	}
}

func (e *editions) take() map[feed.TopicID]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := e.dirty
	e.dirty = make(map[feed.TopicID]bool)
	return d
}

// run publishes touched topics until ctx ends.
func (e *editions) run(ctx context.Context, publish func(...*feed.Edition) error) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	<-pause.C
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.some:
		}
		e.publish(e.take(), publish)
		e.s.release() // the entries of an edition lie all over the file
		pause.Reset(editionGap)
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

func (e *editions) publish(topics map[feed.TopicID]bool, publish func(...*feed.Edition) error) {
	cfg := e.s.cfg.Load()
	var eds []*feed.Edition
	for i := range cfg.Topics {
		t := &cfg.Topics[i]
		if !topics[t.ID] {
			continue
		}
		ed, err := e.s.edition(cfg, t)
		if err != nil {
			e.s.log.Error("topic not published", "topic", t.ID, "error", err)
			continue
		}
		eds = append(eds, ed)
	}
	// Together, so that the list of topics is made once.
	if err := publish(eds...); err != nil {
		e.s.log.Error("topics not published", "error", err)
	}
}
