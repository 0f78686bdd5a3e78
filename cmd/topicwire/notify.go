package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// A notifier tells who started the process how it does: systemd, by sd_notify(3). Where
// nobody wants to know, tell is nil and nothing happens.
type notifier struct {
	log  *slog.Logger
	tell func(state string)
	// watchdog is within which time systemd must hear that the process is alive; 0 for never.
	watchdog time.Duration
	// used is what the process used so far of processor and disk.
	used func() usage
	// reloaded has a token where the status may be another one.
	reloaded chan struct{}
	// started ends what starting began, and stopped waits until it was told that the
	// process stops.
	started, stopped func()
}

// newNotifier is for who is named by NOTIFY_SOCKET and WATCHDOG_USEC.
func newNotifier(log *slog.Logger) *notifier {
	n := &notifier{log: log, used: usedByProcess, reloaded: make(chan struct{}, 1), started: func() {}, stopped: func() {}}
	if os.Getenv("NOTIFY_SOCKET") == "" {
		return n
	}
	var once sync.Once
	n.tell = func(state string) {
		if _, err := daemon.SdNotify(false, state); err != nil {
			once.Do(func() { log.Warn("systemd is not told how the process does", "error", err) })
		}
	}
	var err error
	if n.watchdog, err = daemon.SdWatchdogEnabled(false); err != nil {
		log.Warn("no watchdog", "error", err)
	}
	return n
}

// startEvery is how often a start asks for more time, startMore for how much, and
// startMost for how long at most it does so.
const (
	startEvery = 10 * time.Second
	startMore  = time.Minute
	startMost  = time.Hour
)

// A usage is what a process used of processor and disk.
type usage struct {
	cpu    time.Duration
	blocks int64 // read and written
}

// idle is what a process uses of a processor within startEvery while its work hangs.
const idle = 100 * time.Millisecond

func usedByProcess() usage {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return usage{}
	}
	return usage{time.Duration(r.Utime.Nano() + r.Stime.Nano()), int64(r.Inblock) + int64(r.Oublock)}
}

// starting asks for more time until the process serves: a large database is brought to
// a new schema, or compacted, before. It does so as long as the process works.
func (n *notifier) starting(ctx context.Context) {
	if n.tell == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, startMost)
	ended := make(chan struct{})
	n.started = func() { cancel(); <-ended }
	go func() {
		defer close(ended)
		tick := time.NewTicker(startEvery)
		defer tick.Stop()
		for before := n.used(); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			now := n.used()
			if now.cpu-before.cpu > idle || now.blocks != before.blocks {
				n.tell(fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d\nSTATUS=Preparing the database", startMore.Microseconds()))
			}
			before = now
		}
	}()
}

// A served is what a notifier asks of a server.
type served interface {
	Alive(context.Context) error
	Served() (sources, topics int, wrong error)
}

// statusEvery is how often the line of systemctl status is looked at.
const statusEvery = 10 * time.Second

// serving says that readers can connect, and from then on until ctx ends how s does; then
// that it stops.
func (n *notifier) serving(ctx context.Context, s served) {
	if n.tell == nil {
		return
	}
	n.started()
	n.tell(daemon.SdNotifyReady)
	told := make(chan struct{})
	context.AfterFunc(ctx, func() { n.tell(daemon.SdNotifyStopping + "\nSTATUS=Stopping"); close(told) })
	n.stopped = func() {
		select {
		case <-told:
		case <-time.After(time.Second): // nobody reads
		}
	}
	go n.status(ctx, s)
	if n.watchdog > 0 {
		go n.watch(ctx, s)
	}
}

// status tells in a line what is served, and what is wrong with it.
func (n *notifier) status(ctx context.Context, s served) {
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	for told := ""; ; {
		sources, topics, wrong := s.Served()
		line := count(sources, "source") + ", " + count(topics, "topic")
		if wrong != nil {
			line += "; " + strings.ReplaceAll(wrong.Error(), "\n", "; ")
		}
		if line != told && ctx.Err() == nil {
			n.tell("STATUS=" + line)
			told = line
		}
		select {
		case <-ctx.Done():
			return
		case <-n.reloaded:
		case <-tick.C:
		}
	}
}

// watch says that s is alive whenever it has answered, twice in the time of the watchdog.
// While it does not answer nothing is said, however long that takes.
func (n *notifier) watch(ctx context.Context, s served) {
	every := n.watchdog / 2
	tick := time.NewTicker(every)
	defer tick.Stop()
	for silent := false; ; {
		asked, cancel := context.WithTimeout(ctx, every)
		err := s.Alive(asked)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !silent:
			n.log.Error(err.Error()+"; the watchdog ends the process if that lasts", "since", every.String())
			fallthrough
		case err != nil:
			silent = true
			continue
		}
		silent = false
		n.tell(daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// reloading says that the configuration is read anew. What it returns says that this is
// over.
func (n *notifier) reloading() (over func()) {
	if n.tell == nil {
		return func() {}
	}
	n.tell(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
	return func() {
		n.tell(daemon.SdNotifyReady)
		select {
		case n.reloaded <- struct{}{}:
		default:
		}
	}
}
