package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A service waits more than it works: it is small rather than quick, and collects when
// half as much garbage as it needs has gathered. But a small one that serves many readers
// would do little else: some garbage always may.
const (
	serviceGarbage = 50       // percent of what is in use
	leastGarbage   = 16 << 20 // bytes
	paceEvery      = 10 * time.Second
)

// paceHeap sets when garbage is collected, and again as the heap grows and shrinks, until
// ctx ends; wait returns when it has.
func paceHeap(ctx context.Context) (wait func()) {
	done := make(chan struct{})
	percent := 0
	set := func() {
		if now := garbagePercent(liveHeap()); now != percent {
			percent = now
			debug.SetGCPercent(percent)
		}
	}
	set()
	go func() {
		defer close(done)
		tick := time.NewTicker(paceEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				set()
			}
		}
	}()
	return func() { <-done }
}

// garbagePercent is for how many bytes in use; in steps, so that it seldom changes.
func garbagePercent(live uint64) int {
	const step = 25
	return max(serviceGarbage, int(leastGarbage*100/max(live, 2<<20))/step*step)
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	if metrics.Read(s); s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
