package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// keptStore checks a folder that is left of one in which the store program ran; before is
// what it had told in runs that ended.
func keptStore(before []string) func(dir string, told []string) error {
	return func(dir string, told []string) error {
		told = storedLines(before, told)
		path := filepath.Join(dir, "s.db")
		if b, err := os.ReadFile(path); len(told) == 0 && (err != nil || len(b) <= 4*os.Getpagesize()) {
			return nil // cut as the file was first written: nothing was ever in it
		}
		if wrong := soundFile(path, storeHolds(told)); len(wrong) > 0 {
			return fmt.Errorf("after %d told: %s", len(told), strings.Join(wrong, "; "))
		}
		return nil
	}
}

// storedLines are the lines of some outputs that tell of changes.
func storedLines(outputs ...[]string) []string {
	return slices.DeleteFunc(slices.Concat(outputs...), func(l string) bool { return !strings.HasPrefix(l, "stored ") })
}

// saidIn is what a process wrote to its output.
func saidIn(calls []call) []string {
	var out strings.Builder
	for _, c := range calls {
		if c.name == "say" {
			out.Write(c.data)
		}
	}
	return lines(out.String())
}

// A powerSweep cuts the power of a store that is broken in some way, if any, while
// calls are made to fail.
type powerSweep struct {
	broken   string
	fails    func(*rand.Rand) string // an injection of strace; nil for none
	unsynced bool                    // the disk takes no notice of syncs
}

func (s powerSweep) run(t *testing.T, r *rand.Rand, rounds int) (cuts int, err error) {
	var told []string
	dir, cutDir := "", fastDir(t)
	for round := range rounds {
		if round%8 == 0 { // small files take less time
			dir, told = fastDir(t), nil
		}
		d, err := newDisk(dir)
		if err != nil {
			t.Fatal(err)
		}
		d.unsynced = s.unsynced
		var options []string
		if s.fails != nil {
			options = []string{"-e", "inject=" + s.fails(r)}
		}
		calls := record(t, dir, storeProcess(s.broken, filepath.Join(dir, "s.db"), round%8*40, 40), options...)
		n, err := powerCuts(r, cutDir, d, calls, 60, keptStore(told))
		cuts += n
		if err != nil {
			return cuts, fmt.Errorf("round %d, %v: %w", round, options, err)
		}
		told = storedLines(told, saidIn(calls))
	}
	if len(told) == 0 {
		t.Fatal("nothing was stored: this proves nothing")
	}
	return cuts, nil
}

// What is not on disk at a power cut is lost in any combination, and with it nothing
// that was acknowledged.
func TestCrashPowerCuts(t *testing.T) {
	t.Parallel()
	needStrace(t)
	cuts, err := powerSweep{broken: wholeStore}.run(t, crashRandom(t), crashRounds(t, 2))
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d power cuts", cuts)
}

// failingSyncs makes some syncs fail, one after the other: what they should have written
// may never be.
func failingSyncs(r *rand.Rand) string {
	first := 2 + r.IntN(50)
	return fmt.Sprintf("fdatasync:error=EIO:when=%d..%d", first, first+r.IntN(6))
}

// A disk that fails to sync, and works again, keeps what is acknowledged before and after.
func TestCrashPowerCutsAfterFailedSyncs(t *testing.T) {
	t.Parallel()
	needStrace(t)
	cuts, err := powerSweep{broken: wholeStore, fails: failingSyncs}.run(t, crashRandom(t), crashRounds(t, 2))
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d power cuts", cuts)
}

// The sweeps find a store that does not wait for the disk, a disk that takes no notice of
// syncs, and a store that takes no notice of a sync that failed.
func TestCrashPowerControl(t *testing.T) {
	t.Parallel()
	needStrace(t)
	for _, s := range []powerSweep{{broken: noSync}, {broken: wholeStore, unsynced: true}, {broken: deaf, fails: failingSyncs}} {
		cuts, err := s.run(t, crashRandom(t), 30)
		if err == nil {
			t.Errorf("%d power cuts found nothing with %+v", cuts, s)
			continue
		}
		t.Logf("%.300v", err)
	}
}
