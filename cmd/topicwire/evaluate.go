package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) evaluateCmd() *cobra.Command {
	var shown evaluationShown
	var o desk.EvaluateOptions
	c := &cobra.Command{
		Use:   "evaluate FILE.jsonl",
		Short: "Measure rules and stories by labelled entries",
		Long: `Evaluate reads entries whose place is known, one JSON object a line (- is standard
input), and says how well rules and stories agree with the labels. It needs no
database. A line has title, summary or content (plain text), and optionally id,
language, source, link, published, author and categories; its labels are

  topics      a list of topics: precision, recall and F1 of each topic whose id is
              a label (law-and-crime for "law and crime"); what topics ask of
              sources does not count, what they ask of languages does; tags are
              those of the entry's source, and with the topics in maybe_topics
              it is neither right nor wrong
  story       the name of a story, and
  duplicate   the name of a report: the entries are placed by their dates, and
              groups and stories compared with the labels, by B-cubed and by pairs,
              and where there are several languages by pairs within one and across
              two; edit says how a copy differs, and each is measured apart
  noise       true for an entry that belongs to nobody, whatever else the line
              says of story and duplicate: it is placed with the others, and
              counts against the precision of those it is put together with

Precision is how much of what was found is right, recall how much of what is right
was found, F1 their harmonic mean.

Entries that name their language are also read without it, to see how often it is
told from the text. A threshold that is best on the entries it was chosen by
flatters itself: with --folds 5 the entries are dealt into five parts, all of a
story into one, and each part is judged by the threshold that is best on the
other four.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if n := o.Folds; cmd.Flags().Changed("folds") && (n < desk.MinFolds || n > desk.MaxFolds) {
				return &failure{exitUsage, fmt.Sprintf("--folds must be %d to %d, not %d", desk.MinFolds, desk.MaxFolds, n), "5 is usual"}
			}
			shown.ofTopics = shown.sources || shown.thresholds || o.Patterns || o.Folds > 0
			return p.evaluate(cmd, args[0], o, shown)
		},
	}
	c.Flags().BoolVar(&o.Misses, "misses", false, "list what is wrong, each with the reason")
	c.Flags().BoolVar(&o.Short, "short", false, "use the title and 200 characters of text")
	c.Flags().BoolVar(&o.HideLanguage, "hide-language", false, "let topics read entries without the language that their lines name")
	c.Flags().BoolVar(&shown.sources, "sources", false, "list the sources, those with the most mistakes first")
	c.Flags().BoolVar(&shown.thresholds, "thresholds", false, "list what other thresholds would give")
	c.Flags().BoolVar(&o.Patterns, "patterns", false, "list what patterns do, those that do harm first")
	c.Flags().IntVar(&o.Folds, "folds", 0, "cross-validate the thresholds in `N` parts, 2 to 20")
	c.Flags().BoolVar(&shown.json, "json", false, "print one JSON object, with all sources and thresholds")
	return c
}

// evaluationShown is how an evaluation is printed; ofTopics says that something
// was asked for which only topics have.
type evaluationShown struct{ json, sources, thresholds, ofTopics bool }

func (p *program) evaluate(cmd *cobra.Command, file string, o desk.EvaluateOptions, shown evaluationShown) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	in, err := openLabelled(cmd, file)
	if err != nil {
		return err
	}
	defer in.Close()
	o.Topics, o.Concepts, o.Stories = cfg.Topics, cfg.Concepts, server.StoryOptions(&cfg.Stories)
	ev, err := desk.Evaluate(cmd.Context(), in, o)
	if err != nil {
		return unlabelled("evaluate", file, err)
	}
	if len(ev.Topics) == 0 && ev.Stories == nil && ev.Duplicates == nil && (ev.LanguagesTold == nil || len(ev.Unknown) > 0) {
		hint := ""
		if ev.Entries == 0 {
			hint = "it has no entries"
		}
		if len(ev.Unknown) > 0 {
			hint = "labels: " + unknownLabels(ev.Unknown)
		}
		return &failure{exitFailed, fmt.Sprintf("evaluate %s: no label of it is a topic of %s, a story or a duplicate", file, p.config), hint}
	}
	if shown.json {
		return encode(p.stdout, ev)
	}
	return writeEvaluation(p.stdout, ev, shown)
}

// unlabelled is an error of reading labelled entries.
func unlabelled(command, file string, err error) error {
	if interrupted(err) {
		return err
	}
	return &failure{exitFailed, fmt.Sprintf("%s %s: %v", command, file, err), "each line is a JSON object with title, text and labels; see `topicwire evaluate --help`"}
}

// openLabelled opens a file of labelled entries; - is standard input.
func openLabelled(cmd *cobra.Command, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	f, err := os.Open(file)
	if err == nil {
		if st, serr := f.Stat(); serr != nil || !st.IsDir() {
			return f, nil
		}
		f.Close()
		err = fmt.Errorf("%s is a folder", file)
	}
	return nil, &failure{exitFailed, fmt.Sprintf("%s: %v", cmd.Name(), err), "name a file of labelled entries, or - for standard input"}
}
