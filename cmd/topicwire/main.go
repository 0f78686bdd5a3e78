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
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire/feed/cmdline"
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
	compiled       *server.Compiled // of the configuration that was loaded last
	given          func() bool      // whether somebody named that file
	pace           pace
	works          *works // that are shown; nil for none
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
		fmt.Fprintf(stderr, "topicwire: %s\n", p.pasted(f.text))
	}
	for line := range strings.Lines(f.hint) {
		fmt.Fprintf(stderr, "hint: %s\n", p.pasted(strings.TrimSpace(line)))
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
			if strings.Contains(err.Error(), "strconv.ParseBool") {
				what = before + ": it is given without a value, or with true or false"
			}
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

// sayUsage has a command and all below it say what is wrong with their arguments, once.
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
		f := &failure{exitUsage, argumentCount(cmd, err.Error(), len(args)), "usage: " + cmd.UseLine()}
		if cmd.HasParent() && strings.HasPrefix(err.Error(), "unknown command") {
			f.text, f.hint = strayArgument(cmd, args[0], f.hint)
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

var accepted = regexp.MustCompile(`^accepts (at most |at least |between )?([0-9]+)( and [0-9]+)? arg\(s\)`)

// argumentCount says of a wrong number of arguments what cobra says, in words of ours.
func argumentCount(cmd *cobra.Command, text string, given int) string {
	m := accepted.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	of := "arguments"
	if m[2] == "1" && m[3] == "" {
		of = "argument"
	}
	has := fmt.Sprint(given)
	if given == 0 {
		has = "none"
	}
	return fmt.Sprintf("%s takes %s%s%s %s, and was given %s", strings.TrimPrefix(cmd.CommandPath(), "topicwire "), m[1], m[2], m[3], of, has)
}

// strayArgument says what is wrong with an argument where there can be none, or the name
// of a command.
func strayArgument(cmd *cobra.Command, arg, usage string) (text, hint string) {
	path := strings.Fields(cmd.CommandPath())[1:]
	cmd.SuggestionsMinimumDistance = 2
	switch s := cmd.SuggestionsFor(arg); {
	case len(s) > 0:
		return fmt.Sprintf("unknown command %q", arg), "did you mean `" + cmdline.Line(append(path, s[0])...) + "`?"
	case configLike(arg):
		hint = "name a configuration with -c: `" + cmdline.Line(append(path, "-c", arg)...) + "`"
	case cmd.HasSubCommands():
		return fmt.Sprintf("unknown command %q of %s", arg, path[0]), "see `" + cmd.CommandPath() + " --help`"
	default:
		hint = usage
	}
	return fmt.Sprintf("%s takes no arguments, and was given %q", strings.Join(path, " "), arg), hint
}

// failed reports whether an error is one that a person stopping the program
// causes.
func interrupted(err error) bool { return errors.Is(err, context.Canceled) }
