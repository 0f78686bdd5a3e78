package server

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
)

// A Reload is what reading the configuration again came to: a Config that is to
// replace the running one, with what Check made of it, or nil and the Problems for
// which it was refused.
type Reload struct {
	Config   *config.Config
	Compiled *Compiled
	Problems []feed.Problem
	Written  time.Time // when the newest of its files was written; zero for unknown
	// Done, if not nil, is told once what came of it, or of a newer one that came
	// before it was judged. It must not wait.
	Done func(Reloaded)
}

// A Reloaded is what came of reading the configuration again, or of an operator's word
// about one that was held.
type Reloaded struct {
	Result   string     `json:"result"` // taken, refused, held or discarded
	File     string     `json:"file"`
	Written  *time.Time `json:"written"` // when the newest of its files was; null for unknown
	Problems []string   `json:"problems"`
	Restart  []string   `json:"restart"` // changed keys that take effect at the next start
	Held     *Held      `json:"held"`    // of one that is held now, or was discarded
}

// The results of a reload.
const (
	ReloadTaken     = "taken"
	ReloadRefused   = "refused"
	ReloadHeld      = "held"
	ReloadDiscarded = "discarded"
)

// watch takes reloads, and what operators say of them, until ctx ends.
func (s *Server) watch(ctx context.Context, reloads <-chan Reload, site *web.Site) error {
	w := &reloading{s: s, site: site}
	defer w.overtake()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-reloads:
			w.came(ctx, r)
		case v := <-w.verdicts:
			w.judged(ctx, v)
		case word := <-s.words:
			word.answer(w.said(ctx, word.accept))
		}
	}
}

// A refusal is why a changed configuration is not the running one.
type refusal struct {
	since    time.Time // when the first change in a row was refused
	problems []feed.Problem
}

func (s *Server) refuse(problems []feed.Problem) {
	r := &refusal{s.now(), problems}
	if before := s.refused.Load(); before != nil {
		r.since = before.since
	}
	s.refused.Store(r)
}

// A reloading is where the loop of watch stands. Its methods run there.
type reloading struct {
	s    *Server
	site *web.Site
	// waiting are told what comes of the reload at hand.
	waiting []func(Reloaded)
	// verdicts has what becomes of the one that is being judged, and cancel ends that;
	// nil while none is.
	verdicts chan verdict
	cancel   context.CancelFunc
}

// overtake ends the judging of a reload that a newer one has overtaken.
func (w *reloading) overtake() {
	if w.verdicts != nil {
		w.cancel()
		<-w.verdicts
		w.verdicts = nil
	}
}

// came takes a reload, refuses it, or has it judged.
func (w *reloading) came(ctx context.Context, r Reload) {
	w.overtake()
	if r.Done != nil {
		w.waiting = append(w.waiting, r.Done)
	}
	judge, err := w.s.doubt(&r)
	switch {
	case err != nil:
		w.refuse(ctx, &r, err)
	case judge == nil:
		w.take(ctx, &r)
	default:
		judging, cancel := context.WithCancel(ctx)
		verdicts := make(chan verdict, 1)
		w.verdicts, w.cancel = verdicts, cancel
		go func() {
			defer cancel()
			h, err := judge(judging)
			verdicts <- verdict{r, h, err}
		}()
	}
}

// judged does what a verdict says.
func (w *reloading) judged(ctx context.Context, v verdict) {
	w.verdicts = nil
	switch {
	case ctx.Err() != nil:
	case v.err != nil:
		w.refuse(ctx, &v.reload, fmt.Errorf("what it would move cannot be told: %w", v.err))
	case v.held == nil:
		w.take(ctx, &v.reload)
	default:
		w.hold(ctx, v.held)
	}
}

// take makes a reload the running configuration, or refuses it.
func (w *reloading) take(ctx context.Context, r *Reload) {
	switch err := w.s.reload(*r, w.site); {
	case ctx.Err() != nil:
	case err != nil:
		w.refuse(ctx, r, err)
	default:
		w.end(ctx, ReloadTaken, nil, nil)
		w.tell(w.s.reloaded(ReloadTaken, r))
	}
}

// refuse leaves the running configuration as it is.
func (w *reloading) refuse(ctx context.Context, r *Reload, err error) {
	problems := w.s.problemsOf(err)
	w.end(ctx, ReloadRefused, problems, nil)
	out := w.s.reloaded(ReloadRefused, r)
	out.Problems = lines(problems)
	w.tell(out)
}

// end notes what the newest reload came to.
func (w *reloading) end(ctx context.Context, result string, problems []feed.Problem, held *Held) {
	w.s.metrics.reloaded(result)
	if result == ReloadRefused {
		w.s.refuse(problems)
	} else {
		w.s.refused.Store(nil)
	}
	w.s.held.Store(held)
	w.s.alarms.look(ctx, false)
}

// tell answers those who wait.
func (w *reloading) tell(r Reloaded) {
	for _, done := range w.waiting {
		done(r)
	}
	w.waiting = nil
}

// reloaded is what came of a reload.
func (s *Server) reloaded(result string, r *Reload) Reloaded {
	run := s.state.Load()
	return Reloaded{Result: result, File: run.cfg.File, Written: feed.Moment(r.Written), Problems: lines(r.Problems), Restart: run.late}
}

// lines are problems as check prints them.
func lines(problems []feed.Problem) []string {
	out := make([]string, len(problems))
	for i, p := range problems {
		out[i] = p.String()
	}
	return out
}

// problemsOf is why a configuration was refused.
func (s *Server) problemsOf(err error) []feed.Problem {
	if refused, ok := errors.AsType[*ConfigError](err); ok {
		return refused.Problems
	}
	return []feed.Problem{{Pos: feed.Pos{File: s.state.Load().cfg.File}, Text: err.Error()}}
}

// reload switches to a configuration that was read without an error. Entries that
// are stored follow later, behind the feeds.
func (s *Server) reload(r Reload, site *web.Site) error {
	m, err := r.Compiled.of(r.Config)
	if err != nil {
		return err
	}
	old, next := s.state.Load(), s.newState(r.Config, m)
	pending, err := s.swap(next, site)
	if err != nil {
		return err
	}
	if len(next.late) > 0 {
		s.log.Warn("some keys take effect at the next start", "keys", next.late)
	}
	if next.client != old.client {
		old.close()
	}
	s.poller.Update(next.polled())
	s.subscribe(next)
	s.showSources(site)
	s.publisher.touchAll()
	s.refiles.want(pending)
	s.refused.Store(nil) // before anybody reads in the log that it is in force
	s.held.Store(nil)
	s.log.Info("configuration reloaded", "sources", len(next.cfg.Sources), "topics", len(next.cfg.Topics), "changed", len(pending))
	return nil
}

// swap makes a state the running one and tells the site its topics, files and zone, with
// nothing published in between.
func (s *Server) swap(next *state, site *web.Site) ([]feed.TopicID, error) {
	s.publisher.turn.Lock()
	defer s.publisher.turn.Unlock()
	pending, err := s.announce(next)
	if err == nil {
		site.SetFiles(filesOf(next.cfg))
		site.SetProxies(next.cfg.Server.TrustedProxies)
		site.SetZone(next.cfg.Server.Timezone)
		s.showTopics(site, next)
	}
	return pending, err
}

// keep gives a new configuration the running one's values of keys that take
// effect at a start only, and names those that differ.
func keep(old, next *config.Config) []string {
	late := []string{}
	str := func(key string, was string, is *string) {
		if *is != was {
			late = append(late, key)
			*is = was
		}
	}
	str("server.listen", old.Server.Listen, &next.Server.Listen)
	str("server.admin", old.Server.Admin, &next.Server.Admin)
	str("server.url", old.Server.URL, &next.Server.URL)
	str("server.title", old.Server.Title, &next.Server.Title)
	if !reflect.DeepEqual(next.Server.Icon, old.Server.Icon) {
		late = append(late, "server.icon")
		next.Server.Icon = old.Server.Icon
	}
	str("storage.path", old.Storage.Path, &next.Storage.Path)
	if old.WebSub.Hub != next.WebSub.Hub {
		late = append(late, "websub.hub")
	}
	if !slices.Equal(old.WebSub.PublishTo, next.WebSub.PublishTo) {
		late = append(late, "websub.publish_to")
	}
	next.WebSub.Hub, next.WebSub.PublishTo = old.WebSub.Hub, old.WebSub.PublishTo
	return late
}
