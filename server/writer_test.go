package server

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

func testWriter(t *testing.T) (*writer, *storage.DB, *[]int) {
	t.Helper()
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	sizes := new([]int) // of the batches, kept by the writer's goroutine
	w := newWriter(func(cs []feed.Change) (storage.Result, error) {
		*sizes = append(*sizes, len(cs))
		return db.Apply(cs)
	}, func(storage.Result) {})
	return w, db, sizes
}

func claim(id feed.SourceID) *feed.Claim {
	at := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	return &feed.Claim{At: at, Sources: []feed.SourceID{id}, Next: []time.Time{at}}
}

func TestChangesThatWaitShareACommit(t *testing.T) {
	w, _, sizes := testWriter(t)
	hold, held := make(chan struct{}), make(chan struct{})
	w.submit(claim("first"), func(storage.Outcome, error) { close(held); <-hold })
	<-held // the writer stands in the first change's callback
	var wg sync.WaitGroup
	for range 30 {
		wg.Add(1)
		w.submit(claim("many"), func(_ storage.Outcome, err error) {
			if err != nil {
				t.Error(err)
			}
			wg.Done()
		})
	}
	close(hold)
	wg.Wait()
	w.close()
	if !slices.Equal(*sizes, []int{1, 30}) {
		t.Errorf("batches of %v, want 1 and 30", *sizes)
	}
}

func TestOneBadChangeDoesNotTakeItsNeighbours(t *testing.T) {
	w, db, _ := testWriter(t)
	hold, held := make(chan struct{}), make(chan struct{})
	w.submit(claim("first"), func(storage.Outcome, error) { close(held); <-hold })
	<-held
	errs := make(chan error, 3)
	note := func(_ storage.Outcome, err error) { errs <- err }
	w.submit(claim("a"), note)
	w.submit(&feed.Claim{Sources: []feed.SourceID{"broken"}}, note)
	w.submit(claim("b"), note)
	close(hold)
	if a, broken, b := <-errs, <-errs, <-errs; a != nil || broken == nil || b != nil {
		t.Errorf("errors %v, %v, %v; want only the second", a, broken, b)
	}
	w.close()
	if err := db.View(func(r *storage.Reader) error {
		for _, id := range []feed.SourceID{"a", "b"} {
			if s, err := r.Schedule(id); err != nil || s.Next.IsZero() {
				t.Errorf("%s was not stored: %v", id, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestACloseAppliesWhatWaitsAndRefusesTheRest(t *testing.T) {
	w, _, _ := testWriter(t)
	var first error = errors.New("never called")
	w.submit(claim("a"), func(_ storage.Outcome, err error) { first = err })
	w.close()
	if first != nil {
		t.Errorf("a change that waited: %v", first)
	}
	if err := w.do(claim("late")); !errors.Is(err, errClosed) {
		t.Errorf("a change after the end: %v", err)
	}
}

// What may be refused, and what others depend on, goes alone; with a claim that visits wait
// for goes what takes no time.
func TestWhatGoesTogether(t *testing.T) {
	c, d, r, begun := claim("x"), &feed.Decision{}, &feed.ConfigChange{}, claim("y")
	begun.Why = feed.WhyBegun
	bringing := func(n int) *feed.Visit {
		return &feed.Visit{Document: &feed.Reading{Entries: make([]feed.Reported, n)}}
	}
	for _, tt := range []struct {
		waiting []feed.Change
		want    int
	}{
		{nil, 0},
		{[]feed.Change{c, c, c}, 3},
		{[]feed.Change{c, c, d, c}, 2},
		{[]feed.Change{d, c}, 1},
		{[]feed.Change{c, r, c}, 1},
		{[]feed.Change{r, c, c}, 1},
		{[]feed.Change{begun, c, c}, 3},
		{[]feed.Change{begun, begun, bringing(0), bringing(30), bringing(0), bringing(3), bringing(0)}, 5},
		{[]feed.Change{bringing(1000), bringing(0)}, 1},
		{slices.Repeat([]feed.Change{bringing(20)}, 40), 32},
		{slices.Repeat([]feed.Change{&feed.Retention{}}, 9), 4},
		{slices.Repeat([]feed.Change{&feed.Subscribing{}}, 40), 40},
	} {
		w := &writer{}
		for _, c := range tt.waiting {
			w.waiting = append(w.waiting, request{change: c})
		}
		if got := w.batch(); got != tt.want {
			t.Errorf("%d of %T go together, want %d", got, tt.waiting, tt.want)
		}
	}
}

// Visits are not begun before their claim is on disk: it waits for nothing but what is
// being written.
func TestClaimsGoFirst(t *testing.T) {
	w, _, sizes := testWriter(t)
	hold, held := make(chan struct{}), make(chan struct{})
	w.submit(claim("first"), func(storage.Outcome, error) { close(held); <-hold })
	<-held
	var mu sync.Mutex
	var order []feed.SourceID
	for _, id := range []feed.SourceID{"a", "b", "now"} {
		c := claim(id)
		if id == "now" {
			c.Why = feed.WhyBegun
		}
		w.submit(c, func(storage.Outcome, error) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, id)
		})
	}
	close(hold)
	w.close()
	if !slices.Equal(order, []feed.SourceID{"now", "a", "b"}) || !slices.Equal(*sizes, []int{1, 3}) {
		t.Errorf("%v in batches of %v", order, *sizes)
	}
}

// do is wait for its error alone.
func (w *writer) do(c feed.Change) error {
	_, err := w.wait(c, nil)
	return err
}
