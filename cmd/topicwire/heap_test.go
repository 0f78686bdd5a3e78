package main

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// A small heap may gather as much garbage as a larger one, and a large one no more than
// one of half its size.
func TestGarbagePercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 200, 2 << 20: 200, 4 << 20: 100, 8 << 20: 50, 32 << 20: 50, 48 << 20: 50, 96 << 20: 25, 1 << 30: 2} {
		if got := garbagePercent(live); got != want {
			t.Errorf("%d MB in use: %d, want %d", live>>20, got, want)
		}
	}
	if runtime.GC(); liveHeap() == 0 {
		t.Error("the heap has no size")
	}
}

// Documents of others make the collector work harder; a large store does not.
func TestMemoryLimit(t *testing.T) {
	for _, tt := range []struct {
		live    uint64
		percent int
		want    int64
	}{
		{0, 200, leastLimit}, {80 << 20, 200, leastLimit}, {1 << 30, 200, 11 << 27}, {100 << 20, 25, 125 << 20},
	} {
		if got := memoryLimit(tt.live, tt.percent); got != tt.want {
			t.Errorf("%d MB in use, %d%%: %d MB, want %d", tt.live>>20, tt.percent, got>>20, tt.want>>20)
		}
	}
}

// While large documents are read, little garbage gathers, even in a round.
func TestPress(t *testing.T) {
	before := debug.SetGCPercent(100)
	limit := debug.SetMemoryLimit(-1)
	defer debug.SetGCPercent(before)
	defer debug.SetMemoryLimit(limit)
	percent := func() int {
		n := debug.SetGCPercent(100)
		debug.SetGCPercent(n)
		return n
	}
	var p pace
	if p.press(true); percent() != 100 {
		t.Errorf("%d percent, though nobody paces", percent())
	}
	p.press(false)
	ctx, stop := context.WithCancel(t.Context())
	wait := p.run(ctx, func(uint64) int { return roundGarbage })
	for _, on := range []bool{true, false} {
		p.press(on)
		if want := map[bool]int{true: serviceGarbage, false: roundGarbage}[on]; percent() != want {
			t.Errorf("pressed %v: %d percent, want %d", on, percent(), want)
		}
	}
	stop()
	wait()
}

// The limit grows with what is in use from one collection to the next: a program that has
// reached it does nothing but collect.
func TestTheLimitFollowsCollections(t *testing.T) {
	before := debug.SetGCPercent(100)
	limit := debug.SetMemoryLimit(-1)
	defer debug.SetGCPercent(before)
	defer debug.SetMemoryLimit(limit)
	debug.SetMemoryLimit(math.MaxInt64)
	var p pace
	ctx, stop := context.WithCancel(t.Context())
	wait := p.run(ctx, garbagePercent)
	defer wait()
	defer stop()
	used := make([]byte, 2*leastLimit)
	want := memoryLimit(uint64(len(used)), garbagePercent(uint64(len(used))))
	for late := time.After(time.Minute); debug.SetMemoryLimit(-1) < want; {
		runtime.GC()
		select {
		case <-late:
			t.Fatalf("the limit is %d MB with %d MB in use", debug.SetMemoryLimit(-1)>>20, len(used)>>20)
		default:
		}
	}
	runtime.KeepAlive(used)
}
