package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Listener makes the connections of l answer with prepared bytes: the header of a document
// is copied, not sorted and written field by field, a large answer takes one system call,
// and timers are seldom set. Without it a site works the same, a little slower.
//
// An http.Server writes a header and the first bytes of a body, 4 KiB in all, and then the
// rest: two system calls, of which the first wakes the reader for a fragment. And it takes
// the header from a map, which it copies first. A document instead tells the connection
// what to put into the header (begin), and which body follows it (hold); under a server
// that was not made by Server it does neither, and has all of its fields in the map.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// A conn is a connection of a Listener. An http.Server writes to a connection from the
// goroutine that runs the handler and from no other, so that what belongs to writing needs
// no lock. What belongs to reading is a watch.
type conn struct {
	net.Conn
	watch
	lines   []byte // to be put into the header of the answer under way; nil when it is out
	body    []byte // that is held; nil for none
	first   int    // bytes of it that were written to the connection and not yet sent
	held    []byte // the header before it; empty for none
	buffers [3][]byte
	sending net.Buffers
	writeBy time.Time // the write deadline in force
}

// writeSlack is by how much a write deadline may come early. Within it the one in
// force stays, which spares every request but a few the setting of a timer.
const writeSlack = 10 * time.Second

// early reports whether a deadline in force comes before a wanted one, but by little.
func early(inForce, wanted time.Time) bool {
	ahead := wanted.Sub(inForce)
	return ahead >= 0 && ahead < writeSlack && !inForce.IsZero()
}

// SetWriteDeadline is net.Conn's, less precise by writeSlack.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if early(c.writeBy, t) {
		return nil
	}
	c.writeBy = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is net.Conn's.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// begin has the next header that is written to the connection carry lines besides its own.
// They are not written to.
func (c *conn) begin(lines []byte) { c.lines = lines }

// hold keeps the header that is written next until the rest of its body follows, or until
// release.
func (c *conn) hold(body []byte) { c.body = body }

// release sends what is still held.
func (c *conn) release() {
	if len(c.held) > 0 {
		_, _ = c.send(nil) // the server finds out at its next write
	}
	c.body = nil
}

// errNoHeader says that the server wrote something else than a header, which it never does.
var errNoHeader = errors.New("the answer does not begin with a header")

// Write sends p, with what is to be put into it and what was held before it.
func (c *conn) Write(p []byte) (int, error) {
	switch {
	case len(c.held) > 0:
		return c.send(p)
	case c.lines == nil && c.body == nil:
		return c.Conn.Write(p)
	}
	end := bytes.Index(p, []byte("\r\n\r\n"))
	if end < 0 {
		c.lines, c.body = nil, nil
		return 0, errNoHeader
	}
	c.held = append(append(append(c.held[:0], p[:end+2]...), c.lines...), p[end+2:end+4]...)
	c.lines = nil
	begun := p[end+4:] // of the body
	if len(begun) < len(c.body) {
		c.first = len(begun)
		return len(p), nil
	}
	c.held = append(c.held, begun...)
	c.body = nil
	n, err := c.Conn.Write(c.held)
	n = max(0, min(n-len(c.held)+len(p), len(p)))
	c.held = c.held[:0]
	return n, err
}

// send sends what is held and then p, in one system call. It is how much of p it sent.
func (c *conn) send(p []byte) (int, error) {
	before := len(c.held) + c.first
	c.buffers = [...][]byte{c.held, c.body[:c.first], p}
	c.sending = c.buffers[:]
	n, err := c.sending.WriteTo(c.Conn)
	c.buffers = [3][]byte{}
	c.held, c.body, c.first = c.held[:0], nil, 0
	return max(0, int(n)-before), err
}

type connKey struct{}

// withConn lets handlers find the connection of their request.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// connOf is the connection of a request, nil for one of another kind.
func connOf(r *http.Request) *conn {
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// minHeld is the size of a body that an http.Server does not send in one go
// anyway: that of its buffer.
const minHeld = 4 << 10

// send writes a body, in one piece with the header where that can be done.
func send(w http.ResponseWriter, r *http.Request, body []byte) {
	if len(body) >= minHeld {
		if c := connOf(r); c != nil {
			c.hold(body)
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
