package websub

import (
	"crypto/rand"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
)

// What a lease waits for, and how long.
const (
	// askedLease is the lease that is asked for, and taken where a hub does not say.
	askedLease   = 10 * 24 * time.Hour
	longestLease = 366 * 24 * time.Hour
	// minRenewal is the least time to a renewal, however short the lease.
	minRenewal = 5 * time.Second
	// confirmWait is how long a hub may take to ask back.
	confirmWait  = 10 * time.Minute
	firstRetry   = 15 * time.Minute
	maxRetry     = 24 * time.Hour
	minRetry     = time.Minute
	deniedRetry  = 7 * 24 * time.Hour
	leaveTries   = 3               // requests to end a lease, until it is left to itself
	silentHubFor = 5 * time.Minute // how long a hub that does not answer is left alone
)

// callback is the address of a token.
func (s *Subscriber) callback(token string) string { return s.o.URL + CallbackPath + token }

// newLease is one that nobody was asked for yet.
func (s *Subscriber) newLease(id feed.SourceID, a feed.Advert) *feed.Lease {
	token := rand.Text() // 130 bits
	return &feed.Lease{
		Source: id, Token: token, Callback: s.callback(token), Secret: rand.Text() + rand.Text(),
		Hub: a.Hub, Topic: a.Topic, State: feed.LeaseAsked,
	}
}

// remember notes a stored lease. The caller holds mu, or has s for itself.
func (s *Subscriber) remember(l *feed.Lease) {
	switch l.State {
	case feed.LeaseGone:
		delete(s.leases, l.Token)
		delete(s.calls, l.Token)
		delete(s.missed, l.Token)
	case feed.LeaseLeaving:
		s.leases[l.Token] = l
	default:
		s.leases[l.Token] = l
		s.current[l.Source] = l.Token
		return
	}
	if s.current[l.Source] == l.Token {
		delete(s.current, l.Source)
		delete(s.checked, l.Source)
	}
}

func (s *Subscriber) lease(token string) *feed.Lease {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leases[token]
}

// change lets edit change a lease, on disk and then here; where it returns false, and
// where the lease is gone, nothing changes.
func (s *Subscriber) change(token string, edit func(*feed.Lease) bool) (changed bool, err error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	was := s.lease(token)
	if was == nil {
		return false, nil
	}
	is := *was
	if !edit(&is) {
		return false, nil
	}
	return true, s.put(was, &is)
}

// put stores a lease in the place of another one, nil for none. The caller holds turn.
func (s *Subscriber) put(was, is *feed.Lease) error {
	now := s.now()
	if err := s.o.Apply(&feed.LeaseChange{At: now, Lease: *is}); err != nil {
		return err
	}
	s.mu.Lock()
	s.remember(is)
	if is.State == feed.LeaseActive && (was == nil || was.State != feed.LeaseActive) {
		delete(s.checked, is.Source)
	}
	s.mu.Unlock()
	// As it was promised, be the time over or not: that it is over is told now.
	if was != nil && was.State == feed.LeaseActive && was.Failures == 0 && !was.Missed && !is.Healthy(now) {
		s.o.Lapsed(is.Source)
	}
	return nil
}

// confirmed makes a lease active for as long as the hub says; 0 for where it does not.
func (s *Subscriber) confirmed(l *feed.Lease, lease time.Duration) {
	now := s.now()
	if lease <= 0 {
		lease = askedLease
	}
	lease = min(lease, longestLease)
	if l.State != feed.LeaseActive {
		l.State, l.Since = feed.LeaseActive, now
	}
	l.Until, l.Next = now.Add(lease), now.Add(max(lease/5*4, minRenewal))
	l.Pending, l.Failures, l.Error = false, 0, ""
}

// failed notes a request that came to nothing. A renewal is tried again the sooner the
// less is left.
func (s *Subscriber) failed(l *feed.Lease, why string) {
	now := s.now()
	l.Pending, l.Error = false, why
	l.Failures++
	wait := min(firstRetry<<min(l.Failures-1, 7), maxRetry)
	if l.Holds(now) {
		wait = min(wait, max(l.Until.Sub(now)/4, minRetry))
	}
	l.Next = now.Add(s.random(wait))
}

// denied notes that the hub does not push.
func (s *Subscriber) denied(l *feed.Lease, why string) {
	l.State, l.Pending, l.Error, l.Since, l.Until = feed.LeaseDenied, false, why, time.Time{}, time.Time{}
	l.Failures++
	l.Next = s.now().Add(s.random(deniedRetry))
}

// lapsed notes that the time of a lease is over.
func (s *Subscriber) lapsed(l *feed.Lease) {
	l.State, l.Since, l.Until = feed.LeaseAsked, time.Time{}, time.Time{}
	if !l.Pending && l.Failures == 0 {
		l.Next = s.now()
	}
}

// left gives a lease up: the hub is to be told where it pushes.
func (s *Subscriber) left(l *feed.Lease) {
	now := s.now()
	if !l.Holds(now) {
		l.State = feed.LeaseGone
		return
	}
	l.State, l.Next, l.Pending, l.Failures, l.Error = feed.LeaseLeaving, now, false, 0, ""
}

// maxSaid is how many bytes of what a hub says are kept for people.
const maxSaid = 200

// said is what a hub said, as it may be stored, logged and shown: a hub may repeat
// what it was sent.
func said(l *feed.Lease, text string) string {
	for _, secret := range []string{l.Token, l.Secret} {
		text = strings.ReplaceAll(text, secret, "[hidden]")
	}
	text = strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(text, ""))), " ")
	return strings.ToValidUTF8(text[:min(len(text), maxSaid)], "")
}

// source is the source of a lease, for the log.
func sourceOf(l *feed.Lease) string { return link.Masked(string(l.Source)) }
