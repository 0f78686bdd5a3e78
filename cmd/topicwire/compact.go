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
			bar, began := newBar(p.stderr, 0), time.Now()
			ctx := feed.Telling(cmd.Context(), func(done, total int64) {
				bar.at(feed.Progress{Work: feed.WorkCompact, Done: done, Total: total, Began: began})
			})
			before, after, err := storage.Compact(ctx, path)
			bar.clear()
			if err != nil {
				return ofKey(storagePath, err)
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %s before, %s now\n", path, size(before), size(after))
			return err
		},
	}
}

// compactLine is how often the log says how far a compaction is.
const compactLine = 10 * time.Second

// compactAtStart compacts a database of which most is free, where the configuration says
// so. Where that fails the server starts with the file as it is.
func compactAtStart(ctx context.Context, cfg *config.Config, log *slog.Logger) {
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
		last := time.Now()
		before, after, err = storage.Compact(feed.Telling(ctx, func(done, total int64) {
			if now := time.Now(); now.Sub(last) >= compactLine {
				last = now
				log.Info("under way: "+feed.WorkCompact.Says(), "work", feed.WorkCompact, "done", done, "total", total)
			}
		}), path)
	}
	if err != nil {
		log.Error("the database was not compacted", "error", err)
		return
	}
	log.Info("database compacted", "path", path, "before", before, "after", after)
}
