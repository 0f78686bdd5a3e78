package web

import (
	"os"
	"sync"
	"time"
)

// A watch spares a connection what an http.Server does at each request only to notice that
// a client goes away meanwhile: it reads a byte in a goroutine of its own while the handler
// runs, and ends that read by a deadline that has passed. An answer that is prepared takes
// microseconds. Here such a read rests for watchAfter before it begins, and ends without
// having begun; and deadlines of reading are set when something is read, if at all.
type watch struct {
	mu     sync.Mutex
	wanted time.Time     // the read deadline that was asked for last
	by     time.Time     // the one in force
	state  watchState    // of a read of one byte
	wake   chan struct{} // ends its rest; nil before the first
	timer  *time.Timer   // of its rest, likewise
}

type watchState uint8

const (
	unwatched watchState = iota
	resting
	reading
)

// watchAfter is how long a handler runs until somebody looks whether its client is there.
const watchAfter = 20 * time.Millisecond

// SetReadDeadline is net.Conn's, less precise by writeSlack: it takes effect with the next
// Read. One that has passed ends a Read of one byte.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted = t
	if !ends(t) {
		return nil
	}
	switch c.state {
	case resting:
		c.state = unwatched
		c.wake <- struct{}{}
	case reading:
		c.by = t
		return c.Conn.SetReadDeadline(t)
	}
	return nil
}

// ends reports whether a deadline is one that is to end what is under way: a time long ago.
func ends(t time.Time) bool { return !t.IsZero() && t.Unix() <= 1 }

// Read is net.Conn's.
func (c *conn) Read(p []byte) (int, error) {
	if len(p) != 1 {
		if err := c.arm(); err != nil {
			return 0, err
		}
		return c.Conn.Read(p)
	}
	if !c.rest() {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	c.state = unwatched
	c.mu.Unlock()
	return n, err
}

// arm puts the deadline in force that is wanted.
func (c *conn) arm() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.armLocked()
}

func (c *conn) armLocked() error {
	if c.by.Equal(c.wanted) || early(c.by, c.wanted) {
		return nil
	}
	c.by = c.wanted
	return c.Conn.SetReadDeadline(c.wanted)
}

// rest waits for as long as a read of one byte is not worth while; it reports whether it is
// by now, and otherwise that the read is to end.
func (c *conn) rest() bool {
	c.mu.Lock()
	if ends(c.wanted) {
		c.mu.Unlock()
		return false
	}
	if c.wake == nil {
		c.wake, c.timer = make(chan struct{}, 1), time.NewTimer(watchAfter)
	} else {
		c.timer.Reset(watchAfter)
	}
	c.state = resting
	c.mu.Unlock()
	select {
	case <-c.wake:
		c.timer.Stop()
		return false
	case <-c.timer.C:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != resting { // it was ended at the same time
		<-c.wake
		return false
	}
	c.state = reading
	return c.armLocked() == nil
}
