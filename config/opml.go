package config

import (
	"fmt"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/opml"
)

// maxListed bounds how many sources all OPML files together bring.
const maxListed = 100_000

// maxListProblems bounds how many problems of one OPML file are reported.
const maxListProblems = 5

// A sourceItem is an item of sources: a feed, or an OPML file, for each feed of
// which the source holds what the item sets.
type sourceItem struct {
	feed.Source
	list *node // the value of opml; nil for a feed
	name string
}

// expand puts the feeds of lists in their place. A feed that has a source of its
// own is left to it; of a feed that several lists hold the first one counts, and
// the tags of all.
func (r *reader) expand(items []sourceItem, seen map[string]seenSource) []feed.Source {
	all := make([]feed.Source, 0, len(items))
	listed := map[string]int{} // by address, where in all
	files := map[string]int{}  // by path, in which line
	for i := range items {
		l := &items[i]
		if l.list == nil {
			all = append(all, l.Source)
			continue
		}
		doc, wrong, hint := r.opmlFile(l, files)
		if wrong != "" {
			r.fail(l.list, "opml "+quote(l.name)+" "+wrong, hint)
			r.allSources = false
			continue
		}
		for j := range doc.Feeds {
			f := &doc.Feeds[j]
			key := opml.AddressKey(f.URL)
			at, again := listed[key]
			if again {
				all[at].Tags = withTags(all[at].Tags, l.Tags, f.Tags)
			}
			if _, own := seen[key]; own || again {
				continue
			}
			if len(listed) == maxListed {
				r.fail(l.list, fmt.Sprintf("OPML files bring more than %d sources", maxListed))
				r.allSources = false
				return all
			}
			listed[key] = len(all)
			s := l.Source
			s.ID, s.Pos, s.Title = feed.SourceID(f.URL), r.pos(l.list), strings.ReplaceAll(f.Title, "${", "$ {") // it must not pass for a secret
			s.Tags = withTags(nil, s.Tags, f.Tags)
			all = append(all, s)
		}
	}
	return all
}

// opmlFile reads the file of a list and warns of what is left out of it, or says
// what is wrong with it.
func (r *reader) opmlFile(l *sourceItem, files map[string]int) (doc *opml.Document, wrong, hint string) {
	path := r.path(l.name)
	if line, again := files[path]; again {
		return nil, "is here a second time", firstIn(line)
	}
	files[path] = l.list.Line
	r.depends(path)
	data, err := r.disk.read(path, opml.MaxSize)
	if err != nil {
		if strings.Contains(l.name, "://") {
			hint = "only a file of this machine; save the list there"
		}
		return nil, "cannot be read: " + err.Error(), hint
	}
	doc, err = opml.Read(data)
	if err != nil {
		return nil, "is not an OPML file", "a list of feeds as readers export it, with outlines that have an xmlUrl"
	}
	for i, p := range doc.Problems {
		if i == maxListProblems {
			r.warn(l.list, fmt.Sprintf("%s: %d more problems are not shown", l.name, len(doc.Problems)-i+doc.Unlisted))
			break
		}
		r.warn(l.list, fmt.Sprintf("%s:%d: %s", l.name, p.Line, p.Text))
	}
	if len(doc.Feeds) == 0 {
		wrong = "has no feeds"
	}
	return doc, wrong, ""
}

// withTags adds tags of an item, and those of a list, to a copy of those that are
// there.
func withTags(have, own, listed []string) []string {
	have = slices.Clone(have)
	for _, tag := range slices.Concat(own, listed) {
		if !slices.Contains(have, tag) {
			have = append(have, tag)
		}
	}
	return have
}
