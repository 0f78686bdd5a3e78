package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"topicwire/config"
	"topicwire/feed/link"
	"topicwire/feed/publish"
)

// A completer proposes what may stand at an argument, as shells ask by the hidden
// command __complete. What cannot be found out is proposed by nobody, without a word.
type completer = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// complete gives every command and flag below root its proposals: what usage calls a FILE
// is a file, and a DIR a folder; what is not known is nothing, least of all the names of
// files.
func (p *program) complete(root *cobra.Command) {
	arguments := map[string]completer{
		"export": at(p.topics), "explain": p.explained, "preview": p.topics, "hide": at(p.topics), "include": at(p.topics),
		"suggest": at(p.topics, ending("jsonl")), "evaluate": at(ending("jsonl")), "forget": at(p.forgettable),
		"sources import": at(ending("opml", "xml")), "backup": at(files), "restore": at(files),
	}
	flags := map[string]completer{
		"format": oneOf(string(publish.Atom), string(publish.RSS), string(publish.JSON)), "log": oneOf(logText, logJSON), "config": ending("yaml", "yml"),
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.ValidArgsFunction = nothing
		if propose, ok := arguments[strings.TrimPrefix(c.CommandPath(), root.Name()+" ")]; ok {
			c.ValidArgsFunction = propose
		}
		flag := func(f *pflag.Flag) {
			propose, known := flags[f.Name]
			what, _ := pflag.UnquoteUsage(f)
			switch {
			case f.NoOptDefVal != "": // a switch
				return
			case known:
			case what == "FILE":
				propose = files
			case what == "DIR":
				propose = folders
			default:
				propose = nothing
			}
			_ = c.RegisterFlagCompletionFunc(f.Name, propose) // there is that flag
		}
		c.LocalNonPersistentFlags().VisitAll(flag)
		if !c.HasParent() {
			c.PersistentFlags().VisitAll(flag)
		}
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(root)
}

func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func files(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// ending are files with a name that ends so.
func ending(endings ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

func oneOf(words ...string) completer {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// at proposes for the first argument what the first one does, and so on.
func at(each ...completer) completer {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(each) {
			return nothing(cmd, args, begun)
		}
		return each[len(args)](cmd, args, begun)
	}
}

// topics are the ids of the configuration's topics with their titles, of a broken one
// those that can be read, without those that are there already.
func (p *program) topics(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	if cfg, _ := config.Draft(p.config); cfg != nil {
		for i := range cfg.Topics {
			if id := string(cfg.Topics[i].ID); strings.HasPrefix(id, begun) && !slices.Contains(args, id) {
				ids = append(ids, id+"\t"+cfg.Topics[i].Title)
			}
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// explained is a topic and the address of an entry, which nobody knows; or with --story
// two addresses.
func (p *program) explained(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if story, err := cmd.Flags().GetBool("story"); err == nil && story {
		return nothing(cmd, args, begun)
	}
	return at(p.topics)(cmd, args, begun)
}

// forgettable are the addresses of sources, as they are shown.
func (p *program) forgettable(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var addresses []string
	if cfg, _ := config.Draft(p.config); cfg != nil {
		for i := range cfg.Sources {
			if address := link.Masked(string(cfg.Sources[i].ID)); strings.HasPrefix(address, begun) {
				addresses = append(addresses, address+"\t"+cfg.Sources[i].Title)
			}
		}
	}
	return addresses, cobra.ShellCompDirectiveNoFileComp
}
