package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/link"
	"topicwire/feed/match"
	"topicwire/storage"
)

// Explain says what a topic's rules make of an entry, and of the others of its
// group; of a stored one also whether readers of the topic see it. An entry
// without a source is taken from any.
func (d *Desk) Explain(ctx context.Context, r ExplainRequest) (Explained, error) {
	x, err := newExplainer(&r)
	if err != nil {
		return Explained{}, err
	}
	if r.Entry != nil {
		e := *r.Entry
		return Explained{Topic: r.Topic.ID, Entries: []ExplainedEntry{x.entry(&e, r.Source)}}, nil
	}
	out := Explained{Topic: r.Topic.ID}
	err = d.Store.View(func(rd *storage.Reader) error {
		as, err := rd.StoredAs([]feed.Topic{r.Topic})
		if err != nil {
			return err
		}
		x.stored = as[r.Topic.ID]
		n, err := find(rd, []feed.TopicID{x.stored}, r.ID)
		if errors.Is(err, ErrUnknown) {
			// Another topic may know it by a public id.
			n, err = find(rd, nil, r.ID)
		}
		if err != nil {
			return err
		}
		entries, err := n.entries(rd)
		if err != nil {
			return err
		}
		for i := range entries {
			if err := d.explainStored(ctx, rd, x, &entries[i], &out); err != nil {
				return err
			}
		}
		out.Decisions, err = d.decisionsAbout(rd, x.stored, n, entries)
		return err
	})
	return out, err
}

// An explainer explains entries by one topic's rules.
type explainer struct {
	topic   *feed.Topic
	stored  feed.TopicID   // the id under which the store has it
	rules   *match.Matcher // without a choice of sources where the entry has none
	sources feed.Sources
}

func newExplainer(r *ExplainRequest) (*explainer, error) {
	x := &explainer{topic: &r.Topic, rules: r.Compiled, sources: feed.SourcesByID(r.Sources)}
	topics := []feed.Topic{r.Topic}
	if anyhow := r.Entry != nil && r.Source == ""; anyhow {
		topics, x.rules = unsourced(topics), nil
	}
	if x.rules != nil {
		return x, nil
	}
	var problems []feed.Problem
	if x.rules, problems = match.Compile(topics); x.rules == nil {
		return nil, &RulesError{problems}
	}
	return x, nil
}

// entry explains an entry of a source, "" for any.
func (x *explainer) entry(e *feed.Entry, id feed.SourceID) ExplainedEntry {
	src := sourceOf(x.sources, id)
	w := match.Read(src, e, "")
	out := ExplainedEntry{Title: e.Title, Link: e.Link, Source: link.Masked(string(id)), Published: feed.Moment(e.Published)}
	out.Rules, _ = x.rules.Explain(x.topic.ID, src, e, w)
	return out
}

// sourceOf is the source of an id, also where it is written as answers show it, if
// that means one source alone.
func sourceOf(sources feed.Sources, id feed.SourceID) *feed.Source {
	if sources[id] == nil {
		var meant []*feed.Source
		for _, s := range sources {
			if link.Masked(string(s.ID)) == string(id) {
				meant = append(meant, s)
			}
		}
		if len(meant) == 1 {
			return meant[0]
		}
	}
	return sources.Of(id)
}

func (d *Desk) explainStored(ctx context.Context, r *storage.Reader, x *explainer, e *feed.StoredEntry, out *Explained) error {
	info, err := d.Source(r, e.Source)
	if err != nil {
		return err
	}
	ee := x.entry(&e.Entry, e.Source)
	ee.Source, ee.SourceID, ee.Language, ee.Seen = info.Title, feed.SourceID(link.Masked(string(e.Source))), e.Language, feed.Moment(e.Seen)
	m, filed, err := r.Membership(x.stored, e.Group)
	if err != nil {
		return err
	}
	if filed {
		ee.Included = m.Included
		ee.Hidden = slices.Contains(m.Hidden, e.Key)
		if i := slices.IndexFunc(m.Reasons, func(r feed.EntryReason) bool { return r.Entry == e.Key }); i >= 0 {
			ee.Stored = &m.Reasons[i].Reason
		}
		if out.Filed == nil { // of a story, the first group that is filed
			out.Filed, out.PublicID = feed.Moment(m.Filed), m.PublicID
			if out.Absent, err = d.absent(ctx, r, x, &m); err != nil {
				return err
			}
		}
	}
	out.Entries = append(out.Entries, ee)
	return nil
}

// absent says why a topic's subscription document does not carry a filed group.
func (d *Desk) absent(ctx context.Context, r *storage.Reader, x *explainer, m *feed.Membership) (string, error) {
	if x.topic.Draft {
		return "the topic is a draft: it is published nowhere", nil
	}
	o := d.editionOptions(r, x.sources)
	o.Story = func(k feed.StoryKey) []feed.Filed {
		filed, err := r.StoryFiled(x.stored, k)
		if err != nil {
			return nil // the answer is then about what was read
		}
		return filed
	}
	since, among := edition.AbsentSince(x.topic, m, o), edition.AbsentAmong(x.topic)
	var filed []feed.Filed
	had := false
	err := r.EachFiled(x.stored, time.Time{}, func(f feed.Filed) (bool, error) {
		had = had || f.Group == m.Group
		if had && f.Membership.Filed.Before(since) && among <= 0 || len(filed) >= max(absentRead, edition.AbsentAmong(x.topic)) {
			return false, nil
		}
		filed = append(filed, f)
		if !f.Past {
			among--
		}
		return true, ctx.Err()
	})
	if err != nil {
		return "", err
	}
	if !had {
		return "beyond the newest " + count(max(x.topic.Limit, 1), "entry", "entries"), nil
	}
	return edition.Absent(x.topic, filed, m.Group, o), nil
}

// absentRead is how many memberships are read to say why one is absent: more
// than any document carries.
const absentRead = 5000
