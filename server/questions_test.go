package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/desk"
	"topicwire/storage"
)

// Each question has the same answer over the socket as in the process, and fails
// with the same kind of error.
func TestQuestionsOverTheSocket(t *testing.T) {
	dir := t.TempDir()
	cfg := liveConfig(t, dir, "https://x.example/rss", "water: {any: [rivers]}")
	l := goLive(t, cfg, func(s *Server) {
		if err := s.writer.do(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	topic := cfg.Topics[0]
	for _, d := range []desk.DecideRequest{
		{Kind: feed.DecisionHide, Topic: "water", IDs: []string{"2"}, By: "ann", Note: "why <not>"},
		{Kind: feed.DecisionMerge, IDs: []string{"4", "6"}, By: "ann"},
	} {
		if got, err := Decide.Ask(t.Context(), l.client, d); err != nil || got.Kind != d.Kind || got.Number == 0 || got.Text == "" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	same(t, l, Explain, desk.ExplainRequest{Topic: topic, Sources: cfg.Sources, ID: "2"})
	same(t, l, Explain, desk.ExplainRequest{Topic: topic, Sources: cfg.Sources, ID: "https://none.example/"})
	same(t, l, Preview, desk.PreviewRequest{Topics: cfg.Topics, Sources: cfg.Sources, All: true})
	same(t, l, Suggest, desk.SuggestRequest{Topic: topic, Sources: cfg.Sources, Most: 5})
	same(t, l, Decide, desk.DecideRequest{Kind: feed.DecisionHide, Topic: "water", IDs: []string{"1"}})
	same(t, l, Decisions, desk.DecisionsRequest{})
	same(t, l, Story, "4")
	same(t, l, Story, "4711")
	same(t, l, Telling, desk.TellingRequest{Entry: 3})
	same(t, l, Export, ExportRequest{"water", publish.JSON})
	same(t, l, Export, ExportRequest{"none", publish.JSON})
	same(t, l, Sources, []feed.SourceID{"https://x.example/rss", "https://none.example/"})

	// What is decided is in the log, and secrets never leave the asker.
	if !strings.Contains(l.log.String(), "msg=decision number=1 kind=hide") {
		t.Errorf("the log:\n%s", l.log)
	}
	b, err := json.Marshal(desk.PreviewRequest{Sources: []feed.Source{{ID: "https://x.example/", Header: map[string]string{"Authorization": "Bearer 1"}}}})
	if err != nil || bytes.Contains(b, []byte("Bearer")) {
		t.Errorf("%s, %v", b, err)
	}
}

// A file comes in pieces, over the socket as in the process.
func TestExportComesInPieces(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "https://x.example/rss", "all: {limit: 300}"), func(s *Server) {
		if err := s.writer.do(bring(s, 300)); err != nil {
			t.Fatal(err)
		}
	})
	want, err := l.Server.Export(t.Context(), "all", publish.JSON)
	if err != nil || len(want) <= piece {
		t.Fatalf("%d bytes, %v", len(want), err)
	}
	for _, of := range []Service{l.Server, l.client} {
		var doc []byte
		pieces := 0
		err := Export.Each(t.Context(), of, ExportRequest{"all", publish.JSON}, func(p []byte) {
			doc = append(doc, p...)
			if pieces++; len(p) > piece {
				t.Errorf("a piece of %d bytes", len(p))
			}
		})
		if err != nil || !bytes.Equal(doc, want) || pieces < 2 {
			t.Errorf("%T: %d of %d bytes in %d pieces, %v", of, len(doc), len(want), pieces, err)
		}
	}
}

func same[Q, A any](t *testing.T, l *live, q Question[Q, A], in Q) {
	t.Helper()
	here, hereErr := q.Ask(t.Context(), l.Server, in)
	there, thereErr := q.Ask(t.Context(), l.client, in)
	a, _ := json.Marshal(here)
	b, _ := json.Marshal(there)
	if !bytes.Equal(a, b) {
		t.Errorf("%s: in the process\n%s\nover the socket\n%s", q.path, a, b)
	}
	if fmt.Sprint(hereErr) != fmt.Sprint(thereErr) || errors.Is(hereErr, desk.ErrUnknown) != errors.Is(thereErr, desk.ErrUnknown) {
		t.Errorf("%s: in the process %v, over the socket %v", q.path, hereErr, thereErr)
	}
	_, refused := errors.AsType[*feed.Refusal](hereErr)
	_, refusedThere := errors.AsType[*feed.Refusal](thereErr)
	_, usage := errors.AsType[*UsageError](hereErr)
	_, usageThere := errors.AsType[*UsageError](thereErr)
	if refused != refusedThere || usage != usageThere {
		t.Errorf("%s: in the process %T, over the socket %T", q.path, hereErr, thereErr)
	}
}

// onSocket answers questions of a test on the control socket of a database.
func onSocket(t *testing.T, questions ...interface {
	handle(*http.ServeMux, *Server)
}) *Client {
	t.Helper()
	database := filepath.Join(t.TempDir(), strings.Repeat("long", 20), strings.Repeat("name", 20)+".db") // beyond what the system takes
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		t.Fatal(err)
	}
	socket, err := listenControl(database)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, q := range questions {
		q.handle(mux, nil)
	}
	srv := &http.Server{Handler: mux}
	go srv.Serve(socket)
	t.Cleanup(func() { srv.Close() })
	c, err := Dial(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// The kinds of errors that commands tell apart are the same over the socket.
func TestKindsOfErrorsOverTheSocket(t *testing.T) {
	for _, is := range []error{
		desk.ErrUnknown, storage.ErrCorrupt, storage.ErrForeign, storage.ErrLocked, fs.ErrExist, syscall.ENOSPC, syscall.EROFS, syscall.EISDIR, fs.ErrPermission, fs.ErrNotExist,
	} {
		q := once("/q", func(*Server, context.Context, int) (int, error) { return 0, fmt.Errorf("ask: %w", is) })
		_, err := q.Ask(t.Context(), onSocket(t, q), 1)
		if !errors.Is(err, is) || err.Error() != "ask: "+is.Error() {
			t.Errorf("%v came back as %v", is, err)
		}
		for _, other := range kinds {
			if !errors.Is(is, other) && errors.Is(err, other) {
				t.Errorf("%v came back as %v, too", is, other)
			}
		}
	}
	q := once("/q", func(_ *Server, _ context.Context, n int) (float64, error) {
		switch n {
		case 1:
			return 0, &feed.Refusal{Text: "no"}
		case 2:
			return 0, &UsageError{"what?", "so"}
		}
		return 0, errors.New("else")
	})
	c := onSocket(t, q)
	_, err := q.Ask(t.Context(), c, 1)
	if r, ok := errors.AsType[*feed.Refusal](err); !ok || r.Text != "no" {
		t.Errorf("a refusal came back as %v", err)
	}
	_, err = q.Ask(t.Context(), c, 2)
	if u, ok := errors.AsType[*UsageError](err); !ok || *u != (UsageError{"what?", "so"}) {
		t.Errorf("a misuse came back as %v", err)
	}
	if _, err = q.Ask(t.Context(), c, 3); err == nil || err.Error() != "else" {
		t.Errorf("another error came back as %v", err)
	}
}

// An answer comes in parts as they are made, and its end is told from its being cut
// off.
func TestAnswersInParts(t *testing.T) {
	heard := make(chan int)
	parts := Question[int, []byte]{"/parts", func(_ *Server, _ context.Context, n int, tell func([]byte)) error {
		for i := range n {
			tell(bytes.Repeat([]byte{byte(i)}, 100_000))
			<-heard // before the next one is made
		}
		return nil
	}}
	cut := Question[int, int]{"/cut", func(_ *Server, _ context.Context, _ int, tell func(int)) error {
		tell(1)
		panic(http.ErrAbortHandler)
	}}
	waits := Question[int, int]{"/waits", func(_ *Server, ctx context.Context, _ int, tell func(int)) error {
		tell(1)
		<-ctx.Done()
		return ctx.Err()
	}}
	c := onSocket(t, parts, cut, waits)
	n := 0
	if err := parts.Each(t.Context(), c, 3, func(b []byte) { n += len(b); heard <- 1 }); err != nil || n != 300_000 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if got, err := cut.Ask(t.Context(), c, 0); err == nil || !strings.Contains(err.Error(), "ended before it answered") || got != 1 {
		t.Errorf("cut off: %d, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := waits.Each(ctx, c, 0, func(int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits no longer: %v", err)
	}
	unknown := Question[int, int]{path: "/unknown"}
	if _, err := unknown.Ask(t.Context(), c, 0); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("a question that is not known there: %v", err)
	}
	other := Question[string, []byte]{path: "/parts"}
	if _, err := other.Ask(t.Context(), c, "three"); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a question that cannot be read: %v", err)
	}
	unwritable := once("/unwritable", func(*Server, context.Context, int) (chan int, error) { return make(chan int), nil })
	if err := unwritable.Each(t.Context(), onSocket(t, unwritable), 0, func(chan int) {}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("an answer that cannot be written: %v", err)
	}
}
