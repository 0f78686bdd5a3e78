package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// What the store tells of a topic, and how much of it is learned from. What
// operators decided counts in full. What the rules filed and nobody touched is
// taken to be right, what they left to be wrong: both for little, since nobody may
// have looked.
const (
	leastDecided  = 5    // entries or groups
	recalled      = 4000 // newest entries that are looked at besides
	decidedWeight = 5
	filedWeight   = 1
	unfiledWeight = .5
)

// Suggest learns from what operators hid from a topic and included in it. A
// *feed.Refusal says where that is too little.
func (d *Desk) Suggest(ctx context.Context, q SuggestRequest) (Suggestion, error) {
	var all []witness
	err := d.Store.View(func(r *storage.Reader) (err error) {
		all, err = recall(ctx, r, &q)
		return err
	})
	if err != nil {
		return Suggestion{}, err
	}
	err = inParallel(ctx, len(all), func(i int) { all[i].words = match.Read(all[i].source, all[i].entry, "") })
	if err != nil {
		return Suggestion{}, err
	}
	if q.Prevalence == 0 {
		q.Prevalence = filedShare(all)
	}
	s, err := teach(ctx, all, q)
	if few := (*TooFewError)(nil); errors.As(err, &few) {
		return Suggestion{}, refuse("%v, of what is stored", few)
	}
	if err != nil {
		return Suggestion{}, err
	}
	return *s, nil
}

// filedShare is how much of the newest entries belongs to the topic.
func filedShare(all []witness) float64 {
	right := 0
	for i := range all {
		right += oneIf(all[i].right)
	}
	return max(.002, min(.5, float64(right)/float64(max(1, len(all)))))
}

// recall gathers what was decided, and the newest entries.
func recall(ctx context.Context, r *storage.Reader, q *SuggestRequest) ([]witness, error) {
	decided, n, err := decidedEntries(r, q.Topic.ID)
	if err != nil {
		return nil, err
	}
	if n < leastDecided {
		return nil, refuse("operators hid or included %s of %s: it takes %d to learn from", count(n, "entry", "entries"), q.Topic.ID, leastDecided)
	}
	entries, err := recalledEntries(ctx, r, decided)
	if err != nil {
		return nil, err
	}
	sources := sourcesByID(q.Sources)
	var out []witness
	for i := range entries {
		e := &entries[i]
		src := sources[e.Source]
		if src != nil && !q.Topic.Sources.Takes(src) {
			continue // the topic's words never decide about it
		}
		g, err := r.Group(e.Group)
		if err != nil {
			return nil, fmt.Errorf("group %d: %w", e.Group, err)
		}
		w := witness{entry: &e.Entry, source: cmp.Or(src, &feed.Source{ID: e.Source}), story: fmt.Sprint(g.Story), weight: decidedWeight}
		var known bool
		if w.right, known = decided[e.Key]; !known {
			m, filed, err := r.Membership(q.Topic.ID, e.Group)
			if err != nil {
				return nil, err
			}
			if m.Included {
				continue // its group was, for the sake of another entry
			}
			w.right, w.weight = filed, [...]float64{unfiledWeight, filedWeight}[oneIf(filed)]
		}
		out = append(out, w)
	}
	return out, context.Cause(ctx)
}

// recalledEntries are those that were decided about, as far as they are stored,
// and the newest, in no order that matters.
func recalledEntries(ctx context.Context, r *storage.Reader, decided map[feed.EntryKey]bool) ([]feed.StoredEntry, error) {
	from := firstOfNewest(r, recalled)
	var out []feed.StoredEntry
	for k := range decided {
		if k >= from {
			continue
		}
		e, err := r.Entry(k)
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
		if err == nil {
			out = append(out, e)
		}
	}
	err := r.Entries(from, func(e feed.StoredEntry) bool {
		out = append(out, e)
		return ctx.Err() == nil
	})
	return out, err
}

// decidedEntries are the entries that operators hid (false) or included (true) and
// that stands, and how many names of entries and groups that took.
func decidedEntries(r *storage.Reader, topic feed.TopicID) (map[feed.EntryKey]bool, int, error) {
	out := make(map[feed.EntryKey]bool)
	n := 0
	var failed error
	err := r.Decisions(func(d feed.Decided) bool {
		if d.Topic != topic || d.UndoneBy != 0 || d.Kind != feed.DecisionHide && d.Kind != feed.DecisionInclude {
			return true
		}
		n += len(d.Entries) + len(d.Groups)
		keys := d.Entries
		for _, k := range d.Groups {
			g, err := r.Group(k)
			if errors.Is(err, storage.ErrCorrupt) {
				failed = err
				return false
			}
			if err == nil {
				keys = append(keys, g.Entries...)
			}
		}
		for _, k := range keys {
			if _, newer := out[k]; !newer { // the newest decision comes first
				out[k] = d.Kind == feed.DecisionInclude
			}
		}
		return true
	})
	return out, n, errors.Join(err, failed)
}
