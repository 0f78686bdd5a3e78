package main

import (
	"runtime"
	"testing"
)

// A small heap may gather as much garbage as a larger one, never less than its half.
func TestGarbagePercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 800, 4 << 20: 400, 16 << 20: 100, 32 << 20: 50, 1 << 30: 50} {
		if got := garbagePercent(live); got != want {
			t.Errorf("%d MB in use: %d, want %d", live>>20, got, want)
		}
	}
	if runtime.GC(); liveHeap() == 0 {
		t.Error("the heap has no size")
	}
}
