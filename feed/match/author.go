package match

import (
	"topicwire/feed"
	"topicwire/feed/text"
)

// findAuthors looks for the patterns of authors in the names of the entry's.
func (m *Matcher) findAuthors(s *scratch, e *feed.Entry) {
	if !m.authors || e == nil || len(e.Authors) == 0 {
		return
	}
	names := make([]string, len(e.Authors))
	for i := range e.Authors {
		names[i] = e.Authors[i].Name
	}
	// Cut knows the fields that have words; these are of another one.
	s.authors = text.Cut(&text.Parts{feed.FieldCategory: names}, s.w.Language)
	for i := range s.authors.Parts {
		s.authors.Parts[i].Field = feed.FieldAuthor
	}
	s.base = len(s.w.Words)
	m.index.find(&s.search, s.authors, s.found)
}
