package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/server"
	"topicwire/storage"
)

func (p *program) restoreCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup into the place of the database",
		Long: `Restore checks all of a backup, as verify does, and puts a copy of it into the place
of the database, whatever state that one is in. The old one stays beside it, as
DATABASE.before-restore, until you remove it. No server may run meanwhile. A backup
of an older version is brought to the present schema by the next command that opens
it. What came since the backup was made comes again as far as its sources still have
it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			if err := p.alone(cmd, "restore", cfg.Storage.Path); err != nil {
				return err
			}
			if err := makeFolder(cfg); err != nil {
				return err
			}
			w := p.showing(false)
			r, err := storage.Restore(w.alone(cmd.Context(), feed.WorkRestore), args[0], cfg.Storage.Path, func(line string) {
				w.bar.clear()
				fmt.Fprintln(p.stdout, line)
			})
			w.bar.clear()
			switch {
			case errors.Is(err, storage.ErrCorrupt), errors.Is(err, storage.ErrForeign):
				return &failure{exitFailed, err.Error(), "take another backup; nothing was changed"}
			case errors.Is(err, fs.ErrNotExist):
				return &failure{exitFailed, err.Error(), "name a backup that is there; nothing was changed"}
			case errors.Is(err, fs.ErrExist):
				return &failure{exitFailed, err.Error(), "nothing was changed"}
			case err != nil && strings.HasPrefix(err.Error(), "restore "+args[0]+":"):
				if errors.Is(err, syscall.EISDIR) {
					return &failure{exitFailed, err.Error(), "name the file of a backup; nothing was changed"}
				}
				return ofKey("FILE", err)
			case err != nil:
				return ofKey(storagePath, err)
			}
			fmt.Fprintf(p.stdout, "%s: %s, entries: %d\n", r.Path, size(r.Bytes), r.Entries)
			if r.Kept != "" {
				fmt.Fprintf(p.stdout, "the file of before is %s\n", r.Kept)
			}
			return nil
		},
	}
}

// alone refuses what no server may run beside.
func (p *program) alone(cmd *cobra.Command, what, database string) error {
	c, err := server.Dial(cmd.Context(), database)
	if err != nil {
		return nil // or it has no socket, and holds the file
	}
	c.Close()
	return &failure{exitFailed, fmt.Sprintf("%s: a server runs on %s", what, database), "stop it first, and start it again after this"}
}
