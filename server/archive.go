package server

import (
	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/storage"
)

// archive is an archive of a topic (RFC 5005 §4) as an edition; nil where there is none
// of that number, or nothing is left in it.
func (s *Server) archive(st *state, t *feed.Topic, number int) (ed *feed.Edition, err error) {
	err = s.db.View(func(r *storage.Reader) error {
		begins, err := r.Archives(t.ID)
		if err != nil || number < 1 || number > len(begins) {
			return err
		}
		if n, err := nonempty(r, t.ID, begins, number, -1); err != nil || n != number {
			return err
		}
		from, to := stretch(begins, number)
		look := newLookup(r, st, t)
		var filed []feed.Filed
		if err := r.Between(t.ID, edition.ArchiveFrom(t, from), to, func(f feed.Filed) error {
			f, err := look.through(r, st, t.ID, f)
			filed = append(filed, f)
			return err
		}); err != nil {
			return err
		}
		states, err := r.Topics()
		if err != nil {
			return err
		}
		ed = edition.Archive(t, filed, from, to, look.Options)
		ed.History.Archive, ed.Topic.KnownAs = number, states[t.ID].KnownAs
		if ed.History.Older, err = nonempty(r, t.ID, begins, number-1, -1); err != nil {
			return err
		}
		if ed.History.Newer, err = nonempty(r, t.ID, begins, number+1, 1); err != nil {
			return err
		}
		return look.err
	})
	return ed, err
}

// stretch is where an archive begins and the next one does; the zero value is the end of
// time for the second.
func stretch(begins []feed.FiledAt, number int) (from, to feed.FiledAt) {
	if number < len(begins) {
		to = begins[number]
	}
	return begins[number-1], to
}

// nonempty is the first archive that holds something, from a number on, step by step;
// 0 where none does.
func nonempty(r *storage.Reader, t feed.TopicID, begins []feed.FiledAt, number, step int) (int, error) {
	for ; number >= 1 && number <= len(begins); number += step {
		from, to := stretch(begins, number)
		if holds, err := r.HoldsBetween(t, from, to); err != nil || holds {
			return number, err
		}
	}
	return 0, nil
}

// closeArchives closes the archive of a topic that is full, and cuts those anew in which
// something was filed since. It does nothing where they are as they should be.
func (s *Server) closeArchives(t feed.TopicID) error {
	var c *feed.Archiving
	err := s.db.View(func(r *storage.Reader) (err error) {
		c, err = r.Uncut(t)
		return err
	})
	if err == nil && c != nil {
		c.At = s.now()
		_, err = s.apply(c)
	}
	return err
}
