package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
)

func (p *program) buildCmd() *cobra.Command {
	var out string
	var hubs []string
	c := &cobra.Command{
		Use:   "build -o DIR",
		Short: "Write the public site as files, for a static host",
		Long: `Build writes everything that readers can ask a server for, feeds, archives,
months, stories and lists, into a folder that any static host can serve at
server.url. It replaces the folder whole or not at all, and leaves files that did
not change as they are; DIR.part beside it is the one before, of which the next is
made. The folder that DIR is in must exist. The feeds name no hub but those of --hub, which somebody has
to tell of changes.`,
		Example: "  topicwire fetch && topicwire build -o public   # from cron: no server is needed",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return &failure{exitUsage, "build needs a folder", "name one: `topicwire build -o DIR`"}
			}
			for _, hub := range hubs {
				if wrong, hint := config.WrongHub("--hub", hub); wrong != "" {
					return &failure{exitUsage, wrong, hint}
				}
			}
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			began := time.Now()
			f, err := openFolder(out)
			if err != nil {
				return err
			}
			defer f.abandon()
			w := p.showing(false)
			s, err := p.stored(cmd.Context(), cfg, false)
			if err != nil {
				return err
			}
			defer s.Close()
			var failed error
			err = w.during(cmd.Context(), s, feed.WorkBuild, func() error {
				return server.Build.Each(cmd.Context(), s, server.BuildRequest{Known: f.known(), Hubs: hubs}, func(b server.BuildPart) {
					if failed == nil {
						failed = f.add(b)
					}
				})
			})
			if err == nil {
				err = failed
			}
			if err == nil {
				err = f.finish()
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "%s: %s, %d written, %d removed, in %s\n", out, count(len(f.has), "file"), f.written, f.removed, time.Since(began).Round(10*time.Millisecond))
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the `DIR` to write")
	c.Flags().StringArrayVar(&hubs, "hub", nil, "a WebSub hub that the feeds name, by its `URL`; may be given several times")
	return c
}

// known is the state of the units whose files the folder has.
func (f *folder) known() map[string]string {
	known := make(map[string]string, len(f.old.Units))
	for name, u := range f.old.Units {
		known[name] = u.State
	}
	return known
}

// add takes a part of the site in.
func (f *folder) add(b server.BuildPart) error {
	if b.Unit == "" {
		return f.put(b.File.Path, b.File.Body)
	}
	if b.File == nil {
		f.keep(b.Unit)
		return nil
	}
	u := f.now.Units[b.Unit]
	if u == nil {
		u = &built{State: b.State}
		f.now.Units[b.Unit] = u
	}
	u.Files = append(u.Files, b.File.Path)
	return f.put(b.File.Path, b.File.Body)
}
