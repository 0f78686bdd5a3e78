package server

import (
	"errors"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// An overlay is a topic's memberships as other rules would have them, without a change
// of the store.
type overlay struct {
	r       *storage.Reader
	topic   feed.TopicID // as it is stored
	removes map[feed.GroupKey]bool
	adds    []feed.Membership // newest filed first
}

// errEnough ends a visit of memberships.
var errEnough = errors.New("enough memberships")

// each counts and visits the memberships, those filed last first.
func (o *overlay) each(c *counter, visit func(feed.Filed) (bool, error)) error {
	next := 0
	// upTo visits what is added and not filed before a moment.
	upTo := func(at time.Time) error {
		for ; next < len(o.adds) && !o.adds[next].Filed.Before(at); next++ {
			f, ok, err := o.added(o.adds[next])
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			c.counted(f.Filed)
			if more, err := visit(f); err != nil {
				return err
			} else if !more {
				return errEnough
			}
		}
		return nil
	}
	ended := false
	err := o.r.EachFiledBut(o.topic, time.Time{}, func(row *storage.Row) (bool, error) {
		if err := upTo(row.Filed()); err != nil {
			return false, err
		}
		if o.removes[row.Group()] {
			return true, nil
		}
		return c.count(row)
	}, func(f feed.Filed) (bool, error) {
		more, err := visit(f)
		ended = !more
		return more, err
	})
	if err == nil && !ended {
		err = upTo(time.Time{})
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// added is a group as it would be filed; ok is false where it is filed by now, or gone.
func (o *overlay) added(m feed.Membership) (f feed.Filed, ok bool, err error) {
	e, err := o.r.Entry(m.Lead)
	if err != nil || e.Group != m.Group {
		return f, false, nil // retention took it meanwhile, or a decision
	}
	if _, filed, err := o.r.FiledOf(o.topic, m.Group); err != nil || filed {
		return f, false, err
	}
	g, err := o.r.Group(m.Group)
	if err != nil {
		return f, false, err
	}
	f = feed.Filed{Membership: m, Story: g.Story}
	if f.PublicID == "" {
		f.PublicID = feed.PublicID(e.Source, e.ID)
	}
	f.Reasons = []feed.EntryReason{{Entry: m.Lead}} // it matched, and that is all that counts
	for _, k := range g.Entries {
		e, err := o.r.Entry(k)
		if err != nil {
			return f, false, err
		}
		f.Entries = append(f.Entries, e)
	}
	return f, true, nil
}

// story is what the topic would have of a story, but for what is added: that comes
// after all the rest, and leads nothing.
func (o *overlay) story(k feed.StoryKey) ([]feed.Filed, error) {
	filed, err := o.r.StoryFiled(o.topic, k)
	return slices.DeleteFunc(filed, func(f feed.Filed) bool { return o.removes[f.Group] }), err
}
