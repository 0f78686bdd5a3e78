package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// forget takes one step of removing what a demand names, and logs it with the first of
// its entries. What stays is hashes and numbers: tombstones, and by which others stay
// grouped and filed as they are.
func (w *writer) forget(c *feed.Forgetting, o *Outcome) error {
	x, err := w.demanded(c)
	if err != nil {
		return err
	}
	keys := c.Entries
	if x.hosts != nil || x.sources != nil {
		if keys, o.Next, err = x.step(c.From, c.Limit); err != nil {
			return err
		}
	}
	er := &erasing{w: w, at: c.At, windows: make(map[uint32]map[feed.EntryKey]bool)}
	for _, k := range keys {
		went, err := er.erase(k)
		if err != nil {
			return fmt.Errorf("forget entry %d: %w", k, err)
		}
		if went {
			o.Removed++
		}
	}
	if err := er.blankWindows(); err != nil {
		return err
	}
	sources := 0
	if o.Next == 0 {
		for _, n := range slices.Sorted(maps.Keys(x.sources)) {
			went, err := w.eraseSource(n)
			if err != nil {
				return fmt.Errorf("forget source number %d: %w", n, err)
			}
			sources += int(boolByte(went))
		}
	}
	o.Decision = c.Decision
	if o.Removed+sources == 0 {
		return nil
	}
	return w.logForgetting(c, o, sources)
}

// logForgetting notes how much went: under a number of its own, or beside what went in
// the steps before. Of what was named it keeps the host.
func (w *writer) logForgetting(c *feed.Forgetting, o *Outcome, sources int) error {
	var d *decisionRecord
	var err error
	if c.Decision != 0 {
		d, err = loadDecision(w.decisions, c.Decision)
	} else {
		o.Decision, err = w.decisions.NextSequence()
	}
	if err != nil {
		return err
	}
	if d == nil || d.Forgot == nil {
		d = &decisionRecord{Decision: feed.Decision{At: c.At, Kind: feed.DecisionForget, By: c.By, Note: c.Note}, Forgot: &feed.Forgot{Host: c.Host}}
	}
	d.Forgot.Entries += o.Removed
	d.Forgot.Sources += sources
	return w.putDecision(o.Decision, d)
}

// eraseSource forgets what a source's feed said of itself, and all of its health. Its
// address stays, by which its entries do not come back, and when it may be asked again.
func (w *writer) eraseSource(n uint32) (went bool, err error) {
	k := key4(n)
	went = w.metas.Get(k) != nil || w.windows.Get(k) != nil
	for _, b := range []*bolt.Bucket{w.metas, w.windows, w.rhythms} {
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	v := w.sources.Get(k)
	if v == nil {
		return went, nil
	}
	was := sourceRecord{number: n}
	if err := was.decode(v); err != nil {
		return false, err
	}
	bare := sourceRecord{number: n, SourceState: feed.SourceState{Next: was.Next, Hold: was.Hold, Why: was.Why}}
	if b := bare.encode(nil); !bytes.Equal(b, v) {
		return true, w.sources.Put(k, b)
	}
	return went, nil
}

// An erasing takes entries away with all that was said of them.
type erasing struct {
	w  *writer
	at time.Time
	// windows are the entries that went, by source: their slots are blanked together.
	windows map[uint32]map[feed.EntryKey]bool
	// filings are those that the entry at hand had, by topic.
	filings map[uint32]*filing
}

// erase takes an entry away, and reports whether anything was there of it. Of one that
// retention removed, what was left goes.
func (er *erasing) erase(k feed.EntryKey) (went bool, err error) {
	w := er.w
	if w.entries.Get(key8(uint64(k))) != nil {
		return true, w.remove(k, er.at, er)
	}
	e, ok, err := headOrGhost(w.entries, w.ghosts, k)
	if err != nil || !ok {
		return false, err
	}
	if went, err = er.untie(k); err != nil || !went {
		return went, err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return false, err
	}
	s, err := loadStory(w.stories, g.Story)
	if err == nil {
		err = er.traces(k, s)
	}
	if err != nil {
		return false, err
	}
	return true, w.settle(g, er.settling(er.at))
}

// entry takes away what is kept of an entry that was just removed, in story s: all by
// which it could be told but its tombstones, which are of its link and of its title and
// date, too.
func (er *erasing) entry(e *entryRecord, s *storyRecord) error {
	known := []string{e.HashID()}
	if page := link.Page(e.Canonical); link.Telling(page) {
		known = append(known, page)
	}
	if err := er.w.buryAs(e, known); err != nil {
		return err
	}
	gone := er.windows[e.source]
	set(&gone, e.Key, true)
	er.windows[e.source] = gone
	if _, err := er.untie(e.Key); err != nil {
		return err
	}
	return er.traces(e.Key, s)
}

// untie takes back an entry's public ids, and the words for which it was in topics. That
// it was in them stays: its group stays filed for it, as when retention removes it.
func (er *erasing) untie(k feed.EntryKey) (differs bool, err error) {
	w := er.w
	er.filings = make(map[uint32]*filing)
	ts, err := loadTies(w.ties, k)
	if err != nil {
		return false, err
	}
	for i := range ts {
		t := &ts[i]
		differs = differs || tells(*t)
		if t.filing != nil {
			er.filings[t.topic] = t.filing
			if err := w.revoke(t); err != nil {
				return false, err
			}
		}
		if len(t.reason) > 0 {
			t.reason = wordless()
		}
	}
	return differs, w.putTies(k, ts)
}

// wordless is a reason that says nothing of the entry.
func wordless() []byte { return putReason(nil, &feed.Reason{}) }

// tells reports whether a tie says more of its entry than that it is in the topic.
func tells(t tie) bool {
	return t.filing != nil || len(t.reason) > 0 && !bytes.Equal(t.reason, wordless())
}

// traces takes away what placements and decisions say of an entry: the words that it
// shared with others, and operators' notes.
func (er *erasing) traces(k feed.EntryKey, s *storyRecord) error {
	w := er.w
	if v := w.placements.Get(key8(uint64(k))); v != nil {
		e, err := decodeEdge(v)
		if err != nil {
			return fmt.Errorf("placement: %w", err)
		}
		if err := w.placements.Put(key8(uint64(k)), encodeEdge(e)); err != nil {
			return err
		}
	}
	for _, other := range w.storyEntries(s) {
		v := w.placements.Get(key8(uint64(other)))
		if v == nil || other == k {
			continue
		}
		bare, partner := withoutWhy(v)
		if partner != k || len(bare) == len(v) {
			continue
		}
		if err := w.placements.Put(key8(uint64(other)), bare); err != nil {
			return err
		}
	}
	for _, n := range w.namedIn(k) {
		if err := w.dropNotes(n); err != nil {
			return err
		}
	}
	return nil
}

// dropNotes takes away the note of a decision, and of the one that undid it: they may
// quote what it is about.
func (w *writer) dropNotes(n uint64) error {
	for n != 0 {
		d, err := loadDecision(w.decisions, n)
		if d == nil || err != nil {
			return err
		}
		if d.Note != "" {
			d.Note = ""
			v, err := json.Marshal(d)
			if err == nil {
				err = w.decisions.Put(key8(n), v)
			}
			if err != nil {
				return fmt.Errorf("decision %d: %w", n, err)
			}
		}
		n = d.UndoneBy
	}
	return nil
}

// settling is for the groups of entries that are removed. With er, whoever leads a group
// next in a topic gets the place of the one that went, under an id of its own: that of
// the other may be its link.
func (er *erasing) settling(at time.Time) *settling {
	s := &settling{at: at, show: true}
	if er == nil {
		return s
	}
	s.anew = true
	s.first = func(t *topicState, g *groupRecord, k feed.EntryKey) (*entryRecord, *filing, error) {
		w := er.w
		ms, err := members(w.ties, g)
		if err != nil {
			return nil, nil, err
		}
		f := &filing{at: at}
		if was := er.filings[t.number]; was != nil {
			*f = *was
			f.public, f.former = "", nil
			if !slices.Contains(g.Entries, f.voice) {
				f.voice = 0
			}
		} else if p, filed := g.place(t.number); filed {
			f.at, f.past = milliKey(p.filed), isPast(w.members.Get(memberKey(p, g.Key)))
		}
		k = cmp.Or(f.voice, lead(ms, t.number, 0, hiddenOf(w.rulings, g, t.number)), k)
		e, err := w.loadEntry(k)
		return e, f, err
	}
	return s
}

// blankWindows lets the documents of sources name nobody where they named entries that
// went. Their bytes stay known: they are not read anew.
func (er *erasing) blankWindows() error {
	for _, n := range slices.Sorted(maps.Keys(er.windows)) {
		gone, old := er.windows[n], er.w.windows.Get(key4(n))
		window := slices.Clone(old)
		for i := 0; i+windowSlot <= len(window); i += windowSlot {
			if slot := window[i+8 : i+windowSlot]; gone[feed.EntryKey(binary.LittleEndian.Uint64(slot))] {
				clear(slot)
			}
		}
		if bytes.Equal(window, old) {
			continue
		}
		if err := er.w.windows.Put(key4(n), window); err != nil {
			return err
		}
	}
	return nil
}
