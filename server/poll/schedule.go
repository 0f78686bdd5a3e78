package poll

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
)

// A Plan is what a source's next visit depends on, apart from how the last one
// ended.
type Plan struct {
	Own     time.Duration // the operator's interval for this source; 0 for none
	Default time.Duration // the operator's interval for all
	File    bool          // a file: source; looking at it costs nobody anything
	// Same is how often in a row the source brought the bytes it had brought before,
	// without a validator that would have spared them.
	Same  int
	Gap   time.Duration // median time between entries; 0 for unknown
	Hints feed.Hints
	// Pushed says that a hub pushes what is new: a visit only makes sure.
	Pushed bool
	MaxAge time.Duration // freshness of the last answer (RFC 9111 §4.2.1)
}

// A Result is how a visit ended.
type Result struct {
	Failed   bool
	Ours     bool // it failed because we have no network
	Failures int  // visits failed in a row, this one included
	Status   int  // of the answer, 0 for none
	// RetryAfter is how long the server asked to be left alone; Asked says that
	// it did.
	RetryAfter time.Duration
	Asked      bool
}

// A Decision is when a source is due again.
type Decision struct {
	Next time.Time
	Why  string    // what decided it, in a few words
	Hold time.Time // until when the server asked to be left alone; zero for not
}

// The bounds of the schedule.
const (
	fileInterval    = time.Minute        // people expect an edit to show
	maxRhythm       = 24 * time.Hour     // as far as a source's own rhythm goes
	maxHint         = 7 * 24 * time.Hour // as far as hints go
	maxSame         = 24 * time.Hour     // as far as documents that stay the same go
	pushedInterval  = 24 * time.Hour     // of sources whose hub pushes
	goneInterval    = 7 * 24 * time.Hour // after 410
	outageInterval  = 15 * time.Minute   // after a failure of our own
	unheardInterval = 15 * time.Minute   // after a visit of which nothing was heard
	firstBackoff    = time.Hour
	refusedBackoff  = 4 * time.Hour // after 429 and 503 without a Retry-After
	maxBackoff      = 24 * time.Hour
	maxRetryAfter   = feed.MaxHold
	maxValidatorAge = 8 * 24 * time.Hour // of nothing but 304
	maxValidator    = 4 << 10            // bytes of one header
)

// Next decides when a source is due again. It depends on nothing but its
// arguments. random in [0,1) adds up to a tenth of the wait, so that sources
// drift apart; it never makes a visit early.
func Next(now time.Time, p Plan, r Result, random float64) Decision {
	wait, why := interval(p)
	d := Decision{}
	longer := func(w time.Duration, reason string) {
		if w > wait {
			wait, why = w, reason
		}
	}
	switch {
	case r.Failed && r.Ours:
		wait, why = min(wait, outageInterval), "no network"
	case r.Failed && r.Status == http.StatusGone:
		longer(goneInterval, "410 Gone")
	case r.Asked && (r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable):
		after := min(max(r.RetryAfter, 0), maxRetryAfter)
		d.Hold = now.Add(after)
		longer(after, "Retry-After")
	case r.Failed:
		if w := backoff(r); w >= wait { // of two that are as long, the one that grows
			wait, why = w, fmt.Sprintf("failure %d in a row", r.Failures)
		}
	}
	d.Why = why
	d.Next = now.Add(wait + time.Duration(random*float64(wait)/10))
	if !r.Ours {
		if at := skip(d.Next, p.Hints, random); at.After(d.Next) {
			d.Next = at
			if why != feed.WhyPushed { // else it would not be known again
				d.Why = "skipHours or skipDays"
			}
		}
	}
	return d
}

// unheard is when a source is due that is about to be visited, should nothing be heard
// of that because the process dies. The request may have left by then, so the source is
// not asked at once; and it is not to blame, so its news need not wait an interval. But
// where it fails, or nothing was heard of the visit before either, it waits as long as
// after any other visit: a process that dies over and over asks nobody more often than
// one that lives.
func unheard(now time.Time, p Plan, s *feed.SourceState, random float64) time.Time {
	next := Next(now, p, lastResult(s), random).Next
	if s.Failures > 0 || s.Why == feed.WhyBegun {
		return next
	}
	soon := now.Add(unheardInterval + time.Duration(random*float64(unheardInterval)/10))
	if soon = skip(soon, p.Hints, random); soon.Before(next) {
		return soon
	}
	return next
}

// lastResult is how a source's last visit ended, as far as the store knows.
func lastResult(s *feed.SourceState) Result {
	return Result{Failed: s.Failures > 0, Failures: s.Failures, Status: s.HTTP}
}

// interval is the wait between two visits that succeed: the operator's, doubled for
// each document that came for nothing, or half the source's own rhythm where that is
// longer, a day where a hub pushes, raised by what the document and the answer ask for.
func interval(p Plan) (time.Duration, string) {
	wait, why := p.Own, "its interval of "
	if wait == 0 {
		wait, why = p.Default, "the default interval of "
		if p.File {
			return fileInterval, "a file"
		}
	}
	why += length(wait) // the configuration may say another by the time that somebody asks
	longer := func(w time.Duration, reason string) {
		if w > wait {
			wait, why = w, reason
		}
	}
	if p.Pushed {
		longer(pushedInterval, feed.WhyPushed)
	}
	longer(min(p.Gap/2, maxRhythm), "half the time between its entries")
	if !p.File {
		longer(doubled(cmp.Or(p.Own, p.Default), p.Same), "the same document again, without ETag or Last-Modified")
	}
	longer(min(p.MaxAge, maxHint), "Cache-Control or Expires")
	longer(min(time.Duration(p.Hints.TTL)*time.Minute, maxHint), "ttl")
	longer(min(p.Hints.UpdatePeriod, maxHint), "sy:updatePeriod")
	return wait, why
}

// length is a wait without the units that it has none of.
func length(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// doubled is an interval after n documents that came for nothing.
func doubled(wait time.Duration, n int) time.Duration {
	for ; n > 0 && wait < maxSame; n-- {
		wait *= 2
	}
	return min(wait, maxSame)
}

// backoff is 1, 2, 4, 8, 16, 24 h; it begins at 4 h where the server said that
// it is asked too much.
func backoff(r Result) time.Duration {
	wait := firstBackoff
	if r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable {
		wait = refusedBackoff
	}
	for range min(r.Failures, 6) - 1 {
		wait *= 2
	}
	return min(wait, maxBackoff)
}

// skip moves a visit out of the hours and days in which the publisher does not
// want any (RSS 2.0 skipHours, skipDays; UTC). Where that leaves no hour of the
// week it is no advice.
func skip(at time.Time, h feed.Hints, random float64) time.Time {
	if len(h.SkipHours) == 0 && len(h.SkipDays) == 0 {
		return at
	}
	t := at.UTC()
	for range 8 * 24 {
		if !slices.Contains(h.SkipHours, t.Hour()) && !slices.Contains(h.SkipDays, t.Weekday()) {
			return t
		}
		// Not all at once on the hour.
		t = t.Truncate(time.Hour).Add(time.Hour + time.Duration(random*float64(10*time.Minute)))
	}
	return at
}

// address is where a source is asked: where it moved for good, unless that has
// failed three times in a row.
func address(s *feed.SourceState) string {
	if s.Address != "" && s.Failures < 3 {
		return s.Address
	}
	return string(s.ID)
}

// validators are those to send: none when they are void, or nobody knows since when
// they are there because the clock was ahead.
func validators(s *feed.SourceState, now time.Time) feed.Validators {
	if now.Sub(s.Fresh) > maxValidatorAge || s.Fresh.Sub(now) > feed.WrongClock {
		return feed.Validators{}
	}
	return s.Validators
}

// The conditions for taking a permanent redirect at its word.
const (
	moveVisits = 3
	moveTime   = 7 * 24 * time.Hour
)

// moved tells what an answer means for the source's address. to is where a chain
// of nothing but permanent redirects led, "" for none; shared says that the
// document there has an entry that the source is known to have.
func moved(s *feed.SourceState, to string, shared bool, now time.Time) (feed.Move, string) {
	switch {
	case to == "":
		return feed.Move{}, s.Address
	case to != s.Moved.To:
		return feed.Move{To: to, Since: now, Visits: 1}, s.Address
	}
	m := s.Moved
	m.Visits++
	if m.Since.After(now) { // the clock was ahead
		m.Since = now
	}
	if m.Visits >= moveVisits && now.Sub(m.Since) >= moveTime && shared {
		return feed.Move{}, to
	}
	return m, s.Address
}
