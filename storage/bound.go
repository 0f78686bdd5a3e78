package storage

import (
	"slices"
	"time"

	"topicwire/feed"
)

// overBound is what of a document is over its bound: of the items that topics would file
// now, new entries and changed ones that they had not taken before, those of the newest
// dates are news, and of one date those that stand first.
func (w *writer) overBound(at time.Time, d *feed.Reading, items []*item) (over map[*item]bool, err error) {
	if d.MaxNew <= 0 || len(items) <= d.MaxNew {
		return nil, nil
	}
	var news []*item
	for _, it := range items {
		files, err := w.files(it)
		if err != nil {
			return nil, err
		}
		if files {
			news = append(news, it)
		}
	}
	if len(news) <= d.MaxNew {
		return nil, nil
	}
	slices.SortStableFunc(news, func(a, b *item) int { return b.Entry.Date(at).Compare(a.Entry.Date(at)) })
	over = make(map[*item]bool, len(news)-d.MaxNew)
	for _, it := range news[d.MaxNew:] {
		over[it] = true
	}
	return over, nil
}

// files reports whether a topic that an item matches does not have it yet. A new entry
// that will join a group which is filed already counts, too: who joins which is decided
// later.
func (w *writer) files(it *item) (bool, error) {
	if it.skip || len(it.Matches) == 0 || it.old == nil {
		return !it.skip && len(it.Matches) > 0, nil
	}
	g, err := w.loadGroup(it.old.group)
	if err != nil {
		return false, err
	}
	for i := range it.Matches {
		t, err := w.topic(it.Matches[i].Topic)
		if err != nil {
			return false, err
		}
		if _, filed := g.place(t.number); !filed {
			return true, nil
		}
	}
	return false, nil
}

// exceeded notes that a document had entries over the bound of its source, so many of
// which were filed as past.
func (s *sourceRecord) exceeded(at time.Time, most, past int) {
	if past > 0 {
		s.Excess = feed.Excess{At: at, New: most + past, Past: past}
	}
}
