package main

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram makes the test binary be topicwire, for tests that kill it.
const asProgram = "TOPICWIRE_AS_PROGRAM"

// races has the settings of the race detector.
const races = "GORACE"

func TestMain(m *testing.M) {
	if broken := os.Getenv(asStore); broken != "" {
		os.Exit(runStore(broken, os.Args[1:], os.Stdout, os.Stderr))
	}
	if dir := os.Getenv(asBare); dir != "" {
		os.Exit(runBare(dir))
	}
	if os.Getenv(asSources) != "" {
		os.Exit(runSources())
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	if os.Getenv(races) == "" {
		// A process with the race detector waits for a second before it ends.
		os.Setenv(races, "atexit_sleep_ms=50")
	}
	testscript.Main(m, map[string]func(){"topicwire": main})
}

// TestScripts runs the command line as people do. Each script says in its first
// line what it proves.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ROOT", root)
			e.Setenv(races, os.Getenv(races))
			// Scripts work on a copy: the database lies beside the configuration.
			return copySamples(root, e.WorkDir)
		},
		RequireExplicitExec: true,
	})
}

// copySamples copies the samples, and the lists that they share with config.yaml.
func copySamples(root, to string) error {
	for _, folder := range []string{"samples", "lists"} {
		if err := os.CopyFS(filepath.Join(to, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			return err
		}
	}
	return nil
}

// otherProgram names a binary for benchmarks to measure in place of this one.
const otherProgram = "TOPICWIRE_BENCH_PROGRAM"

// process is topicwire as a process of its own.
func process(args ...string) *exec.Cmd {
	c := exec.Command(cmp.Or(os.Getenv(otherProgram), os.Args[0]), args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}
