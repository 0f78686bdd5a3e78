package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"topicwire/config"
	"topicwire/server/web"
	"topicwire/storage"
)

// drain is how long requests and visits under way may take to end.
const drain = 10 * time.Second

// Serve publishes the topics' feeds and pages and polls the sources until ctx
// ends; then it lets requests under way finish, ends the visits, and returns
// nil. ready, if not nil, is called with the public address listened on.
func (s *Server) Serve(ctx context.Context, reloads <-chan Reload, ready func(net.Addr)) error {
	st := s.state.Load()
	cfg := st.cfg
	readers, err := listen("server.listen", cfg.Server.Listen, modeOfPublic)
	if err != nil {
		return err
	}
	subscriber, err := s.newSubscriber(cfg.Server.URL)
	if err != nil {
		readers.Close()
		return err
	}
	s.subscriber.Store(subscriber)
	s.subscribe(st)
	now := s.now()
	s.serving.Store(&now)
	site := s.newSite(st)
	hub, err := s.newHub(st, site)
	if err != nil {
		readers.Close()
		return err
	}
	servers := []serving{{web.Server(s.metrics.timed(newPublic(st, site, hub, subscriber)), s.log), web.Listener(readers)}}
	if cfg.Server.Admin != "" {
		l, err := listen("server.admin", cfg.Server.Admin, modeOfOwner)
		if err != nil {
			readers.Close()
			return err
		}
		servers = append(servers, serving{web.Server(s.admin(cfg, l.Addr()), s.log), l})
		s.log.Info("operator pages", "listen", l.Addr().String())
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	polls, stopPolls := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPolls()
	g, gctx := errgroup.WithContext(ctx)
	if commands, err := listenControl(s.db.Path()); errors.Is(err, storage.ErrLocked) {
		return errors.Join(err, closeAll(servers))
	} else if err == nil {
		// Questions end with gctx: a command that waits must not keep the process
		// from stopping.
		servers = append(servers, serving{&http.Server{
			Handler: s.control(), ReadHeaderTimeout: 10 * time.Second,
			BaseContext: func(net.Listener) context.Context { return gctx },
		}, commands})
	} else {
		// Some file systems have no sockets; feeds can be served without.
		s.log.Warn("commands cannot reach this process", "error", err)
	}
	for _, h := range servers {
		g.Go(h.run)
	}
	g.Go(func() error {
		<-gctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(gctx), drain)
		defer cancel()
		for _, h := range servers {
			if err := h.Shutdown(end); err != nil {
				h.Close()
			}
		}
		stopPolls()
		return nil
	})
	g.Go(func() error {
		err := s.poller.Run(polls, st.polled())
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
	g.Go(func() error { return subscriber.Run(polls) })
	g.Go(func() error { return s.publisher.run(polls, site.Show, hub.Show) })
	g.Go(func() error { return hub.Run(gctx) })
	g.Go(func() error { return s.retention(polls) })
	g.Go(func() error { return s.keepBackups(gctx) })
	g.Go(func() error { return s.refiles.run(polls) })
	g.Go(func() error { return s.tidy(gctx, site) })
	g.Go(func() error { return s.alarms.run(gctx) })
	g.Go(func() error { return s.alarms.teller.Run(gctx) })
	g.Go(func() error { return s.sayHourly(gctx) })
	g.Go(func() error { return s.watch(gctx, reloads, site) })
	if s.o.Busy != nil {
		g.Go(func() error { return s.load.run(gctx, s.poller.Reading, s.o.Busy) })
	}
	if space, err := s.db.Space(); err == nil && space.Wasteful() {
		s.log.Warn(s.pasted("more than half of the database is free: stop the server and run `topicwire compact`, or set storage.compact"), "bytes", space.Bytes, "free", space.Free)
	}
	if ready != nil {
		ready(readers.Addr())
	}
	return g.Wait()
}

// newSite is the public side, with what is stored.
func (s *Server) newSite(st *state) *web.Site {
	site := s.emptySite(st, st.announced.Hubs, s.underway)
	s.showAll(s.publisher, site)
	return site
}

// showAll shows a site everything that is published.
func (s *Server) showAll(p *publisher, site *web.Site) {
	p.touchAll()
	p.publish(site.Show)
	p.touch(p.aged(s.now())) // while the process was away
	p.publish(site.Show)
	s.showSources(site)
}

// underway is what pages without entries tell of the moment.
func (s *Server) underway() web.Underway {
	return web.Underway{Offline: s.poller.Offline(), Refiling: len(s.refiles.wanted()) > 0}
}

// emptySite is the public side before anything is shown; its documents name hubs, and
// underway is nil where nobody asks the sources meanwhile.
func (s *Server) emptySite(st *state, hubs []string, underway func() web.Underway) *web.Site {
	site := web.New(web.Options{
		Title: st.cfg.Server.Title, URL: st.cfg.Server.URL, Version: s.o.Version,
		Contact: st.cfg.Fetch.Contact, Interval: st.cfg.Fetch.Interval, Zone: st.cfg.Server.Timezone, Log: s.log,
		Story: s.storyPage, Edition: s.wanted, Languages: s.languages, Month: s.month, Icon: web.Picture(st.cfg.Server.Icon), Hubs: hubs,
		Underway: underway,
	})
	site.SetFiles(filesOf(st.cfg))
	site.SetProxies(st.cfg.Server.TrustedProxies)
	s.showTopics(site, st)
	return site
}

// filesOf are the files that a configuration adds to the site.
func filesOf(cfg *config.Config) web.Files {
	return web.Files{Icons: cfg.Icons, SecurityTxt: cfg.Server.SecurityTxt}
}

// A serving is an HTTP server with where it listens.
type serving struct {
	*http.Server
	on net.Listener
}

func (h serving) run() error {
	if err := h.Serve(h.on); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", h.on.Addr(), err)
	}
	return nil
}

// closeAll gives up listeners that nobody serves.
func closeAll(servers []serving) error {
	var errs []error
	for _, h := range servers {
		errs = append(errs, h.on.Close())
	}
	return errors.Join(errs...)
}

// tidyEvery is how often the public page of sources follows what visits found
// and memory is given back; while sources are asked for the first time, and pages tell how
// far that is, it is firstEvery. The page of more than manySources takes a while, and
// follows once in manyEvery.
const (
	firstEvery  = 2 * time.Second
	tidyEvery   = 10 * time.Second
	manySources = 1000
	manyEvery   = time.Minute
)

// tidy keeps the page of sources fresh and memory small until ctx ends.
func (s *Server) tidy(ctx context.Context, site *web.Site) error {
	tick := time.NewTicker(firstEvery)
	defer tick.Stop()
	shown, tidied := time.Now(), time.Now()
	known := s.underway()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if now.Sub(tidied) < tidyEvery && !site.Waiting() {
				continue
			}
			tidied = now
			if is := s.underway(); is != known {
				known = is
				s.stale.Store(true)
			}
			if (len(s.state.Load().cfg.Sources) <= manySources || now.Sub(shown) >= manyEvery) && s.stale.Swap(false) {
				shown = now
				s.showSources(site)
			}
			s.release()
		}
	}
}

// releaseAfter is how many stored entries it takes until memory is given back
// ahead of time: each touches a few pages all over the file. A round, which has little
// else to do than to store entries, leaves it to the store.
const releaseAfter = 100

// wrote counts what was stored since memory was last given back. It runs in the
// writer's goroutine.
func (s *Server) wrote(r storage.Result) {
	for _, o := range r.Outcomes {
		s.written += o.New + o.Updated + o.Removed
	}
	if s.serving.Load() != nil && s.written >= releaseAfter {
		s.written = 0
		s.relieve()
	}
}

func (s *Server) release() {
	if err := s.db.Release(); err != nil {
		s.log.Debug("memory not given back", "error", err)
	}
}

func (s *Server) relieve() {
	if err := s.db.Relieve(); err != nil {
		s.log.Debug("memory not given back", "error", err)
	}
}

func (s *Server) showSources(site *web.Site) {
	health, err := s.Health(context.Background())
	if err != nil {
		s.log.Error("sources not shown", "error", err)
		return
	}
	site.SetSources(health)
}

// The modes of sockets. A proxy is not the user who runs the server: its user is put into
// the group of the process, or the socket into a folder that gives it its own group
// (setgid). What only operators may reach is the owner's.
const (
	modeOfPublic os.FileMode = 0o660
	modeOfOwner  os.FileMode = 0o600
)

// A ListenError says which key names an address that cannot be listened on, and why.
type ListenError struct {
	Key, Address string
	Err          error
}

func (e *ListenError) Error() string {
	why := e.Err
	if op, ok := errors.AsType[*net.OpError](why); ok { // whose text names the address again
		why = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](why); ok {
		why = call.Err
	}
	return fmt.Sprintf("%s: cannot listen on %s: %v", e.Key, e.Address, why)
}

func (e *ListenError) Unwrap() error { return e.Err }

// listen opens HOST:PORT, or unix:PATH with a mode, which a key of the configuration has.
// What is wrong with it is a *ListenError.
func listen(key, address string, mode os.FileMode) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if c, err := dialSocket(context.Background(), path); err == nil {
			c.Close()
			return nil, &ListenError{key, address, syscall.EADDRINUSE}
		}
		l, err := listenSocket(path, mode)
		if err != nil {
			return nil, &ListenError{key, address, err}
		}
		return l, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, &ListenError{key, address, err}
	}
	return l, nil
}
