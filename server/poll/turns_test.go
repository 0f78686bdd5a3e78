package poll

import (
	"testing"
	"testing/synctest"
)

// While the writer is far behind, one processor is left to it, but never are all readers
// stopped.
func TestTurnsLeaveOneToTheWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(2)
		begun := 0
		read := func() {
			go func() { turns.take(); begun++ }()
			synctest.Wait()
		}
		read()
		turns.written(far + 1)
		if read(); begun != 1 || turns.reading() != 1 {
			t.Errorf("%d read while the writer is far behind, want 1", begun)
		}
		turns.written(-1)
		if synctest.Wait(); begun != 2 {
			t.Errorf("%d read once it has caught up, want 2", begun)
		}
		if read(); begun != 2 {
			t.Errorf("%d read at once, want 2", begun)
		}
		turns.written(far)
		turns.leave()
		if synctest.Wait(); begun != 2 {
			t.Errorf("%d read, though the writer is far behind", begun)
		}
		turns.leave()
		if synctest.Wait(); begun != 3 || turns.reading() != 1 {
			t.Errorf("%d have read, %d read, want 3 and 1: one always may", begun, turns.reading())
		}
	})
}

// One turn is left where there is but one.
func TestOneTurnStays(t *testing.T) {
	turns := newTurns(1)
	turns.written(2 * far)
	turns.take()
	turns.leave()
}
