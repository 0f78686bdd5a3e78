package main

import (
	"os"
	"runtime"
)

// spareThreads is how many more goroutines than there are processors run at once while a
// service has long work to do. As many as there are processors leave readers waiting: each
// of them has its processor for ten milliseconds at a time, and nobody looks meanwhile what
// has come in. With more there is always one that waits for the network, and the system
// lets it go first, as it does with whoever waited. At other times they would only take
// turns: an answer then costs a fifth more.
const spareThreads = 4

// makeWay is what is to be told when long work begins and ends, so that readers need not
// wait for it; nil where GOMAXPROCS is set.
func makeWay() func(busy bool) {
	if os.Getenv("GOMAXPROCS") != "" {
		return nil
	}
	return func(busy bool) {
		runtime.SetDefaultGOMAXPROCS() // as the limits of a container are now
		if busy {
			runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spareThreads)
		}
	}
}
