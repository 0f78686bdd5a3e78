package fetch

import (
	"net"
	"net/http"
	"sync"
	"time"

	"topicwire/feed/link"
	"topicwire/feed/memory"
)

// Options for New. The zero value refuses private addresses.
type Options struct {
	Version string // of the program, for the User-Agent
	Contact string // an address for publishers, for the User-Agent; may be ""
	// AllowPrivate permits loopback, private and other special-use addresses.
	AllowPrivate bool
	Blocked      link.Hosts    // that are not connected to, wherever an address or a redirect leads
	Deadline     time.Duration // for one fetch; 0 means the constant Deadline
	// Kept is how many connections to one host are kept for a while for what follows; 0
	// means 1.
	Kept int
	// Resolver looks up names; nil means the system's. The addresses it answers
	// are checked like any other.
	Resolver *net.Resolver
	// Memory is what the bodies that are fetched share with all else that holds one; nil
	// bounds nothing.
	Memory *memory.Budget
}

// A Client is the guarded way out; safe for concurrent use.
type Client struct {
	transport *http.Transport
	deadline  time.Duration
	memory    *memory.Budget
	windows   chan struct{} // a token for each decoder that may need megabytes

	// Of *gzip.Reader, *brotli.Reader and *zstd.Decoder.
	gzips, brotlis, zstds sync.Pool
	bodies                sync.Pool // of *[]byte, lent to what is received

	// Header values as the transport wants them, made once.
	agent, accept, encoding []string
}

// New makes a client. HTTP_PROXY and its like are ignored: a proxy would do the
// dialling, and the guard would see only the proxy.
func New(o Options) *Client {
	agent := "topicwire/" + o.Version
	if o.Contact != "" {
		agent += " (+" + o.Contact + ")"
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: -1, Resolver: o.Resolver}
	o.Kept = max(o.Kept, 1)
	idle := mostIdle(o.Kept, openFiles())
	if o.Deadline == 0 {
		o.Deadline = Deadline
	}
	return &Client{
		deadline: o.Deadline,
		memory:   o.Memory,
		windows:  make(chan struct{}, maxWindows),
		agent:    []string{agent},
		accept:   []string{accept},
		encoding: []string{asked},
		transport: &http.Transport{
			DialContext:            guardedDial(dialer, o.AllowPrivate, o.Blocked),
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // decoded here, within bounds
			TLSHandshakeTimeout:    10 * time.Second,
			MaxIdleConns:           idle,
			MaxIdleConnsPerHost:    min(o.Kept, idle),
			IdleConnTimeout:        15 * time.Second,
			MaxResponseHeaderBytes: 256 << 10,
			ReadBufferSize:         4 << 10,
			WriteBufferSize:        2 << 10,
		},
	}
}

// HTTP is the way out for requests that are no fetches: through the same guard, with
// the same deadline for each, without cookies and proxies. Redirects come back as
// answers. Who sends one names UserAgent in it.
func (c *Client) HTTP() *http.Client {
	return &http.Client{
		Transport: c.transport, Timeout: c.deadline,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// UserAgent names the program, and the operator's contact where there is one.
func (c *Client) UserAgent() string { return c.agent[0] }

// Close ends idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }
