package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"topicwire/feed"
	"topicwire/server"
	"topicwire/server/poll"
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

// Whatever takes long has a bar on a terminal, also where it is done before a second look.
func TestLongWorksHaveABar(t *testing.T) {
	feeds, _ := feedServer(t, "News of Tashkent")
	dir := t.TempDir()
	path, out := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "s.db.copy")
	config := fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {any: [Tashkent]}}\n", wire, feeds)
	writeConfig(t, path, config)
	cfg, problems := (&program{config: path}).load()
	if cfg == nil {
		t.Fatal(problems)
	}
	old, err := server.Open(t.Context(), server.Options{Config: cfg, Now: func() time.Time { return time.Now().AddDate(-2, 0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmp.Or(old.Fetch(t.Context(), true, func(poll.Report) {}), old.Close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		work feed.Work
		args []string
	}{
		{feed.WorkRetention, []string{"fetch", "--all"}},
		{feed.WorkPreview, []string{"preview"}},
		{feed.WorkRefiling, []string{"export", "t"}},
		{feed.WorkVerify, []string{"verify"}},
		{feed.WorkBuild, []string{"build", "-o", filepath.Join(dir, "site")}},
		{feed.WorkBackup, []string{"backup", out}},
		{feed.WorkCompact, []string{"compact"}},
		{feed.WorkRestore, []string{"restore", out}},
	} {
		if c.work == feed.WorkPreview {
			writeConfig(t, path, strings.Replace(config, "Tashkent]", "Tashkent, Osh]", 1)) // which differs
		}
		said := onTerminal(t, []string{"TERM=xterm"}, append(c.args, "-c", path)...)
		bars := strings.Split(said, "\r\x1b[K")
		drawn := slices.ContainsFunc(bars, func(s string) bool {
			return strings.HasSuffix(s, " "+c.work.Says()) && (strings.ContainsAny(s, "█░") || c.work == feed.WorkRetention) // which nobody knows the end of
		})
		if !drawn || strings.ContainsAny(bars[len(bars)-1], "█░") {
			t.Errorf("%v: no bar, or it stays: %q", c.args, said)
		}
	}
}
