package storage

import (
	"encoding/binary"
	"fmt"

	"topicwire/feed"
)

// What changes with every delivery lies apart from what stays: of ten thousand
// subscribers that take a document, ten thousand short numbers are written.

// subscribe begins or renews a subscription.
func (w *writer) subscribe(c *feed.Subscribing, o *Outcome) error {
	subscriptions, wishes := w.tx.Bucket(bSubscriptions), w.tx.Bucket(bWishes)
	wish := wishKey(c.Wish)
	s := feed.Subscription{Wish: c.Wish, Secret: c.Secret, Until: c.Until, Delivered: c.Delivered}
	if k := wishes.Get(wish); k != nil {
		s.Key = feed.SubscriptionKey(readKey(k))
		var was feed.Subscription
		if err := decodeDelivered(w.tx.Bucket(bDelivered).Get(key8(uint64(s.Key))), &was); err != nil {
			return fmt.Errorf("subscription %d: %w", s.Key, err)
		}
		s.Delivered = was.Delivered
	} else {
		n, err := subscriptions.NextSequence()
		if err != nil {
			return err
		}
		s.Key = feed.SubscriptionKey(n)
		if err := wishes.Put(wish, shortKey(n)); err != nil {
			return err
		}
	}
	o.Subscription = s.Key
	k := key8(uint64(s.Key))
	if err := subscriptions.Put(k, encodeSubscription(&s)); err != nil {
		return err
	}
	return w.tx.Bucket(bDelivered).Put(k, encodeDelivered(&s))
}

// unsubscribe removes subscriptions.
func (w *writer) unsubscribe(c *feed.Unsubscribing) error {
	subscriptions := w.tx.Bucket(bSubscriptions)
	for _, key := range c.Subscriptions {
		k := key8(uint64(key))
		v := subscriptions.Get(k)
		if v == nil {
			continue
		}
		var s feed.Subscription
		if err := decodeSubscription(v, &s); err != nil {
			return fmt.Errorf("subscription %d: %w", key, err)
		}
		if c.Expired && (s.Until.IsZero() || s.Until.After(c.At)) {
			continue
		}
		if err := w.tx.Bucket(bWishes).Delete(wishKey(s.Wish)); err != nil {
			return err
		}
		if err := subscriptions.Delete(k); err != nil {
			return err
		}
		if err := w.tx.Bucket(bDelivered).Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// deliver notes what came of deliveries.
func (w *writer) deliver(c *feed.Delivery) error {
	subscriptions, delivered := w.tx.Bucket(bSubscriptions), w.tx.Bucket(bDelivered)
	for i := range c.Outcomes {
		o := &c.Outcomes[i]
		k := key8(uint64(o.Subscription))
		if subscriptions.Get(k) == nil {
			continue
		}
		s := feed.Subscription{Delivered: o.Delivered, Failures: o.Failures, Next: o.Next}
		if err := delivered.Put(k, encodeDelivered(&s)); err != nil {
			return err
		}
	}
	return nil
}

// Subscriptions calls visit with all subscriptions, the oldest first, until it returns
// false.
func (r *Reader) Subscriptions(visit func(feed.Subscription) bool) error {
	delivered := r.tx.Bucket(bDelivered)
	c := r.tx.Bucket(bSubscriptions).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		s := feed.Subscription{Key: feed.SubscriptionKey(binary.BigEndian.Uint64(k))}
		err := decodeSubscription(v, &s)
		if err == nil {
			err = decodeDelivered(delivered.Get(k), &s)
		}
		if err != nil {
			return fmt.Errorf("subscription %d: %w", s.Key, err)
		}
		if !visit(s) {
			return nil
		}
	}
	return nil
}

// wishKey finds a subscription. No path has a zero byte, as no path of ours has.
func wishKey(w feed.Wish) []byte {
	b := append([]byte{boolByte(w.Ping)}, w.Path...)
	return append(append(b, 0), w.Callback...)
}

const subscriptionVersion = 1

func encodeSubscription(s *feed.Subscription) []byte {
	b := []byte{subscriptionVersion, boolByte(s.Ping)}
	b = putString(putString(putString(b, s.Path), s.Callback), s.Secret)
	return putTime(b, s.Until)
}

func decodeSubscription(v []byte, s *feed.Subscription) error {
	c := cursor{b: v}
	if version := c.byte(); version != subscriptionVersion && c.err == nil {
		return fmt.Errorf("record of version %d", version)
	}
	s.Ping = c.byte() == 1
	s.Path, s.Callback, s.Secret = c.string(), c.string(), c.string()
	s.Until = c.time()
	return c.err
}

func encodeDelivered(s *feed.Subscription) []byte {
	b := key8(s.Delivered)
	if s.Failures == 0 && s.Next.IsZero() {
		return b // nearly always
	}
	return putTime(binary.AppendUvarint(b, uint64(max(s.Failures, 0))), s.Next)
}

func decodeDelivered(v []byte, s *feed.Subscription) error {
	c := cursor{b: v}
	s.Delivered = readKey(c.take(8))
	if c.err == nil && len(c.b) > 0 {
		s.Failures = int(c.uvarint())
		s.Next = c.time()
	}
	return c.err
}

// subscriptions says what is wrong with the index of subscriptions and with what was
// delivered.
func (v *verifying) subscriptions() error {
	n := 0
	wishes, delivered := v.w.tx.Bucket(bWishes), v.w.tx.Bucket(bDelivered)
	err := v.w.tx.Bucket(bSubscriptions).ForEach(func(k, value []byte) error {
		var s feed.Subscription
		key := readKey(k)
		if err := decodeSubscription(value, &s); err != nil {
			return fmt.Errorf("subscription %d: %w", key, err)
		}
		if found := wishes.Get(wishKey(s.Wish)); readKey(found) != key {
			v.wrong("subscription %d is found as %d", key, readKey(found))
		}
		if err := decodeDelivered(delivered.Get(k), &s); err != nil {
			v.wrong("what was delivered to subscription %d is not stored", key)
		}
		n++
		return nil
	})
	if found := wishes.Stats().KeyN; err == nil && found != n {
		v.wrong("%d subscriptions are found, and there are %d", found, n)
	}
	if found := delivered.Stats().KeyN; err == nil && found != n {
		v.wrong("%d subscriptions were delivered to, and there are %d", found, n)
	}
	return err
}
