package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"topicwire/feed"
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

// What tells how far it is a thousand times a second is drawn ten times, and named.
func TestABarShowsHowFarAWorkIs(t *testing.T) {
	var out bytes.Buffer
	at := time.Unix(0, 0)
	b := &bar{w: &out, width: 70, now: func() time.Time { return at }}
	for i := range 1000 {
		b.at(feed.Progress{Work: feed.WorkRefiling, Done: int64(i), Total: 1000})
		at = at.Add(time.Millisecond)
	}
	lines := strings.Split(out.String(), "\r\x1b[K")[1:]
	if len(lines) != 10 || lines[5] != strings.Repeat("█", 12)+strings.Repeat("░", 12)+" 500 of 1000 filing stored entries anew" {
		t.Errorf("%q", lines)
	}
	for _, c := range []struct {
		is   feed.Progress
		want string
	}{
		{feed.Progress{Work: feed.WorkRetention, Done: 7}, "7 so far removing old entries"},
		{feed.Progress{Work: feed.WorkCompact, Done: 1 << 24, Total: 1 << 25}, "16 MB of 32 MB writing the database anew"},
		{feed.Progress{Work: feed.WorkPreview, Done: 9, Total: 8}, strings.Repeat("█", 24) + " 9 of 8"},
	} {
		out.Reset()
		at = at.Add(time.Second)
		if b.at(c.is); !strings.Contains(out.String(), c.want) {
			t.Errorf("%q, want %q", out.String(), c.want)
		}
	}
}

// Where there is no bar a log has a line now and then of a work that no server tells of.
func TestALogSaysHowFarAWorkIs(t *testing.T) {
	var out bytes.Buffer
	began := time.Unix(0, 0)
	at := began
	w := (&program{stderr: &out}).showing(false)
	w.bar.now = func() time.Time { return at }
	say := func() {
		for i := range int64(25) {
			w.told(feed.Progress{Work: feed.WorkRestore, Done: i << 20, Total: 40 << 20, Began: began})
			at = at.Add(time.Second)
		}
	}
	if say(); out.Len() != 0 {
		t.Errorf("without a log: %q", out.String())
	}
	ctx := w.alone(t.Context(), feed.WorkRestore)
	at = began
	if say(); out.String() != "topicwire: under way: checking and copying the backup, 10 MB of 40 MB\ntopicwire: under way: checking and copying the backup, 20 MB of 40 MB\n" {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	at = time.Now().Add(time.Minute)
	if feed.Tell(ctx, 30<<20, 40<<20); !strings.Contains(out.String(), "checking and copying the backup, 30 MB of 40 MB\n") {
		t.Errorf("%q", out.String())
	}
}

// A command says once what it does before it can answer.
func TestARefilingIsSaidOnce(t *testing.T) {
	var out bytes.Buffer
	w := (&program{stderr: &out}).showing(false)
	for _, p := range []feed.Progress{{Work: feed.WorkRefiling}, {Work: feed.WorkPreview, Total: 9}, {Work: feed.WorkRefiling, Total: 9}, {Work: feed.WorkRefiling, Done: 9, Total: 9}} {
		w.told(p)
	}
	if out.String() != "topicwire: the rules changed: first 9 stored entries are filed anew\n" {
		t.Errorf("%q", out.String())
	}
}
