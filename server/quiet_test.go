package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"topicwire/server/poll"
)

// What goes wrong every ten seconds of a day is a handful of lines; what is new after an
// hour of peace is told again.
func TestWhatRepeatsIsQuiet(t *testing.T) {
	var b bytes.Buffer
	h := newQuiet(slog.NewTextHandler(&b, nil))
	log := func(at time.Time, level slog.Level, message string) {
		t.Helper()
		r := slog.NewRecord(at, level, message, 0)
		r.AddAttrs(slog.String("error", fmt.Sprint("at ", at.Unix())))
		if err := h.WithAttrs([]slog.Attr{slog.String("of", "x")}).Handle(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	count := func(message string) int { return strings.Count(b.String(), "msg="+message+" ") }
	for i := range 24 * 360 {
		log(noon.Add(time.Duration(i)*10*time.Second), slog.LevelError, "full")
	}
	log(noon, slog.LevelWarn, "other")
	if n := count("full"); n != 6 || !strings.Contains(b.String(), "times=1000") || count("other") != 1 {
		t.Errorf("%d lines:\n%s", n, b.String())
	}
	day := noon.Add(24 * time.Hour)
	log(day.Add(50*time.Minute), slog.LevelError, "full")
	if n := count("full"); n != 6 {
		t.Errorf("%d lines after less than an hour", n)
	}
	log(day.Add(2*time.Hour), slog.LevelError, "full")
	if n := count("full"); n != 7 {
		t.Errorf("%d lines after an hour of peace", n)
	}
	for range 20 {
		log(noon, slog.LevelInfo, "said")
	}
	if n := count("said"); n != 20 {
		t.Errorf("%d of 20 lines that are no trouble", n)
	}
}

func TestHourly(t *testing.T) {
	var h hourly
	if got := h.take(); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	for _, r := range []poll.Report{{Status: poll.OK, New: 3}, {Status: poll.OK, New: 1, Updated: 2}, {Status: poll.Unchanged}, {Status: poll.Failed}, {Status: poll.ByHub, New: 1}} {
		h.visited(r)
	}
	if got, want := fmt.Sprint(h.take()...), fmt.Sprint("ok", 2, "unchanged", 1, "failed", 1, "pushed", 1, "new", 5, "updated", 2); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := h.take(); got != nil {
		t.Errorf("taken twice: %v", got)
	}
	h.visited(poll.Report{Status: poll.OK, New: 9, Past: 4})
	if got := fmt.Sprint(h.take()...); !strings.HasSuffix(got, fmt.Sprint("past", 4)) {
		t.Errorf("of many at once: %s", got)
	}
}

// What is over max_new is said at once, and counted in the line of the hour.
func TestWhatIsOverMaxNewIsLogged(t *testing.T) {
	log := new(logged)
	s := openServer(t, Options{Config: wire(t, t.TempDir()+"/s.db", "t: {}"), Log: slog.New(slog.NewTextHandler(log, nil))})
	defer closeServer(t, s)
	s.visited(poll.Report{Source: "https://a.example/", Status: poll.OK, New: 200})
	if strings.Contains(log.String(), "max_new") {
		t.Errorf("nothing was over it:\n%s", log)
	}
	s.visited(poll.Report{Source: "https://u:secret@b.example/", Status: poll.OK, New: 300, Past: 100})
	s.visited(poll.Report{Source: "https://b.example/", Status: poll.ByHub, New: 210, Past: 10})
	if text := log.String(); strings.Count(text, "more came at once than max_new") != 2 || !strings.Contains(text, "new=300 past=100") || !strings.Contains(text, "new=210 past=10") || strings.Contains(text, "secret") {
		t.Errorf("the log says:\n%s", text)
	}
	if line := fmt.Sprint(s.hourly.take()); !strings.HasSuffix(line, "new 710 updated 0 past 110]") {
		t.Errorf("of the hour: %s", line)
	}
}
