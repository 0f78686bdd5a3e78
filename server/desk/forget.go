package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

// A ForgetRequest asks to take something away for good.
type ForgetRequest struct {
	// What is a host name, an entry's link or public id, the number or address of a
	// story's page, or the address of a source.
	What string `json:"what"`
	By   string `json:"by"`
	Note string `json:"note"`
	// Dry asks only what would go.
	Dry bool `json:"dry,omitempty"`
}

// A Forgotten says what went, or would go.
type Forgotten struct {
	Dry     bool           `json:"dry"`              // nothing went yet
	Number  uint64         `json:"number,omitempty"` // of the decision that logs it
	Host    string         `json:"host,omitempty"`
	Entries int            `json:"entries"`
	Sources []string       `json:"sources,omitempty"` // of which all goes
	Titles  []string       `json:"titles"`            // of the first few entries
	Others  int            `json:"others"`            // copies of the same reports that stay
	Topics  []feed.TopicID `json:"topics,omitempty"`  // that carried some of it
	// Copies are the databases beside that still hold some of it; Unread those that
	// may, as they cannot be looked into.
	Copies []string `json:"copies,omitempty"`
	Unread []string `json:"unread,omitempty"`
}

const (
	// forgetStep is how many entries one change looks at, so that visits do not wait
	// for long.
	forgetStep   = 500
	forgetTitles = 5
)

// Forget takes away for good what a name means, or says what that would be. copies are
// the paths of databases that may hold it. What nothing goes by is ErrUnknown.
func (d *Desk) Forget(ctx context.Context, q ForgetRequest, copies []string) (Forgotten, error) {
	out := Forgotten{Dry: q.Dry, Titles: []string{}}
	var c *feed.Forgetting
	var demand *storage.Demand
	err := d.Store.View(func(r *storage.Reader) (err error) {
		if c, err = meant(r, q.What); err != nil {
			return err
		}
		if demand, err = r.Demand(c); err != nil {
			return err
		}
		for _, k := range demand.Entries[:min(forgetTitles, len(demand.Entries))] {
			e, err := r.Entry(k)
			if err != nil {
				return err
			}
			out.Titles = append(out.Titles, e.Title)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.Host, out.Others, out.Topics = c.Host, demand.Others, demand.Topics
	out.Entries = len(demand.Entries) + demand.Gone
	for _, id := range demand.Sources {
		out.Sources = append(out.Sources, link.Masked(string(id)))
	}
	if out.Entries+len(out.Sources) == 0 {
		return out, &unknownName{name: q.What, hint: "nothing of it is stored"}
	}
	if !q.Dry {
		c.At, c.By, c.Note = d.Now(), OneLine(q.By), OneLine(q.Note)
		if out.Entries, out.Number, err = d.forget(ctx, c); err != nil {
			return out, err
		}
	}
	for _, path := range copies {
		switch held, err := demand.HeldIn(path); {
		case errors.Is(err, storage.ErrUnread):
			out.Unread = append(out.Unread, path)
		case err != nil:
			return out, err
		case held:
			out.Copies = append(out.Copies, path)
		}
	}
	return out, nil
}

// forget applies a demand step by step.
func (d *Desk) forget(ctx context.Context, c *feed.Forgetting) (entries int, logged uint64, err error) {
	all := c.Entries
	for from := feed.EntryKey(1); from != 0; {
		if err := context.Cause(ctx); err != nil {
			return entries, logged, err
		}
		step := *c
		step.Decision, step.From, step.Limit = logged, from, forgetStep
		step.Entries, all = all[:min(forgetStep, len(all))], all[min(forgetStep, len(all)):]
		o, err := d.Apply(&step)
		if err != nil {
			return entries, logged, err
		}
		entries, logged, from = entries+o.Removed, o.Decision, o.Next
		if len(all) > 0 {
			from = 1
		}
	}
	return entries, logged, nil
}

// meant is the demand that a name stands for: a story's entries, everything that has a
// link or was published under an id, a source, or a host.
func meant(r *storage.Reader, name string) (*feed.Forgetting, error) {
	name = strings.TrimSpace(name)
	id, ok, err := knownSource(r, name)
	if ok || err != nil {
		return &feed.Forgetting{Source: id}, err
	}
	if host, ok := link.HostName(name); ok {
		if _, story := storyNumber(name); !story {
			if link.Suffix(host) {
				return nil, refuse("%s is no host: anybody may have a name below it", host)
			}
			return &feed.Forgetting{Host: host}, nil
		}
	}
	keys, err := goingBy(r, name)
	if err != nil {
		return nil, err
	}
	slices.Sort(keys)
	return &feed.Forgetting{Entries: slices.Compact(keys)}, nil
}

// knownSource is a source by its address, also as answers show it where that means one
// alone.
func knownSource(r *storage.Reader, address string) (feed.SourceID, bool, error) {
	var exact, masked []feed.SourceID
	err := r.SourceIDs(func(id feed.SourceID) {
		if string(id) == address {
			exact = append(exact, id)
		} else if link.Masked(string(id)) == address {
			masked = append(masked, id)
		}
	})
	switch {
	case err == nil && len(exact) == 1:
		return exact[0], true, nil
	case err == nil && len(masked) == 1:
		return masked[0], true, nil
	case err == nil && len(masked) > 1:
		err = refuse("%d sources are shown as %s; write the address of one as it is configured", len(masked), address)
	}
	return "", false, err
}

// goingBy is all entries that a name means, those that retention removed too: of a story
// all; of an address those that link to its page; of a public id the one that it was
// given to, and who speaks under it now.
func goingBy(r *storage.Reader, name string) ([]feed.EntryKey, error) {
	n, err := find(r, nil, name)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return nil, err
	}
	unknown := err
	if n.story != 0 {
		return r.StoryEntries(n.story)
	}
	keys, err := r.FindLink(name)
	if err != nil {
		return nil, err
	}
	if n.shown != "" {
		keys = append(keys, n.entry)
	}
	given, err := r.Given(name)
	if keys = append(keys, given...); len(keys) == 0 && err == nil {
		err = unknown
		if err == nil {
			err = fmt.Errorf("%w: %q", ErrUnknown, name)
		}
	}
	return keys, err
}
