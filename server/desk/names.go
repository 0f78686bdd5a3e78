package desk

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

// A named is what an operator's word for something stands for: a story, or an
// entry and its group.
type named struct {
	story feed.StoryKey // of a story's id; 0 otherwise
	entry feed.EntryKey // of a link or a public id; for the latter the lead
	group feed.GroupKey
	shown string // the public id, where it is what the group is published under
}

// An unknownName is ErrUnknown with the name.
type unknownName struct {
	name, hint string
	now        feed.StoryKey // that has what was in the story of the name; 0 for none
}

func (e *unknownName) Error() string {
	return fmt.Sprintf("no stored entry goes by %q: %s", e.name, e.hint)
}
func (e *unknownName) Unwrap() error { return ErrUnknown }

// find looks for what goes by a name: a story's number, an entry's link, a public
// id of one of the topics (of any topic where none is given), or the address of a
// story's page.
func find(r *storage.Reader, topics []feed.TopicID, name string) (named, error) {
	name = strings.TrimSpace(name)
	if k, ok := storyNumber(name); ok {
		if _, err := r.Story(k); err != nil {
			if errors.Is(err, storage.ErrCorrupt) {
				return named{}, err
			}
			now, ok, err := r.FindStory(k)
			if err != nil {
				return named{}, err
			}
			hint := "there is no such story"
			if ok {
				hint = fmt.Sprintf("what had this number is in story %d now", now)
			}
			return named{}, &unknownName{name, hint, now}
		}
		return named{story: k}, nil
	}
	// A link names an entry for ever; a public id stays with the group when its
	// lead leaves it.
	if n, ok, err := findLink(r, name, name); ok || err != nil {
		return n, err
	}
	if n, ok, err := findPublicID(r, topics, name); ok || err != nil {
		return n, err
	}
	if n, ok, err := findLink(r, link.Canonical(name), name); ok || err != nil {
		return n, err
	}
	page, _, _ := strings.Cut(name, "#")
	page, _, _ = strings.Cut(page, "?")
	if i := strings.LastIndex(page, "/stories/"); i >= 0 {
		number := page[i+len("/stories/"):]
		if _, ok := storyNumber(number); ok {
			return find(r, topics, number)
		}
	}
	if u, err := url.Parse(name); err == nil && u.Scheme != "" {
		return named{}, &unknownName{name: name, hint: "it may be older than storage.keep, or of a source that is not read; links are compared without tracking parameters"}
	}
	return named{}, &unknownName{name: name, hint: "give an entry's link, a public id of the topic, or the number of a story"}
}

func storyNumber(s string) (feed.StoryKey, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return feed.StoryKey(n), err == nil && n > 0 && s == strconv.FormatUint(n, 10)
}

// findLink finds the entry that carries a link: the one that has it as it was
// written, else the first one that has it without tracking parameters.
func findLink(r *storage.Reader, l, written string) (named, bool, error) {
	keys, err := r.FindLink(l)
	if err != nil || len(keys) == 0 {
		return named{}, false, err
	}
	var first *feed.StoredEntry
	for _, k := range keys {
		e, err := r.Entry(k)
		if err != nil {
			return named{}, false, err
		}
		if first == nil || e.Link == written {
			first = &e
		}
		if e.Link == written {
			break
		}
	}
	return named{entry: first.Key, group: first.Group}, true, nil
}

// findPublicID finds the group that a topic published under an id.
func findPublicID(r *storage.Reader, topics []feed.TopicID, id string) (named, bool, error) {
	if len(topics) == 0 {
		stored, err := r.Topics()
		if err != nil {
			return named{}, false, err
		}
		delete(stored, feed.AllTopics) // what it has, others have
		topics = slices.Sorted(maps.Keys(stored))
	}
	for _, t := range topics {
		g, ok, err := r.FindPublicID(t, id)
		if err != nil {
			return named{}, false, err
		}
		if !ok {
			continue
		}
		m, filed, err := r.Membership(t, g)
		if err != nil {
			return named{}, false, err
		}
		if filed && m.PublicID == id {
			return named{entry: m.Lead, group: g, shown: id}, true, nil
		}
		// A former id means the entry that it was given to, wherever that is.
		k, _, err := r.GivenTo(t, id)
		if err != nil {
			return named{}, false, err
		}
		if e, err := r.Entry(k); err == nil {
			return named{entry: k, group: e.Group}, true, nil
		}
		if filed {
			return named{entry: m.Lead, group: g}, true, nil
		}
	}
	return named{}, false, nil
}

// groups are the groups of what goes by a name.
func (n named) groups(r *storage.Reader) ([]feed.GroupKey, error) {
	if n.story == 0 {
		return []feed.GroupKey{n.group}, nil
	}
	s, err := r.Story(n.story)
	return s.Groups, err
}

// entries are the entries of what goes by a name, with the one that the name
// means first.
func (n named) entries(r *storage.Reader) ([]feed.StoredEntry, error) {
	groups, err := n.groups(r)
	if err != nil {
		return nil, err
	}
	var out []feed.StoredEntry
	for _, k := range groups {
		g, err := r.Group(k)
		if err != nil {
			return nil, err
		}
		for _, k := range g.Entries {
			e, err := r.Entry(k)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	if i := slices.IndexFunc(out, func(e feed.StoredEntry) bool { return e.Key == n.entry }); i > 0 {
		asked := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, asked)
	}
	return out, nil
}
