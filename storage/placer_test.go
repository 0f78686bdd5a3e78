package storage_test

import (
	"slices"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// likeness is the simplest honest placer: the same link joins, unless it is
// repeated; else the entry of the window that shares the most words: four make a
// copy, two the same story. As a real one it keeps what it saw, reads the window
// when it knows nothing, and never joins two entries of one source.
type likeness struct {
	known map[feed.EntryKey]feed.Windowed
	resets,
	rebuilt int
}

var _ storage.Placer = (*likeness)(nil)

const span = 6 * 24 * time.Hour

func (l *likeness) Reset()                 { l.known, l.resets = nil, l.resets+1 }
func (l *likeness) Forget(k feed.EntryKey) { delete(l.known, k) }

func (l *likeness) Place(e *feed.StoredEntry, t feed.Terms, near []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	if l.known == nil {
		l.known = make(map[feed.EntryKey]feed.Windowed)
		l.rebuilt++
		if err := s.Window(time.Time{}, func(w feed.Windowed) error {
			w.Terms = slices.Clone(w.Terms)
			l.known[w.Entry] = w
			return nil
		}); err != nil {
			return feed.Placement{}, err
		}
	}
	p, err := l.place(e, t, near, s)
	if len(t) > 0 && !e.When().Before(s.Mark.Add(-span)) {
		l.known[e.Key] = feed.Windowed{Entry: e.Key, Source: e.Source, When: e.When(), Terms: slices.Clone(t)}
	}
	return p, err
}

func (l *likeness) place(e *feed.StoredEntry, t feed.Terms, near []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	for _, n := range near {
		if !n.Repeated && !slices.Contains(n.Sources, e.Source) {
			return feed.Placement{Tier: feed.TierSameLink, Group: n.Group, Story: n.Story, Partner: n.Entry}, nil
		}
	}
	words := strings.Fields(string(t))
	var best feed.EntryKey
	var shared []string
	for k, w := range l.known {
		if w.When.Before(s.Mark.Add(-span)) || w.When.Sub(e.When()).Abs() > 72*time.Hour {
			continue
		}
		var both []string
		for _, x := range strings.Fields(string(w.Terms)) {
			if slices.Contains(words, x) {
				both = append(both, x)
			}
		}
		if len(both) > len(shared) || len(both) == len(shared) && k < best {
			best, shared = k, both
		}
	}
	if len(shared) < 2 {
		return feed.Placement{}, nil
	}
	n, err := s.Group(best)
	if err != nil {
		return feed.Placement{}, err
	}
	why := &feed.Likeness{Score: float64(len(shared)) / 16, Needed: .125, Rule: "text", Apart: e.When().Sub(l.known[best].When).Abs()}
	for _, x := range shared {
		why.Shared = append(why.Shared, feed.SharedWord{Word: x, Share: 1 / float64(len(shared))})
	}
	if len(shared) >= 4 && !slices.Contains(n.Sources, e.Source) {
		return feed.Placement{Tier: feed.TierGroup, Group: n.Group, Story: n.Story, Partner: best, Why: why}, nil
	}
	x, err := s.Story(n.Story)
	if err != nil || x.Entries >= 12 || s.Mark.Sub(x.Began) > 5*24*time.Hour {
		return feed.Placement{}, err
	}
	return feed.Placement{Tier: feed.TierStory, Story: n.Story, Partner: best, Why: why}, nil
}
