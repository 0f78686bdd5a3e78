package desk

import (
	"context"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// A TellingRequest asks what an entry says: by its key, or where that is 0 by its
// link or public id, or by the number of a story, which means its first entry.
type TellingRequest struct {
	Entry feed.EntryKey `json:"entry,omitempty"`
	ID    string        `json:"id,omitempty"`
}

// A Telling is what an entry says and where it was placed.
type Telling struct {
	Story feed.StoryKey `json:"story"`
	Key   feed.EntryKey `json:"entry"`
	Group feed.GroupKey `json:"group"`
	// Source is the id of its source, Name what readers are told of that.
	Source feed.SourceID `json:"source_id"`
	Name   string        `json:"source"`
	When   time.Time     `json:"published"`
	Entry  feed.Entry    `json:"stored"`
	Began  time.Time     `json:"began"` // when its story began
}

// Telling finds an entry.
func (d *Desk) Telling(_ context.Context, q TellingRequest) (Telling, error) {
	var t Telling
	err := d.Store.View(func(r *storage.Reader) error {
		if q.Entry == 0 {
			n, err := find(r, nil, q.ID)
			if err != nil {
				return err
			}
			es, err := n.entries(r)
			if err != nil {
				return err
			}
			if n.entry == 0 {
				feed.SortBy(es, func(a, b feed.StoredEntry) int { return a.When().Compare(b.When()) })
			}
			q.Entry = es[0].Key
		}
		e, err := r.Entry(q.Entry)
		if err != nil {
			return err
		}
		g, err := r.Group(e.Group)
		if err != nil {
			return err
		}
		extent, err := r.Extent(g.Story)
		if err != nil {
			return err
		}
		info, err := d.Source(r, e.Source)
		if err != nil {
			return err
		}
		t = Telling{Story: g.Story, Key: e.Key, Group: e.Group, Source: e.Source, Name: info.Title, When: e.When(), Entry: e.Entry, Began: extent.Began}
		return nil
	})
	return t, err
}

// InCommon is what two entries both speak of, under the concepts and the sources
// of a configuration.
func InCommon(a, b *Telling, sources []feed.Source, concepts *match.Concepts) []feed.Common {
	of := feed.SourcesByID(sources)
	first, second := match.Read(of.Of(a.Source), &a.Entry, ""), match.Read(of.Of(b.Source), &b.Entry, "")
	return story.InCommon(first, second, concepts.Find(first), concepts.Find(second))
}
