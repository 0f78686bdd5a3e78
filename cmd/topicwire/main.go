// Topicwire polls feeds, files their entries under topics and republishes each
// topic as a feed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire/server"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // usage or configuration
	exitPartly = 3
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// A program is one run of the command line.
type program struct {
	stdout, stderr io.Writer
	config         string           // path of the configuration file
	named          func() bool      // whether somebody named it
	compiled       *server.Compiled // of the configuration that was loaded last
	pace           pace
}

// run executes a command line and returns its exit code.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{stdout: stdout, stderr: stderr}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	f := explain(err)
	if f.text != "" {
		fmt.Fprintf(stderr, "topicwire: %s\n", f.text)
	}
	for line := range strings.Lines(f.hint) {
		fmt.Fprintf(stderr, "hint: %s\n", strings.TrimSpace(line))
	}
	return f.code
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "topicwire",
		Short: "Turn many source feeds into topic feeds",
		Long: `Topicwire polls feeds (RSS, Atom, JSON Feed), files their entries under the
topics of a configuration file and republishes each topic as a feed.

Shells complete commands, topics and sources once they have loaded what
"topicwire completion SHELL" prints, in bash by: source <(topicwire completion bash)`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// Cobra sets it only where it looks for a command itself.
		SuggestionsMinimumDistance: 2,
	}
	root.Version = version()
	root.SetVersionTemplate(ownBuild().String() + "\n")
	root.Flags().Bool("version", false, "print the version") // without the -v that cobra gives it
	p.configFlag(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		what := err.Error()
		if before, _, found := strings.Cut(what, ": strconv."); found {
			what = before + ": not a number, or none that fits" // not in Go's words
		}
		return &failure{exitUsage, what, "see `" + cmd.CommandPath() + " --help`"}
	})
	root.AddCommand(p.initCmd(), p.serveCmd(), p.fetchCmd(), p.checkCmd(), p.exportCmd(), p.buildCmd(), p.sourcesCmd(), p.statusCmd(), p.reloadCmd(), p.versionCmd())
	root.AddCommand(p.explainCmd(), p.previewCmd(), p.evaluateCmd(), p.suggestCmd(), p.hideCmd(), p.includeCmd(), p.mergeCmd(), p.splitCmd(), p.forgetCmd(), p.decisionsCmd(), p.verifyCmd(), p.backupCmd(), p.restoreCmd(), p.compactCmd(), p.schemaCmd())
	root.AddCommand(p.builderCmds()...)
	p.complete(root)
	sayUsage(root)
	return root
}

// sayUsage has a command and all below it say what is wrong with their arguments.
func sayUsage(c *cobra.Command) {
	c.Args = usageArgs(c.Args)
	for _, below := range c.Commands() {
		sayUsage(below)
	}
}

// usageArgs makes a wrong number of arguments a usage error with a hint.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		err := check(cmd, args)
		if err == nil {
			return nil
		}
		f := &failure{exitUsage, err.Error(), "usage: " + cmd.UseLine()}
		if cmd.HasParent() && !cmd.HasSubCommands() && strings.HasPrefix(f.text, "unknown command") {
			f.text = fmt.Sprintf("%s takes no argument, has %q", cmd.Name(), args[0])
		}
		if !cmd.HasParent() && len(args) > 0 {
			f.text = fmt.Sprintf("unknown command %q", args[0])
			f.hint = "see `topicwire --help`"
			if s := cmd.SuggestionsFor(args[0]); len(s) > 0 {
				f.hint = "did you mean `topicwire " + s[0] + "`?"
			}
		}
		return f
	}
}

// failed reports whether an error is one that a person stopping the program
// causes.
func interrupted(err error) bool { return errors.Is(err, context.Canceled) }
