package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/server"
)

func (p *program) reloadCmd() *cobra.Command {
	c := p.reloadWordCmd(server.ReloadNow, "reload [accept|discard]", "Have the server read its configuration now, or decide about one that is held",
		`Reload has the running server read its configuration and all files of it at once,
as SIGHUP does, and says what came of it: taken; refused for errors, which ends with
status 2; or held, because it would move more of what readers have than reload.hold
lets pass, which ends with status 3. Accept takes what is held, discard drops it.`)
	c.AddCommand(
		p.reloadWordCmd(server.AcceptReload, "accept", "Take the configuration that is held",
			`Accept makes the configuration that is held the running one, as its files were when
they were read. A newer version is judged by itself.`),
		p.reloadWordCmd(server.DiscardReload, "discard", "Drop the configuration that is held",
			`Discard leaves the running configuration until the files change again. They stay as
they are: a start, or reload, reads them again.`),
	)
	return c
}

// reloadWordCmd is a command that puts one question about reloads to the server.
func (p *program) reloadWordCmd(q server.Question[struct{}, server.Reloaded], use, short, long string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.serving(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			out, err := q.Ask(cmd.Context(), s, struct{}{})
			if err != nil {
				return err
			}
			return p.sayReloaded(&out, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// serving is the process that serves the database of the configuration, be that in
// order or not.
func (p *program) serving(ctx context.Context) (*server.Client, error) {
	draft, problems := config.Draft(p.config)
	if draft == nil {
		return nil, p.print(problems)
	}
	c, err := server.Dial(ctx, draft.Storage.Path)
	if err != nil {
		_ = p.print(problems) // they may be why it is looked for in the wrong place
		return nil, &failure{exitFailed, "no server runs on " + draft.Storage.Path, "there is nothing to reload: `topicwire serve` reads the configuration as it is when it starts"}
	}
	return c, nil
}

// sayReloaded prints what came of a reload. A refused one and one that is held end the
// command with a status of their own.
func (p *program) sayReloaded(out *server.Reloaded, asJSON bool) error {
	if asJSON {
		if err := encode(p.stdout, out); err != nil {
			return err
		}
	} else {
		p.writeReloaded(out)
	}
	switch out.Result {
	case server.ReloadRefused:
		return &failure{exitUsage, "the configuration is refused; the running one stays", ""}
	case server.ReloadHeld:
		return &failure{exitPartly, "the configuration is held; the running one stays", "decide with `" + server.AcceptCommand + "` or `" + server.DiscardCommand + "`"}
	}
	return nil
}

// writeReloaded prints what came of a reload for people: what is wrong to stderr.
func (p *program) writeReloaded(out *server.Reloaded) {
	for _, problem := range out.Problems {
		fmt.Fprintln(p.stderr, problem)
	}
	file := out.File
	if out.Written != nil {
		file += ", written " + out.Written.Local().Format(time.DateTime)
	}
	fmt.Fprintf(p.stdout, "%s: %s\n", out.Result, file)
	if len(out.Restart) > 0 && out.Result == server.ReloadTaken {
		fmt.Fprintf(p.stdout, "after a restart only: %s\n", strings.Join(out.Restart, ", "))
	}
	if out.Held != nil && out.Result == server.ReloadHeld {
		fmt.Fprintf(p.stdout, "it %s\n", out.Held)
		for _, l := range out.Held.Lines() {
			fmt.Fprintf(p.stdout, "  %s\n", l)
		}
	}
}

// heldLines say of what is held why, what it moves, and what to do.
func heldLines(h *server.Held) []string {
	lines := slices.Concat([]string{"it " + h.String()}, h.Lines())
	return append(lines, "decide with `"+server.AcceptCommand+"` or `"+server.DiscardCommand+"`")
}
