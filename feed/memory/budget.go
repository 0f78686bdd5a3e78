package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// The parts of a budget, in bytes. Everyday documents live on what is kept for them and
// wait for nobody; what outgrows that shares the rest, of which Most is always left for
// the largest of them to come to its end.
const (
	Most  = 64 << 20 // one document, in all
	First = 512 << 10
	Small = 4 << 20 // what is read with so much, or less, is an everyday document

	forSmall = 48 << 20
	forLarge = Most + 32<<20
	// Total is what all documents hold together, at most.
	Total = forSmall + forLarge
	// pressing is how much of forLarge makes it worthwhile to collect garbage sooner.
	pressing = 16 << 20
)

// A Budget is shared by all who hold a document of somebody else. A nil Budget has no
// bounds. Its methods, and those of its shares, may be called from any goroutine.
type Budget struct {
	mu      sync.Mutex
	press   func(bool)
	pressed bool
	small   int // bytes held of forSmall
	large   int // and of forLarge
	most    int // of both together, at any time
	shares  map[*Share]struct{}
	reading *Share    // the large document that is being read, or nil
	readers []*waiter // large documents that wait for it to end, the first come first
	growers []*waiter // documents that wait for memory alone
}

// New makes a budget. press is told when large documents begin to take much, and when
// they do no longer: what they leave behind is then to be collected sooner. It must not
// wait, nor call the budget; nil is told nothing.
func New(press func(bool)) *Budget {
	if press == nil {
		press = func(bool) {}
	}
	return &Budget{press: press, shares: make(map[*Share]struct{})}
}

// Share is what a document that begins holds of the budget: nothing yet.
func (b *Budget) Share() *Share {
	if b == nil {
		return nil
	}
	return &Share{b: b}
}

// Held is how many bytes are held now, and how many were at most.
func (b *Budget) Held() (now, most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.small + b.large, b.most
}

// A Share is what one document holds. A nil Share holds and bounds nothing. One
// goroutine at a time uses it.
type Share struct {
	b            *Budget
	small, large int
}

// A waiter waits until what it wants is granted.
type waiter struct {
	s       *Share
	to      int // bytes, in all
	read    bool
	granted chan struct{} // closed then
}

// Hold makes the share hold n bytes, Most at the most, while a document is received. It
// waits while others leave no room for more, and fails when ctx ends before they do; the
// share then holds what it held.
func (s *Share) Hold(ctx context.Context, n int) error {
	if s == nil {
		return nil
	}
	if err := s.wait(ctx, &waiter{s: s, to: n}); err != nil {
		return err
	}
	s.Shrink(n)
	return nil
}

// TryHold is Hold that reports false where it would wait.
func (s *Share) TryHold(n int) bool {
	if s == nil {
		return true
	}
	s.b.mu.Lock()
	ok := s.b.grant(&waiter{s: s, to: n})
	s.b.mu.Unlock()
	if ok {
		s.Shrink(n)
	}
	return ok
}

// Read makes the share hold at least n bytes to read its document with, which may turn
// out to need more in the midst of it. Of those that take more than Small one is read at
// a time. ReadEnded must follow where it succeeds.
func (s *Share) Read(ctx context.Context, n int) error {
	if s == nil {
		return nil
	}
	return s.wait(ctx, &waiter{s: s, to: n, read: true})
}

// ReadEnded says that the document was read, and n bytes are left of it.
func (s *Share) ReadEnded(n int) {
	if s == nil {
		return
	}
	s.b.mu.Lock()
	if s.b.reading == s {
		s.b.reading = nil
		s.b.wake()
	}
	s.b.mu.Unlock()
	s.Shrink(n)
}

// Shrink makes the share hold n bytes at most.
func (s *Share) Shrink(n int) {
	if s == nil {
		return
	}
	b := s.b
	b.mu.Lock()
	defer b.mu.Unlock()
	more := s.small + s.large - n
	if more <= 0 {
		return
	}
	fewer := min(s.large, more) // first what others wait for
	s.large -= fewer
	b.large -= fewer
	s.small -= more - fewer
	b.small -= more - fewer
	if s.small+s.large == 0 {
		delete(b.shares, s)
	}
	b.wake()
	b.weigh()
}

// weigh tells how large documents press. b.mu is held.
func (b *Budget) weigh() {
	if now := b.large >= pressing; now != b.pressed {
		b.pressed = now
		b.press(now)
	}
}

// Free gives all back. It may be called more than once.
func (s *Share) Free() { s.ReadEnded(0) }

func (s *Share) wait(ctx context.Context, w *waiter) error {
	b := s.b
	b.mu.Lock()
	if b.grant(w) {
		b.mu.Unlock()
		return nil
	}
	w.granted = make(chan struct{})
	if b.reading == s { // it waits its turn anew: the largest may wait for that
		b.reading = nil
		b.wake()
	}
	line := &b.growers
	if w.read {
		line = &b.readers
	}
	*line = append(*line, w)
	b.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-w.granted: // at the same moment
		return nil
	default:
	}
	*line = slices.DeleteFunc(*line, func(o *waiter) bool { return o == w })
	b.wake()
	return fmt.Errorf("wait for memory: %w", context.Cause(ctx))
}

// wake grants what can be granted now. b.mu is held.
func (b *Budget) wake() {
	for _, line := range [...]*[]*waiter{&b.readers, &b.growers} {
		*line = slices.DeleteFunc(*line, func(w *waiter) bool {
			if !b.grant(w) {
				return false
			}
			close(w.granted)
			return true
		})
	}
}

// grant gives a share what it wants, if that leaves everybody a way to their end. b.mu
// is held.
//
// What is held of forLarge is given only while the largest holder could still grow to
// Most: it then ends, gives back, and the next largest can. So nobody who holds
// something waits for good for others that do (Dijkstra's banker, with one claim for
// all).
func (b *Budget) grant(w *waiter) bool {
	s := w.s
	more := min(w.to, Most) - s.small - s.large
	lane := w.read && w.to > Small
	if lane && b.reading != nil && b.reading != s {
		return false
	}
	if more > 0 {
		own := First
		if w.read && !lane {
			own = Small
		}
		small := max(min(more, own-s.small, forSmall-b.small), 0)
		if large := more - small; large > 0 && !b.safe(s, large, w.read) {
			return false
		}
		s.small, b.small = s.small+small, b.small+small
		s.large, b.large = s.large+more-small, b.large+more-small
		b.most = max(b.most, b.small+b.large)
		b.shares[s] = struct{}{}
		b.weigh()
	}
	if lane {
		b.reading = s
	}
	return true
}

// safe reports whether a share may take more of forLarge.
func (b *Budget) safe(s *Share, more int, read bool) bool {
	largest := 0 // of all others
	for o := range b.shares {
		if o != s {
			largest = max(largest, o.large)
		}
	}
	if !read && b.reading == nil && len(b.readers) > 0 && s.large < largest {
		return false // a document that was received waits for room, and goes before
	}
	free := forLarge - b.large - more
	return free >= 0 && free+max(largest, s.large+more) >= Most
}
