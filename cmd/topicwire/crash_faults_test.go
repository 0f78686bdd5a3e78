package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"topicwire/feed"
	"topicwire/storage"
)

// A growingFeed has more to store with every request.
type growingFeed struct {
	url   string
	asked atomic.Int64
}

func newGrowingFeed(t *testing.T) *growingFeed {
	g := &growingFeed{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := int(g.asked.Add(1))
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Source</title><link>https://x.example/</link><description>d</description>`)
		for k := range 100 {
			var text strings.Builder
			for j := range 100 { // what does not pack well
				text.WriteString(strconv.FormatUint(uint64(n*10007+k*101+j)*0x9E3779B97F4A7C15, 36))
			}
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%[1]d-%[2]d</guid><title>Report number%[1]dx%[2]d</title><link>https://x.example/%[1]d/%[2]d</link><description>%[3]s</description></item>`, n, k, text.String())
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(srv.Close)
	g.url = srv.URL
	return g
}

// survives has a service meet a disk that takes nothing any more, and then takes it again.
func survives(t *testing.T, dir, says, hint string, begin, end func(pid int)) {
	t.Helper()
	g := newGrowingFeed(t)
	config := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {}}\n", strings.Replace(wire, "s.db", filepath.Join(dir, "s.db"), 1), g.url))
	s := startService(t, config)
	s.until("/topics/t.atom", "number1x99")

	begin(s.cmd.Process.Pid)
	r := command("fetch", "--all", "-c", config)
	if r.code == 0 || !strings.Contains(r.out+r.err, says) {
		t.Errorf("a visit that could not be stored: %+v", r)
	}
	if line := s.await("alarm: the database refuses writes"); !strings.Contains(line, says) {
		t.Errorf("the log says %s", line)
	}
	// A decision is refused, and says why; nothing else changes for readers.
	if r := command("hide", "t", "https://x.example/1/1", "--by", "me", "-c", config); r.code != exitFailed || !strings.Contains(r.err, says) || !strings.Contains(r.err, hint) {
		t.Errorf("a decision that could not be stored: %+v", r)
	}
	res, body := s.get("/topics/t.atom")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "number1x99") || strings.Contains(body, "number2x") {
		t.Errorf("the feed meanwhile: %s, with what was not stored: %v", res.Status, strings.Contains(body, "number2x"))
	}
	asked := g.asked.Load()
	if r := command("fetch", "--all", "-c", config); r.code == 0 {
		t.Errorf("a second visit: %+v", r)
	}
	if now := g.asked.Load(); now != asked {
		t.Errorf("the publisher was asked %d times while nothing could be stored", now-asked)
	}

	// By itself, without a start and without being asked.
	end(s.cmd.Process.Pid)
	s.until("/topics/t.atom", "number2x99")
	s.await("alarm is over: the database refuses writes")
	if asked := g.asked.Load(); asked != 2 {
		t.Errorf("the publisher was asked %d times for two documents", asked)
	}
	if r := command("hide", "t", "https://x.example/2/1", "--by", "me", "-c", config); r.code != 0 {
		t.Errorf("a decision after that: %+v", r)
	}
	s.cmd.Process.Kill()
	s.cmd.Wait()
	if err := crashed([]byte(s.log())); err != nil {
		t.Error(err)
	}
	if wrong := soundFile(filepath.Join(dir, "s.db"), func(r *storage.Reader) error {
		decided := 0
		err := r.Decisions(func(feed.Decided) bool { decided++; return true })
		if n := r.Counts(); n.Entries != 200 || decided == 0 {
			return errors.Join(err, fmt.Errorf("%d entries, %d decisions", n.Entries, decided))
		}
		return err
	}); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "; "))
	}
}

// A service whose disk fails to sync serves on, leaves publishers alone, says so, and goes
// on by itself.
func TestCrashServiceOnAFailingDisk(t *testing.T) {
	t.Parallel()
	needStrace(t)
	var strace *exec.Cmd
	survives(t, t.TempDir(), "input/output error", "", func(pid int) {
		strace = exec.Command("strace", "-f", "-o", os.DevNull, "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO", "-p", strconv.Itoa(pid))
		stderr, err := strace.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := strace.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { strace.Process.Kill(); strace.Wait() })
		if line, err := bufio.NewReader(stderr).ReadString('\n'); err != nil || !strings.Contains(line, "attached") {
			t.Skipf("strace may not trace here: %s (%v)", line, err)
		}
	}, func(int) {
		if err := strace.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		strace.Wait()
	})
}

// A service whose disk is full serves on, leaves publishers alone, says so, and goes on by
// itself once there is room.
func TestCrashServiceOnAFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mountSmall(t, dir)
	filler := filepath.Join(dir, "filler")
	survives(t, dir, "no space left on device", "hint: the disk is full", func(int) {
		f, err := os.Create(filler)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, size := range []int{1 << 16, os.Getpagesize()} {
			for b := make([]byte, size); err == nil || !errors.Is(err, syscall.ENOSPC); {
				_, err = f.Write(b)
			}
			err = nil
		}
	}, func(int) {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	})
}
