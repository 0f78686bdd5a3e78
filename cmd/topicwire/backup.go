package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/server"
	"topicwire/storage"
)

func (p *program) backupCmd() *cobra.Command {
	var asJSON, force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a file, beside a running server too",
		Long: `Backup writes a copy of the database as it is now, checks it, and only then gives it
its name: what is at FILE is whole. A crash or a full disk leaves nothing there, and
what was there stays. A running server goes on meanwhile; it writes the file itself,
as the user whom it runs as and in the folders that it sees. A file that is there
already is left, and with --force replaced where it is a database. Only the owner may
read the copy: it has what the database has.`,
		Example: "  topicwire backup /var/backups/topicwire-$(date +%F).db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			path, err := filepath.Abs(args[0])
			if err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			c, err := copyDatabase(cmd.Context(), p.showing(asJSON), cfg.Storage.Path, server.BackupRequest{Path: path, Replace: force})
			switch {
			case errors.Is(err, fs.ErrExist) && (force || path == cfg.Storage.Path):
				return &failure{exitFailed, err.Error(), "take another name"}
			case errors.Is(err, fs.ErrExist):
				return &failure{exitFailed, err.Error(), "take another name, or replace it with --force"}
			case errors.Is(err, syscall.EISDIR):
				return &failure{exitFailed, err.Error(), "name a file in it"}
			case errors.Is(err, storage.ErrForeign) && force:
				return &failure{exitFailed, err.Error(), "take another name; only a database is replaced"}
			case err != nil && strings.HasPrefix(err.Error(), "backup to "):
				return ofKey("FILE", err)
			case err != nil:
				return ofKey(storagePath, err)
			case asJSON:
				return encode(p.stdout, &c)
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %s, entries: %d, checked\n", c.Path, size(c.Bytes), c.Entries)
			return err
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace a database that is at FILE already")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// copyDatabase has the process that serves a database copy it, and does it itself where
// none does. A file of an older version is copied as it is.
func copyDatabase(ctx context.Context, w *works, database string, q server.BackupRequest) (storage.Copied, error) {
	ask := func() (c storage.Copied, asked bool, err error) {
		of, err := server.Dial(ctx, database)
		if err != nil {
			return c, false, err
		}
		defer of.Close()
		err = w.during(ctx, of, feed.WorkBackup, func() (err error) {
			c, err = server.Backup.Ask(ctx, of, q)
			return err
		})
		if err == nil && !there(q.Path) {
			err = &failure{exitFailed, fmt.Sprintf("backup to %s: the server wrote it, in a folder of that name that only the server sees", q.Path),
				"a service may have a /tmp of its own: name a file beside the database, in " + cmdline.Word(filepath.Dir(database))}
		}
		return c, true, err
	}
	if c, asked, err := ask(); asked {
		return c, err
	}
	if err := missing(database); err != nil {
		return storage.Copied{}, err
	}
	c, err := storage.BackupFile(w.telling(ctx, feed.WorkBackup), database, q.Path, q.Replace)
	w.bar.clear()
	if errors.Is(err, storage.ErrLocked) {
		// It may have begun to serve only now.
		if c, asked, err := ask(); asked {
			return c, err
		}
	}
	return c, err
}
