package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/text"
	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) suggestCmd() *cobra.Command {
	var asJSON, decisions bool
	q := desk.SuggestRequest{}
	c := &cobra.Command{
		Use:   "suggest TOPIC FILE.jsonl | suggest TOPIC --decisions",
		Short: "Propose words and weights from labelled entries",
		Long: `Suggest learns from labelled entries, as evaluate reads them (- is standard input),
which words and phrases would find what a topic misses or keep out what it has no
business with. It prints them as YAML to paste into the topic, each with its weight
and in how many labelled entries it is right and in how many others it stands;
entries of one story count once. A topic without rules, or one that is not
configured yet, gets a whole set. Nothing is changed.

With --decisions the labels are what operators hid from the topic and included in
it. What the rules filed and nobody touched counts as right, and what they left as
wrong, both for little.

The figures on top are for entries that were not learned from, at the prevalence:
how much of what comes in belongs to the topic. Say it where you know it; labels
that were collected for a topic do not tell.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if decisions == (len(args) == 2) {
				return &failure{exitUsage, "suggest learns from a file of labelled entries or from --decisions, one of both", "usage: `topicwire suggest TOPIC FILE.jsonl`, or `topicwire suggest TOPIC --decisions`"}
			}
			switch {
			case q.Most < 1:
				return &failure{exitUsage, "--most must be at least 1", ""}
			case cmd.Flags().Changed("prevalence") && !(q.Prevalence > 0 && q.Prevalence < 1):
				return &failure{exitUsage, "--prevalence must lie between 0 and 1", "write 0.05 for one entry in twenty"}
			}
			return p.suggest(cmd, q, args, asJSON)
		},
	}
	c.Flags().BoolVar(&decisions, "decisions", false, "learn from what operators hid and included")
	c.Flags().IntVar(&q.Most, "most", desk.DefaultSuggestions, "propose at most so many patterns")
	c.Flags().Float64Var(&q.Prevalence, "prevalence", 0, "how `MUCH` of what comes in belongs to the topic; without it, the share of the labels, or 0.03 where that is above 0.3")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (p *program) suggest(cmd *cobra.Command, q desk.SuggestRequest, args []string, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	q.Sources = cfg.Sources
	suggestions := p.suggestFrom
	if len(args) == 1 {
		suggestions = p.suggestByDecisions
	}
	s, err := suggestions(cmd, cfg, q, args)
	if err != nil {
		return err
	}
	if asJSON {
		return encode(p.stdout, s)
	}
	return writeSuggestion(p.stdout, s)
}

// suggestFrom learns from a file.
func (p *program) suggestFrom(cmd *cobra.Command, cfg *config.Config, q desk.SuggestRequest, args []string) (*desk.Suggestion, error) {
	topic, file := args[0], args[1]
	q.Topic.ID = feed.TopicID(topic)
	if !q.Topic.ID.Valid() {
		return nil, &failure{exitUsage, fmt.Sprintf("suggest: %q is no id of a topic", topic), "an id is small Latin letters and digits, its words joined by hyphens: law-and-crime"}
	}
	if t, err := p.topicOf(cfg, topic); err == nil {
		q.Topic = *t
	}
	in, err := openLabelled(cmd, file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	s, err := desk.Suggest(cmd.Context(), in, q)
	if few := (*desk.TooFewError)(nil); errors.As(err, &few) {
		return nil, &failure{exitFailed, fmt.Sprintf("suggest %s: %v", file, few), tooFewHint(few)}
	}
	if err != nil {
		return nil, unlabelled("suggest", file, err)
	}
	return s, nil
}

// tooFewHint says what a mistyped topic was, else which labels there are.
func tooFewHint(few *desk.TooFewError) string {
	if few.Right > 0 {
		return "label more entries of both kinds; a few dozen of each are a beginning"
	}
	var names []string
	for _, l := range few.Labels {
		names = append(names, l.Label)
	}
	if best := config.Nearest(string(few.Topic), names); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	if len(few.Labels) == 0 {
		return `a label is a line's "topics": ["` + string(few.Topic) + `"]`
	}
	return "labels: " + unknownLabels(few.Labels)
}

// suggestByDecisions learns from what operators decided.
func (p *program) suggestByDecisions(cmd *cobra.Command, cfg *config.Config, q desk.SuggestRequest, args []string) (*desk.Suggestion, error) {
	t, err := p.topicOf(cfg, args[0])
	if err != nil {
		var ids []string
		for i := range cfg.Topics {
			ids = append(ids, string(cfg.Topics[i].ID))
		}
		if f := (*failure)(nil); errors.As(err, &f) {
			if best := config.Nearest(args[0], ids); best != "" {
				f.hint = fmt.Sprintf("did you mean %s?", best)
			}
		}
		return nil, err
	}
	q.Topic = *t
	d, err := p.desk(cmd, cfg)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	s, err := server.Suggest.Ask(cmd.Context(), d, q)
	if refused := (*feed.Refusal)(nil); errors.As(err, &refused) {
		return nil, &failure{exitFailed, "suggest: " + refused.Text, "decide with `topicwire hide` and `topicwire include`, or label entries in a file"}
	}
	if err != nil {
		return nil, fmt.Errorf("suggest: %w", err)
	}
	return &s, nil
}

// writeSuggestion prints a topic in YAML, or what to add to one.
func writeSuggestion(w io.Writer, s *desk.Suggestion) error {
	p := &printer{w: w}
	p.line("# Learned from %s, of which %d belong to %s (%s).", countOf(s.Labels, "entry", "entries"), s.Right, s.Topic, countOf(s.Stories, "story", "stories"))
	p.suggestedMeasure("Rules in force, on these entries", s.Before)
	p.suggestedMeasure("With these, on entries they were not learned from", s.After)
	if s.Before != nil || s.After != nil {
		p.line("# Precision and F1 are what to expect where %s of what comes in belongs to the topic.", share(int(s.Prevalence*1000+.5), 1000))
	}
	if s.Closed > 0 {
		p.line("# %s of the topic: a gate (any, all, none) or languages keep them out, whatever the weights.", countOf(s.Closed, "entry", "entries"))
	}
	if len(s.Weights)+len(s.Any)+len(s.None) == 0 {
		p.line("# Nothing that these labels tell would do better.")
		return p.err
	}
	p.line("topics:")
	p.line("  %s:", s.Topic)
	if s.New {
		p.line("    title: %s", yamlKey(titleOf(s.Topic)))
	} else {
		p.line("    # Add to what is there:")
	}
	p.suggested("    any:", "      ", s.Any, suggestedItem)
	p.suggested("    none:", "      ", s.None, suggestedItem)
	if len(s.Weights) > 0 {
		p.line("    score:")
		p.line("      threshold: %g", s.Threshold)
	}
	p.suggested("      weights:", "        ", s.Weights, func(s *desk.SuggestedPattern) string {
		line := fmt.Sprintf("%-28s # %s", fmt.Sprintf("%s: %g", yamlKey(s.Pattern), s.Weight), supportOf(s))
		if s.Now != 0 {
			line += fmt.Sprintf(", was %g", s.Now)
		}
		return line
	})
	return p.err
}

func suggestedItem(s *desk.SuggestedPattern) string {
	return fmt.Sprintf("- %-26s # %s", yamlKey(s.Pattern), supportOf(s))
}

func (p *printer) suggestedMeasure(what string, m *desk.SuggestedMeasure) {
	if m != nil {
		p.line("# %s: %.0f%% of the topic found, %.1f%% of the others taken;", what, 100*m.Found, 100*m.Wrongly)
		p.line("#   precision %.2f, recall %.2f, F1 %.2f.", m.Precision, m.Recall, m.F1)
	}
}

// suggested prints patterns, which stand by language, below a key.
func (p *printer) suggested(key, indent string, patterns []desk.SuggestedPattern, item func(*desk.SuggestedPattern) string) {
	for i := range patterns {
		s := &patterns[i]
		if i == 0 {
			p.line("%s", key)
		}
		if i == 0 || s.Language != patterns[i-1].Language {
			p.line("%s# %s", indent, languageHeading(s.Language))
		}
		p.line("%s%s", indent, item(s))
	}
}

// supportOf is where a pattern stands among the labels.
func supportOf(s *desk.SuggestedPattern) string {
	return fmt.Sprintf("right in %d, wrong in %d", s.Right, s.Wrong)
}

// languageHeading is the English name of a language of the region, of another its tag.
func languageHeading(tag string) string {
	switch tag {
	case "":
		return "unknown language"
	case "uz-Cyrl":
		return "Uzbek, Cyrillic"
	case "uz-Latn":
		return "Uzbek, Latin"
	case "en", "kk", "ky", "ru", "tg", "uz":
		return text.LanguageName(tag)
	}
	return tag
}

func titleOf(id feed.TopicID) string {
	s := strings.ReplaceAll(string(id), "-", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// yamlKey is a pattern as YAML: in quotes where it would be read as something
// else than these words.
func yamlKey(s string) string {
	if strings.ContainsAny(s, "0123456789") || strings.EqualFold(s, "nan") || strings.EqualFold(s, "inf") {
		return `"` + s + `"`
	}
	return yamlText(s)
}
