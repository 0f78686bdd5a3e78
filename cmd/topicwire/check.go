package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/feed/match"
	"topicwire/server"
	"topicwire/server/desk"
	"topicwire/storage"
)

func (p *program) checkCmd() *cobra.Command {
	var strict bool
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Read the configuration and report everything wrong with it",
		Long: `Check reads the configuration, compiles the rules of its topics and its concepts
and runs the examples; it reports everything wrong at once, each with its place. Warnings tell
of rules that cannot be what was meant: patterns that never hit or that others
contain, query syntax of other programs, words that are in every other text
(counted in the database, where there is one that no other process holds), weights
that cannot matter. Draft topics are checked too. The configuration may be named
without -c: topicwire check FILE.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if err := p.checkOf(cmd, args[0]); err != nil {
					return err
				}
			}
			cfg, problems := p.load()
			if cfg != nil {
				m := p.compiled
				census, note := p.census(cmd.Context(), cfg, m)
				if note != "" {
					fmt.Fprintf(p.stderr, "note: %s\n", note)
				}
				problems = append(problems, missingFiles(cfg)...)
				problems = append(problems, missingCommand(cfg)...)
				problems = append(problems, desk.CheckExamples(cfg.Topics)...)
				problems = append(problems, m.Lint(census)...)
				for _, pr := range m.Concepts.Lint() {
					if !slices.Contains(problems, pr) { // the list of a topic, too
						problems = append(problems, pr)
					}
				}
				p.inOrder(problems)
			}
			if strict {
				for i := range problems {
					problems[i].Severity = feed.Error
				}
			}
			if err := p.printAll(problems); err != nil {
				return err
			}
			_, err := fmt.Fprintf(p.stdout, "%s: ok (%s, %s%s)\n", p.config, count(len(cfg.Sources), "source"), count(len(cfg.Topics), "topic"), examples(cfg))
			return err
		},
	}
	c.Flags().BoolVar(&strict, "strict", false, "make warnings errors")
	return c
}

// missingFiles warns of file: sources that cannot be read as things are.
func missingFiles(cfg *config.Config) (problems []feed.Problem) {
	warn := func(s *feed.Source, text, hint string) {
		problems = append(problems, feed.Problem{Pos: s.Pos, Severity: feed.Warning, Text: text, Hint: hint})
	}
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		if s.File == "" {
			continue
		}
		f, err := os.Open(s.File)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			warn(s, fmt.Sprintf("the file of source %q is not there", s.ID), "it is looked for at "+s.File)
		case err != nil:
			warn(s, fmt.Sprintf("the file of source %q cannot be read: %v", s.ID, bare(err)), "it is "+s.File)
		default:
			if st, err := f.Stat(); err == nil && st.IsDir() {
				warn(s, fmt.Sprintf("source %q is a folder", s.ID), "name a feed in it")
			}
			f.Close()
		}
	}
	return problems
}

// missingCommand warns of an alarm.command that cannot be run: it would be noticed when
// there is an alarm.
func missingCommand(cfg *config.Config) []feed.Problem {
	if len(cfg.Alarm.Command) == 0 {
		return nil
	}
	_, err := exec.LookPath(cfg.Alarm.Command[0])
	if err == nil {
		return nil
	}
	if why, ok := errors.AsType[*exec.Error](err); ok {
		err = why.Err
	}
	return []feed.Problem{{
		Pos: feed.Pos{File: cfg.File}, Severity: feed.Warning, Text: fmt.Sprintf("alarm.command %q cannot be run: %v", cfg.Alarm.Command[0], bare(err)),
		Hint: "give the path of a program from the root; who runs the server must be allowed to run it",
	}}
}

// checkOf makes a file that is named as an argument the one that is checked.
func (p *program) checkOf(cmd *cobra.Command, file string) error {
	if cmd.Flags().Changed("config") && p.config != file {
		return &failure{exitUsage, fmt.Sprintf("check was given two configurations, %s and -c %s", file, p.config), "check one at a time"}
	}
	p.config, p.given = file, func() bool { return true }
	return nil
}

// examples says how many examples there were.
func examples(cfg *config.Config) string {
	n := 0
	for i := range cfg.Topics {
		n += len(cfg.Topics[i].Examples.Match) + len(cfg.Topics[i].Examples.Reject)
	}
	if n == 0 {
		return ""
	}
	return ", " + count(n, "example")
}

// censusWait is how long check waits for the database: another process that
// holds it will not let go for a check.
const censusWait = 50 * time.Millisecond

// census counts the words of stored entries where there is a database that
// nobody holds; nil and a note otherwise.
func (p *program) census(ctx context.Context, cfg *config.Config, m *server.Compiled) (*match.Census, string) {
	if missing(cfg.Storage.Path) != nil {
		return nil, "" // a configuration that never ran
	}
	db, err := storage.Open(cfg.Storage.Path, storage.Options{Timeout: censusWait, AsIs: true})
	if errors.Is(err, storage.ErrLocked) {
		return nil, "another topicwire holds the database; how frequent words are was not counted"
	}
	if err != nil {
		return nil, "how frequent words are was not counted: " + err.Error()
	}
	defer db.Close()
	c, err := desk.CountWords(ctx, db, m.Matcher)
	if err != nil {
		return nil, "how frequent words are was not counted: " + err.Error()
	}
	return c, ""
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
		if !wrong[pr.Pos] && !slices.Contains(problems, pr) {
			problems = append(problems, pr)
		}
	}
	p.inOrder(problems)
	if m == nil || len(wrong) > 0 {
		return nil, problems
	}
	p.compiled = m
	return cfg, problems
}

// inOrder sorts problems by place: those of the configuration itself before
// those of the files that it includes.
func (p *program) inOrder(problems []feed.Problem) {
	rank := func(pr feed.Problem) string {
		if pr.Pos.File == p.config {
			return ""
		}
		return pr.Pos.File
	}
	feed.SortBy(problems, func(a, b feed.Problem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Pos.Line-b.Pos.Line, a.Pos.Col-b.Pos.Col)
	})
}

// print is printAll for commands that are run time and again: what asks for a contact
// is left to check, and to the start of a server.
func (p *program) print(problems []feed.Problem) error {
	return p.printAll(slices.DeleteFunc(slices.Clone(problems), noContact))
}

func noContact(pr feed.Problem) bool { return pr.Text == config.NoContact }

// printAll writes problems to standard error; where one is an error, so is the
// result.
func (p *program) printAll(problems []feed.Problem) error {
	if p.nowhere() {
		return p.unfound()
	}
	wrong := 0
	for _, pr := range problems {
		fmt.Fprintln(p.stderr, pr)
		if pr.Severity == feed.Error {
			wrong++
		}
	}
	if wrong == 0 {
		return nil
	}
	f := &failure{code: exitUsage, text: fmt.Sprintf("%s: %s", p.config, count(wrong, "error"))}
	if _, err := os.Stat(p.config); err != nil {
		f.hint = "name another with -c FILE or $TOPICWIRE_CONFIG"
		if errors.Is(err, fs.ErrPermission) {
			f.hint = "run it as root, or as the user of the service; or " + f.hint
		} else if _, err := os.Lstat(p.config); errors.Is(err, fs.ErrNotExist) {
			f.hint += "; `topicwire init -c " + cmdline.Word(p.config) + "` writes this one"
		}
	}
	return f
}

// mustLoad is load for commands that go on to work.
func (p *program) mustLoad() (*config.Config, error) {
	cfg, problems := p.load()
	return cfg, p.print(problems)
}

func count(n int, what string) string { return countOf(n, what, what+"s") }

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
