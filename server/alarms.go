package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/server/alarm"
	"topicwire/storage"
)

// alarmsEvery is how often what is wrong is looked at, and judgedEvery how often the
// sources and topics are, which takes a while where there are many.
const (
	alarmsEvery = 10 * time.Second
	judgedEvery = 30 * time.Second
)

// stuckAfter is how long sources are due, and no visit ends, before polling is taken to
// have stopped. The first visits of a start are spread over this time.
const stuckAfter = 10 * time.Minute

// alarms know what is wrong with the service.
type alarms struct {
	s      *Server
	board  alarm.Board
	teller *alarm.Teller
	every  time.Duration // that run looks

	mu       sync.Mutex // one look at a time
	judged   time.Time  // when sources and topics last were
	subjects []feed.Alarm
	overdue  time.Time     // since when the first of the sources is due; zero for unknown
	topics   []alarm.Topic // as they were last read
	silent   []feed.Alarm  // of topics
	rhythms  map[feed.TopicID]*feed.Rhythm
	read     time.Time // when all of the topics' news was read
	unread   time.Time // since when the database cannot be read; zero where it can
	unreadBy error

	known sync.Mutex // of what follows
	store struct {
		refusing  time.Time
		by        error
		displaced time.Time
		displaces error
	}
	ended time.Time // the last visit
}

func newAlarms(s *Server) *alarms {
	return &alarms{s: s, every: alarmsEvery, teller: alarm.NewTeller(s.log, func() []string { return s.state.Load().cfg.Alarm.Command })}
}

// wrote notes how the store took a change.
func (a *alarms) wrote(err error) {
	if _, refused := errors.AsType[*feed.Refusal](err); refused {
		return // by an operator's rules, not by the disk
	}
	now := a.s.now()
	a.known.Lock()
	defer a.known.Unlock()
	switch {
	case errors.Is(err, storage.ErrElsewhere):
		a.displaced(now, err)
	case err == nil:
		a.store.refusing, a.store.by = time.Time{}, nil
	default:
		if a.store.refusing.IsZero() {
			a.store.refusing = now
		}
		a.store.by = err
	}
}

// displaced notes whether the file of the database is in its place.
func (a *alarms) displaced(now time.Time, err error) {
	if err == nil {
		a.store.displaced = time.Time{}
	} else if a.store.displaced.IsZero() {
		a.store.displaced = now
	}
	a.store.displaces = err
}

// visited notes that a visit ended.
func (a *alarms) visited() {
	a.known.Lock()
	a.ended = a.s.now()
	a.known.Unlock()
}

// look finds what is wrong now and tells of what changed. Sources and topics are judged
// where that was not done lately, or where all is to be fresh; that the database cannot be
// read is wrong, too.
func (a *alarms) look(ctx context.Context, fresh bool) []feed.Alarm {
	if !fresh {
		return a.lookAt(ctx, nil)
	}
	return a.lookAt(ctx, func() ([]feed.Health, error) { return a.s.Health(ctx) })
}

// lookAt is a fresh look at the sources as health tells them, or, where that is nil, one
// that need not be fresh.
func (a *alarms) lookAt(ctx context.Context, health func() ([]feed.Health, error)) []feed.Alarm {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.s.now()
	if age := now.Sub(a.judged); health != nil || age < 0 || age >= judgedEvery {
		if health == nil {
			health = func() ([]feed.Health, error) { return a.s.Health(ctx) }
		}
		switch err := a.judge(health, now); {
		case err == nil:
			a.unread, a.unreadBy = time.Time{}, nil
		case ctx.Err() != nil:
			return a.board.Active() // nobody waits for it
		default:
			if a.unreadBy == nil {
				a.unread = now
			}
			a.unreadBy = err
		}
	}
	facts := a.facts(now)
	if facts.Displaced.IsZero() {
		facts.Displaced, facts.DisplacedBy = a.unread, a.unreadBy
	}
	wrong := append(alarm.Service(&facts), a.subjects...)
	for i := range wrong {
		wrong[i].Hint = a.s.pasted(wrong[i].Hint)
	}
	changes := a.board.Set(now, wrong)
	if a.s.serving.Load() != nil {
		a.teller.Tell(now, changes)
	}
	return a.board.Active()
}

// facts are what is known of the service as a whole. Of one that does not serve that is
// nothing.
func (a *alarms) facts(now time.Time) (f alarm.Facts) {
	s := a.s
	serving := s.serving.Load()
	if serving == nil {
		return f
	}
	f.Path = s.db.Path()
	inPlace := s.db.InPlace()
	a.known.Lock()
	a.displaced(now, inPlace)
	f.Refusing, f.RefusedBy, f.Displaced, f.DisplacedBy = a.store.refusing, a.store.by, a.store.displaced, a.store.displaces
	ended := a.ended
	a.known.Unlock()
	f.Offline = s.poller.Offline()
	if since := latest(ended, *serving, a.overdue); !a.overdue.IsZero() && now.Sub(since) >= stuckAfter {
		f.Stuck = since
	}
	if b := s.backupState(); b != nil && b.Overdue != nil {
		f.NoBackup, f.BackupError = *b.Overdue, b.Error
	}
	if r := s.refused.Load(); r != nil && len(r.problems) > 0 {
		f.Refused, f.Problem = r.since, r.problems[0].String()
	}
	if h := s.held.Load(); h != nil {
		f.Held, f.Moves = h.Since, "it "+h.String()
	}
	return f
}

func latest(times ...time.Time) (t time.Time) {
	for _, at := range times {
		if at.After(t) {
			t = at
		}
	}
	return t
}

// judge looks at the sources and topics.
func (a *alarms) judge(read func() ([]feed.Health, error), now time.Time) error {
	health, err := read()
	if err != nil {
		return err
	}
	// Of a source that is blocked nothing is due, and nothing missed.
	blocked := func(h feed.Health) bool { return h.Source.Blocked }
	if slices.ContainsFunc(health, blocked) {
		health = slices.DeleteFunc(slices.Clone(health), blocked) // they may be another's
	}
	a.overdue = time.Time{}
	for i := range health {
		if next := health[i].State.Next; !next.IsZero() && (a.overdue.IsZero() || next.Before(a.overdue)) {
			a.overdue = next
		}
	}
	if len(a.s.refiles.wanted()) > 0 {
		// Half filed anew they would look as if they had lost their news.
		a.rhythms = nil
	} else if err := a.judgeTopics(now); err != nil {
		return err
	}
	a.subjects = append(alarm.Sources(health, now), a.silent...)
	a.judged = now
	return nil
}

// rhythmWindow is how far back a topic's news is looked at.
const rhythmWindow = 2 * feed.RhythmDays * 24 * time.Hour

// judgeTopics looks at the topics. What each had before is read once an hour, since
// decisions and rules change it; in between only what came is.
func (a *alarms) judgeTopics(now time.Time) error {
	st := a.s.state.Load()
	if age := now.Sub(a.read); a.rhythms == nil || age < 0 || age >= time.Hour {
		a.rhythms, a.read = make(map[feed.TopicID]*feed.Rhythm, len(st.topics)), now
	}
	a.topics = make([]alarm.Topic, 0, len(st.topics))
	err := a.s.db.View(func(r *storage.Reader) error {
		for i := range st.cfg.Topics {
			t := &st.cfg.Topics[i]
			if t.Draft {
				continue
			}
			known := a.rhythms[t.ID]
			if known == nil {
				known = new(feed.Rhythm)
				a.rhythms[t.ID] = known
			}
			from := now.Add(-rhythmWindow)
			if !known.Newest.IsZero() {
				from = known.Newest.Add(time.Millisecond)
			}
			if err := r.EachNews(t.ID, from, known.Note); err != nil {
				return fmt.Errorf("topic %s: %w", t.ID, err)
			}
			a.topics = append(a.topics, alarm.Topic{Topic: t, Rhythm: *known})
		}
		return nil
	})
	a.silent = alarm.Topics(a.topics, now)
	return err
}

// newest are the topics with their news, as they were last judged.
func (a *alarms) newest() []alarm.Topic {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.topics
}

// run looks time and again until ctx ends.
func (a *alarms) run(ctx context.Context) error {
	tick := time.NewTicker(a.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			a.look(ctx, false)
		}
	}
}

// ready says why the service cannot do its work; nil where it can.
func (a *alarms) ready() error {
	var all []error
	for _, al := range a.look(context.Background(), false) {
		if al.Kind.Unready() {
			all = append(all, errors.New(al.Text))
		}
	}
	return errors.Join(all...)
}
