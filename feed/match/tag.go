package match

import (
	"fmt"
	"slices"
	"strings"

	"topicwire/feed"
)

// parseTag reads a tag, which is compared whole and as written: it is the
// operator's own word for a source, not a word of a text.
func parseTag(written string) (string, *flaw) {
	tag := strings.TrimSpace(written)
	switch {
	case tag == "":
		return "", &flaw{"a tag is empty", "write a tag that sources carry"}
	case strings.ContainsAny(tag, "*?"):
		return "", &flaw{fmt.Sprintf("tag %q has a star or a question mark: tags are compared whole", written), "list the tags: {tag: [uzbekistan, region]}"}
	}
	return tag, nil
}

func (m *Matcher) fileTag(id patternID, tag string) {
	if m.tags == nil {
		m.tags = make(map[string]patternID)
	}
	m.tags[tag] = id
}

// findTags notes the tags of the source that rules ask for. They stand behind
// all words and the link, each as one.
func (m *Matcher) findTags(s *scratch, src *feed.Source) {
	if len(m.tags) == 0 {
		return
	}
	behind := int32(len(s.w.Words) + s.authorWords() + 1)
	for i, tag := range src.Tags {
		if id, ok := m.tags[tag]; ok {
			c := s.cutOut(cut{field: feed.FieldTag, text: tag, end: len(tag)})
			s.add(id, place{first: behind + int32(i), n: 1, cut: c})
		}
	}
}

// tagsOf are the tags that a topic's rules ask of sources, sorted.
func tagsOf(t *feed.Topic) []string {
	asked := make(map[string]bool)
	var walk func(rules []feed.Rule)
	seen := make(map[sharedRules]bool)
	walk = func(rules []feed.Rule) {
		if len(rules) == 0 || seen[shared(rules)] {
			return
		}
		seen[shared(rules)] = true
		for i := range rules {
			r := &rules[i]
			if r.Scope == feed.ScopeTag && r.Pattern != "" {
				asked[strings.TrimSpace(r.Pattern)] = true
			}
			walk(r.All)
			walk(r.Any)
			walk(r.None)
		}
	}
	walk(t.Rules.All)
	walk(t.Rules.Any)
	walk(t.Rules.None)
	if s := t.Rules.Score; s != nil {
		for i := range s.Weights {
			walk([]feed.Rule{s.Weights[i].Term})
		}
	}
	out := make([]string, 0, len(asked))
	for tag := range asked {
		out = append(out, tag)
	}
	slices.Sort(out)
	return out
}
