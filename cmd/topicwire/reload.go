package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
)

// How often files are looked at, after how long they are read in spite of an
// unchanged date (network folders have coarse ones, and some editors keep them),
// and how long a file must rest before it counts as written.
const (
	watchEvery  = 2 * time.Second
	rehashEvery = 30 * time.Second
	settleAfter = 250 * time.Millisecond
	settleMost  = 5 * time.Second
)

// A watch compares the files of a configuration with what they were. It asks the
// file system time and again: notifications are blind on shared folders.
type watch struct {
	files  func() []string // as they are now
	settle time.Duration   // how long files must rest before they count as written

	looks  uint64 // dates and sizes, as they were last
	bytes  uint64 // contents, as they were last
	hashed time.Time
	began  time.Time
}

// newWatch begins before the configuration is read.
func newWatch(now time.Time) *watch { return &watch{began: now, settle: settleAfter} }

// follow notes the files of a configuration as they are, as what it was read
// from. One that was written since the watch began may be another already: it
// counts as changed.
func (w *watch) follow(cfg *config.Config) {
	w.files = cfg.Watched
	w.looks, w.bytes = w.look(), w.read()
	w.hashed = time.Now()
	for _, f := range w.files() {
		if st, err := os.Stat(f); err == nil && !w.began.IsZero() && st.ModTime().After(w.began) {
			w.bytes = 0
			w.hashed = time.Time{}
		}
	}
	w.began = time.Time{}
}

// look hashes what a directory says of the files.
func (w *watch) look() uint64 {
	h := fnv.New64a()
	for _, f := range w.files() {
		fmt.Fprintln(h, f)
		if st, err := os.Stat(f); err == nil {
			fmt.Fprintln(h, st.ModTime().UnixNano(), st.Size())
			if sys, ok := st.Sys().(*syscall.Stat_t); ok {
				fmt.Fprintln(h, sys.Ino) // another file took its place
			}
		}
	}
	return h.Sum64()
}

// read hashes the contents of the files.
func (w *watch) read() uint64 {
	h := fnv.New64a()
	for _, f := range w.files() {
		fmt.Fprintln(h, f)
		if data, err := readRegular(f); err == nil {
			fmt.Fprintln(h, len(data))
			h.Write(data)
		}
	}
	return h.Sum64()
}

// written is when the newest of the files was.
func (w *watch) written() (newest time.Time) {
	for _, f := range w.files() {
		if st, err := os.Stat(f); err == nil && st.ModTime().After(newest) {
			newest = st.ModTime()
		}
	}
	return newest
}

// readRegular reads a file as far as a configuration may be long; of anything
// but a file, which might block, nothing.
func readRegular(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	return io.ReadAll(io.LimitReader(f, 64<<20))
}

// changed reports whether the contents are other ones than at the last look that
// said so. It waits until nobody writes any more.
func (w *watch) changed(ctx context.Context) bool {
	looks := w.look()
	if looks == w.looks && time.Since(w.hashed) < rehashEvery {
		return false
	}
	for waited := time.Duration(0); waited < settleMost; waited += w.settle {
		if looks == w.looks {
			break
		}
		w.looks = looks
		select {
		case <-ctx.Done():
			return false
		case <-time.After(w.settle):
		}
		looks = w.look()
	}
	before := w.bytes
	w.bytes, w.hashed = w.read(), time.Now()
	return w.bytes != before
}

// reloads reads the configuration again when one of its files has changed, at each
// SIGHUP, and whenever somebody asks, who is told what came of it. Of a SIGHUP began is
// told, and what it returns when all is over.
func (p *program) reloads(ctx context.Context, log *slog.Logger, w *watch, asked <-chan func(server.Reloaded), began func() (over func())) <-chan server.Reload {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	out := make(chan server.Reload)
	go func() {
		defer signal.Stop(hup)
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			var done func(server.Reloaded)
			select {
			case <-ctx.Done():
				return
			case <-hup:
				over := began()
				done = func(server.Reloaded) { over() }
				w.changed(ctx) // what is read now is no news at the next look
			case done = <-asked:
				w.changed(ctx)
			case <-tick.C:
				if !w.changed(ctx) {
					continue
				}
			}
			r := p.reload(ctx, log, w)
			r.Done = done
			select {
			case out <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// reload reads the configuration and says what is wrong with it. A refused one may
// name other files than the running one: those are watched from now on.
func (p *program) reload(ctx context.Context, log *slog.Logger, w *watch) server.Reload {
	began := time.Now()
	cfg, problems := p.load()
	problems = slices.DeleteFunc(problems, noContact) // the start said so
	for _, pr := range problems {
		level := slog.LevelError
		if pr.Severity == feed.Warning {
			level = slog.LevelWarn
		}
		log.Log(ctx, level, pr.String())
	}
	next := cfg
	if next == nil {
		next, _ = config.Draft(p.config)
	}
	if next != nil {
		w.began = began
		w.follow(next)
	}
	return server.Reload{Config: cfg, Compiled: p.compiled, Problems: problems, Written: w.written()}
}
