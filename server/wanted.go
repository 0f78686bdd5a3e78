package server

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/text"
	"topicwire/server/desk"
	"topicwire/server/web"
	"topicwire/storage"
)

// wanted makes an edition that nobody publishes; nil where there is none. What is of
// topics that readers cannot see there is none of.
func (s *Server) wanted(w web.Wanted) (*feed.Edition, error) {
	st := s.state.Load()
	if w.Story != 0 {
		return s.storyEdition(st, w.Story)
	}
	t := st.topics[w.Topic]
	if w.Topic == feed.AllTopics {
		all := st.all()
		t = &all
	}
	switch {
	case t == nil || t.Draft:
		return nil, nil
	case w.Archive != 0:
		return s.archive(st, t, w.Archive)
	case !edition.Speaks(t, w.Language):
		return nil, nil
	}
	return s.editionIn(st, t, w.Language)
}

// storyEdition is the reports of a story as a feed: every entry that a public topic
// shows of it, the latest first, each under the id that it has in the first of these
// topics, or would have if that published every entry.
func (s *Server) storyEdition(st *state, k feed.StoryKey) (*feed.Edition, error) {
	v, err := s.Desk().PublicStory(context.Background(), strconv.FormatUint(uint64(k), 10))
	if errors.Is(err, desk.ErrUnknown) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	ed := &feed.Edition{Path: "/stories/" + strconv.FormatUint(uint64(v.Story), 10)}
	public := st.published()
	err = s.db.View(func(r *storage.Reader) error {
		for i := range v.Members {
			m := &v.Members[i]
			for n := range public {
				if m.Hidden || !slices.Contains(m.Topics, public[n].ID) {
					continue
				}
				it, err := s.reportOf(r, st, &public[n], m)
				if err != nil {
					return err
				}
				if it != nil {
					ed.Entries = append(ed.Entries, *it)
					break
				}
			}
		}
		return nil
	})
	if err != nil || len(ed.Entries) == 0 {
		return nil, err
	}
	ed.Topic = feed.Topic{
		ID:    feed.TopicID("story-" + strconv.FormatUint(uint64(v.Story), 10)),
		Title: ed.Entries[0].Entry.Title, Language: ed.Entries[0].Entry.Language, Description: "Reports of one story", Reasons: feed.ReasonNone,
	} // called as the page is: by the first report
	slices.SortStableFunc(ed.Entries, func(a, b feed.Item) int {
		return cmp.Or(b.Filed.Compare(a.Filed), cmp.Compare(b.Entry.Key, a.Entry.Key))
	})
	ed.Entries = ed.Entries[:min(len(ed.Entries), feed.DefaultLimit)]
	for i := range ed.Entries {
		if at := ed.Entries[i].Filed; at.After(ed.Updated) {
			ed.Updated = at
		}
	}
	return ed, nil
}

// reportOf is one report of a story as a topic has it that publishes every entry.
func (s *Server) reportOf(r *storage.Reader, st *state, t *feed.Topic, m *feed.StoryMember) (*feed.Item, error) {
	f, ok, err := r.FiledOf(t.ID, m.Group)
	if err != nil || !ok {
		return nil, err
	}
	single := *t
	single.Group, single.PerSource, single.MaxAge = feed.GroupNone, feed.Cap{}, time.Duration(0)
	look := newLookup(r, st, &single)
	ed := edition.Of(&single, []feed.Filed{f}, look.Options)
	for _, list := range [][]feed.Item{ed.Entries, ed.Past} {
		for i := range list {
			if list[i].Entry.Key == m.Entry {
				list[i].Reasons = nil
				return &list[i], look.err
			}
		}
	}
	return nil, look.err
}

// languages are those that a topic has entries in, in the order of their codes.
func (s *Server) languages(id feed.TopicID) (list []string, err error) {
	st, topics := s.state.Load(), []feed.Topic{{ID: id}}
	if id == feed.AllTopics {
		topics = st.published()
	}
	err = s.db.View(func(r *storage.Reader) error {
		look := newLookup(r, st, &feed.Topic{ID: id})
		known := make(map[string]bool)
		for i := range topics {
			if err := r.Listed(topics[i].ID, feed.FiledAt{}, feed.FiledAt{}, func(l feed.Listed) {
				for i := range l.Reports {
					known[look.tongue(&l.Reports[i])] = true
				}
			}); err != nil {
				return err
			}
		}
		delete(known, "")
		list = slices.Sorted(maps.Keys(known))
		return look.err
	})
	return list, err
}

// tongue is the language of a report, without script and region: its own, or else its
// source's.
func (l *lookup) tongue(rep *feed.ListedReport) string {
	return strings.ToLower(text.Primary(cmp.Or(rep.Language, l.Source(rep.Source).Language)))
}
