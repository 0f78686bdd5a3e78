package server

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/desk"
	"topicwire/server/poll"
	"topicwire/storage"
)

// maxQuestion is how long a command's question may be: it carries the rules and
// sources of a configuration.
const maxQuestion = 64 << 20

// A question has a path of its own on the control socket; it is sent with POST,
// as JSON, and answered with JSON, or with a trouble.
const (
	askFetch     = "/fetch"
	askExport    = "/export"
	askSources   = "/sources"
	askStatus    = "/status"
	askExplain   = "/explain"
	askPreview   = "/preview"
	askSuggest   = "/suggest"
	askDecide    = "/decide"
	askDecisions = "/decisions"
	askStory     = "/story"
	askTelling   = "/telling"
)

// A trouble is an error on its way through the socket.
type trouble struct {
	Text string `json:"error"`
	Kind string `json:"kind,omitempty"` // refused, unknown; "" for any other
}

func newTrouble(err error) trouble {
	t := trouble{Text: err.Error()}
	var refused *feed.Refusal
	switch {
	case errors.As(err, &refused):
		t.Kind = "refused"
	case errors.Is(err, desk.ErrUnknown):
		t.Kind = "unknown"
	}
	return t
}

// A fetchLine is one line of the answer to askFetch: a report, or the end, with
// the error that it came to.
type fetchLine struct {
	Report *poll.Report `json:"report,omitempty"`
	End    bool         `json:"end,omitempty"`
	Error  *trouble     `json:"error,omitempty"`
}

type exportQuestion struct {
	Topic  feed.TopicID   `json:"topic"`
	Format publish.Format `json:"format"`
}

// control answers the questions of commands.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+askFetch, s.answerFetch)
	mux.HandleFunc("POST "+askExport, answer(func(ctx context.Context, q exportQuestion) ([]byte, error) {
		return s.Export(ctx, q.Topic, q.Format)
	}))
	mux.HandleFunc("POST "+askSources, answer(s.states))
	mux.HandleFunc("POST "+askStatus, answer(func(ctx context.Context, _ struct{}) (Status, error) { return s.Status(ctx) }))
	mux.HandleFunc("POST "+askExplain, answer(s.Explain))
	mux.HandleFunc("POST "+askPreview, answer(s.Preview))
	mux.HandleFunc("POST "+askSuggest, answer(s.Suggest))
	mux.HandleFunc("POST "+askDecide, answer(s.Decide))
	mux.HandleFunc("POST "+askDecisions, answer(s.Decisions))
	mux.HandleFunc("POST "+askStory, answer(s.Story))
	mux.HandleFunc("POST "+askTelling, answer(s.Telling))
	return mux
}

// answer makes a handler of what answers a question.
func answer[Q, A any](ask func(context.Context, Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion)).Decode(&q); err != nil {
			reply(w, http.StatusBadRequest, trouble{Text: "the question cannot be read: " + err.Error()})
			return
		}
		a, err := ask(r.Context(), q)
		if err != nil {
			reply(w, http.StatusUnprocessableEntity, newTrouble(err))
			return
		}
		reply(w, http.StatusOK, a)
	}
}

func reply(w http.ResponseWriter, status int, a any) {
	body, err := json.Marshal(a)
	if err != nil {
		status = http.StatusInternalServerError
		body, _ = json.Marshal(trouble{Text: "the answer cannot be written: " + err.Error()})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // one that cannot be written is for nobody any more
}

// answerFetch streams one report a line as visits end.
func (s *Server) answerFetch(w http.ResponseWriter, r *http.Request) {
	var all bool
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion)).Decode(&all); err != nil {
		reply(w, http.StatusBadRequest, trouble{Text: "the question cannot be read: " + err.Error()})
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := http.NewResponseController(w)
	enc := json.NewEncoder(w)
	line := func(l fetchLine) {
		_ = enc.Encode(l) // who left hears nothing; the visits go on
		_ = out.Flush()
	}
	err := s.poller.Demand(r.Context(), all, func(rep poll.Report) { line(fetchLine{Report: &rep}) })
	end := fetchLine{End: true}
	if err != nil {
		t := newTrouble(err)
		end.Error = &t
	}
	line(end)
}

// states is the stored states of sources, in their order.
func (s *Server) states(_ context.Context, ids []feed.SourceID) ([]feed.SourceState, error) {
	states := make([]feed.SourceState, len(ids))
	err := s.db.View(func(r *storage.Reader) (err error) {
		for i, id := range ids {
			if states[i], err = r.Source(id); err != nil {
				return err
			}
		}
		return nil
	})
	return states, err
}

// controlServer serves the control socket. Questions end with ctx: a command
// that waits must not keep the process from stopping.
func (s *Server) controlServer(ctx context.Context) *http.Server {
	return &http.Server{
		Handler:           s.control(),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}
