package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A StatusError is an answer other than 200, or 304 where it was asked for.
type StatusError struct {
	Status     int
	RetryAfter string // the header as sent, or ""
}

func (e *StatusError) Error() string {
	if e.Status == http.StatusNotModified {
		return "the server answered 304 to an unconditional request"
	}
	s := strconv.Itoa(e.Status)
	if t := http.StatusText(e.Status); t != "" {
		s += " " + t
	}
	return "the server answered " + s
}

// MaxRetryAfter bounds what a server can ask for with Retry-After.
const MaxRetryAfter = 7 * 24 * time.Hour

// After is how long from now the server wants to be left alone: Retry-After in
// seconds or as an HTTP-date in any of its three formats (RFC 9110 §10.2.3 and
// §5.6.7), from 0 to MaxRetryAfter. It reports false where the server did not
// say, or not in a way that can be read.
func (e *StatusError) After(now time.Time) (time.Duration, bool) {
	s := strings.TrimSpace(e.RetryAfter)
	d, ok := deltaSeconds(s)
	if !ok {
		t, err := http.ParseTime(s)
		if err != nil {
			return 0, false
		}
		d = t.Sub(now)
	}
	return min(max(d, 0), MaxRetryAfter), true
}
