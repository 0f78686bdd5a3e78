package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBarFillsOneLineOfTheTerminal(t *testing.T) {
	var out bytes.Buffer
	b := &bar{w: &out, width: 60, total: 4}
	for range 4 {
		b.step("https://a.example/" + strings.Repeat("long/", 30))
	}
	lines := strings.Split(out.String(), "\r\x1b[K")[1:]
	if len(lines) != 4 || !strings.Contains(lines[1], "2/4") || strings.Count(lines[1], "█") != 12 || strings.Contains(lines[3], "░") {
		t.Errorf("%q", lines)
	}
	for _, l := range lines {
		if n := utf8.RuneCountInString(l); n >= 60 {
			t.Errorf("%d columns of 60: %q", n, l)
		}
	}
	out.Reset()
	b.clear()
	if out.String() != "\r\x1b[K" {
		t.Errorf("clear wrote %q", out.String())
	}
}

func TestNoBarWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out, 3)
	b.step("x")
	b.clear()
	if out.Len() != 0 {
		t.Errorf("wrote %q", out.String())
	}
}
