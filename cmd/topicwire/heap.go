package main

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// A service waits more than it works: it is small rather than quick, and collects when
// half as much garbage as it needs has gathered. But a small one that serves many readers
// would do little else: some garbage always may. No more than the caches of a processor
// hold, or every answer costs half as much again: all that it is made of then comes from
// memory that was not touched for long. A large one may have no more than it needs.
const (
	serviceGarbage = 50      // percent of what is in use
	leastGarbage   = 4 << 20 // bytes
	mostGarbage    = 24 << 20
)

// A round is over in seconds and lives on what it throws away: half the collections cost
// a tenth less time.
const roundGarbage = 200 // percent

// leastLimit is how much memory the program may have before it collects more often than
// garbage asks for, in bytes. Documents made to take much hold up to memory.Total at
// once, and leave as much again behind.
const leastLimit = 120 << 20

// A pace is by how many percent of garbage for so many bytes in use the collector waits.
// The zero value sets nothing.
type pace struct {
	mu      sync.Mutex
	garbage func(live uint64) int
	pressed bool // large documents are being read
	percent int  // as it was set last
}

// run sets when garbage is collected, and again after each collection, until ctx
// ends; wait returns when it has.
func (p *pace) run(ctx context.Context, garbage func(live uint64) int) (wait func()) {
	done := make(chan struct{})
	bounded := debug.SetMemoryLimit(-1) == math.MaxInt64 // GOMEMLIMIT says nothing
	p.mu.Lock()
	p.garbage = garbage
	p.mu.Unlock()
	set := func() {
		live := liveHeap()
		p.set(live)
		if bounded {
			debug.SetMemoryLimit(memoryLimit(live, garbage(live)))
		}
	}
	set()
	collected := make(chan struct{}, 1)
	go func() {
		defer close(done)
		eachCycle(ctx, collected)
		for {
			select {
			case <-ctx.Done():
				return
			case <-collected:
				set()
			}
		}
	}()
	return func() { <-done }
}

// eachCycle tells after each collection, until ctx ends: what is in use may have doubled
// since the one before, and with a limit that it has reached the program would do
// nothing but collect.
func eachCycle(ctx context.Context, collected chan<- struct{}) {
	runtime.AddCleanup(new(cycle), func(tell chan<- struct{}) {
		select {
		case tell <- struct{}{}:
		default:
		}
		if ctx.Err() == nil {
			eachCycle(ctx, tell)
		}
	}, collected)
}

// A cycle is garbage, and gone after the collection. It has a pointer so that it shares no
// memory with what lives longer.
type cycle struct{ _ *int }

// press is told when large documents begin to take memory, and when they do no longer:
// reading them leaves several times as much behind, which is not to gather.
func (p *pace) press(on bool) {
	p.mu.Lock()
	p.pressed = on
	p.mu.Unlock()
	p.set(liveHeap())
}

func (p *pace) set(live uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.garbage == nil {
		return
	}
	now := p.garbage(live)
	if p.pressed {
		now = min(now, serviceGarbage)
	}
	if now != p.percent {
		p.percent = now
		debug.SetGCPercent(now)
	}
}

// memoryLimit is for how many bytes in use, with so many percent of garbage: all of it has
// room below the limit, up to three eighths of what is in use, so that a large store never
// makes the program do nothing but collect.
func memoryLimit(live uint64, percent int) int64 {
	return int64(max(leastLimit, live+min(live*3/8, live/100*uint64(percent))))
}

// garbagePercent is for how many bytes in use; in steps, so that it seldom changes.
func garbagePercent(live uint64) int {
	const step = 25
	of := func(garbage uint64) int { return int(garbage * 100 / max(live, 2<<20)) }
	return max(min(serviceGarbage, of(mostGarbage)), of(leastGarbage)/step*step)
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	if metrics.Read(s); s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
