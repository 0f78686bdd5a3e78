package storage_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

func subscriptions(t *testing.T, db *storage.DB) (all []feed.Subscription) {
	t.Helper()
	if err := db.View(func(r *storage.Reader) error {
		return r.Subscriptions(func(s feed.Subscription) bool {
			all = append(all, s)
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func wish(callback string) feed.Wish {
	return feed.Wish{Path: "/topics/water.atom", Callback: "https://s.example/" + callback}
}

// A subscription is one for each path and callback, whatever happens to it, and lasts
// until it is ended.
func TestSubscriptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	until, later := t0.Add(240*time.Hour), t0.Add(480*time.Hour)
	ping := feed.Wish{Path: "/topics/water.atom", Callback: "https://s.example/a", Ping: true}
	res := apply(t, db,
		&feed.Subscribing{At: t0, Wish: wish("a"), Secret: "s", Until: until, Delivered: 1},
		&feed.Subscribing{At: t0, Wish: wish("b"), Until: until, Delivered: 1},
		&feed.Subscribing{At: t0, Wish: ping, Delivered: 1})
	for i, want := range []feed.SubscriptionKey{1, 2, 3} {
		if got := res.Outcomes[i].Subscription; got != want {
			t.Errorf("lease %d began subscription %d", i, got)
		}
	}
	check := func(what string, want ...feed.Subscription) {
		t.Helper()
		if diff := cmp.Diff(want, subscriptions(t, db)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if err := db.Sound(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	a := feed.Subscription{Key: 1, Wish: wish("a"), Secret: "s", Until: until, Delivered: 1}
	b := feed.Subscription{Key: 2, Wish: wish("b"), Until: until, Delivered: 1}
	p := feed.Subscription{Key: 3, Wish: ping, Delivered: 1}
	check("begun", a, b, p)

	apply(t, db, &feed.Delivery{At: t0, Outcomes: []feed.DeliveryOutcome{
		{Subscription: 1, Delivered: 1 << 63}, {Subscription: 2, Delivered: 1, Failures: 3, Next: later}, {Subscription: 99, Delivered: 5},
	}})
	a.Delivered, b.Failures, b.Next = 1<<63, 3, later
	check("delivered to", a, b, p)
	db.Close()
	db = open(t, path)
	check("after a restart", a, b, p)

	res = apply(t, db, &feed.Subscribing{At: t0, Wish: wish("b"), Secret: "new", Until: later, Delivered: 77})
	b.Secret, b.Until, b.Failures, b.Next = "new", later, 0, time.Time{}
	if res.Outcomes[0].Subscription != 2 {
		t.Errorf("renewed as %d", res.Outcomes[0].Subscription)
	}
	check("renewed", a, b, p)

	apply(t, db, &feed.Unsubscribing{At: until, Subscriptions: []feed.SubscriptionKey{1, 2, 3}, Expired: true})
	check("expired, but for one that was renewed and one without an end", b, p)
	apply(t, db, &feed.Unsubscribing{At: t0, Subscriptions: []feed.SubscriptionKey{2, 1}})
	check("ended", p)
	if res = apply(t, db, &feed.Subscribing{At: t0, Wish: wish("b"), Until: until, Delivered: 6}); res.Outcomes[0].Subscription != 4 {
		t.Errorf("begun anew as %d: what came of the old one would be taken for the new one's", res.Outcomes[0].Subscription)
	}
	check("begun anew", p, feed.Subscription{Key: 4, Wish: wish("b"), Until: until, Delivered: 6})
}

// Verify misses each of the records of a subscription.
func TestVerifyFindsLostSubscriptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	apply(t, db, &feed.Subscribing{At: t0, Wish: wish("a"), Until: t0, Delivered: 1})
	db.Close()
	for _, bucket := range []string{"subscriptions", "wishes", "delivered"} {
		var k, v []byte
		change(t, path, bucket, func(b *bolt.Bucket) error {
			first, was := b.Cursor().First()
			k, v = append([]byte(nil), first...), append([]byte(nil), was...)
			return b.Delete(k)
		})
		if len(verified(t, path)) == 0 {
			t.Errorf("nothing is wrong without %x of %s", k, bucket)
		}
		change(t, path, bucket, func(b *bolt.Bucket) error { return b.Put(k, v) })
	}
}
