package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"topicwire/server"
)

func (p *program) serveCmd() *cobra.Command {
	var verbose bool
	var format string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Poll the sources and publish the topics until stopped",
		Long: `Serve polls the sources on schedule and publishes the topics' feeds and pages.
A change of the configuration, of the files it includes and of its OPML files is
noticed within a few seconds; SIGHUP or topicwire reload reads them at once. A
configuration with errors is refused whole, and the running one stays; one that
moves more than reload.hold lets pass is held until topicwire reload accept.
SIGTERM ends it within ten seconds.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			log, err := newLog(p.stderr, format, level)
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			boss := newNotifier(log)
			boss.starting(ctx)
			watched := newWatch(time.Now())
			cfg, problems := p.load()
			if err := p.printAll(problems); err != nil {
				return err
			}
			watched.follow(cfg)
			if os.Getenv("GOGC") == "" {
				wait := p.pace.run(ctx, garbagePercent)
				defer wait()
				defer stop()
			}
			if err := makeFolder(cfg); err != nil {
				return err
			}
			compactAtStart(ctx, cfg, log, time.Now)
			asked := make(chan func(server.Reloaded))
			s, err := server.Open(ctx, server.Options{Config: cfg, Compiled: p.compiled, Version: version(), Log: log, Later: true, Pressed: p.pace.press, Busy: makeWay(), Reread: asked, Named: absolute(p.named())})
			if err != nil {
				return ofKey(storagePath, err)
			}
			defer s.Close()
			log.Info("topicwire "+version(), "config", cfg.File, "sources", len(cfg.Sources), "topics", len(cfg.Topics))
			err = s.Serve(ctx, p.reloads(ctx, log, watched, asked, boss.reloading), func(a net.Addr) {
				log.Info("serving "+cfg.Server.URL, "listen", a.String())
				boss.serving(ctx, s)
			})
			stop()
			boss.stopped()
			if err == nil {
				log.Info("stopped")
			}
			return err
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "log every visit")
	c.Flags().StringVar(&format, "log", logText, "the `FORMAT` of the log: text or json")
	return c
}

// absolute is a path that holds wherever a command is pasted; "" stays "".
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil && path != "" {
		return abs
	}
	return path
}

// The formats of the log.
const (
	logText = "text"
	logJSON = "json"
)

// newLog is a log to w; level is the least that it has.
func newLog(w io.Writer, format string, level slog.Level) (*slog.Logger, error) {
	o := &slog.HandlerOptions{Level: level}
	switch format {
	case logText:
		return slog.New(slog.NewTextHandler(w, o)), nil
	case logJSON:
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, &failure{exitUsage, fmt.Sprintf("--log %q is no format", format), "write --log text or --log json"}
}
