package fetch

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
	"github.com/klauspost/compress/gzip"
)

// Options for New. The zero value refuses private addresses.
type Options struct {
	Version string // of the program, for the User-Agent
	Contact string // an address for publishers, for the User-Agent; may be ""
	// AllowPrivate permits loopback, private and other special-use addresses.
	AllowPrivate bool
	Deadline     time.Duration // for one fetch; 0 means the constant Deadline
}

// A Client is the guarded way out; safe for concurrent use.
type Client struct {
	transport *http.Transport
	deadline  time.Duration
	gzips     sync.Pool // of *gzip.Reader

	// Header values as the transport wants them, made once.
	agent, accept, encoding []string
}

// A BlockedError is a refusal to dial an address that is not on the public
// internet.
type BlockedError struct {
	Addr netip.Addr
	Why  string
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("refused to connect to %s: %s (fetch.allow_private permits it)", e.Addr, e.Why)
}

// New makes a client. HTTP_PROXY and its like are ignored: a proxy would do the
// dialling, and the guard would see only the proxy.
func New(o Options) *Client {
	agent := "topicwire/" + o.Version
	if o.Contact != "" {
		agent += " (+" + o.Contact + ")"
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: -1}
	if !o.AllowPrivate {
		// Checked on the address that is really dialled, after the name was
		// resolved, so that no name can resolve to something else in between.
		dialer.Control = guard(ssrf.New(ssrf.WithAnyPort()))
	}
	if o.Deadline == 0 {
		o.Deadline = Deadline
	}
	return &Client{
		deadline: o.Deadline,
		agent:    []string{agent},
		accept:   []string{accept},
		encoding: []string{"gzip"},
		transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // decoded here, within bounds
			TLSHandshakeTimeout:    10 * time.Second,
			MaxIdleConns:           64,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        15 * time.Second,
			MaxResponseHeaderBytes: 256 << 10,
			ReadBufferSize:         8 << 10,
			WriteBufferSize:        2 << 10,
		},
	}
}

// Close ends idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

func guard(g *ssrf.Guardian) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, conn syscall.RawConn) error {
		err := g.Safe(network, address, conn)
		if err == nil {
			return nil
		}
		blocked := &BlockedError{Why: err.Error()}
		if ap, perr := netip.ParseAddrPort(address); perr == nil {
			blocked.Addr = ap.Addr()
		}
		if errors.Is(err, ssrf.ErrProhibitedIP) {
			blocked.Why = "it is not a public address"
		}
		return blocked
	}
}

func (c *Client) gunzip(r io.Reader) (*gzip.Reader, error) {
	z, _ := c.gzips.Get().(*gzip.Reader)
	if z == nil {
		return gzip.NewReader(r)
	}
	if err := z.Reset(r); err != nil {
		c.gzips.Put(z)
		return nil, err
	}
	return z, nil
}
