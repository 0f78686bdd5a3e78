package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"topicwire/storage"
)

// The sweeps of docs/reliability.md: what is acknowledged is there, whatever happened
// to the process, the machine or the disk. Each has a control, a store that is broken on
// purpose, which it has to find.

// crashRounds is how often a sweep goes round: short of it among all tests, and
// TOPICWIRE_CRASH_ROUNDS times that for make crash-test.
func crashRounds(t *testing.T, short int) int {
	t.Helper()
	v := os.Getenv("TOPICWIRE_CRASH_ROUNDS")
	if v == "" {
		return short
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		t.Fatalf("TOPICWIRE_CRASH_ROUNDS=%s is no number of rounds", v)
	}
	return short * n
}

// crashRandom draws what a sweep does; the same seed draws the same.
func crashRandom(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano()) % 1_000_000
	if v := os.Getenv("TOPICWIRE_CRASH_SEED"); v != "" {
		var err error
		if seed, err = strconv.ParseUint(v, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TOPICWIRE_CRASH_SEED=%d draws this again", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// needStrace skips where the tracer is not there that sweeps record and inject with.
func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed (make tools installs it): system calls are neither recorded nor made to fail")
	}
	if out, err := exec.Command("strace", "-f", "--seccomp-bpf", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %v\n%s", err, out)
	}
}

// soundFile opens a database as the next process would, and says what is wrong with it.
func soundFile(path string, check func(*storage.Reader) error) (wrong []string) {
	// Reading what a broken store left may do anything.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			wrong = append(wrong, fmt.Sprint(p))
		}
	}()
	db, err := storage.Open(path, storage.Options{NoSync: true})
	if err != nil {
		return []string{err.Error()}
	}
	defer db.Close()
	if err := db.View(check); err != nil {
		return []string{err.Error()}
	}
	if err := db.Verify(context.Background(), func(s string) { wrong = append(wrong, s) }); err != nil {
		return append(wrong, err.Error())
	}
	return wrong
}

// crashed reports what no process may say on its way out.
func crashed(stderr []byte) error {
	for _, trace := range []string{"panic:", "goroutine ", "SIGBUS", "fatal error:"} {
		if i := bytes.Index(stderr, []byte(trace)); i >= 0 {
			return fmt.Errorf("a trace in place of an error:\n%s", stderr[i:])
		}
	}
	return nil
}

// lines are the whole ones of an output: the last one may be cut in half, and says nothing.
func lines(out string) []string {
	all := strings.Split(out, "\n")
	return all[:len(all)-1]
}

// fastDir is a folder in memory where there is one: what it costs to sync is no part of
// what is tested.
func fastDir(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	dir, err := os.MkdirTemp(memory, "topicwire")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
