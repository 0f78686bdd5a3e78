package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/storage"
)

func (p *program) compactCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Write the database anew, without the space that is free in it",
		Long: `Compact writes the database to a new file without its free pages, compares the two,
and puts the new one into its place. A crash leaves one or the other, which say the
same. It needs room for both; no server may run meanwhile.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			path := cfg.Storage.Path
			if err := p.alone(cmd, "compact", path); err != nil {
				return err
			}
			if err := missing(path); err != nil {
				return err
			}
			w := p.showing(false)
			before, after, err := storage.Compact(w.alone(cmd.Context(), feed.WorkCompact), path)
			w.bar.clear()
			if err != nil {
				return ofKey(storagePath, err)
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %s before, %s now\n", path, size(before), size(after))
			return err
		},
	}
}

// compactAtStart compacts a database of which most is free, where the configuration says
// so. Where that fails the server starts with the file as it is. Commands cannot ask
// meanwhile: the log says how far it is.
func compactAtStart(ctx context.Context, cfg *config.Config, log *slog.Logger, now func() time.Time) {
	path := cfg.Storage.Path
	if cfg.Storage.Compact != config.CompactAuto {
		return
	}
	space, err := storage.SpaceOf(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !space.Wasteful() {
		return
	}
	var before, after int64
	if err == nil {
		log.Info("the database is being compacted", "path", path, "bytes", space.Bytes, "free", space.Free)
		last := now()
		before, after, err = storage.Compact(feed.Telling(ctx, func(done, total int64) {
			if now := now(); now.Sub(last) >= relog {
				last = now
				log.Info("under way: "+feed.WorkCompact.Says(), "work", feed.WorkCompact, "done", done, "total", total, "percent", 100*done/max(total, 1))
			}
		}), path)
	}
	if err != nil {
		log.Error("the database was not compacted", "error", err)
		return
	}
	log.Info("database compacted", "path", path, "before", before, "after", after)
}
