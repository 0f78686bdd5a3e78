package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A systemd is the socket that systemd reads, with what was sent to it.
type systemd struct {
	t    *testing.T
	path string
	says chan string
}

func listenAsSystemd(t *testing.T) *systemd {
	t.Helper()
	n := &systemd{t: t, path: filepath.Join(t.TempDir(), "n"), says: make(chan string, 1000)}
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: n.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for b := make([]byte, 4096); ; {
			size, err := l.Read(b)
			if err != nil {
				close(n.says)
				return
			}
			n.says <- string(b[:size])
		}
	}()
	return n
}

// next is what is sent next beside what is passed over.
func (n *systemd) next(over ...string) string {
	n.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case said := <-n.says:
			if !slices.ContainsFunc(over, func(o string) bool { return strings.HasPrefix(said, o) }) {
				return said
			}
		case <-timeout:
			n.t.Fatal("nothing more is sent")
		}
	}
}

// Systemd hears when readers can connect, that the process is alive, what it serves, of
// a reload, and that it stops.
func TestSystemdIsTold(t *testing.T) {
	feed, _ := feedServer(t, "News of Tashkent")
	path := filepath.Join(t.TempDir(), "config.yaml")
	write := func(topics string) {
		writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {%s}\n", wire, feed, topics))
	}
	write("t: {}")
	boss := listenAsSystemd(t)
	t.Setenv("NOTIFY_SOCKET", boss.path)
	t.Setenv("WATCHDOG_USEC", "100000") // and no WATCHDOG_PID: whoever it is
	s := startService(t, path)
	if said := boss.next(); said != "READY=1" {
		t.Fatalf("first it says %q", said)
	}
	if res, body := s.get("/healthz"); res.StatusCode != 200 {
		t.Errorf("ready, and answers %s", body)
	}
	if said := boss.next("WATCHDOG"); said != "STATUS=1 source, 1 topic" {
		t.Errorf("of what it serves it says %q", said)
	}
	for range 3 {
		if said := boss.next("STATUS"); said != "WATCHDOG=1" {
			t.Errorf("alive, it says %q", said)
		}
	}
	write("t: {}, fresh: {any: [news]}")
	s.signal(syscall.SIGHUP)
	for _, want := range []string{"RELOADING=1\nMONOTONIC_USEC=", "READY=1", "STATUS=1 source, 2 topics"} {
		if said := boss.next("WATCHDOG"); !strings.HasPrefix(said, want) {
			t.Errorf("at a reload it says %q, want %q", said, want)
		}
	}
	// What is refused is over, too, and the line says that it was.
	write("t: {any: [te*]}")
	s.signal(syscall.SIGHUP)
	for _, want := range []string{"RELOADING=1", "READY=1", "STATUS=1 source, 2 topics; configuration refused"} {
		if said := boss.next("WATCHDOG"); !strings.HasPrefix(said, want) || strings.Contains(said, "\n") && want != "RELOADING=1" {
			t.Errorf("at a reload that is refused it says %q, want %q", said, want)
		}
	}
	s.signal(syscall.SIGTERM)
	if said := boss.next("WATCHDOG"); said != "STOPPING=1\nSTATUS=Stopping" {
		t.Errorf("at the end it says %q", said)
	}
	s.await("stopped")
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// Without the variable nothing is said or asked.
func TestNobodyWantsToKnow(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	t.Setenv("WATCHDOG_USEC", "1000")
	n := newNotifier(quiet())
	if n.tell != nil || n.watchdog != 0 {
		t.Fatalf("it would tell: %+v", n)
	}
	n.starting(t.Context())
	n.serving(t.Context(), nil) // which it does not ask
	n.reloading()()
	n.stopped()
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A heard is all that was told, with when.
type heard struct {
	mu   sync.Mutex
	says []string
}

func (h *heard) tell(state string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.says = append(h.says, state)
}

// count is how often something was told, and clear forgets all.
func (h *heard) count(what string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.says {
		if strings.HasPrefix(s, what) {
			n++
		}
	}
	return n
}

func (h *heard) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.says = nil
}

// A service answers while it does not hang.
type service struct {
	hangs chan struct{} // nil while it answers, else closed when it does again
	mu    sync.Mutex
}

func (s *service) hang(until chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs = until
}

func (s *service) Alive(ctx context.Context) error {
	s.mu.Lock()
	hangs := s.hangs
	s.mu.Unlock()
	if hangs == nil {
		return nil
	}
	select {
	case <-hangs:
		return nil
	case <-ctx.Done():
		return errors.New("the writer does not answer")
	}
}

func (s *service) Served() (int, int, error) { return 3, 1, nil }

// The watchdog hears of the process twice in its time, and nothing while it hangs.
func TestWatchdogIsNotToldWhileItHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var h heard
		var log readLog
		n := newNotifier(slog.New(slog.NewTextHandler(&log, nil)))
		n.tell, n.watchdog = h.tell, 2*time.Minute
		var s service
		n.serving(ctx, &s)
		sleep := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		sleep(10*time.Minute + time.Second)
		if got := h.count("WATCHDOG=1"); got != 11 {
			t.Errorf("in ten minutes the watchdog heard %d times", got)
		}
		if h.count("STATUS=3 sources, 1 topic") != 1 || h.count("READY=1") != 1 {
			t.Errorf("it told %q", h.says)
		}
		again := make(chan struct{})
		s.hang(again)
		h.clear()
		sleep(30 * time.Minute)
		if got := h.count("WATCHDOG=1"); got != 0 {
			t.Errorf("while it hangs the watchdog heard %d times", got)
		}
		if got := strings.Count(log.String(), "the writer does not answer; the watchdog ends the process"); got != 1 {
			t.Errorf("%d lines say why:\n%s", got, log.String())
		}
		// A commit that takes nearly as long as the watchdog waits is only long.
		s.hang(nil)
		close(again)
		sleep(5 * time.Minute)
		if got := h.count("WATCHDOG=1"); got < 5 {
			t.Errorf("alive again, the watchdog heard %d times", got)
		}
		cancel()
		synctest.Wait()
		h.clear()
		sleep(time.Hour)
		if got := len(h.says); got != 0 {
			t.Errorf("after the end it tells %q", h.says)
		}
	})
}

// readLog is a log that a test reads.
type readLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *readLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *readLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A start that works, as one that brings a large database to a new schema does, is given
// the time it takes; one that hangs is not.
func TestALongStartAsksForTime(t *testing.T) {
	for _, c := range []struct {
		name string
		step usage // of ten seconds
		asks int   // in ten minutes
	}{
		{"uses the processor", usage{cpu: 3 * time.Second}, 59},
		{"waits for the disk", usage{cpu: time.Millisecond, blocks: 100}, 59},
		{"hangs", usage{cpu: 20 * time.Millisecond}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h heard
				n := newNotifier(quiet())
				var used usage
				n.tell, n.used = h.tell, func() usage {
					used.cpu += c.step.cpu
					used.blocks += c.step.blocks
					return used
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				n.starting(ctx)
				time.Sleep(10*time.Minute - time.Second)
				synctest.Wait()
				if got := h.count(fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d\n", 60_000_000)); got != c.asks {
					t.Errorf("in ten minutes it asks for more time %d times, want %d", got, c.asks)
				}
				// Not for ever, and not once it serves.
				time.Sleep(10 * time.Hour)
				if got := h.count("EXTEND"); c.asks > 0 && got > 360 {
					t.Errorf("in ten hours it asks %d times", got)
				}
				n.started()
				h.clear()
				n.starting(ctx)
				n.serving(ctx, &service{})
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := h.count("EXTEND"); got != 0 {
					t.Errorf("serving, it asks %d times", got)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}
