package server

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/server/poll"
)

// How long things take is counted: each visit, each write, what is published, and each
// answer to a reader.
func TestDurations(t *testing.T) {
	url, say := source(t)
	f := newFaulty(t, seen{}, func(dir string) *config.Config { return liveConfig(t, dir, url, "t: {}") }, nil)
	count := func(series string) int {
		t.Helper()
		_, metrics := f.ask("/metrics")
		m := regexp.MustCompile(`(?m)^topicwire_` + series + ` (\d+)$`).FindStringSubmatch(metrics)
		if m == nil {
			t.Fatalf("no %s in the metrics", series)
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const (
		ok, failed = `visit_duration_seconds_count{status="ok"}`, `visit_duration_seconds_count{status="error"}`
		commits    = "commit_duration_seconds_count"
		published  = "publish_duration_seconds_count"
		requests   = "request_duration_seconds_count"
	)
	f.until(t, "/topics/t.atom", "Rivers rise")
	f.visitAll() // behind the first visit, which is counted then
	before := map[string]int{}
	for _, series := range []string{ok, failed, commits, published, requests} {
		before[series] = count(series)
	}
	say("Rivers fall")
	f.visitAll()
	f.until(t, "/topics/t.atom", "Rivers fall")
	say("")
	f.visitAll()
	for _, series := range []string{ok, failed} {
		if n := count(series); n != before[series]+1 {
			t.Errorf("%s went from %d to %d, want one more", series, before[series], n)
		}
	}
	for _, series := range []string{commits, published} {
		if n := count(series); n <= before[series] {
			t.Errorf("%s stays at %d", series, n)
		}
	}
	// A request is counted once it is answered, which a reader may see before.
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(30 * time.Second); count(requests) <= before[requests]; {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("%s stays at %d", requests, before[requests])
		}
	}
	// What hubs push is no visit.
	f.visited(poll.Report{Source: alarmSource, Status: poll.ByHub, New: 1})
	if n := count(ok); n != before[ok]+1 {
		t.Errorf("a push is counted as a visit")
	}
}
