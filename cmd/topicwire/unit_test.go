package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const unitFile = "../../packaging/systemd/topicwire.service"

// maxExposure is how exposed systemd may find the service, of 10.
const maxExposure = 2.0

// systemdAnalyze runs systemd-analyze; where it is not installed the test is skipped.
func systemdAnalyze(t *testing.T, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	c := exec.Command("systemd-analyze", args...)
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	return string(out) + stderr.String(), err
}

// The unit is one that systemd takes without a word, with the program in its place.
func TestUnitIsSound(t *testing.T) {
	text, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "topicwire")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("/usr/bin/topicwire", program, "Documentation=man:topicwire(1)\n", "").Replace(string(text))
	unit := filepath.Join(dir, "topicwire.service")
	if err := os.WriteFile(unit, []byte(here), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := systemdAnalyze(t, "verify", "--man=no", unit); err != nil || strings.Contains(out, "topicwire.service") {
		t.Errorf("%v\n%s", err, out)
	}
}

// The unit leaves the program, and what it runs for an alarm, no more than it needs.
func TestUnitIsNotExposed(t *testing.T) {
	if out, err := systemdAnalyze(t, "security", "--offline=true", "--no-pager", "--threshold="+strconv.Itoa(maxExposure*10), unitFile); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := systemdAnalyze(t, "security", "--offline=true", "--json=short", unitFile)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var checks []struct {
		Name     string
		Exposure *string
	}
	if err := json.Unmarshal([]byte(out), &checks); err != nil || len(checks) < 50 {
		t.Fatalf("%d checks, %v", len(checks), err)
	}
	sum := 0.0
	for _, c := range checks {
		if c.Exposure == nil {
			continue
		}
		n, err := strconv.ParseFloat(*c.Exposure, 64)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if sum += n; n > 0 {
			t.Logf("%s: %.1f", c.Name, n)
		}
	}
	if sum == 0 || sum > maxExposure {
		t.Errorf("the exposure is %.1f, at most %.1f is wanted", sum, maxExposure)
	}
}

// What the unit relies on: a broken configuration ends with 2, for which there is no new
// start, and a process that the watchdog ends dies of its signal, for which there is one.
func TestUnitStartsAgainWhatMayMend(t *testing.T) {
	text, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Type=notify", "WatchdogSec=2min", "Restart=on-failure", "RestartPreventExitStatus=2", "Environment=GOTRACEBACK=crash", "LimitCORE=0",
		"ExecStart=/usr/bin/topicwire serve -c /etc/topicwire/config.yaml", `ExecReload=/bin/sh -c 'kill -HUP $MAINPID'`, "User=topicwire", "StateDirectory=topicwire", "ConfigurationDirectory=topicwire", "RuntimeDirectory=topicwire"} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("the unit does not have %s", line)
		}
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, "topics: {}\n")
	err = process("serve", "-c", path).Run()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != exitUsage {
		t.Errorf("with a broken configuration it ends with %v", err)
	}

	t.Setenv("GOTRACEBACK", "crash")
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &was); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &was) }()
	writeConfig(t, path, wire+"sources: [{url: 'https://x.example/'}]\ntopics: {t: {}}\n")
	s := startService(t, path)
	go func() {
		for range s.logs {
		}
	}()
	s.signal(syscall.SIGABRT)
	err = s.cmd.Wait()
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		t.Errorf("ended by the watchdog: %v", err)
	}
}
