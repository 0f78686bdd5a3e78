package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
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

// An hour is said by a server that runs, and once; one without visits is not.
func TestHoursAreSaid(t *testing.T) {
	b := new(logged)
	synctest.Test(t, func(t *testing.T) {
		s := &Server{log: slog.New(slog.NewTextHandler(b, nil))}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.sayHourly(ctx) }()
		for hour, want := range []int{1, 1, 2} {
			if hour != 1 {
				s.hourly.visited(poll.Report{Status: poll.OK, New: 3})
			}
			time.Sleep(59 * time.Minute)
			synctest.Wait()
			if n := strings.Count(b.String(), "visits of an hour"); hour == 0 && n != 0 {
				t.Errorf("%d lines before an hour is over", n)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := strings.Count(b.String(), `msg="visits of an hour" ok=1 unchanged=0 failed=0 pushed=0 new=3 updated=0`); n != want {
				t.Errorf("%d lines after %d hours, want %d:\n%s", n, hour+1, want, b.String())
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// What ends well is in the log of those alone who ask for every line.
func TestVisitsInTheLog(t *testing.T) {
	var b bytes.Buffer
	s := openServer(t, Options{
		Config: liveConfig(t, t.TempDir(), "https://x.example/rss", "t: {}"),
		Log:    slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	defer closeServer(t, s)
	for _, tt := range []struct {
		report poll.Report
		want   string
	}{
		{poll.Report{Status: poll.OK, Entries: 3, New: 1}, "level=DEBUG msg=visit "},
		{poll.Report{Status: poll.Unchanged}, "level=DEBUG msg=visit "},
		{poll.Report{Status: poll.ByHub, New: 1}, "level=DEBUG msg=pushed "},
		{poll.Report{Status: poll.ByHub, Error: "no feed"}, `level=WARN msg="what a hub pushed is of no use" `},
		{poll.Report{Status: poll.Failed, Error: "500"}, `level=WARN msg="visit failed" `},
	} {
		b.Reset()
		tt.report.Source = "https://x.example/rss"
		s.visited(tt.report)
		if got := b.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %s, want %s", tt.report, got, tt.want)
		}
	}
}

// A server keeps quiet of what repeats, and says each hour what visits brought.
func TestTheLogOfAServer(t *testing.T) {
	url, say := source(t)
	say("")
	l := goLive(t, liveConfig(t, t.TempDir(), url, "t: {}"), func(s *Server) { s.hourly.every = 5 * time.Millisecond })
	const visits = 12
	for range visits {
		if err := Fetch.Each(t.Context(), l.client, true, func(poll.Report) {}); err != nil {
			t.Fatal(err)
		}
	}
	if log := l.log.String(); strings.Count(log, `msg="visit failed"`) != quietAfter+1 || !strings.Contains(log, "times=10\n") {
		t.Errorf("the log of %d visits that failed:\n%s", visits, log)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(30 * time.Second); !strings.Contains(l.log.String(), `msg="visits of an hour"`); {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("nothing is said of the visits:\n%s", l.log)
		}
	}
}
