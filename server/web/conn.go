package web

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Listener makes the connections of l send a large answer in one system call,
// and set fewer timers. Without it a site works the same, a little slower.
//
// An http.Server writes the header and the first bytes of a body, 4 KiB in all,
// and then the rest: two system calls, of which the first wakes the reader for a
// fragment. A connection of this listener holds the first back and sends both
// together (writev). It holds only between hold and release, which a document
// calls around its own write; under a server that was not made by Server nothing
// is ever held.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// A conn is a connection of a Listener. An http.Server writes to a connection
// from the goroutine that runs the handler and from no other, so that what
// belongs to writing needs no lock.
type conn struct {
	net.Conn
	holding bool
	held    []byte
	writeBy time.Time // the write deadline in force
}

// writeSlack is by how much a write deadline may come early. Within it the one in
// force stays, which spares every request but a few the setting of a timer.
const writeSlack = 10 * time.Second

// SetWriteDeadline is net.Conn's, less precise by writeSlack.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if ahead := t.Sub(c.writeBy); ahead >= 0 && ahead < writeSlack && !c.writeBy.IsZero() {
		return nil
	}
	c.writeBy = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is net.Conn's.
func (c *conn) SetDeadline(t time.Time) error {
	c.writeBy = t
	return c.Conn.SetDeadline(t)
}

// Write sends p, after what was held. While the connection holds and holds
// nothing yet, it keeps a copy of p instead.
func (c *conn) Write(p []byte) (int, error) {
	if !c.holding {
		return c.Conn.Write(p)
	}
	if len(c.held) == 0 {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	c.holding = false
	both := net.Buffers{c.held, p}
	n, err := both.WriteTo(c.Conn)
	sent := max(0, int(n)-len(c.held))
	c.held = c.held[:0]
	return sent, err
}

// hold keeps the next write until the one after it, or until release.
func (c *conn) hold() { c.holding = true }

// release sends what is still held.
func (c *conn) release() {
	if !c.holding {
		return
	}
	c.holding = false
	if len(c.held) > 0 {
		_, _ = c.Conn.Write(c.held) // the server finds out at its next write
		c.held = c.held[:0]
	}
}

type connKey struct{}

// withConn lets handlers find the connection of their request.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// minHeld is the size of a body that an http.Server does not send in one go
// anyway: that of its buffer.
const minHeld = 4 << 10

// send writes a body, in one piece with the header where that can be done.
func send(w http.ResponseWriter, r *http.Request, body []byte) {
	if len(body) >= minHeld {
		if c, ok := r.Context().Value(connKey{}).(*conn); ok {
			c.hold()
			defer c.release()
		}
	}
	_, _ = w.Write(body) // a failed write is the client's going away
}

// Server is an http.Server for the open internet: a client that sends its
// request or takes its answer too slowly is cut off, and a request's header has
// at most 32 KiB. Errors of single connections go to log at debug level; nil
// drops them.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:        h,
		ReadTimeout:    15 * time.Second, // of the header too: one deadline is cheaper than two
		WriteTimeout:   2 * time.Minute,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 32 << 10,
		ConnContext:    withConn,
		ErrorLog:       slog.NewLogLogger(logger(log).Handler(), slog.LevelDebug),
	}
}

// logger is log, or one that drops everything.
func logger(log *slog.Logger) *slog.Logger {
	return cmp.Or(log, slog.New(slog.DiscardHandler))
}
