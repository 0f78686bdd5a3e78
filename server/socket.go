package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

	"topicwire/storage"
)

// maxSocketPath is how long the path of a unix socket may be everywhere: systems
// have 104 or 108 bytes for it, one of them a zero.
const maxSocketPath = 100

// maxSocketName leaves room for the folder that a long path is reached by.
const maxSocketName = 60

// SocketPath is where the process that serves a database listens for commands:
// beside the file, under its name.
func SocketPath(database string) string {
	dir, name := filepath.Split(database)
	if len(name)+len(".sock") > maxSocketName {
		h := fnv.New64a()
		h.Write([]byte(name))
		name = fmt.Sprintf(".topicwire-%016x", h.Sum64())
	}
	return filepath.Join(dir, name+".sock")
}

// within calls use with a path of the socket that is short enough for the
// system: a long one goes through a link to its folder, which lasts for the call.
func within(path string, use func(string) error) error {
	if len(path) <= maxSocketPath {
		return use(path)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return err
	}
	base := os.TempDir()
	if len(base) > maxSocketPath-maxSocketName {
		base = "/tmp"
	}
	link, err := os.MkdirTemp(base, "tw")
	if err != nil {
		return err
	}
	defer os.RemoveAll(link)
	if err := os.Symlink(dir, filepath.Join(link, "d")); err != nil {
		return err
	}
	return use(filepath.Join(link, "d", filepath.Base(path)))
}

// A socket is a listener on a unix socket. Closing it removes its file.
type socket struct {
	net.Listener
	path string
}

// listenControl opens the socket of a database that this process holds: one that
// is there already, and that nobody answers, is left from a process that died. One that
// is answered is of a server whose file was moved away under it: storage.ErrLocked.
// Nobody but the owner may connect.
func listenControl(database string) (*socket, error) {
	path := SocketPath(database)
	if c, err := dialSocket(context.Background(), path); err == nil {
		c.Close()
		return nil, fmt.Errorf("listen for commands: %w (%s is answered)", storage.ErrLocked, path)
	}
	l, err := listenSocket(path, modeOfOwner)
	if err != nil {
		return nil, fmt.Errorf("listen for commands: %w", err)
	}
	return l, nil
}

// listenSocket opens a socket that nobody answers, with a mode. The file of one that is
// there already is left from a process that died; of what is no socket nothing is removed.
func listenSocket(path string, mode os.FileMode) (*socket, error) {
	if st, err := os.Lstat(path); err == nil {
		if st.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("%s is there and is no socket", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	var l net.Listener
	err := within(path, func(short string) (err error) {
		// The mode of the socket before it is bound becomes that of its file
		// (Linux), so that there is no moment in which others may connect.
		lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
			return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), uint32(mode)) })
		}}
		l, err = lc.Listen(context.Background(), "unix", short)
		return err
	})
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // it may know the path by a link that is gone
	err = os.Chmod(path, mode)                    // the umask took some of it away
	if err == nil {
		err = storage.HandOver(path)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return &socket{l, path}, nil
}

// Addr is where the file is, by whichever way it was made.
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }

// Close ends the listener and removes its file.
func (s *socket) Close() error {
	err := s.Listener.Close()
	if rerr := os.Remove(s.path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
		err = errors.Join(err, rerr)
	}
	return err
}

// dialSocket connects to who answers on a socket.
func dialSocket(ctx context.Context, path string) (conn net.Conn, err error) {
	err = within(path, func(short string) error {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "unix", short)
		return err
	})
	return conn, err
}

// dialControl connects to the process that serves a database.
func dialControl(ctx context.Context, database string) (net.Conn, error) {
	return dialSocket(ctx, SocketPath(database))
}

// A Client is the process that serves a database, reached over its control socket.
type Client struct{ http http.Client }

// Dial reaches the process that serves a database; it fails where there is none.
// The caller must Close the client.
func Dial(ctx context.Context, database string) (*Client, error) {
	first, err := dialControl(ctx, database)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	first.Close()
	return &Client{http.Client{Transport: &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dialControl(ctx, database) },
		DisableCompression: true,
	}}}, nil
}

// Close ends the connection.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// post sends a question.
func (c *Client) post(ctx context.Context, path string, question any) (io.ReadCloser, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://topicwire"+protocol+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, gone(ctx, err)
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("the serving process answers %s: it may be of another version; start it again", res.Status)
	}
	return res.Body, nil
}

// gone is why an answer does not come to its end: nobody waits for it any more, or
// the serving process ended.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("the serving process ended before it answered (%v)", err)
}
