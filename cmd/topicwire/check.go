package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
)

func (p *program) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Read the configuration and report everything wrong with it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, problems := p.load()
			if err := p.print(problems); err != nil {
				return err
			}
			_, err := fmt.Fprintf(p.stdout, "%s: ok (%s, %s)\n", p.config, count(len(cfg.Sources), "source"), count(len(cfg.Topics), "topic"))
			return err
		},
	}
}

// load reads the configuration and compiles its rules, so that every command
// refuses what check refuses, all of it at once. The configuration is nil when
// there is an error.
func (p *program) load() (*config.Config, []feed.Problem) {
	cfg, problems := config.Draft(p.config)
	if cfg == nil {
		return nil, problems
	}
	wrong := make(map[feed.Pos]bool) // what follows from an error there is no news
	for _, pr := range problems {
		if pr.Severity == feed.Error {
			wrong[pr.Pos] = true
		}
	}
	m, more := server.Check(cfg)
	for _, pr := range more {
		if !wrong[pr.Pos] {
			problems = append(problems, pr)
		}
	}
	slices.SortStableFunc(problems, func(a, b feed.Problem) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Col-b.Pos.Col)
	})
	if m == nil || len(wrong) > 0 {
		return nil, problems
	}
	return cfg, problems
}

// print writes problems to standard error; where one is an error, so is the
// result.
func (p *program) print(problems []feed.Problem) error {
	errors := 0
	for _, pr := range problems {
		fmt.Fprintln(p.stderr, pr)
		if pr.Severity == feed.Error {
			errors++
		}
	}
	if errors == 0 {
		return nil
	}
	f := &failure{code: exitUsage, text: fmt.Sprintf("%s: %s", p.config, count(errors, "error"))}
	if _, err := os.Stat(p.config); err != nil {
		f.hint = "name a configuration with -c FILE or $TOPICWIRE_CONFIG; samples/config.yaml works without a network"
	}
	return f
}

// mustLoad is load for commands that go on to work.
func (p *program) mustLoad() (*config.Config, error) {
	cfg, problems := p.load()
	return cfg, p.print(problems)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
