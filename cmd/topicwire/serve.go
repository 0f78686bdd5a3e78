package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

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
			if os.Getenv("GOGC") == "" {
				// A service waits more than it works: it is small rather than quick.
				debug.SetGCPercent(50)
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

// reloads reads the configuration again at each SIGHUP.
func (p *program) reloads(ctx context.Context, log *slog.Logger) <-chan server.Reload {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	out := make(chan server.Reload)
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
			select {
			case out <- server.Reload{Config: cfg, Problems: problems}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
