package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/server"
	"topicwire/server/desk"
	"topicwire/server/poll"
	"topicwire/storage"
)

// A service is what commands need of the store: a server of their own process, or
// the one that serves and holds the file.
type service interface {
	deskService
	Fetch(ctx context.Context, all bool, report func(poll.Report)) error
	Export(context.Context, feed.TopicID, publish.Format) ([]byte, error)
	Health(context.Context) ([]feed.Health, error)
	Status(context.Context) (server.Status, error)
	Close() error
}

// A deskService answers operators' questions and carries out their decisions.
type deskService interface {
	Explain(context.Context, desk.ExplainRequest) (desk.Explained, error)
	Preview(context.Context, desk.PreviewRequest) ([]desk.Previewed, error)
	Suggest(context.Context, desk.SuggestRequest) (desk.Suggestion, error)
	Decide(context.Context, desk.DecideRequest) (desk.DecideResult, error)
	Decisions(context.Context, desk.DecisionsRequest) ([]desk.Logged, error)
	Story(context.Context, string) (feed.StoryView, error)
	Telling(context.Context, desk.TellingRequest) (desk.Telling, error)
}

var (
	_ service = (*server.Server)(nil)
	_ service = (*server.Client)(nil)
)

// desk opens what answers questions about the store of a configuration. The
// function closes it. A database that does not exist is refused: opening it would
// make an empty one, which has no answers.
func (p *program) desk(cmd *cobra.Command, cfg *config.Config) (deskService, func() error, error) {
	if _, err := os.Stat(cfg.Storage.Path); err != nil {
		return nil, nil, &failure{exitFailed, fmt.Sprintf("no database: %v", err), "run `topicwire fetch` or `topicwire serve` first"}
	}
	s, err := p.open(cmd.Context(), server.Options{Config: cfg, Version: version(), Asking: true})
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// asking loads the configuration and opens what answers questions about its store.
func (p *program) asking(cmd *cobra.Command) (*config.Config, deskService, func() error, error) {
	cfg, err := p.mustLoad()
	if err != nil {
		return nil, nil, nil, err
	}
	s, done, err := p.desk(cmd, cfg)
	return cfg, s, done, err
}

// open opens the store of a configuration, or reaches the process that serves it.
func (p *program) open(ctx context.Context, o server.Options) (service, error) {
	// Asking first costs nothing; waiting for a lock that a service holds does.
	if _, err := os.Lstat(server.SocketPath(o.Config.Storage.Path)); err == nil {
		if c, err := server.Dial(ctx, o.Config); err == nil {
			return c, nil
		}
	}
	o.Compiled = p.compiled
	s, err := server.Open(ctx, o)
	if errors.Is(err, storage.ErrLocked) {
		// It may have begun to serve only now.
		if c, derr := server.Dial(ctx, o.Config); derr == nil {
			return c, nil
		}
	}
	if err != nil {
		return nil, err // a nil *Server would be no nil service
	}
	return s, nil
}
