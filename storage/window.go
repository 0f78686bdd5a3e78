package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"topicwire/feed"
)

// windowSpan is how far behind the mark the window reaches: entries are compared
// over three days, and what arrives three days late still finds its like.
const windowSpan = 6 * 24 * time.Hour

// windowStep is after how many rows of the window it is looked how much memory they take.
const windowStep = 2048

// sweepStep is how many rows behind the window go with each new entry. It is a
// matter of the changes alone, not of how they are cut into commits.
const sweepStep = 32

// surroundings are what a transaction knows of the window.
type surroundings struct {
	view   *feed.Surroundings
	mark   uint64 // keyMilli of the stored mark; 0 for none
	stored uint64 // the mark as it was at first
	// oldest is the first row's When, or before it: until the window begins
	// behind it there is nothing to sweep.
	oldest uint64
}

// surroundings are what the placer may ask, as of now.
func (w *writer) surroundings() (*feed.Surroundings, error) {
	c, err := w.configuration()
	if err != nil {
		return nil, err
	}
	if w.around.view == nil {
		w.around.view = &feed.Surroundings{Window: w.eachWindowed, Group: w.neighbour, Story: w.extent}
	}
	if c != nil {
		w.around.view.Stories = c.Stories
	}
	w.around.view.Mark = milliKey(w.around.mark)
	return w.around.view, nil
}

// wrongClock is how far ahead of a change the mark may be: farther, it was set
// while the clock was wrong, and would keep everything out of the window.
const wrongClock = 24 * time.Hour

// raiseMark moves the end of the window to a newer entry, before it is placed.
func (w *writer) raiseMark(when, at time.Time) error {
	if w.around.mark > keyMilli(at.Add(wrongClock)) {
		w.around.mark, w.around.oldest = keyMilli(when), 0
		w.db.place.Reset() // its window began in the future
		if err := w.dropFuture(keyMilli(at.Add(wrongClock))); err != nil {
			return err
		}
	}
	w.around.mark = max(w.around.mark, keyMilli(when))
	return w.sweep()
}

// dropFuture removes the rows of entries that a wrong clock dated: sweep stops at
// the first row that is in the window, and they would be for years.
func (w *writer) dropFuture(after uint64) error {
	var rows [][]byte
	c := w.window.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		when, _, _, err := decodeWindowed(v)
		if err != nil {
			return err
		}
		if keyMilli(when) > after {
			rows = append(rows, k)
		}
	}
	for _, k := range rows {
		if err := w.window.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) loadMark() {
	if v := w.tx.Bucket(bMeta).Get(kMark); len(v) == 8 {
		w.around.stored = binary.BigEndian.Uint64(v)
		w.around.mark = w.around.stored
	}
}

func (w *writer) putMark() error {
	if w.around.mark == w.around.stored {
		return nil
	}
	return w.tx.Bucket(bMeta).Put(kMark, key8(w.around.mark))
}

// begin is the When of the oldest entry that is in the window.
func (w *writer) begin() uint64 {
	return w.around.mark - min(w.around.mark, uint64(windowSpan.Milliseconds()))
}

// sweep removes rows that fell behind the window, in the order in which they
// came, up to one that has not: no entry is newer than its arrival, so that none
// waits for long.
func (w *writer) sweep() error {
	begin := w.begin()
	if w.around.oldest >= begin {
		return nil
	}
	w.around.oldest = math.MaxUint64
	var old [][]byte
	c := w.window.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		when, _, _, err := decodeWindowed(v)
		if err != nil {
			return err
		}
		if keyMilli(when) >= begin || len(old) == sweepStep {
			w.around.oldest = keyMilli(when)
			break
		}
		old = append(old, k)
	}
	for _, k := range old {
		if err := w.window.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// putWindow adds an entry to the window. One that is behind it from the start,
// or has nothing to compare, is not kept.
func (w *writer) putWindow(e *entryRecord, t feed.Terms) error {
	if len(t) == 0 || keyMilli(e.When()) < w.begin() {
		return nil
	}
	v := putTime(make([]byte, 0, 12+len(t)), e.When())
	v = binary.AppendUvarint(v, uint64(e.source))
	w.around.oldest = min(w.around.oldest, keyMilli(e.When()))
	return w.window.Put(key8(uint64(e.Key)), append(v, t...))
}

func decodeWindowed(v []byte) (when time.Time, source uint32, t feed.Terms, err error) {
	c := cursor{b: v}
	when, source = c.time(), uint32(c.uvarint())
	if c.err != nil {
		return when, 0, nil, fmt.Errorf("window: %w", c.err)
	}
	return when, source, feed.Terms(c.b), nil
}

// forgetWindowed takes an entry out of the window, and tells the placer.
func (w *writer) forgetWindowed(k feed.EntryKey) error {
	w.placed = true
	w.db.place.Forget(k)
	w.around.oldest = 0 // it may have been the first row: the next one is not known
	return w.window.Delete(key8(uint64(k)))
}

// eachWindowed visits the window from a time on, in the order in which it lies in the file:
// in any other the pages of a large one would be read again for each entry.
func (w *writer) eachWindowed(from time.Time, visit func(feed.Windowed) error) error {
	first := w.begin()
	if !from.IsZero() {
		first = max(first, keyMilli(from))
	}
	c, looked := w.window.Cursor(), 0
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if looked++; looked%windowStep == 0 {
			w.db.relieve(w.tx)
		}
		when, source, t, err := decodeWindowed(v)
		if err != nil {
			return err
		}
		if keyMilli(when) < first {
			continue
		}
		id, err := w.sourceNumbered(source)
		if err != nil {
			return fmt.Errorf("window: %w", err)
		}
		if err := visit(feed.Windowed{Entry: feed.EntryKey(binary.BigEndian.Uint64(k)), Source: id, When: when, Terms: t}); err != nil {
			return err
		}
	}
	return nil
}
