package main

import (
	"fmt"
	"io"
	"slices"

	"topicwire/server/desk"
)

// listsShown and patternsShown are how many rows of a topic are printed.
const (
	listsShown    = 5
	patternsShown = 12
)

func writePatterns(w io.Writer, ev *desk.Evaluation, _ evaluationShown) error {
	for i := range ev.Topics {
		s := &ev.Topics[i]
		if s.Patterns == nil {
			return nil // nobody asked
		}
		if i == 0 {
			fmt.Fprintf(w, "\nPatterns by the entries in which they hit: filed wrongly, filed rightly, missed. Those that do\nharm come first. In brackets: where nothing else hit of the score, or of that line of a gate.\n")
		}
		fmt.Fprintf(w, "\n%s: %s, %s\n", s.Topic, countOf(len(s.Patterns.Patterns), "pattern", "patterns"), neverHit(s.Patterns))
		if err := writeUses(w, "LIST", s.Patterns.Lists, listsShown); err != nil {
			return err
		}
		if err := writeUses(w, "PATTERN", s.Patterns.Patterns, patternsShown); err != nil {
			return err
		}
	}
	return nil
}

func neverHit(t *desk.PatternTable) string {
	switch t.Never {
	case 0:
		return "all of which hit somewhere"
	case len(t.Patterns):
		return "none of which hits anywhere"
	}
	return fmt.Sprintf("of which %d never hit", t.Never)
}

func writeUses(w io.Writer, head string, uses []desk.PatternUse, most int) error {
	blamed := func(u desk.PatternUse) bool { return u.Wrong.All()+u.Missed.All() > 0 }
	if !slices.ContainsFunc(uses, blamed) {
		return nil
	}
	t := newColumns(w)
	t.row("WRONG\tRIGHT\tMISSED\tIN\t  %s", head)
	for i := range uses {
		u := &uses[i]
		if most == 0 {
			break
		}
		if !blamed(*u) {
			continue
		}
		name := clip(u.Rule, 60)
		if u.List != "" {
			name += " of $" + u.List
		}
		t.row("%s\t%s\t%s\t%s\t  %s", used(u.Wrong), used(u.Right), used(u.Missed), whereUsed(u), name)
		most--
	}
	return t.end()
}

// used is a count in one cell.
func used(c desk.UseCount) string {
	if c.Alone == 0 {
		return fmt.Sprint(c.All())
	}
	return fmt.Sprintf("%d (%d)", c.All(), c.Alone)
}

func whereUsed(u *desk.PatternUse) string {
	switch {
	case u.Part == "score":
		return fmt.Sprintf("score %+g", u.Weight)
	case u.Line > 0:
		return fmt.Sprintf("%s, line %d", u.Part, u.Line)
	}
	return u.Part
}
