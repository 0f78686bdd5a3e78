package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/story"
	"topicwire/server"
	"topicwire/server/desk"
)

// explainPair shows why two entries are one story, or are not.
func (p *program) explainPair(cmd *cobra.Command, first, second string, asJSON bool) error {
	cfg, s, err := p.asking(cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	var x pairJSON
	for _, of := range []struct {
		id string
		to *desk.Telling
	}{{first, &x.First}, {second, &x.Second}} {
		if *of.to, err = server.Telling.Ask(cmd.Context(), s, desk.TellingRequest{ID: of.id}); err != nil {
			return err
		}
	}
	x.Common = desk.InCommon(&x.First, &x.Second, cfg.Sources, p.compiled.Concepts)
	x.One = x.First.Story == x.Second.Story
	x.Why = x.why(cfg)
	for _, t := range []*desk.Telling{&x.First, &x.Second} {
		t.Source = feed.SourceID(shownSource(t.Source))
	}
	if asJSON {
		return encode(p.stdout, x)
	}
	return p.writePair(&x)
}

// A pairJSON is what two entries have in common.
type pairJSON struct {
	One    bool          `json:"one_story"`
	Why    string        `json:"why"`
	First  desk.Telling  `json:"first"`
	Second desk.Telling  `json:"second"`
	Common []feed.Common `json:"common"`
}

// why says in a line why two entries are where they are.
func (x *pairJSON) why(cfg *config.Config) string {
	a, b := &x.First, &x.Second
	early, late := a, b
	if b.When.Before(a.When) {
		early, late = b, a
	}
	switch {
	case a.Key == b.Key:
		return "they are one entry"
	case a.Group == b.Group:
		return "they are copies of one report"
	case x.One:
		return "each was near enough to the reports of their story; explain --story with one of the two shows by what"
	case late.When.Sub(early.When) > story.MaxApart:
		return fmt.Sprintf("they are %s apart, and none that are more than %d hours apart are compared", apart(late.When.Sub(early.When)), int(story.MaxApart.Hours()))
	case cfg.Stories.MaxAge > 0 && late.When.Sub(early.Began) > cfg.Stories.MaxAge:
		return fmt.Sprintf("the story of the earlier was %s old, and takes no more", apart(late.When.Sub(early.Began)))
	case len(x.Common) == 0:
		return "they have nothing in common"
	}
	return "what they have in common was too little beside all that each of them says"
}

func (p *program) writePair(x *pairJSON) error {
	out := &printer{w: p.stdout}
	if x.One {
		out.line("One story, %d: %s.", x.First.Story, x.Why)
	} else {
		out.line("Two stories, %d and %d: %s.", x.First.Story, x.Second.Story, x.Why)
	}
	for _, t := range []*desk.Telling{&x.First, &x.Second} {
		out.line("")
		out.line("  %s  %s", minute(&t.When), clip(desk.OneLine(t.Name), 60))
		out.line("  %s", clip(desk.OneLine(t.Entry.Title), 100))
		if t.Entry.Link != "" {
			out.line("  %s", t.Entry.Link)
		}
	}
	out.line("")
	if len(x.Common) == 0 {
		out.line("Nothing in common.")
		return out.err
	}
	out.line("In common:")
	writeCommon(out, x.Common, "  ")
	return out.err
}

// maxCommonWords is how many words in common are printed; concepts, names and
// figures are few.
const maxCommonWords = 20

// writeCommon prints what two entries have in common, one kind a line.
func writeCommon(p *printer, common []feed.Common, indent string) {
	var kinds []string
	by := make(map[string][]string)
	for _, c := range common {
		s := clip(desk.OneLine(c.First), 40)
		if !strings.EqualFold(c.Second, c.First) {
			s += " = " + clip(desk.OneLine(c.Second), 40)
		}
		if by[c.Kind] == nil {
			kinds = append(kinds, c.Kind)
		}
		if len(by[c.Kind]) < maxCommonWords {
			by[c.Kind] = append(by[c.Kind], s)
		}
	}
	for _, k := range kinds {
		p.line("%s%-8s %s", indent, k, strings.Join(by[k], ", "))
	}
}

// meet finds what members of a story and those they were placed with have in common
// besides words, where that decided; placement itself tells words. Of more members
// than are printed only the one that was asked for has it.
func (p *program) meet(ctx context.Context, s server.Service, cfg *config.Config, v *feed.StoryView) error {
	told := make(map[feed.EntryKey]*desk.Telling)
	telling := func(k feed.EntryKey) (*desk.Telling, error) {
		if t := told[k]; t != nil {
			return t, nil
		}
		t, err := server.Telling.Ask(ctx, s, desk.TellingRequest{Entry: k})
		told[k] = &t
		return &t, err
	}
	here := make(map[feed.EntryKey]bool)
	for i := range v.Members {
		here[v.Members[i].Entry] = true
	}
	for i := range v.Members {
		m := &v.Members[i]
		pl := m.Placed
		if i >= membersShown && m.Entry != v.Asked || pl == nil || pl.Why == nil || !here[pl.Partner] ||
			pl.Why.Rule != feed.RuleAcross && pl.Why.Rule != feed.RuleBesides {
			continue
		}
		a, err := telling(m.Entry)
		if err != nil {
			return err
		}
		b, err := telling(pl.Partner)
		if err != nil {
			return err
		}
		m.Common = slices.DeleteFunc(desk.InCommon(a, b, cfg.Sources, p.compiled.Concepts), func(c feed.Common) bool {
			return c.Kind == "word" // no words were compared
		})
	}
	return nil
}
