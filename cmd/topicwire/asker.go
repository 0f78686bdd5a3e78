package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
)

// An asker asks questions on a terminal, or of whatever gives the answers, line by line.
type asker struct {
	out   io.Writer
	lines <-chan string // closed at the end of input
}

// newAsker reads answers from in, from the first question on. Its goroutine may read until
// the process ends: nothing else can end a read of a terminal.
func newAsker(in io.Reader, out io.Writer) *asker {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return &asker{out, lines}
}

// ask asks until take accepts an answer; an empty one is the default. It ends with ctx,
// and with the input.
func (a *asker) ask(ctx context.Context, question, or string, take func(answer string) error) error {
	if or != "" {
		question += " [" + or + "]"
	}
	for {
		fmt.Fprintf(a.out, "%s: ", question)
		select {
		case <-ctx.Done():
			fmt.Fprintln(a.out)
			return context.Cause(ctx)
		case line, more := <-a.lines:
			if !more {
				fmt.Fprintln(a.out)
				return &failure{exitUsage, fmt.Sprintf("init: the input ended where an answer was expected: %s", question),
					"nothing was written; answer by flags, or take the defaults with --yes"}
			}
			err := take(cmp.Or(strings.TrimSpace(line), or))
			if err == nil || ctx.Err() != nil {
				return err
			}
			fmt.Fprintf(a.out, "  %v\n", err)
		}
	}
}
