package feed

import (
	"fmt"
	"net/url"
	"time"
)

// A Lease is our subscription to what a hub pushes of a source (WebSub §5). A source
// has one that counts, and for a while those that are being given up. What is secret
// of it is in no JSON.
type Lease struct {
	Source SourceID `json:"source"`
	// Token names the lease and ends the callback's address. It cannot be guessed:
	// whoever asks for the lease makes it, of at least 128 random bits.
	Token    string `json:"-"`
	Callback string `json:"-"` // the address that the hub calls
	Secret   string `json:"-"` // by which the hub signs what it pushes
	Hub      string `json:"hub"`
	Topic    string `json:"topic"` // as the publisher names it

	State LeaseState `json:"state"`
	// Since is when the hub confirmed it first, and Until how long it then pushes.
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Next is when something is to be done for it: to ask the hub, to ask again, to
	// renew it.
	Next time.Time `json:"next"`
	// Pending says that the hub was asked and has not confirmed yet.
	Pending  bool   `json:"pending"`
	Failures int    `json:"failures"` // requests that came to nothing, in a row
	Error    string `json:"error"`    // of the last of them, or why the hub denied it
	// Missed says that a visit found what the hub had not pushed. What it pushes
	// next takes that back.
	Missed bool `json:"missed"`
}

// A LeaseState is how far a subscription is.
type LeaseState string

// The states of a lease.
const (
	LeaseGone    LeaseState = ""        // in a LeaseChange: the lease is forgotten
	LeaseAsked   LeaseState = "asked"   // wanted, and not confirmed
	LeaseActive  LeaseState = "active"  // confirmed
	LeaseDenied  LeaseState = "denied"  // by the hub
	LeaseLeaving LeaseState = "leaving" // no longer wanted; the hub is to confirm that
)

// Holds reports whether the hub pushes, as far as it promised.
func (l *Lease) Holds(now time.Time) bool { return l.State == LeaseActive && now.Before(l.Until) }

// Healthy reports whether the hub may be relied upon: it promised to push, nothing
// went wrong since, and it pushed what there was.
func (l *Lease) Healthy(now time.Time) bool {
	return l.Holds(now) && l.Failures == 0 && !l.Missed
}

// HubHost is the name of the hub's host, for people.
func (l *Lease) HubHost() string {
	u, err := url.Parse(l.Hub)
	if err != nil {
		return ""
	}
	return u.Host
}

// Says is the state of the lease in a sentence without a full stop, "" where there
// is nothing to tell.
func (l *Lease) Says(now time.Time) string {
	host := l.HubHost()
	switch {
	case l.State == LeaseLeaving || host == "":
		return ""
	case l.State == LeaseDenied:
		return fmt.Sprintf("%s denied to push it: %s", host, l.reason())
	case !l.Holds(now) && l.Failures > 0:
		return fmt.Sprintf("%s does not push it: %s", host, l.reason())
	case !l.Holds(now):
		return fmt.Sprintf("%s was asked to push it", host)
	case l.Failures > 0:
		return fmt.Sprintf("pushed by %s until %s, not renewed: %s", host, l.until(), l.reason())
	case l.Missed:
		return fmt.Sprintf("%s promised to push it until %s, and does not", host, l.until())
	}
	return fmt.Sprintf("pushed by %s until %s", host, l.until())
}

func (l *Lease) until() string { return l.Until.UTC().Format("2006-01-02 15:04") }

func (l *Lease) reason() string {
	if l.Error == "" {
		return "it does not say why"
	}
	return l.Error
}

// An Advert is what a source says of where its news is pushed (WebSub §4).
type Advert struct {
	Hub   string // where to subscribe; "" where it names no hub
	Topic string // to what
}
