package server

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/web"
	"topicwire/storage"
)

// A BuildRequest asks for the public site as files.
type BuildRequest struct {
	// Known is the state, as a part named it, of the topics whose files the asker has.
	Known map[feed.TopicID]string `json:"known,omitempty"`
	// Hubs are those that the documents name.
	Hubs []string `json:"hubs,omitempty"`
}

// A BuildPart is a file of the site: of a topic, or of the site as a whole where it names
// none. A topic whose files the asker has is one part without a file. The state of a topic
// comes with each.
type BuildPart struct {
	Topic feed.TopicID `json:"topic,omitempty"`
	State string       `json:"state,omitempty"`
	File  *web.File    `json:"file,omitempty"`
}

// build makes the site of the state that the store has now, as a server shows it, and
// tells its files.
func (s *Server) build(ctx context.Context, q BuildRequest, tell func(BuildPart)) error {
	st := s.state.Load()
	site, p := s.emptySite(st, q.Hubs), newPublisher(s)
	p.siteOf = func(st *state) publish.Site {
		said := s.site(st)
		said.Hubs = q.Hubs
		return said
	}
	s.showAll(p, site)
	sources, err := s.sourcesHash(st)
	if err != nil {
		return err
	}
	var one sync.Mutex
	part := func(p BuildPart) error {
		one.Lock()
		defer one.Unlock()
		if err := context.Cause(ctx); err != nil {
			return err
		}
		tell(p)
		return nil
	}
	if err := site.Files(func(f web.File) error { return part(BuildPart{File: &f}) }); err != nil {
		return err
	}
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, t := range append(st.published(), st.all()) {
		state, err := s.builtState(st, t.ID, q.Hubs, sources)
		if err != nil {
			return err
		}
		g.Go(func() error {
			if q.Known[t.ID] == state {
				return part(BuildPart{Topic: t.ID, State: state})
			}
			return site.TopicFiles(t.ID, func(f web.File) error { return part(BuildPart{t.ID, state, &f}) })
		})
	}
	return g.Wait()
}

// builtState stands for everything that the files of a topic are made of: equal states,
// equal files.
func (s *Server) builtState(st *state, id feed.TopicID, hubs []string, sources uint64) (sum string, err error) {
	h := xxhash.New()
	err = s.db.View(func(r *storage.Reader) error {
		topics, err := r.Topics()
		if err != nil {
			return err
		}
		begins, err := r.Archives(id)
		announced := st.announced
		fmt.Fprintln(h, s.o.Version, hubs, sources, topics[id].Changed.UnixNano(), begins)
		h.Write(s.db.EncodeChange(&announced))
		return err
	})
	return strconv.FormatUint(h.Sum64(), 36), err
}

// sourcesHash is of what readers are told of sources.
func (s *Server) sourcesHash(st *state) (uint64, error) {
	h := xxhash.New()
	err := s.db.View(func(r *storage.Reader) error {
		for i := range st.cfg.Sources {
			src := &st.cfg.Sources[i]
			stored, err := r.Source(src.ID)
			if err != nil {
				return err
			}
			info := sourceInfo(stored, src)
			info.Updated = time.Time{} // no document tells it
			fmt.Fprintf(h, "%+v\n", info)
		}
		return nil
	})
	return h.Sum64(), err
}
