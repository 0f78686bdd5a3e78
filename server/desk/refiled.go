package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A Refiled is what rules would make of a topic's memberships.
type Refiled struct {
	Topic feed.TopicID
	// Adds are the groups that subscribers would get, the newest filed first, those
	// filed together by the date of their entry. One that was never filed has no public
	// id yet. What is older than backfill is not among them.
	Adds    []feed.Membership
	Removes map[feed.GroupKey]bool
}

// Common is f with only those groups added that another one adds, too.
func (f *Refiled) Common(other *Refiled) *Refiled {
	known := make(map[feed.GroupKey]bool, len(other.Adds))
	for i := range other.Adds {
		known[other.Adds[i].Group] = true
	}
	out := &Refiled{Topic: f.Topic, Removes: f.Removes}
	for i := range f.Adds {
		if known[f.Adds[i].Group] {
			out.Adds = append(out.Adds, f.Adds[i])
		}
	}
	return out
}

// refiledStep is how many groups are looked up in one read.
const refiledStep = 512

// Refiled is the Preview of rules in full, by topic, for a caller who asks what
// documents they would make. It ends with ctx.
func (d *Desk) Refiled(ctx context.Context, q PreviewRequest) (map[feed.TopicID]*Refiled, error) {
	p, err := d.preview(ctx, &q)
	if err != nil {
		return nil, err
	}
	out := make(map[feed.TopicID]*Refiled, len(p.order))
	for _, id := range p.order {
		t := p.topics[id]
		adds, removes := t.differ()
		slices.SortFunc(adds, func(a, b *previewGroup) int { return cmp.Or(b.when.Compare(a.when), cmp.Compare(b.key, a.key)) })
		made := &Refiled{Topic: id, Removes: make(map[feed.GroupKey]bool, len(removes))}
		for _, g := range removes {
			made.Removes[g.key] = true
		}
		for part := range slices.Chunk(adds, refiledStep) {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			err := d.Store.View(func(r *storage.Reader) error {
				for _, g := range part {
					if e, err := r.Entry(g.entry); err != nil || e.Group != g.key {
						continue // removed or moved meanwhile
					}
					m, err := p.filing(r, t, g)
					if err != nil {
						return err
					}
					if !m.Past {
						made.Adds = append(made.Adds, m)
					}
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		feed.SortBy(made.Adds, func(a, b feed.Membership) int { return b.Filed.Compare(a.Filed) })
		for i := range made.Adds {
			// No two at one moment: an edition reads all of a moment before it cuts.
			made.Adds[i].Filed = made.Adds[i].Filed.Add(time.Duration(len(made.Adds) - i))
		}
		out[id] = made
	}
	return out, nil
}
