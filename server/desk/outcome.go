package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/feed/edition"
	"topicwire/feed/link"
	"topicwire/storage"
)

// outcome is a sentence for the operator: what was decided, what readers see
// now, and how to take it back.
func (d *Desk) outcome(ctx context.Context, r *storage.Reader, q *DecideRequest, dec *feed.Decided, before []string) (string, error) {
	about := &dec.Decision
	if q.Taking {
		of, ok, err := r.Decision(dec.Undo)
		if err != nil {
			return "", err
		}
		if ok {
			about = &of.Decision
		}
	}
	titles, err := titlesOf(r, about)
	if err != nil {
		return "", err
	}
	what := title(titles)
	if q.Taking {
		return fmt.Sprintf("undone: %s of %s (decision %d)", about.Kind, what, dec.Undo), nil
	}
	var now string
	switch about.Kind {
	case feed.DecisionHide:
		now, err = d.seenInstead(r, q, about, before)
	case feed.DecisionInclude:
		now, err = d.seenFromNow(ctx, r, q, about)
	case feed.DecisionMerge:
		if now = "they are one story now"; len(about.Groups) > 0 {
			now = "they are one report now, under the older one's id"
		}
	case feed.DecisionSplit:
		switch {
		case len(about.Stories) > 0:
			now = "each of its reports is a story of its own now"
		case len(about.Entries) > 0:
			now = "it is a report of its own now"
		default:
			now = "its report is a story of its own now"
		}
	}
	done := map[feed.DecisionKind]string{
		feed.DecisionHide: "hidden", feed.DecisionInclude: "included", feed.DecisionMerge: "merged", feed.DecisionSplit: "split",
	}[about.Kind]
	return fmt.Sprintf("%s: %s; %s; undo with `%s`", done, what, now, undoCommand(q)), err
}

// seenInstead says what readers of a topic see in the place of what was hidden.
// before are those who spoke for it.
func (d *Desk) seenInstead(r *storage.Reader, q *DecideRequest, c *feed.Decision, before []string) (string, error) {
	after, err := d.speakers(r, q, c)
	switch {
	case err != nil:
		return "", err
	case len(before) == 0:
		return "readers of " + string(c.Topic) + " did not see it before either", nil
	case len(after) == 0:
		return "readers of " + string(c.Topic) + " no longer see it", nil
	case slices.Equal(before, after):
		return "the report of " + after[0] + " stays, without it", nil
	}
	return "the report of " + after[0] + " now stands in its place", nil
}

// seenFromNow says whether readers of a topic see what was included, and why not.
func (d *Desk) seenFromNow(ctx context.Context, r *storage.Reader, q *DecideRequest, c *feed.Decision) (string, error) {
	now := "it is in " + string(c.Topic) + " from now on, in spite of the rules"
	if q.Rules == nil {
		return now, nil
	}
	x := &explainer{topic: q.Rules, stored: q.Topic, sources: feed.SourcesByID(q.Sources)}
	var why []string
	for _, k := range c.Entries {
		e, err := r.Entry(k)
		if err != nil {
			return "", err
		}
		m, ok, err := r.Membership(c.Topic, e.Group)
		if err != nil {
			return "", err
		}
		if !ok {
			continue
		}
		absent, err := d.absent(ctx, r, x, &m)
		if err != nil {
			return "", err
		}
		if absent != "" {
			why = append(why, absent)
		}
	}
	switch n := len(c.Entries); {
	case len(why) == 0:
		return now, nil
	case len(why) < n:
		return fmt.Sprintf("%s, but the feed does not have %d of %d: %s", now, len(why), n, why[0]), nil
	}
	return fmt.Sprintf("it is filed under %s, but the feed does not have it: %s", c.Topic, why[0]), nil
}

// speakers are the names of the sources whose entries speak for the groups of a
// decision, in the edition that has nothing else; where the topic publishes
// stories, for their stories, and where it publishes every entry, for those that
// the decision names.
func (d *Desk) speakers(r *storage.Reader, q *DecideRequest, c *feed.Decision) ([]string, error) {
	groups := slices.Clone(c.Groups)
	for _, k := range c.Entries {
		e, err := r.Entry(k)
		if err != nil {
			return nil, err
		}
		groups = append(groups, e.Group)
	}
	items, every, err := d.editionOf(r, q, groups)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, it := range items {
		if !every || len(c.Entries) == 0 || slices.Contains(c.Entries, it.Entry.Key) {
			names = append(names, it.Source.Title)
		}
	}
	return names, nil
}

// editionOf is what the topic of a request publishes of some groups, in the edition
// that has nothing else; every says that it publishes each entry.
func (d *Desk) editionOf(r *storage.Reader, q *DecideRequest, groups []feed.GroupKey) (items []feed.Item, every bool, err error) {
	topic := feed.Topic{ID: q.Topic}
	if q.Rules != nil {
		topic = *q.Rules
	}
	filed, err := filedOfAll(r, &topic, groups)
	if err != nil {
		return nil, false, err
	}
	topic.MaxAge, topic.PerSource, topic.Limit = 0, feed.Cap{}, 0
	ed := edition.Of(&topic, filed, d.editionOptions(r, feed.SourcesByID(q.Sources)))
	return slices.Concat(ed.Entries, ed.Past), topic.Group == feed.GroupNone, nil
}

// mean lets a public id that a group is published under mean the entry whose text
// readers see under it: another than the lead may speak for the group.
func (d *Desk) mean(r *storage.Reader, q *DecideRequest, n *named) error {
	if n.shown == "" || q.Topic == "" {
		return nil
	}
	items, _, err := d.editionOf(r, q, []feed.GroupKey{n.group})
	for i := range items {
		if items[i].PublicID == n.shown {
			n.entry = items[i].Entry.Key
		}
	}
	return err
}

// filedOfAll is what a topic filed of some groups; where it publishes stories, of
// their stories.
func filedOfAll(r *storage.Reader, topic *feed.Topic, groups []feed.GroupKey) ([]feed.Filed, error) {
	var all []feed.Filed
	var stories []feed.StoryKey
	for _, k := range groups {
		if topic.Group != feed.GroupStory {
			f, ok, err := r.FiledOf(topic.ID, k)
			if err != nil {
				return nil, err
			}
			if ok {
				all = append(all, f)
			}
			continue
		}
		g, err := r.Group(k)
		if err != nil {
			return nil, err
		}
		if slices.Contains(stories, g.Story) {
			continue
		}
		stories = append(stories, g.Story)
		of, err := r.StoryFiled(topic.ID, g.Story)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	return all, nil
}

// editionOptions are those of an edition of now.
func (d *Desk) editionOptions(r *storage.Reader, sources feed.Sources) edition.Options {
	o := edition.Options{
		At: d.Now().Truncate(time.Minute), Zone: d.Zone,
		Source: func(id feed.SourceID) feed.SourceInfo {
			info, err := d.Source(r, id)
			if err != nil || info.Title == "" {
				return feed.SourceInfo{ID: id, Title: link.Masked(string(id))}
			}
			return info
		},
	}
	if len(sources) > 0 {
		o.Takes = func(id feed.SourceID) *feed.Source { return sources[id] }
	}
	return o
}

// title is the title of what a sentence is about.
func title(titles []string) string {
	switch len(titles) {
	case 0:
		return "what is no longer stored"
	case 1:
		return quoted(titles[0])
	case 2:
		return quoted(titles[0]) + " and " + quoted(titles[1])
	}
	return quoted(titles[0]) + " and " + count(len(titles)-1, "other", "others")
}

// maxTitle is how much of a title a sentence holds.
const maxTitle = 80

func quoted(s string) string {
	s = OneLine(s)
	if r := []rune(s); len(r) > maxTitle {
		s = strings.TrimSpace(string(r[:maxTitle-1])) + "…"
	}
	if s == "" {
		return "an entry without a title"
	}
	return "“" + s + "”"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// undoCommand is the command line that takes a decision back.
func undoCommand(q *DecideRequest) string {
	words := []string{string(q.Kind)}
	if q.Topic != "" {
		words = append(words, string(q.Topic))
	}
	words = append(words, q.IDs...)
	return cmdline.Line(append(words, "--undo")...)
}
