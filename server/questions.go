package server

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/publish"
	"topicwire/server/desk"
)

// The questions that commands ask, each with its path on the control socket and
// what answers it.
var (
	Fetch  = ask("/fetch", (*Server).Fetch)
	Export = ask("/export", (*Server).export)
	Build  = ask("/build", (*Server).build)
	// Works are the long works that are under way.
	Works = once("/works", func(s *Server, _ context.Context, _ struct{}) ([]feed.Progress, error) {
		return s.works.underWay(), nil
	})
	Sources   = once("/sources", (*Server).states)
	StatusNow = once("/status", func(s *Server, ctx context.Context, _ struct{}) (Status, error) { return s.Status(ctx) })
	// Wrong is what needs a person.
	Wrong     = once("/wrong", func(s *Server, ctx context.Context, _ struct{}) ([]feed.Alarm, error) { return s.wrong(ctx) })
	Explain   = ofDesk("/explain", (*desk.Desk).Explain)
	Preview   = once("/preview", (*Server).preview)
	Suggest   = ofDesk("/suggest", (*desk.Desk).Suggest)
	Decide    = once("/decide", (*Server).decide)
	Forget    = once("/forget", (*Server).forget)
	Decisions = ofDesk("/decisions", (*desk.Desk).Decisions)
	Story     = ofDesk("/story", (*desk.Desk).Story)
	Telling   = ofDesk("/telling", (*desk.Desk).Telling)
	// Backup has the service write a copy of the database to a file.
	Backup = once("/backup", (*Server).backup)
	// ReloadNow has the configuration read again; AcceptReload takes the one that is
	// held, DiscardReload drops it.
	ReloadNow     = once("/reload", func(s *Server, ctx context.Context, _ struct{}) (Reloaded, error) { return s.reread(ctx) })
	AcceptReload  = once("/reload/accept", func(s *Server, ctx context.Context, _ struct{}) (Reloaded, error) { return s.say(ctx, true) })
	DiscardReload = once("/reload/discard", func(s *Server, ctx context.Context, _ struct{}) (Reloaded, error) { return s.say(ctx, false) })
	// Verify tells what is wrong with the database, a sentence a part. That its file is not
	// in its place is an error, however good the file is.
	Verify = ask("/verify", func(s *Server, ctx context.Context, _ struct{}, tell func(string)) error {
		return s.works.during(ctx, feed.WorkVerify, func(ctx context.Context) error {
			return cmp.Or(s.db.Verify(ctx, tell), s.db.InPlace())
		})
	})
)

// control answers all questions.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	for _, q := range []interface {
		handle(*http.ServeMux, *Server)
	}{Fetch, Export, Build, Works, Sources, StatusNow, Wrong, Explain, Preview, Suggest, Decide, Forget, Decisions, Story, Telling, Verify, Backup, ReloadNow, AcceptReload, DiscardReload} {
		q.handle(mux, s)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.load.begins()()
		mux.ServeHTTP(w, r)
	})
}

// A Question is answered in parts of type A: reports as visits end, pieces of a
// file, or a single part. What is asked, and each part, is plain data.
type Question[Q, A any] struct {
	path   string
	answer func(*Server, context.Context, Q, func(A)) error
}

// A Service is whom questions are put to: a *Server of this process, or a *Client
// of the one that serves. What is asked travels with the question, so that an
// answer is about the configuration of the asker.
type Service interface {
	io.Closer
	service() // is one of the two
}

func (*Server) service() {}
func (*Client) service() {}

// Each calls tell with each part of the answer as it comes.
func (q Question[Q, A]) Each(ctx context.Context, of Service, in Q, tell func(A)) error {
	if c, remote := of.(*Client); remote {
		return q.over(ctx, c, in, tell)
	}
	return q.answer(of.(*Server), ctx, in, tell)
}

// Ask is the answer, or the last part of it.
func (q Question[Q, A]) Ask(ctx context.Context, of Service, in Q) (out A, err error) {
	err = q.Each(ctx, of, in, func(a A) { out = a })
	return out, err
}

func ask[Q, A any](path string, answer func(*Server, context.Context, Q, func(A)) error) Question[Q, A] {
	return Question[Q, A]{path, answer}
}

// once is a question with an answer of one part.
func once[Q, A any](path string, answer func(*Server, context.Context, Q) (A, error)) Question[Q, A] {
	return ask(path, func(s *Server, ctx context.Context, q Q, tell func(A)) error {
		a, err := answer(s, ctx, q)
		if err == nil {
			tell(a)
		}
		return err
	})
}

func ofDesk[Q, A any](path string, answer func(*desk.Desk, context.Context, Q) (A, error)) Question[Q, A] {
	return once(path, func(s *Server, ctx context.Context, q Q) (A, error) { return answer(s.Desk(), ctx, q) })
}

// preview is Desk.Preview, which takes long where rules differ.
func (s *Server) preview(ctx context.Context, q desk.PreviewRequest) (out []desk.Previewed, err error) {
	err = s.works.during(ctx, feed.WorkPreview, func(ctx context.Context) error {
		out, err = s.Desk().Preview(ctx, q)
		return err
	})
	return out, err
}

// An ExportRequest asks for a topic's document of now, which comes in pieces.
type ExportRequest struct {
	Topic  feed.TopicID   `json:"topic"`
	Format publish.Format `json:"format"`
}

// piece is how many bytes of a file one part of an answer has at most.
const piece = 64 << 10

func (s *Server) export(ctx context.Context, q ExportRequest, tell func([]byte)) error {
	doc, err := s.Export(ctx, q.Topic, q.Format)
	for part := range slices.Chunk(doc, piece) {
		tell(part)
	}
	return err
}

// Health is sources with their states in the store of a service. An id that several
// reports share is often the address of their source: it is masked.
func Health(ctx context.Context, of Service, sources []feed.Source) ([]feed.Health, error) {
	ids := make([]feed.SourceID, len(sources))
	for i := range sources {
		ids[i] = sources[i].ID
	}
	states, err := Sources.Ask(ctx, of, ids)
	if err != nil {
		return nil, err
	}
	out := make([]feed.Health, len(sources))
	for i := range out {
		st := states[ids[i]]
		out[i] = healthOf(&sources[i], &st)
	}
	return out, nil
}

func healthOf(src *feed.Source, st *feed.SourceState) feed.Health {
	h := feed.Health{Source: *src, State: *st}
	h.State.SharedID = link.Masked(h.State.SharedID)
	return h
}
