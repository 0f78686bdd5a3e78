package server

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/publish"
	"topicwire/server/web"
	"topicwire/storage"
)

// A BuildRequest asks for the public site as files.
type BuildRequest struct {
	// Known is the state, as a part named it, of the units whose files the asker has.
	Known map[string]string `json:"known,omitempty"`
	// Hubs are those that the documents name.
	Hubs []string `json:"hubs,omitempty"`
}

// A BuildPart is a file of the site: of a unit, which is an archive of a topic or the
// rest of one, or of the site as a whole where it names none. A unit whose files the asker
// has is one part without a file; the state of it comes with each.
type BuildPart struct {
	Unit  string    `json:"unit,omitempty"`
	State string    `json:"state,omitempty"`
	File  *web.File `json:"file,omitempty"`
}

// build makes the site of the state that the store has now, as a server shows it, and
// tells its files.
func (s *Server) build(ctx context.Context, q BuildRequest, tell func(BuildPart)) error {
	return s.works.during(ctx, feed.WorkBuild, func(ctx context.Context) error { return s.buildSite(ctx, q, tell) })
}

func (s *Server) buildSite(ctx context.Context, q BuildRequest, tell func(BuildPart)) error {
	st := s.state.Load()
	site, p := s.emptySite(st, q.Hubs, nil), newPublisher(s)
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
	var done, total int64 // units; of one
	unit := func(name, state string, files func(func(web.File) error) error) {
		one.Lock()
		total++
		one.Unlock()
		g.Go(func() error {
			defer func() {
				one.Lock()
				defer one.Unlock()
				done++
				feed.Tell(ctx, done, total)
			}()
			if q.Known[name] == state {
				return part(BuildPart{Unit: name, State: state})
			}
			return files(func(f web.File) error { return part(BuildPart{name, state, &f}) })
		})
	}
	common := commonState{s.o.Version, q.Hubs, sources, s.db.EncodeChange(&st.announced)}
	for _, t := range append(st.published(), st.all()) {
		whole, archives, err := s.builtState(&common, &t)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		unit(string(t.ID), whole+site.EmptyState(t.ID), func(visit func(web.File) error) error { return site.TopicFiles(t.ID, visit) })
		for i, state := range archives {
			unit(publish.ArchivePath(t.ID, i+1), state, func(visit func(web.File) error) error { return site.ArchiveFiles(t.ID, i+1, visit) })
		}
	}
	return g.Wait()
}

// commonState is what every file depends on.
type commonState struct {
	version string
	hubs    []string
	sources uint64
	config  []byte
}

func (c *commonState) of(more ...any) string {
	h := xxhash.New()
	fmt.Fprintln(h, c.version, c.hubs, c.sources)
	h.Write(c.config)
	fmt.Fprintln(h, more...)
	return strconv.FormatUint(h.Sum64(), 36)
}

// builtState stands for everything that the files of a topic, and those of each of its
// archives, are made of: equal states, equal files. An archive of stories is told by
// reports that lie in others, and is taken to change with its topic.
func (s *Server) builtState(c *commonState, t *feed.Topic) (whole string, archives []string, err error) {
	err = s.db.View(func(r *storage.Reader) error {
		topics, err := r.Topics()
		if err != nil {
			return err
		}
		begins, err := r.Archives(t.ID)
		if err != nil {
			return err
		}
		changed := topics[t.ID].Changed.UnixNano()
		whole = c.of(changed, begins)
		for i := range begins {
			from, to := stretch(begins, i+1)
			rows, err := r.RowsHash(t.ID, edition.ArchiveFrom(t, from), to)
			if err != nil {
				return err
			}
			older, err := nonempty(r, t.ID, begins, i, -1)
			if err != nil {
				return err
			}
			newer, err := nonempty(r, t.ID, begins, i+2, 1)
			if err != nil {
				return err
			}
			if t.Group != feed.GroupStory {
				archives = append(archives, c.of(rows, older, newer))
			} else {
				archives = append(archives, c.of(changed, older, newer))
			}
		}
		return nil
	})
	return whole, archives, err
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
