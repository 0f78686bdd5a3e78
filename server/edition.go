package server

import (
	"cmp"
	"iter"
	"net/url"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/link"
	"topicwire/storage"
)

// edition is what a topic publishes as of the newest change, from one state of the
// store.
func (s *Server) edition(st *state, t *feed.Topic) (*feed.Edition, error) {
	return s.editionIn(st, t, "")
}

// documentLength is how many entries a topic's subscription document has now.
func (s *Server) documentLength(st *state, t *feed.Topic) (int, error) {
	if n, known := s.publisher.entries(t.ID); known {
		return n, nil
	}
	ed, err := s.edition(st, t)
	if err != nil {
		return 0, err
	}
	return len(ed.Entries), nil
}

// editionIn is edition restricted to a language; "" for all.
func (s *Server) editionIn(st *state, t *feed.Topic, language string) (*feed.Edition, error) {
	var ed *feed.Edition
	err := s.db.View(func(r *storage.Reader) error {
		look := newLookup(r, st, t)
		look.Language = language
		older, stop := newestFirst(r, t.ID)
		defer stop()
		var err error
		if ed, err = edition.Read(t, look.Options, func(ask edition.Ask) (edition.Portion, error) {
			portion, err := older(ask)
			for i := range portion.Filed {
				if err == nil {
					portion.Filed[i], err = look.through(r, st, t.ID, portion.Filed[i])
				}
			}
			return portion, err
		}); err != nil {
			return err
		}
		states, err := r.Topics()
		if err != nil {
			return err
		}
		if ed.Topic.KnownAs = states[t.ID].KnownAs; language != "" {
			return look.err
		}
		begins, err := r.Archives(t.ID)
		if err == nil {
			ed.History.Older, err = nonempty(r, t.ID, begins, len(begins), -1)
		}
		if err == nil {
			ed.Tally, err = r.Tally(t.ID)
		}
		if err == nil {
			ed.Months, err = r.Months(t.ID, look.Zone)
		}
		if err != nil {
			return err
		}
		// An entry that left is a change too, though none is left to carry its time.
		if c := states[t.ID].Changed; c.After(ed.Updated) {
			ed.Updated = c
		}
		return look.err
	})
	return ed, err
}

// A lookup answers what an edition asks while it is made; err is the first thing
// that could not be read.
type lookup struct {
	edition.Options
	infos map[feed.SourceID]feed.SourceInfo
	marks map[feed.SourceID]string // feed.SourceMark
	err   error
}

func newLookup(r *storage.Reader, st *state, t *feed.Topic) *lookup {
	l := &lookup{infos: make(map[feed.SourceID]feed.SourceInfo)}
	l.At, l.Zone, l.Inside = r.Stamp(), st.cfg.Server.Timezone, st.announced.Inside
	configured := st.sources
	l.Takes = func(id feed.SourceID) *feed.Source { return configured[id] }
	l.Source = func(id feed.SourceID) feed.SourceInfo {
		info, ok := l.infos[id]
		if !ok {
			st, err := r.Source(id)
			l.note(err)
			info = sourceInfo(st, configured[id])
			l.infos[id] = info
		}
		return info
	}
	if t.Group == feed.GroupStory {
		l.Story = func(k feed.StoryKey) []feed.Filed {
			filed, err := r.StoryFiled(t.ID, k)
			l.note(err)
			return filed
		}
	}
	return l
}

func (l *lookup) note(err error) {
	if l.err == nil {
		l.err = err
	}
}

// newestFirst reads a topic's memberships in portions, as edition.Read asks for
// them.
func newestFirst(r *storage.Reader, t feed.TopicID) (older func(edition.Ask) (edition.Portion, error), stop func()) {
	return portions(func(c *counter, visit func(feed.Filed) (bool, error)) error {
		return r.EachFiledBut(t, time.Time{}, c.count, visit)
	})
}

// A counter counts memberships before they are read.
type counter struct {
	ask     edition.Ask
	portion edition.Portion
}

// count reports whether a membership may be left out.
func (c *counter) count(row *storage.Row) (left bool, err error) {
	if row.Past() && !c.ask.Past {
		return true, nil
	}
	if len(c.ask.But) > 0 && c.portion.N < c.ask.N-1 { // the last is read, so that the portion ends with it
		left, err = row.AllOf(c.ask.But)
	}
	c.counted(row.Filed())
	return left, err
}

func (c *counter) counted(filed time.Time) {
	c.portion.N++
	c.portion.Last = filed
}

// portions hands memberships on in portions. each counts and visits them, those filed
// last first.
func portions(each func(c *counter, visit func(feed.Filed) (bool, error)) error) (older func(edition.Ask) (edition.Portion, error), stop func()) {
	var failed error
	c := new(counter)
	next, stop := iter.Pull(func(yield func(feed.Filed) bool) {
		failed = each(c, func(f feed.Filed) (bool, error) { return yield(f), nil })
	})
	return func(a edition.Ask) (edition.Portion, error) {
		c.ask, c.portion = a, edition.Portion{}
		for c.portion.N < a.N {
			f, ok := next()
			if !ok {
				return c.portion, failed
			}
			c.portion.Filed = append(c.portion.Filed, f)
		}
		return c.portion, nil
	}, stop
}

// through is a membership of the feed of all topics as that has it: as far as a topic
// that readers may see shows it. Those of other topics stay as they are.
func (l *lookup) through(r *storage.Reader, st *state, topic feed.TopicID, f feed.Filed) (feed.Filed, error) {
	if topic != feed.AllTopics {
		return f, nil
	}
	ms, err := r.Memberships(f.Group)
	return edition.Through(f, ms, func(id feed.TopicID) *feed.Topic {
		if t := st.topics[id]; t != nil && !t.Draft {
			return t
		}
		return nil
	}, l.Options), err
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
	info.Publisher = houseOf(st, src)
	if info.Title == "" {
		info.Title = link.Masked(string(st.ID))
		if u, err := url.Parse(info.Title); err == nil && u.Host != "" {
			info.Title = u.Host
		}
	}
	return info
}

// houseOf is the house of a source: the operator's word, else the domain of its
// site, or of its address where the feed names no site; "" where that names none, as
// a host that many share. Capitals and white space do not tell two houses apart.
func houseOf(st feed.SourceState, src *feed.Source) string {
	if src != nil && src.Publisher != "" {
		return strings.ToLower(strings.Join(strings.Fields(src.Publisher), " "))
	}
	return link.Publisher(cmp.Or(st.Meta.Link, string(st.ID)))
}
