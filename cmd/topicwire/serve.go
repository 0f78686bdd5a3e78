package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"topicwire/server"
)

func (p *program) serveCmd() *cobra.Command {
	var verbose bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Poll the sources and publish the topics until stopped",
		Long: `Serve polls the sources on schedule and publishes the topics' feeds and pages.
A change of the configuration, of the files it includes and of its OPML files is
noticed within a few seconds; SIGHUP reads them at once. A configuration with
errors is refused whole, and the running one stays. SIGTERM ends it within ten
seconds.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			watched := newWatch(time.Now())
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			watched.follow(cfg)
			if os.Getenv("GOGC") == "" {
				ctx, stop := context.WithCancel(cmd.Context())
				wait := paceHeap(ctx)
				defer wait()
				defer stop()
			}
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			log := slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
			s, err := server.Open(cmd.Context(), server.Options{Config: cfg, Compiled: p.compiled, Version: version(), Log: log, Later: true})
			if err != nil {
				return err
			}
			defer s.Close()
			log.Info("topicwire "+version(), "config", cfg.File, "sources", len(cfg.Sources), "topics", len(cfg.Topics))
			err = s.Serve(cmd.Context(), p.reloads(cmd.Context(), log, watched), func(a net.Addr) {
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
