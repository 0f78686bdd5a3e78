package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
)

func (p *program) serveCmd() *cobra.Command {
	var verbose bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Poll the sources and publish the topics until stopped",
		Long: `Serve polls the sources on schedule and publishes the topics' feeds and pages.
SIGHUP reads the configuration again; SIGTERM ends it within ten seconds.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			log := slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
			s, err := server.Open(cmd.Context(), server.Options{Config: cfg, Version: version(), Log: log})
			if err != nil {
				return err
			}
			defer s.Close()
			log.Info("topicwire "+version(), "config", cfg.File, "sources", len(cfg.Sources), "topics", len(cfg.Topics))
			err = s.Serve(cmd.Context(), p.reloads(cmd.Context(), log), func(a net.Addr) {
				log.Info("serving "+cfg.Server.URL, "listen", a.String())
			})
			if err == nil {
				log.Info("stopped")
			}
			return err
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "log visits that brought nothing, too")
	return c
}

// reloads reads the configuration again at each SIGHUP and sends those without
// an error.
func (p *program) reloads(ctx context.Context, log *slog.Logger) <-chan *config.Config {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	out := make(chan *config.Config)
	go func() {
		defer signal.Stop(hup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hup:
			}
			cfg, problems := p.load()
			for _, pr := range problems {
				level := slog.LevelError
				if pr.Severity == feed.Warning {
					level = slog.LevelWarn
				}
				log.Log(ctx, level, pr.String())
			}
			if cfg == nil {
				log.Error("configuration refused; the running one stays", "file", p.config)
				continue
			}
			select {
			case out <- cfg:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
