package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A callSweep makes the system calls of a store fail, or kills it at them.
type callSweep struct {
	broken string
	kill   bool
}

// A fault is what one round does to the calls of one name.
type fault struct {
	call, does string
	first      int // of the calls, counted from 1
	last       int // 0: until the end
}

func (f fault) String() string {
	switch {
	case f.last == 0:
		return fmt.Sprintf("%s:%s:when=%d+", f.call, f.does, f.first)
	case f.last == f.first:
		return fmt.Sprintf("%s:%s:when=%d", f.call, f.does, f.first)
	}
	return fmt.Sprintf("%s:%s:when=%d..%d", f.call, f.does, f.first, f.last)
}

// writes are the calls that a store makes to have something on disk, with how each can fail.
var writes = []struct {
	call  string
	fails []string
}{
	{"pwrite64", []string{"error=ENOSPC", "error=EIO"}},
	{"fdatasync", []string{"error=EIO", "error=ENOSPC"}},
	{"fsync", []string{"error=EIO"}},
	{"ftruncate", []string{"error=ENOSPC", "error=EIO"}},
}

// storeRun is how many changes one round stores.
const storeRun = 30

// faults are all that a run can meet: each call fails once, fails with those after it, and
// fails for good; or the process is killed at it.
func (s callSweep) faults(calls []call) (all []fault) {
	for _, w := range writes {
		n := 0
		for _, c := range calls {
			if c.name == w.call {
				n++
			}
		}
		for first := 1; first <= n; first++ {
			if s.kill {
				all = append(all, fault{w.call, "signal=SIGKILL", first, first})
				continue
			}
			for _, does := range w.fails {
				all = append(all, fault{w.call, does, first, first}, fault{w.call, does, first, first + 2}, fault{w.call, does, first, 0})
			}
		}
	}
	return all
}

// run meets some of the faults, drawn, in a new file and in one that is there; it returns
// how many it met, up to the first that did harm.
func (s callSweep) run(t *testing.T, r *rand.Rand, rounds int) (met int, err error) {
	t.Helper()
	began := fastDir(t)
	fresh := s.faults(record(t, began, storeProcess(wholeStore, filepath.Join(began, "s.db"), 0, storeRun)))
	grown := fastDir(t)
	if err := os.CopyFS(grown, os.DirFS(began)); err != nil {
		t.Fatal(err)
	}
	known := s.faults(record(t, grown, storeProcess(wholeStore, filepath.Join(grown, "s.db"), storeRun, storeRun)))
	for round := range rounds {
		// Calls that are made seldom have their turn, too.
		from, faults := round%2*storeRun, [][]fault{fresh, known}[round%2]
		kind := writes[r.IntN(len(writes))].call
		of := slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return f.call != kind })
		if len(of) == 0 {
			of = faults
		}
		f := of[r.IntN(len(of))]
		met++
		if e := s.meet(t, f, began, from); e != nil {
			return met, fmt.Errorf("from change %d, %v: %w", from, f, e)
		}
	}
	return met, nil
}

// meet stores changes, from a number on, under a fault, and looks at what is there then.
func (s callSweep) meet(t *testing.T, f fault, began string, from int) error {
	dir := fastDir(t)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "s.db")
	if from > 0 {
		if err := os.CopyFS(dir, os.DirFS(began)); err != nil {
			return err
		}
	}
	var stdout, stderr bytes.Buffer
	c := storeProcess(s.broken, path, from, storeRun)
	c.Stdout, c.Stderr = &stdout, &stderr
	underStrace(c, os.DevNull, "-e", "trace="+f.call, "-e", "inject="+f.String())
	ended := c.Run()
	told := storedLines(lines(stdout.String()))
	if err := crashed(stderr.Bytes()); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil && len(told) > 0 || from > 0 {
		if wrong := soundFile(path, storeHolds(told)); len(wrong) > 0 {
			return fmt.Errorf("%s; it said\n%s", strings.Join(wrong, "; "), &stderr)
		}
	}
	if s.kill {
		if exit, ok := errors.AsType[*exec.ExitError](ended); !ok || exit.Success() {
			return fmt.Errorf("it was not killed: %v", ended)
		}
	} else {
		// What fails is said by its name.
		if ended != nil && !strings.Contains(stderr.String(), "input/output error") && !strings.Contains(stderr.String(), "no space left on device") {
			return fmt.Errorf("%v, and it said %q", ended, stderr.String())
		}
		// One that failed for a moment is made up for.
		opened := len(told) > 0
		if f.last != 0 && opened && len(told) != storeRun {
			return fmt.Errorf("%d of %d were stored in the end; it said\n%s", len(told), storeRun, &stderr)
		}
	}
	// And the next process goes on.
	again, err := storeProcess(wholeStore, path, from+storeRun, storeRun).Output()
	if err != nil {
		return fmt.Errorf("the next process: %w", err)
	}
	told = storedLines(told, lines(string(again)))
	if wrong := soundFile(path, storeHolds(told)); len(wrong) > 0 {
		return fmt.Errorf("after the next process: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// A store whose writes and syncs fail says so, goes on when they work again, and loses
// nothing that it told of.
func TestCrashFailingCalls(t *testing.T) {
	t.Parallel()
	needStrace(t)
	n, err := callSweep{broken: wholeStore}.run(t, crashRandom(t), crashRounds(t, 10))
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d faults", n)
}

// A commit whose last sync fails, and that cannot be made up for at once, is in doubt: who
// stores its visit again has it once, and readers are told. Of the syncs in a row that fail
// here some are the last of a commit, some the first.
func TestCrashCommitsInDoubt(t *testing.T) {
	t.Parallel()
	needStrace(t)
	for first := 10; first < 16; first++ {
		f := fault{"fdatasync", "error=EIO", first, first + 1}
		if err := (callSweep{broken: wholeStore}).meet(t, f, "", 0); err != nil {
			t.Errorf("%v: %v", f, err)
		}
	}
}

// A store that is killed at any of its calls loses nothing that it told of.
func TestCrashKilledAtCalls(t *testing.T) {
	t.Parallel()
	needStrace(t)
	n, err := callSweep{broken: wholeStore, kill: true}.run(t, crashRandom(t), crashRounds(t, 6))
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d kills", n)
}

// The sweeps find a store that takes no notice of errors, and one that tells before it
// stores.
func TestCrashCallsControl(t *testing.T) {
	t.Parallel()
	needStrace(t)
	for _, s := range []callSweep{{broken: deaf}, {broken: early, kill: true}} {
		n, err := s.run(t, crashRandom(t), 30)
		if err == nil {
			t.Errorf("%d faults found nothing with %+v", n, s)
			continue
		}
		t.Logf("%.400v", err)
	}
}
