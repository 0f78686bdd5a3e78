package poll

import (
	"net/http"
	"strconv"
	"time"
)

// A Result is what a visit means for the schedule.
type Result struct {
	Failed     bool
	Failures   int    // visits failed in a row, this one included
	Status     int    // of the answer, 0 for none
	RetryAfter string // the header as sent, or ""
}

// The longest waits: after failures, and as long as a server may ask for.
const (
	maxBackoff    = 24 * time.Hour
	maxRetryAfter = 7 * 24 * time.Hour
)

// Next is when a source is due again: its interval after a success, further off
// after each failure, and never earlier than the server asked. random in [0,1)
// adds up to a tenth, so that sources drift apart; it never makes a visit early.
func Next(now time.Time, interval time.Duration, r Result, random float64) time.Time {
	wait := interval
	if r.Failed {
		wait = max(wait, backoff(r))
	}
	return now.Add(wait + time.Duration(random*float64(wait)/10))
}

func backoff(r Result) time.Duration {
	first := time.Hour
	if r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable {
		if seconds, err := strconv.ParseInt(r.RetryAfter, 10, 32); err == nil && seconds >= 0 {
			return min(time.Duration(seconds)*time.Second, maxRetryAfter)
		}
		first = 4 * time.Hour
	}
	wait := first
	for range min(r.Failures, 6) - 1 {
		wait *= 2
	}
	return min(wait, maxBackoff)
}
