package server

import (
	"cmp"
	"context"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/server/desk"
	"topicwire/storage"
)

// A Moved is what a change of the configuration would move in the subscription
// document of a topic that readers have.
type Moved struct {
	Topic    feed.TopicID `json:"topic"`    // as it is called now
	Entries  int          `json:"entries"`  // in its document now
	Leaving  int          `json:"leaving"`  // of them
	Arriving int          `json:"arriving"` // that are not in it now
	Share    float64      `json:"share"`    // how much of the document that is: 1 is as much as it has
	Gone     bool         `json:"gone"`     // readers have the topic no longer
}

// A pair is a topic that readers have, as it is and as it is to be.
type pair struct {
	was, then *feed.Topic  // then is nil where readers lose it
	stored    feed.TopicID // the id under which it is stored
	rules     bool         // what it files differs
	pending   bool         // the rules of was are still being filed by
}

// cut is what decides which of a topic's memberships its document has.
type cut struct {
	limit     int
	group     feed.Grouping
	maxAge    time.Duration
	perSource feed.Cap
}

func cutOf(t *feed.Topic) cut {
	return cut{edition.Limit(t), cmp.Or(t.Group, feed.GroupDuplicate), t.MaxAge, t.PerSource}
}

// pairs are the topics that readers have and whose documents a configuration may
// change.
func (s *Server) pairs(run, next *state, hashes []feed.TopicRules) ([]pair, error) {
	var stored map[feed.TopicID]storage.TopicState
	var as map[feed.TopicID]feed.TopicID
	err := s.db.View(func(r *storage.Reader) (err error) {
		if stored, err = r.Topics(); err == nil {
			as, err = r.StoredAs(next.cfg.Topics)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	then := make(map[feed.TopicID]*feed.Topic, len(next.cfg.Topics))
	for i := range next.cfg.Topics {
		if t := &next.cfg.Topics[i]; !t.Draft {
			then[cmp.Or(as[t.ID], t.ID)] = t
		}
	}
	now, to := hashesByTopic(run.announced.Hashes), hashesByTopic(hashes)
	var out []pair
	for i := range run.cfg.Topics {
		was := &run.cfg.Topics[i]
		if was.Draft {
			continue
		}
		p := pair{was: was, then: then[was.ID], stored: was.ID, pending: stored[was.ID].Rules != now[was.ID]}
		p.rules = p.then != nil && to[p.then.ID] != now[was.ID]
		if p.then == nil || p.rules || cutOf(was) != cutOf(p.then) {
			out = append(out, p)
		}
	}
	return out, nil
}

func hashesByTopic(rules []feed.TopicRules) map[feed.TopicID]uint64 {
	m := make(map[feed.TopicID]uint64, len(rules))
	for _, r := range rules {
		m[r.ID] = r.Hash
	}
	return m
}

// moves is what next would move in the documents of pairs, from what they are once
// everything is filed under run to what they are once it is filed under next. It reads
// in short steps, and ends with ctx.
func (s *Server) moves(ctx context.Context, run, next *state, pairs []pair) ([]Moved, error) {
	var pending, changed []feed.Topic
	for _, p := range pairs {
		if p.pending {
			pending = append(pending, *p.was)
		}
		if p.then != nil && (p.rules || p.pending) {
			changed = append(changed, *p.then)
		}
	}
	now, err := s.refiled(ctx, run, pending)
	if err != nil {
		return nil, err
	}
	then, err := s.refiled(ctx, next, changed)
	if err != nil {
		return nil, err
	}
	out := make([]Moved, len(pairs))
	for i := range pairs {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		p := &pairs[i]
		err := s.db.View(func(r *storage.Reader) (err error) {
			m := &mover{r: r, topic: p.stored, zone: run.cfg.Server.Timezone}
			out[i], err = m.moved(p, run, next, now[p.was.ID], then)
			return err
		})
		if err != nil {
			return nil, err
		}
		out[i].Topic = p.was.ID
		out[i].Share = float64(out[i].moving()) / float64(max(out[i].Entries, 1))
	}
	return out, nil
}

// refiled is what the rules of some topics would make of what is stored; nil for none.
func (s *Server) refiled(ctx context.Context, st *state, topics []feed.Topic) (map[feed.TopicID]*desk.Refiled, error) {
	if len(topics) == 0 {
		return nil, nil
	}
	var out map[feed.TopicID]*desk.Refiled
	err := s.works.during(ctx, feed.WorkPreview, func(ctx context.Context) (err error) {
		out, err = s.Desk().Refiled(ctx, desk.PreviewRequest{Topics: topics, Sources: st.cfg.Sources, Rests: true})
		return err
	})
	return out, err
}

// A mover reads what one topic would publish from one state of the store.
type mover struct {
	r     *storage.Reader
	topic feed.TopicID // as it is stored
	zone  *time.Location
}

// moved is what moves in the document of a pair. An entry that only others push out does
// not, over the limit or over its source's share: any day's news do so. Nor does one that
// comes because others make room: it was in the document once.
func (m *mover) moved(p *pair, run, next *state, now *desk.Refiled, all map[feed.TopicID]*desk.Refiled) (out Moved, err error) {
	note := func(ids []string, failed error) []string {
		err = cmp.Or(err, failed)
		return ids
	}
	now = cmp.Or(now, new(desk.Refiled))
	limit := edition.Limit(p.was)
	was := note(m.document(run, p.was, now, limit))
	out.Entries = len(was)
	if p.then == nil {
		out.Leaving, out.Gone = len(was), true
		return out, err
	}
	to, then := edition.Limit(p.then), cmp.Or(all[p.then.ID], new(desk.Refiled))
	known := note(m.document(run, p.was, now, limit+to))
	arriving := missing(missing(note(m.document(next, p.then, then, to)), was), known)
	// What would stay if nothing came.
	common := then.Common(now)
	leaving := missing(was, note(m.document(next, p.then, common, to)))
	if len(leaving) > 0 && len(arriving) > 0 {
		left := missing(note(m.document(next, p.then, common, to+len(arriving))), arriving)
		leaving = missing(leaving, left[:min(len(left), to)])
	}
	out.Leaving, out.Arriving = len(leaving), len(arriving)
	return out, err
}

// document is the public ids of the newest entries, at most so many, that a topic would
// publish once a Refiled of its rules were carried out.
func (m *mover) document(st *state, t *feed.Topic, of *desk.Refiled, most int) ([]string, error) {
	topic := *t
	topic.Limit = most
	look := newLookup(m.r, st, &topic)
	look.Zone = m.zone
	o := &overlay{r: m.r, topic: m.topic, removes: of.Removes, adds: of.Adds}
	if topic.Group == feed.GroupStory {
		look.Story = func(k feed.StoryKey) []feed.Filed {
			filed, err := o.story(k)
			look.note(err)
			return filed
		}
	}
	older, stop := portions(o.each)
	defer stop()
	ed, err := edition.Read(&topic, look.Options, older)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(ed.Entries))
	for i := range ids {
		ids[i] = ed.Entries[i].PublicID
	}
	return ids, look.err
}

// missing are those of some ids that are not among others.
func missing(ids, others []string) (out []string) {
	known := make(map[string]bool, len(others))
	for _, id := range others {
		known[id] = true
	}
	for _, id := range ids {
		if !known[id] {
			out = append(out, id)
		}
	}
	return out
}
