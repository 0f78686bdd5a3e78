package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"syscall"

	"topicwire/feed"
	"topicwire/server/desk"
	"topicwire/storage"
)

// A question is a POST of JSON to its path. The answer is lines of JSON: its parts,
// and the end with the error that it came to.
type answerLine[A any] struct {
	Part  *A           `json:"part,omitempty"`
	End   bool         `json:"end,omitempty"`
	Error *remoteError `json:"error,omitempty"`
}

// protocol begins every path: a process that speaks another one does not know them.
const protocol = "/2"

// maxQuestion is how long a question may be in bytes: it carries the rules and
// sources of a configuration.
const maxQuestion = 64 << 20

// handle answers a question for who asks over the socket. Who left hears nothing.
func (q Question[Q, A]) handle(mux *http.ServeMux, s *Server) {
	mux.HandleFunc("POST "+protocol+q.path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		lines, flush := json.NewEncoder(w), http.NewResponseController(w)
		var in Q
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion)).Decode(&in)
		if err != nil {
			err = fmt.Errorf("the question cannot be read: %w", err)
		} else {
			var unwritten error
			err = q.answer(s, r.Context(), in, func(a A) {
				unwritten = cmp.Or(unwritten, lines.Encode(answerLine[A]{Part: &a}), flush.Flush())
			})
			if err == nil && unwritten != nil {
				err = fmt.Errorf("the answer cannot be written: %w", unwritten)
			}
		}
		if err != nil && r.Context().Err() != nil {
			err = errClosed
		}
		_ = lines.Encode(answerLine[A]{End: true, Error: newRemoteError(err)})
	})
}

// over asks over the socket.
func (q Question[Q, A]) over(ctx context.Context, c *Client, in Q, tell func(A)) error {
	body, err := c.post(ctx, q.path, in)
	if err != nil {
		return err
	}
	defer body.Close()
	for dec := json.NewDecoder(body); ; {
		var l answerLine[A]
		if err := dec.Decode(&l); err != nil {
			return gone(ctx, err)
		}
		switch {
		case l.Error != nil:
			return l.Error.restored()
		case l.End:
			return nil
		case l.Part != nil:
			tell(*l.Part)
		}
	}
}

// A UsageError says that a question cannot be answered as it was asked.
type UsageError struct{ Text, Hint string }

func (e *UsageError) Error() string { return e.Text }

// A remoteError is an error on its way through the socket.
type remoteError struct {
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"` // of those that commands tell apart, or ""
	Hint string `json:"hint,omitempty"`
	is   error
}

func (e *remoteError) Error() string { return e.Text }
func (e *remoteError) Unwrap() error { return e.is }

// The kinds of errors that carry a text, and those that are one value.
const (
	kindRefused = "refused"
	kindUsage   = "usage"
)

var kinds = map[string]error{
	"unknown": desk.ErrUnknown, "corrupt": storage.ErrCorrupt, "foreign": storage.ErrForeign, "exists": fs.ErrExist, "locked": storage.ErrLocked, "full": syscall.ENOSPC, "read-only": syscall.EROFS,
	"folder": syscall.EISDIR, "forbidden": fs.ErrPermission, "missing": fs.ErrNotExist,
}

// newRemoteError is an error for the socket; nil for none.
func newRemoteError(err error) *remoteError {
	if err == nil {
		return nil
	}
	e := &remoteError{Text: err.Error()}
	if _, ok := errors.AsType[*feed.Refusal](err); ok {
		e.Kind = kindRefused
	} else if usage, ok := errors.AsType[*UsageError](err); ok {
		e.Kind, e.Hint = kindUsage, usage.Hint
	}
	for kind, is := range kinds {
		if errors.Is(err, is) {
			e.Kind = kind
		}
	}
	return e
}

// restored is the error as it was, as far as commands tell errors apart.
func (e *remoteError) restored() error {
	switch e.Kind {
	case kindRefused:
		return &feed.Refusal{Text: e.Text}
	case kindUsage:
		return &UsageError{e.Text, e.Hint}
	}
	e.is = kinds[e.Kind]
	return e
}
