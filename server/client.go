package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server/desk"
	"topicwire/server/poll"
)

// A Client asks the process that serves a database what a Server answers in its
// own process. What is asked travels with the question, so that the answers are
// about the configuration of the asker.
type Client struct {
	cfg  *config.Config
	http *http.Client
	kept chan net.Conn // the first connection, until it is used
}

// Dial reaches the process that serves the database of a configuration; it fails
// where there is none. The caller must Close the client.
func Dial(ctx context.Context, cfg *config.Config) (*Client, error) {
	first, err := dialControl(ctx, cfg.Storage.Path)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	kept := make(chan net.Conn, 1)
	kept <- first
	return &Client{cfg: cfg, kept: kept, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			select {
			case c := <-kept:
				return c, nil
			default:
				return dialControl(ctx, cfg.Storage.Path)
			}
		},
		DisableCompression: true,
	}}}, nil
}

// Close ends the connection.
func (c *Client) Close() error {
	select {
	case unused := <-c.kept:
		unused.Close()
	default:
	}
	c.http.CloseIdleConnections()
	return nil
}

// errGone is how it ends when the serving process does.
var errGone = errors.New("the serving process ended before it answered")

// ask sends a question.
func (c *Client) ask(ctx context.Context, path string, question any) (io.ReadCloser, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://topicwire"+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	res, err := c.http.Do(req)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("%w (%v)", errGone, err)
	case res.StatusCode == http.StatusOK:
		return res.Body, nil
	}
	defer res.Body.Close()
	var t trouble
	if err := json.NewDecoder(res.Body).Decode(&t); err != nil || t.Text == "" {
		return nil, fmt.Errorf("the serving process answers %s: it may be of another version; start it again", res.Status)
	}
	return nil, t.err()
}

// err is the error that a trouble was.
func (t *trouble) err() error {
	switch t.Kind {
	case "refused":
		return &feed.Refusal{Text: t.Text}
	case "unknown":
		if t.Text == desk.ErrUnknown.Error() {
			return desk.ErrUnknown
		}
		return &unknown{t.Text}
	}
	return errors.New(t.Text)
}

// An unknown is desk.ErrUnknown with other words.
type unknown struct{ text string }

func (u *unknown) Error() string { return u.text }
func (u *unknown) Unwrap() error { return desk.ErrUnknown }

// get asks and reads the answer.
func get[A any](ctx context.Context, c *Client, path string, question any) (a A, err error) {
	body, err := c.ask(ctx, path, question)
	if err != nil {
		return a, err
	}
	defer body.Close()
	err = json.NewDecoder(body).Decode(&a)
	switch {
	case ctx.Err() != nil:
		return a, context.Cause(ctx)
	case err != nil:
		return a, fmt.Errorf("%w (%v)", errGone, err)
	}
	return a, nil
}

// Fetch has the serving process visit what is due, or all; report is called for
// each source as its visit ends. When ctx ends it waits no longer.
func (c *Client) Fetch(ctx context.Context, all bool, report func(poll.Report)) error {
	body, err := c.ask(ctx, askFetch, all)
	if err != nil {
		return err
	}
	defer body.Close()
	for dec := json.NewDecoder(body); ; {
		var l fetchLine
		err := dec.Decode(&l)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return fmt.Errorf("%w (%v)", errGone, err)
		case l.Error != nil:
			return l.Error.err()
		case l.End:
			return nil
		case l.Report != nil:
			report(*l.Report)
		}
	}
}

// Export is Server.Export.
func (c *Client) Export(ctx context.Context, id feed.TopicID, f publish.Format) ([]byte, error) {
	return get[[]byte](ctx, c, askExport, exportQuestion{id, f})
}

// Health is Server.Health, for the sources of the client's configuration.
func (c *Client) Health(ctx context.Context) ([]feed.Health, error) {
	ids := make([]feed.SourceID, len(c.cfg.Sources))
	for i := range c.cfg.Sources {
		ids[i] = c.cfg.Sources[i].ID
	}
	states, err := get[[]feed.SourceState](ctx, c, askSources, ids)
	if err != nil {
		return nil, err
	}
	if len(states) != len(ids) {
		return nil, errGone
	}
	all := make([]feed.Health, len(ids))
	for i := range all {
		all[i] = feed.Health{Source: c.cfg.Sources[i], State: states[i]}
	}
	return all, nil
}

// Status is Server.Status.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return get[Status](ctx, c, askStatus, struct{}{})
}

// Explain is Desk.Explain.
func (c *Client) Explain(ctx context.Context, q desk.ExplainRequest) (desk.Explained, error) {
	q.Sources = withoutHeaders(q.Sources)
	return get[desk.Explained](ctx, c, askExplain, q)
}

// Preview is Desk.Preview.
func (c *Client) Preview(ctx context.Context, q desk.PreviewRequest) ([]desk.Previewed, error) {
	q.Sources = withoutHeaders(q.Sources)
	return get[[]desk.Previewed](ctx, c, askPreview, q)
}

// Suggest is Desk.Suggest.
func (c *Client) Suggest(ctx context.Context, q desk.SuggestRequest) (desk.Suggestion, error) {
	q.Sources = withoutHeaders(q.Sources)
	return get[desk.Suggestion](ctx, c, askSuggest, q)
}

// Decide is Desk.Decide.
func (c *Client) Decide(ctx context.Context, q desk.DecideRequest) (desk.DecideResult, error) {
	return get[desk.DecideResult](ctx, c, askDecide, q)
}

// Decisions is Desk.Decisions.
func (c *Client) Decisions(ctx context.Context, q desk.DecisionsRequest) ([]desk.Logged, error) {
	return get[[]desk.Logged](ctx, c, askDecisions, q)
}

// Story is Desk.Story.
func (c *Client) Story(ctx context.Context, id string) (feed.StoryView, error) {
	return get[feed.StoryView](ctx, c, askStory, id)
}

// Telling is Desk.Telling.
func (c *Client) Telling(ctx context.Context, q desk.TellingRequest) (desk.Telling, error) {
	return get[desk.Telling](ctx, c, askTelling, q)
}

// withoutHeaders leaves secrets at home.
func withoutHeaders(sources []feed.Source) []feed.Source {
	sources = slices.Clone(sources)
	for i := range sources {
		sources[i].Header = nil
	}
	return sources
}
