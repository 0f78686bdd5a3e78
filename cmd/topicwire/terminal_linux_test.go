package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal runs the program with a terminal of its own for all that it says, and gives
// back what came there.
func onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	defer master.Close()
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	c := process(args...)
	c.Env = append(c.Env, env...)
	c.Stdout, c.Stderr = slave, slave
	err = c.Start()
	slave.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(master) // ends with an error once nobody has the other side
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %v\n%s", args, err, out)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

// A terminal that cannot move its cursor gets lines and nothing else. None gets colours,
// NO_COLOR or not.
func TestTerminals(t *testing.T) {
	feed, _ := feedServer(t, "News of Tashkent")
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}, {url: '%[2]s/b'}]\ntopics: {t: {}}\n", wire, feed))
	fetch := []string{"fetch", "--all", "-c", path}
	colour := regexp.MustCompile(`\x1b\[[0-9;]*m`)

	smart := onTerminal(t, []string{"TERM=xterm-256color"}, fetch...)
	if !strings.Contains(smart, "\r\x1b[K█") {
		t.Errorf("a terminal has no bar: %q", smart)
	}
	dumb := onTerminal(t, []string{"TERM=dumb"}, fetch...)
	if strings.ContainsAny(dumb, "\x1b\r\b█░") || !strings.Contains(dumb, "2 unchanged") {
		t.Errorf("a dumb terminal gets %q", dumb)
	}
	for _, out := range []string{smart, onTerminal(t, []string{"TERM=xterm", "NO_COLOR=1"}, fetch...), onTerminal(t, nil, "status", "-c", path), onTerminal(t, nil, "check", "-c", path)} {
		if colour.MatchString(out) {
			t.Errorf("colours: %q", out)
		}
	}
}
