package poll

import (
	"runtime"
	"sync"
)

// Turns are whose turn it is to read a document. Documents wait here as bytes: read
// side by side by more goroutines than there are processors they would only take many
// times the memory. One turn at least is not for large ones: nobody who has little to
// read waits for much.
//
// While the writer is far behind, one processor is left to it: readers would only take
// from it what they then wait for.
type turns struct {
	mu     sync.Mutex
	free   sync.Cond
	most   int
	taken  int
	unsaid int // visits handed to the writer of which nothing was heard yet
}

// far is behind how many visits the writer is far behind: as many as it stores at once
// wait for it then, beside those that it is storing.
const far = 64

func newTurns(most int) *turns {
	t := &turns{most: most}
	t.free.L = &t.mu
	return t
}

// readers is how many documents are read side by side.
func readers() int { return max(2, runtime.GOMAXPROCS(0)) }

// take waits for a turn.
func (t *turns) take() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.taken >= t.open() {
		t.free.Wait()
	}
	t.taken++
}

// open is how many turns there are now.
func (t *turns) open() int {
	if t.unsaid > far {
		return max(1, t.most-1)
	}
	return t.most
}

func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken--
	t.free.Signal()
}

// written notes that n visits more, or less, are with the writer.
func (t *turns) written(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.unsaid += n; n < 0 && t.unsaid == far {
		t.free.Signal()
	}
}

func (t *turns) reading() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.taken
}
