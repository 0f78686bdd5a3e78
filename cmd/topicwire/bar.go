package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"topicwire/feed"
)

// A bar shows how far a work is, on a terminal that can move its cursor; elsewhere it
// shows nothing, but lines in a log where there is one. It has no colours, and neither has
// anything else that the program prints, so that NO_COLOR (no-color.org) asks for nothing
// more.
type bar struct {
	w           io.Writer // nil for nothing
	width       int       // of the terminal, in columns
	log         io.Writer // that has lines where w is nil; nil for none
	done, total int       // of step

	mu    sync.Mutex
	now   func() time.Time // nil for time.Now
	drawn time.Time        // by at, or logged
}

func newBar(w io.Writer, total int) *bar {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	return &bar{w: w, width: width, total: total}
}

// step counts one visit and names it.
func (b *bar) step(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	b.draw(int64(b.done), int64(b.total), fmt.Sprintf("%*d/%d", len(fmt.Sprint(b.total)), b.done, b.total), name)
}

// redraw is how often at draws at most: a work may tell how far it is thousands of times
// a second.
const redraw = 100 * time.Millisecond

// relog is how often a log says how far a work is at most.
const relog = 10 * time.Second

// at shows how far a work is.
func (b *bar) at(p feed.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now
	if b.now != nil {
		now = b.now
	}
	t, last, far := now(), p.Began, farOf(p.Work, p.Done, p.Total)
	if b.drawn.After(last) {
		last = b.drawn
	}
	switch {
	case b.w != nil && t.Sub(b.drawn) >= redraw:
		b.drawn = t
		b.draw(p.Done, p.Total, far, p.Work.Says())
	case b.w == nil && b.log != nil && t.Sub(last) >= relog:
		b.drawn = t
		fmt.Fprintf(b.log, "topicwire: under way: %s, %s\n", p.Work.Says(), far)
	}
}

// farOf says how far a work is.
func farOf(w feed.Work, done, total int64) string {
	of := func(n int64) string { return fmt.Sprint(n) }
	if w == feed.WorkBackup || w == feed.WorkCompact || w == feed.WorkRestore {
		of = size
	}
	if total == 0 {
		return of(done) + " so far"
	}
	return of(done) + " of " + of(total)
}

// draw draws a line: cells as far as the total is known, figures, and a name as far as it
// has room.
func (b *bar) draw(done, total int64, far, name string) {
	if b.w == nil {
		return
	}
	const cells = 24
	line := far + " "
	if total > 0 {
		full := int(cells * min(done, total) / total)
		line = strings.Repeat("█", full) + strings.Repeat("░", cells-full) + " " + line
	}
	room := b.width - utf8.RuneCountInString(line) - 1
	if r := []rune(name); len(r) > room {
		name = string(r[:max(room-1, 0)]) + "…"
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s%s", line, name)
}

// clear takes the bar off the screen.
func (b *bar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.w != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
