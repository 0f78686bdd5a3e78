package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
	"topicwire/storage"
)

// A Status is how the service does, for people and programs. Times are null where
// there is none.
type Status struct {
	Running bool       `json:"running"` // a process serves
	PID     int        `json:"pid"`     // of it, 0 for none
	Version string     `json:"version"`
	Since   *time.Time `json:"since"` // when it began to serve

	Config  string     `json:"config"`
	Loaded  *time.Time `json:"loaded"`  // when the configuration in force was read
	Refused []string   `json:"refused"` // what is wrong with a newer one that is not
	Held    *Held      `json:"held"`    // a newer one that waits for an operator's word
	Restart []string   `json:"restart"` // changed keys that take effect at the next start

	Topics   []TopicStatus   `json:"topics"` // in the order of the configuration
	Refiling *Refiling       `json:"refiling"`
	Works    []feed.Progress `json:"works"` // long ones that are under way, refiling among them
	Sources  SourceCounts    `json:"sources"`
	Visiting int             `json:"visiting"` // visits that are under way
	Visited  *time.Time      `json:"last_visit"`
	Next     *time.Time      `json:"next_visit"`
	Database DatabaseStatus  `json:"database"`
	Backup   *BackupStatus   `json:"backup"` // null where storage.backup is not set
	Hub      HubStatus       `json:"hub"`
	Alarms   []feed.Alarm    `json:"alarms"` // what needs a person, the gravest first
	Memory   uint64          `json:"memory"` // bytes that the serving process has from the system, 0 without one
}

// A TopicStatus is one topic of a Status.
type TopicStatus struct {
	ID      feed.TopicID `json:"id"`
	Title   string       `json:"title"`
	Draft   bool         `json:"draft"`
	Entries int          `json:"entries"` // in the subscription document
	Changed *time.Time   `json:"changed"` // when readers could last see a difference
	Pending bool         `json:"pending"` // stored entries are still to be filed under its rules
}

// SourceCounts is how many sources are in each condition.
type SourceCounts struct {
	All     int `json:"all"`
	OK      int `json:"ok"`
	Failing int `json:"failing"`
	New     int `json:"new"`
	Gone    int `json:"gone"`
	Blocked int `json:"blocked"`
}

// A DatabaseStatus is what the file holds.
type DatabaseStatus struct {
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	Free    int64  `json:"free"`    // of these, in pages that nothing is on
	Compact bool   `json:"compact"` // so many that compacting is worth while
	Entries int    `json:"entries"`
	Groups  int    `json:"groups"`
	Stories int    `json:"stories"`
}

// A HubStatus is who has subscribed to the hub.
type HubStatus struct {
	Subscriptions int `json:"subscriptions"`
	Failing       int `json:"failing"` // the last delivery failed
}

func countSubscriptions(r *storage.Reader) (h HubStatus, err error) {
	err = r.Subscriptions(func(s feed.Subscription) bool {
		if !s.Ping {
			h.Subscriptions++
			if s.Failures > 0 {
				h.Failing++
			}
		}
		return true
	})
	return h, err
}

func countSources(all []feed.Health) SourceCounts {
	c := SourceCounts{All: len(all)}
	for i := range all {
		switch all[i].Condition() {
		case "blocked":
			c.Blocked++
		case "gone":
			c.Gone++
		case "failing":
			c.Failing++
		case "new":
			c.New++
		default:
			c.OK++
		}
	}
	return c
}

// Status is how the service does now. Of a Server that does not serve it is what
// the store tells. Where a serving one cannot read that, the alarms say so, and the rest
// is left out.
func (s *Server) Status(ctx context.Context) (st Status, err error) {
	health, unread := s.Health(ctx)
	alarms := s.alarms.lookAt(ctx, func() ([]feed.Health, error) { return health, unread })
	defer func() {
		st.Alarms = alarms
		if st.Topics == nil {
			st.Topics = []TopicStatus{}
		}
		if st.Running && errors.Is(err, storage.ErrCorrupt) && len(alarms) > 0 {
			err = nil
		}
	}()
	run := s.state.Load()
	st = Status{
		Version: s.o.Version, Config: run.cfg.File, Refused: []string{}, Restart: run.late, Held: s.held.Load(),
		Refiling: s.refiles.now.Load(), Works: s.works.underWay(),
		Database: DatabaseStatus{Path: s.db.Path()},
	}
	if since := s.serving.Load(); since != nil {
		st.Running, st.PID, st.Since, st.Loaded = true, os.Getpid(), since, &run.loaded
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		st.Memory = m.Sys - m.HeapReleased
	}
	if p := s.refused.Load(); p != nil {
		for _, pr := range p.problems {
			st.Refused = append(st.Refused, pr.String())
		}
	}
	if f, err := os.Stat(st.Database.Path); err == nil {
		st.Database.Bytes = f.Size()
	}
	st.Backup = s.backupState() // which is asked for above all where the rest cannot be read
	if unread != nil {
		return st, unread
	}
	st.Sources = countSources(health)
	var last, next time.Time
	for i := range health {
		h := &health[i].State
		if h.Visited.After(last) {
			last = h.Visited
		}
		if !h.Next.IsZero() && !health[i].Source.Blocked && (next.IsZero() || h.Next.Before(next)) {
			next = h.Next
		}
	}
	st.Visiting = s.poller.Visiting()
	st.Visited, st.Next = feed.Moment(last), feed.Moment(next)
	var stored map[feed.TopicID]storage.TopicState
	err = s.db.View(func(r *storage.Reader) (err error) {
		n := r.Counts()
		st.Database.Entries, st.Database.Groups, st.Database.Stories = n.Entries, n.Groups, n.Stories
		if st.Hub, err = countSubscriptions(r); err != nil {
			return err
		}
		stored, err = r.Topics()
		return err
	})
	if err != nil {
		return st, err
	}
	space, err := s.db.Space()
	if err != nil {
		return st, err
	}
	st.Database.Free, st.Database.Compact = space.Free, space.Wasteful()
	st.Topics, err = s.topicStatus(run, stored)
	return st, err
}

// wrong are the alarms of now, without the rest of a Status. It takes no longer where
// there are many entries.
func (s *Server) wrong(ctx context.Context) ([]feed.Alarm, error) {
	return s.alarms.look(ctx, false), nil
}

func (s *Server) topicStatus(run *state, stored map[feed.TopicID]storage.TopicState) ([]TopicStatus, error) {
	hashes := make(map[feed.TopicID]uint64)
	for _, r := range run.announced.Hashes {
		hashes[r.ID] = r.Hash
	}
	topics := make([]TopicStatus, len(run.cfg.Topics))
	for i := range topics {
		t := &run.cfg.Topics[i]
		n, err := s.documentLength(run, t)
		if err != nil {
			return nil, err
		}
		topics[i] = TopicStatus{
			ID: t.ID, Title: t.Title, Draft: t.Draft, Entries: n,
			Changed: feed.Moment(stored[t.ID].Changed), Pending: stored[t.ID].Rules != hashes[t.ID],
		}
	}
	return topics, nil
}

// admin is what operators see.
func (s *Server) admin(cfg *config.Config, at net.Addr) http.Handler {
	url := "http://localhost" // a socket has no address
	if at.Network() == "tcp" {
		url = "http://" + at.String()
	}
	return web.NewAdmin(web.AdminOptions{
		URL: url, Public: cfg.Server.URL,
		Title: cfg.Server.Title, Version: s.o.Version, Log: s.log,
		Health: func() ([]feed.Health, error) {
			health, err := s.Health(context.Background())
			if err != nil {
				s.log.Error("sources not shown", "error", err)
			}
			return health, err
		},
		Zone:        func() *time.Location { return s.state.Load().cfg.Server.Timezone },
		Refresh:     s.Refresh,
		ConfigState: s.configState,
		Metrics:     s.metrics.handler(),
		Ready:       s.alarms.ready,
		Alarms:      func() []feed.Alarm { return s.alarms.look(context.Background(), false) },
		Episodes:    s.alarms.board.Episodes,
	})
}

// freeSpace says how much of a file is free where compacting it is worth while, else "".
func freeSpace(s storage.Space) string {
	if !s.Wasteful() {
		return ""
	}
	return fmt.Sprintf("%d of %d MB", s.Free>>20, s.Bytes>>20)
}

// configState is what runs, what was refused, and what is still under way.
func (s *Server) configState() web.ConfigState {
	run := s.state.Load()
	space, _ := s.db.Space() // what is wrong with the file others say
	st := web.ConfigState{Free: freeSpace(space), File: run.cfg.File, Loaded: run.loaded, Restart: run.late}
	if p := s.refused.Load(); p != nil {
		st.Problems = p.problems
	}
	if h := s.held.Load(); h != nil {
		st.Held, st.Moves = h.String(), h.Lines()
	}
	for _, t := range run.cfg.Topics {
		if t.Draft {
			st.Drafts = append(st.Drafts, string(t.ID))
		}
	}
	if r := s.refiles.now.Load(); r != nil {
		st.Refiling = fmt.Sprintf("%d of %d entries so far, for %d of the topics", r.Entries, r.Total, len(r.Topics))
		if len(r.Topics) == 0 {
			st.Refiling = fmt.Sprintf("%d of %d entries so far, for the feed of all topics", r.Entries, r.Total)
		}
		if r.Reached != nil {
			st.Refiling += "; reached " + r.Reached.In(run.cfg.Server.Timezone).Format(time.DateOnly)
		}
	}
	return st
}
