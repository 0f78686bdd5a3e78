package server

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Work that lasts is told of once, from its beginning until a while after its end; what is
// over at once is not, and neither is a document that is read now and then.
func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoad()
		var reading atomic.Int32
		var mu sync.Mutex
		var told []bool
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- l.run(ctx, func() int { return int(reading.Load()) }, func(busy bool) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, busy)
			})
		}()
		expect := func(when string, want ...bool) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(told, want) {
				t.Errorf("%s: told %v, want %v", when, told, want)
			}
		}
		over := l.begins()
		time.Sleep(loadEvery / 2)
		over()
		time.Sleep(2 * loadRest)
		expect("what is over at once")

		over = l.begins()
		time.Sleep(2 * loadEvery)
		expect("work", true)
		again := l.begins()
		over()
		time.Sleep(2 * loadRest)
		expect("more of it", true)
		again()
		time.Sleep(loadRest / 2)
		expect("a moment after", true)
		time.Sleep(loadRest)
		expect("a while after", true, false)

		reading.Store(1)
		l.note()
		time.Sleep(loadEvery + loadEvery/2)
		reading.Store(0)
		time.Sleep(2 * loadRest)
		expect("a document", true, false)
		reading.Store(2)
		l.note()
		time.Sleep(loadAfter*loadEvery + loadEvery/2)
		expect("many of them", true, false, true)

		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		expect("the end of the process", true, false, true, false)
	})
}
