package desk

import (
	"context"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// CheckExamples runs the topics' own tests: each example that must match and
// does not, or must not and does, is an error at its place. An example is a
// title; what stands behind a line break is its summary. Its language is told by
// its words. Its source has the tags that stand with it, and what topics ask of
// sources under sources: does not count.
func CheckExamples(topics []feed.Topic) []feed.Problem {
	tested := slices.DeleteFunc(unsourced(topics), func(t feed.Topic) bool {
		return len(t.Examples.Match)+len(t.Examples.Reject) == 0
	})
	m, _ := match.Compile(tested)
	if m == nil {
		return nil // that is reported where rules are compiled
	}
	var out []feed.Problem
	for i := range tested {
		t := &tested[i]
		run := func(examples []feed.Example, must bool, problem string) {
			for _, ex := range examples {
				if why, wrong := runExample(m, t, ex, must); wrong {
					out = append(out, feed.Problem{Pos: ex.Pos, Text: problem + why})
				}
			}
		}
		run(t.Examples.Match, true, "this example does not match: ")
		run(t.Examples.Reject, false, "this example must not match: ")
	}
	return out
}

// runExample reports whether an example comes out otherwise than it must, and
// why.
func runExample(m *match.Matcher, t *feed.Topic, ex feed.Example, must bool) (why string, wrong bool) {
	title, summary, _ := strings.Cut(strings.TrimSpace(ex.Text), "\n")
	e := feed.Entry{Title: strings.TrimSpace(title), Summary: markup(summary)}
	src := &feed.Source{Tags: ex.Tags}
	w := match.Read(src, &e, "")
	x, ok := m.Explain(t.ID, src, &e, w)
	if !ok || x.Matches == must {
		return "", false
	}
	return Brief(x), true
}

// censusEntries is how many entries a census counts: the newest ones, enough to
// tell a frequent word from a rare one.
const censusEntries = 10_000

// CountWords counts the words of the newest stored entries, for the lints that
// depend on how frequent a word is.
func CountWords(ctx context.Context, db *storage.DB, m *match.Matcher) (*match.Census, error) {
	c := match.NewCensus(m)
	err := db.View(func(r *storage.Reader) error {
		return r.Entries(firstOfNewest(r, censusEntries), func(e feed.StoredEntry) bool {
			c.Add(match.Read(anywhere(), &e.Entry, ""))
			return ctx.Err() == nil
		})
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	return c, err
}

// firstOfNewest is the key where the newest n entries begin.
func firstOfNewest(r *storage.Reader, n feed.EntryKey) feed.EntryKey {
	return max(r.NewestEntry(), n) - n + 1
}
