package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"topicwire/feed"
)

// A Held is a changed configuration that would move more of what readers have than
// reload.hold of the running one lets pass: it waits for an operator's word.
type Held struct {
	Since    time.Time  `json:"since"`
	File     string     `json:"file"`
	Written  *time.Time `json:"written"` // when the newest of its files was; null for unknown
	Hold     float64    `json:"hold"`    // the share that it may move at most, from 0 to 1
	Entries  int        `json:"entries"` // in the documents of all topics that readers have
	Moving   int        `json:"moving"`  // into or out of them
	Topics   []Moved    `json:"topics"`  // where something moves, the largest share first
	Problems []string   `json:"problems"`

	reload Reload
}

// The commands that decide about what is held.
const (
	AcceptCommand  = "topicwire reload accept"
	DiscardCommand = "topicwire reload discard"
)

// fewEntries may move anywhere: in a small document each is a large share.
const fewEntries = 5

// exceeds reports whether moving so many entries of a document is more than a share of
// it lets pass, in percent.
func exceeds(moving, entries, percent int) bool {
	return moving >= fewEntries && 100*moving > percent*max(entries, 1)
}

func (m *Moved) moving() int { return m.Leaving + m.Arriving }

// String says for people what moves.
func (m *Moved) String() string {
	if m.Gone {
		return fmt.Sprintf("%s: readers lose it, with all of %d entries", m.Topic, m.Entries)
	}
	return fmt.Sprintf("%s: %d of %d entries leave, %d come (%.0f%%)", m.Topic, m.Leaving, m.Entries, m.Arriving, 100*m.Share)
}

// String says for people why it is held.
func (h *Held) String() string {
	return fmt.Sprintf("moves more than %.0f%% of what readers have: %d entries move, of %d", 100*h.Hold, h.Moving, h.Entries)
}

// Lines name the topics where something moves, one a line.
func (h *Held) Lines() []string {
	const most = 20
	var out []string
	for i := range h.Topics {
		if i == most {
			return append(out, fmt.Sprintf("and %d more topics", len(h.Topics)-i))
		}
		out = append(out, h.Topics[i].String())
	}
	return out
}

// A verdict is what becomes of a reload: it is held, or taken where Held is nil.
type verdict struct {
	reload Reload
	held   *Held
	err    error
}

// doubt returns what judges a reload, nil where there is nothing to judge, and why it
// is refused at once.
func (s *Server) doubt(r *Reload) (judge func(context.Context) (*Held, error), err error) {
	if r.Config == nil {
		return nil, &ConfigError{r.Problems}
	}
	if r.Compiled, err = r.Compiled.of(r.Config); err != nil {
		return nil, err
	}
	run := s.state.Load()
	if run.cfg.Reload.Hold == 0 {
		return nil, nil
	}
	next := stateOf(r.Config, r.Compiled)
	pairs, err := s.pairs(run, next, r.Compiled.RulesOver(r.Config.Sources))
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	held := &Held{
		File: run.cfg.File, Written: feed.Moment(r.Written), Hold: float64(run.cfg.Reload.Hold) / 100, Problems: lines(r.Problems), reload: *r,
	}
	return func(ctx context.Context) (*Held, error) {
		began := time.Now()
		ended := s.load.begins()
		moved, err := s.moves(ctx, run, next, pairs)
		ended()
		if err != nil {
			return nil, err
		}
		over, err := s.weigh(held, run, moved)
		s.log.Info("configuration judged", "topics", len(pairs), "moving", held.Moving, "held", over, "ms", time.Since(began).Milliseconds())
		if !over {
			return nil, err
		}
		held.Since = s.now()
		return held, nil
	}, nil
}

// weigh notes what moves, and reports whether that is too much: in a topic, or in all
// together.
func (s *Server) weigh(h *Held, run *state, moved []Moved) (over bool, err error) {
	hold := run.cfg.Reload.Hold
	for i := range moved {
		m := &moved[i]
		over = over || exceeds(m.moving(), m.Entries, hold)
		h.Moving, h.Entries = h.Moving+m.moving(), h.Entries+m.Entries
		if m.moving() > 0 {
			h.Topics = append(h.Topics, *m)
		}
	}
	for i := range run.cfg.Topics {
		t := &run.cfg.Topics[i]
		if t.Draft || slices.ContainsFunc(moved, func(m Moved) bool { return m.Topic == t.ID }) {
			continue
		}
		n, err := s.documentLength(run, t)
		if err != nil {
			return false, err
		}
		h.Entries += n
	}
	feed.SortBy(h.Topics, func(a, b Moved) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(b.moving(), a.moving()), cmp.Compare(a.Topic, b.Topic))
	})
	return over || exceeds(h.Moving, h.Entries, hold), nil
}

// hold keeps a reload until an operator decides.
func (w *reloading) hold(ctx context.Context, h *Held) {
	w.end(ctx, ReloadHeld, nil, h)
	w.s.log.Warn("configuration held; the running one stays", "file", h.File, "why", h.String(), "topics", strings.Join(h.Lines(), "; "), "hint", w.s.pasted("`"+AcceptCommand+"` takes it, `"+DiscardCommand+"` drops it"))
	out := w.s.reloaded(ReloadHeld, &h.reload)
	out.Held = h
	w.tell(out)
}

// A word is an operator's, about what is held.
type word struct {
	accept bool
	answer func(Reloaded, error)
}

// said does what an operator says of what is held.
func (w *reloading) said(ctx context.Context, accept bool) (out Reloaded, err error) {
	h := w.s.held.Load()
	switch {
	case w.verdicts != nil:
		return out, errors.New("a newer version of the configuration is being judged; look at `topicwire status` and say it again")
	case h == nil:
		return out, errors.New("nothing is held")
	case !accept:
		w.s.held.Store(nil)
		w.s.alarms.look(ctx, false)
		w.s.log.Info("held configuration discarded; the running one stays until the file changes again", "file", h.File)
		out = w.s.reloaded(ReloadDiscarded, &h.reload)
		out.Held = h
		return out, nil
	}
	if err := w.s.reload(h.reload, w.site); err != nil {
		return out, fmt.Errorf("the held configuration is not taken: %w", err)
	}
	w.s.log.Info("held configuration accepted", "file", h.File)
	w.end(ctx, ReloadTaken, nil, nil)
	return w.s.reloaded(ReloadTaken, &h.reload), nil
}

// errNoReload says that nobody reads files again for this process.
var errNoReload = errors.New("this process does not serve: a start takes the configuration as it is")

// say puts an operator's word to the loop that takes reloads.
func (s *Server) say(ctx context.Context, accept bool) (out Reloaded, err error) {
	if s.serving.Load() == nil {
		return out, errNoReload
	}
	done := make(chan struct{})
	w := word{accept, func(r Reloaded, e error) {
		out, err = r, e
		close(done)
	}}
	select {
	case s.words <- w:
		<-done // it does what was said before anything else
		return out, err
	case <-ctx.Done():
		return out, context.Cause(ctx)
	}
}

// reread has the configuration read now, and waits for what comes of it.
func (s *Server) reread(ctx context.Context) (Reloaded, error) {
	if s.serving.Load() == nil || s.o.Reread == nil {
		return Reloaded{}, errNoReload
	}
	done := make(chan Reloaded, 1)
	select {
	case s.o.Reread <- func(r Reloaded) { done <- r }:
	case <-ctx.Done():
		return Reloaded{}, context.Cause(ctx)
	}
	select {
	case r := <-done:
		return r, nil
	case <-ctx.Done():
		return Reloaded{}, context.Cause(ctx)
	}
}

// heldGauge is 1 while a configuration is held.
func heldGauge(s *Server) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "topicwire_config_held", Help: "1 while a changed configuration is held until an operator accepts or discards it, else 0.",
	}, func() float64 {
		if s.held.Load() != nil {
			return 1
		}
		return 0
	})
}
