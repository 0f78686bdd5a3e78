package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// A bar shows how far a round is, on a terminal that can move its cursor; elsewhere it
// shows nothing. It has no colours, and neither has anything else that the program
// prints, so that NO_COLOR (no-color.org) asks for nothing more.
type bar struct {
	w           io.Writer // nil for nothing
	width       int       // of the terminal, in columns
	done, total int
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
	b.done++
	if b.w == nil {
		return
	}
	const cells = 24
	full := cells * b.done / max(b.total, 1)
	line := fmt.Sprintf("%s%s %*d/%d ", strings.Repeat("█", full), strings.Repeat("░", cells-full), len(fmt.Sprint(b.total)), b.done, b.total)
	room := b.width - utf8.RuneCountInString(line) - 1
	if r := []rune(name); len(r) > room {
		name = string(r[:max(room-1, 0)]) + "…"
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s%s", line, name)
}

// clear takes the bar off the screen.
func (b *bar) clear() {
	if b.w != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
