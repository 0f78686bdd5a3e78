package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
)

// source reads the record of a source; the first mention of a source numbers it.
func (w *writer) source(id feed.SourceID) (*sourceRecord, error) {
	s := &sourceRecord{SourceState: feed.SourceState{ID: id}}
	if n := w.names.Get([]byte(id)); n != nil {
		s.number = binary.BigEndian.Uint32(n)
		if v := w.sources.Get(n); v != nil {
			if err := s.decode(v); err != nil {
				return nil, fmt.Errorf("source %s: %w", link.Masked(string(id)), err)
			}
		}
		return s, nil
	}
	if id == "" {
		return nil, errors.New("a source without an id")
	}
	n, err := w.names.NextSequence()
	if err != nil {
		return nil, err
	}
	s.number = uint32(n)
	if err := w.numbers.Put(key4(s.number), []byte(id)); err != nil {
		return nil, err
	}
	return s, w.names.Put([]byte(id), key4(s.number))
}

func (w *writer) putSource(s *sourceRecord) error {
	return w.sources.Put(key4(s.number), s.encode(nil))
}

func (w *writer) claim(c *feed.Claim) error {
	if len(c.Sources) != len(c.Next) {
		return fmt.Errorf("claim of %d sources with %d times", len(c.Sources), len(c.Next))
	}
	for i, id := range c.Sources {
		s, err := w.source(id)
		if err != nil {
			return err
		}
		s.Hold = s.HoldAt(c.At)
		// What a server asks for makes nothing earlier.
		if !c.Hold || c.Next[i].After(s.Next) {
			s.Next, s.Why = c.Next[i], c.Why
		}
		if c.Hold && c.Next[i].After(s.Hold) {
			s.Hold = c.Next[i]
		}
		if err := w.putSource(s); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) visit(v *feed.Visit, o *Outcome) error {
	s, err := w.source(v.Source)
	if err != nil {
		return err
	}
	first := s.Body == 0
	s.Visited, s.Next, s.Why, s.HTTP = v.At, v.Next, v.Why, v.HTTP
	s.Hold = s.HoldAt(v.At)
	if v.Hold.After(s.Hold) || !s.Hold.After(v.At) {
		s.Hold = v.Hold
	}
	if s.Hold.After(s.Next) { // its host asked while this visit was not yet judged
		s.Next, s.Why = s.Hold, feed.WhyHost
	}
	s.Visits++
	s.Gone = v.HTTP == http.StatusGone
	if s.First.IsZero() {
		s.First = v.At
	}
	if v.Error != "" {
		s.Error = v.Error
		if !v.Ours {
			s.Failures++
		}
		return w.putSource(s)
	}
	s.Failures, s.Error, s.Succeeded = 0, "", v.At
	s.Moved, s.Address = v.Moved, v.Address
	if v.Validators != nil {
		s.Validators = *v.Validators
	}
	if v.Document == nil && v.HTTP == http.StatusOK && s.Validators == (feed.Validators{}) {
		s.Same++
	} else {
		s.Same = 0
	}
	if v.HTTP == http.StatusNotModified {
		s.NotModified++
	} else {
		s.Fresh = v.At
	}
	if d := v.Document; d != nil {
		s.Body, s.Entries, s.Hints, s.Dates = d.Body, len(d.Window), d.Hints, d.Dates
		s.Dropped += d.Dropped
		if err := w.matchAnew(v.Source, d); err != nil {
			return err
		}
		known := w.slots(s)
		keys, err := w.reported(s, v, d, first, known, o)
		if err != nil {
			return err
		}
		if err := w.document(s, d, known, keys); err != nil {
			return err
		}
		s.New += o.New
		if o.New+o.Updated > 0 {
			s.Changed = v.At
		}
	}
	return w.putSource(s)
}

// matchAnew brings a stale document in line with the configuration in force.
func (w *writer) matchAnew(source feed.SourceID, d *feed.Reading) error {
	now := generation(w.tx)
	if w.db.match == nil || d.Generation == now {
		return nil
	}
	c, err := w.configuration()
	if c == nil || err != nil {
		return err
	}
	for i := range d.Entries {
		r := &d.Entries[i]
		r.Hint = nil // of other terms
		was := r.Entry.Language
		if r.Matches, r.Terms, err = w.db.match.Match(c, source, &r.Entry); err != nil {
			return fmt.Errorf("match %s anew: %w", link.Masked(string(source)), err)
		}
		if r.Entry.Language != was {
			r.Packed = nil // the language is packed, too
		}
	}
	d.Generation = now
	return nil
}

// slots are the entries of a source's document as it was, by their Raw; 0 for those
// that are not stored.
func (w *writer) slots(s *sourceRecord) map[feed.Raw]feed.EntryKey {
	old := w.windows.Get(key4(s.number))
	known := make(map[feed.Raw]feed.EntryKey, len(old)/windowSlot)
	eachSlot(old, func(r feed.Raw, k feed.EntryKey) { known[r] = k })
	return known
}

// reported stores the entries of a document and returns their keys by their Raw.
func (w *writer) reported(s *sourceRecord, v *feed.Visit, d *feed.Reading, first bool, known map[feed.Raw]feed.EntryKey, o *Outcome) (map[feed.Raw]feed.EntryKey, error) {
	items, err := w.identify(s, d, stillThere(d, known))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", link.Masked(string(v.Source)), err)
	}
	over, err := w.overBound(v.At, d, items)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", link.Masked(string(v.Source)), err)
	}
	keys := make(map[feed.Raw]feed.EntryKey, len(items))
	var news []time.Time
	// A feed lists its newest entry first; the oldest gets the lowest key.
	for _, it := range slices.Backward(items) {
		if it.skip {
			continue
		}
		before := o.New
		r := &report{item: it, visit: v, source: s, first: first, over: over[it]}
		if it.key, err = w.entry(r, o); err != nil {
			return nil, fmt.Errorf("%s: entry %q: %w", link.Masked(string(v.Source)), it.Entry.ID, err)
		}
		if r.past {
			o.Past++
		}
		if o.New > before {
			news = append(news, it.Entry.Date(v.At))
		}
	}
	s.exceeded(v.At, d.MaxNew, o.Past)
	if err := w.noteNews(s, v.At, first, news); err != nil {
		return nil, err
	}
	for _, it := range items {
		if it.same != nil {
			it.key = it.same.key
		}
		keys[it.Entry.Raw] = it.key
	}
	return keys, nil
}

// stillThere are the known entries that a document has as it had them.
func stillThere(d *feed.Reading, known map[feed.Raw]feed.EntryKey) []feed.EntryKey {
	came := make(map[feed.Raw]bool, len(d.Entries))
	for i := range d.Entries {
		came[d.Entries[i].Entry.Raw] = true
	}
	var keys []feed.EntryKey
	for _, r := range d.Window {
		if k := known[r]; k != 0 && !came[r] {
			keys = append(keys, k)
		}
	}
	return keys
}

// document writes what the feed says of itself and the order of its entries,
// each where it differs from what is stored. keys are those of the entries that
// this visit stored; the others keep the key they had.
func (w *writer) document(s *sourceRecord, d *feed.Reading, known, keys map[feed.Raw]feed.EntryKey) error {
	k := key4(s.number)
	if m := encodeMeta(nil, &d.Meta); !bytes.Equal(m, w.metas.Get(k)) {
		if err := w.metas.Put(k, m); err != nil {
			return err
		}
	}
	window := make([]byte, 0, windowSlot*len(d.Window))
	for _, r := range d.Window {
		e, ok := keys[r]
		if !ok {
			e = known[r]
		}
		window = binary.LittleEndian.AppendUint64(window, uint64(r))
		window = binary.LittleEndian.AppendUint64(window, uint64(e))
	}
	if bytes.Equal(window, w.windows.Get(k)) {
		return nil
	}
	return w.windows.Put(k, window)
}

// windowSlot is the size of one entry in a window: its Raw and its key.
const windowSlot = 16

func eachSlot(window []byte, visit func(feed.Raw, feed.EntryKey)) {
	for ; len(window) >= windowSlot; window = window[windowSlot:] {
		visit(feed.Raw(binary.LittleEndian.Uint64(window)), feed.EntryKey(binary.LittleEndian.Uint64(window[8:])))
	}
}
