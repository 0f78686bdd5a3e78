package poll

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/memory"
	"topicwire/feed/parse"
	"topicwire/feed/story"
	"topicwire/feed/text"
)

// needed is how much memory it takes to read a document of so many bytes, at most: its
// text decoded, repaired, in parts as gofeed has it, and as entries with their words and
// terms.
// found is what parse says of the elements and values found in it, which may be many in a
// few bytes.
func needed(size, found int) int { return min(256<<10+6*size+found+found/2, memory.Most) }

// awaitMemory waits for what it takes to read a document, but for no longer than its
// fetching may take.
func (p *Poller) awaitMemory(ctx context.Context, share *memory.Share, n int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, fetch.Deadline, fmt.Errorf("no turn within %s to read so large a document", fetch.Deadline))
	defer cancel()
	return share.Read(ctx, n)
}

// huge is how many bytes a document has that leaves so much behind that it is given back
// at once, at the price of two collections.
const huge = 4 << 20

// collectAfter is how many bytes of its texts are looked at before their words are
// collected.
const collectAfter = 1 << 20

// parse reads a document that differs from the last one, with its hash. share is
// what body holds: it grows to what the reading needs, and shrinks to what the result
// takes. The caller has let go of body. known says that something of it was there before.
// What is at a blocked host stays in the window and is left out: it is known, too, and
// not read again.
func (p *Poller) parse(ctx context.Context, src *feed.Source, state *feed.SourceState, hash uint64, body []byte, share *memory.Share, o parse.Options) (d *feed.Reading, known bool, err error) {
	if o.Known, err = p.window(src.ID); err != nil {
		return nil, false, err
	}
	size := len(body)
	if err := p.awaitMemory(ctx, share, needed(size, 0)); err != nil {
		return nil, false, err
	}
	made := 0
	defer func() { share.ReadEnded(made) }()
	p.turns.take()
	defer p.turns.leave()
	o.Need = func(found int) error {
		if n := needed(size, found); n <= memory.Small {
			share.TryHold(n)
			return nil
		}
		p.turns.leave() // others go on meanwhile
		defer p.turns.take()
		return p.awaitMemory(ctx, share, needed(size, found))
	}
	doc, err := parse.Feed(body, o)
	if err != nil {
		return nil, false, err
	}
	if size > huge {
		debug.FreeOSMemory() // the document itself, and what reading it left behind
	}
	rules := p.o.Rules()
	d = &feed.Reading{
		Body: hash, Meta: doc.Meta, Hints: doc.Hints, Window: doc.Window, Generation: rules.Generation,
		Entries: make([]feed.Reported, 0, len(doc.Entries)),
		Dates:   dates(state.Dates, doc.Entries, p.now()), Dropped: doc.Dropped, MaxNew: src.MaxNew,
	}
	looked := 0
	var words text.Words
	for i := range doc.Entries {
		e := &doc.Entries[i]
		if rules.Blocked.Has(e.Link) || rules.Blocked.Has(e.Canonical) {
			continue
		}
		if looked += len(e.Title) + len(e.Summary) + len(e.Content) + len(e.FullText); size > huge && looked > collectAfter {
			looked = 0
			runtime.GC() // their words
		}
		w := &words
		if doc.Texts != nil {
			match.ReadTexts(w, src, e, &doc.Texts[i], doc.Meta.Language)
		} else {
			w = match.Read(src, e, doc.Meta.Language)
		}
		r := feed.Reported{Entry: *e, Matches: rules.Matcher.Match(src, e, w), Terms: story.Terms(w, rules.Concepts.Find(w))}
		p.o.Store.Pack(&r)
		if p.o.Ahead != nil {
			r.Hint = p.o.Ahead(r.Terms, e.Date(p.now()))
		}
		d.Entries = append(d.Entries, r)
	}
	if size > huge {
		debug.FreeOSMemory() // before the store takes as much again
	}
	made = min(2*size, memory.Most) // its texts, and once more as the store packs them
	return d, len(doc.Entries) < len(doc.Window), nil
}
