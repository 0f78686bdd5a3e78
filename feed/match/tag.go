package match

import (
	"strings"

	"topicwire/feed"
)

// parseTag reads a tag, which is compared whole and as written: it is the
// operator's own word for a source, not a word of a text.
func parseTag(written string) (string, *flaw) {
	tag := strings.TrimSpace(written)
	switch {
	case tag == "":
		return "", flawed("write a tag that sources carry", "a tag is empty")
	case strings.ContainsAny(tag, "*?"):
		return "", flawed("list the tags: {tag: [uzbekistan, region]}", "tag %q has a star or a question mark: tags are compared whole", written)
	}
	return tag, nil
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
