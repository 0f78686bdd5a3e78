package feed

import "time"

// A SubscriptionKey is the number of a subscription; 0 is none. A key is never given twice.
type SubscriptionKey uint64

// A Subscription is a wish to be told when a feed of ours changes: of a subscriber of our
// hub (WebSub §5), or our own for a hub elsewhere.
type Subscription struct {
	Key SubscriptionKey
	Wish
	Secret string    // for the signature of what is delivered (WebSub §8); "" for none
	Until  time.Time // end of the lease, in whole milliseconds; zero for none
	// Delivered is the hash of the body that was delivered last: one with another hash
	// is due.
	Delivered uint64
	// Failures is how many deliveries failed since the last one that did not, and Next
	// when to try again; zero without any.
	Failures int
	Next     time.Time
}

// A Wish is what tells subscriptions apart.
type Wish struct {
	Path     string // of the feed, below the public address: /topics/water.atom
	Callback string // where to deliver: an http or https URL
	// Ping says that Callback is a hub elsewhere, which is told of a change and fetches
	// the feed itself.
	Ping bool
}

// A Subscribing begins a subscription, or renews the one of its Wish, which keeps its key and
// what was delivered, and is due again if it failed.
type Subscribing struct {
	At time.Time
	Wish
	Secret string
	Until  time.Time
	// Delivered is the hash of the body that a new subscriber is taken to have.
	Delivered uint64
}

// An Unsubscribing ends subscriptions. Those that are gone already are passed over.
type Unsubscribing struct {
	At            time.Time
	Subscriptions []SubscriptionKey
	// Expired leaves alone those that were renewed until after At.
	Expired bool
}

// A Delivery is what came of deliveries that ended at about one time. Those of
// subscriptions that are gone are passed over.
type Delivery struct {
	At       time.Time
	Outcomes []DeliveryOutcome
}

// A DeliveryOutcome is what came of one delivery.
type DeliveryOutcome struct {
	Subscription SubscriptionKey
	// Delivered is the hash of the body that the subscriber took; of a failure, that of
	// the one before.
	Delivered uint64
	Failures  int
	Next      time.Time // zero without failures
}

func (l *Subscribing) Time() time.Time   { return l.At }
func (l *Unsubscribing) Time() time.Time { return l.At }
func (d *Delivery) Time() time.Time      { return d.At }

func (*Subscribing) isChange()   {}
func (*Unsubscribing) isChange() {}
func (*Delivery) isChange()      {}
