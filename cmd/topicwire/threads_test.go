package main

import (
	"runtime"
	"testing"
)

// While a service works, more goroutines run at once than there are processors.
func TestMakeWay(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.SetDefaultGOMAXPROCS()
	usual, tell := runtime.GOMAXPROCS(0), makeWay()
	for _, busy := range []bool{true, true, false} {
		tell(busy)
		want := usual
		if busy {
			want += spareThreads
		}
		if got := runtime.GOMAXPROCS(0); got != want {
			t.Errorf("busy %v: %d, want %d", busy, got, want)
		}
	}
	t.Setenv("GOMAXPROCS", "3")
	if makeWay() != nil {
		t.Error("what the environment says is not changed")
	}
}
