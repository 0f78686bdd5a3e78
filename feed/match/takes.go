package match

import (
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/text"
)

// Takes is Read and Match of an entry of which nothing else is asked. What language a text
// is in costs more to tell than all the rest, and is told only where a topic may take the
// entry whatever it is: that settles e.Language, which stays as it was otherwise.
func (m *Matcher) Takes(src *feed.Source, e *feed.Entry) []feed.Match {
	if !slices.ContainsFunc(m.topics, func(t topic) bool { return t.Sources.Takes(src) }) {
		return nil
	}
	parts := partsOf(e, textsOf(e))
	lent := m.words.Get().(*text.Words) // nothing of them outlives this call
	defer m.words.Put(lent)
	w := lent
	w.Cut(&parts, "")
	if !m.may(src, e, w) {
		return nil
	}
	e.Language = language(src.Language, e.Language, "", &parts)
	if w.Language = e.Language; text.Uzbek(e.Language) {
		w = text.Cut(&parts, e.Language)
	}
	return m.Match(src, e, w)
}

// may reports whether a topic may take an entry, in whatever language it is.
func (m *Matcher) may(src *feed.Source, e *feed.Entry, w *text.Words) bool {
	switch {
	case len(m.always) > 0, m.authors && len(e.Authors) > 0:
		return true
	case len(m.links) > 0 && e.Link != "":
		if len(m.links[""]) > 0 || len(m.links[addressOf(e.Link).host]) > 0 {
			return true
		}
	}
	for _, tag := range src.Tags {
		if p, ok := m.tags[tag]; ok && m.starts[p] < m.starts[p+1] {
			return true
		}
	}
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	has := func(form string) bool {
		if !m.index.mayFile(form) {
			return false
		}
		s.search.candidates, _ = m.index.candidates(s.search.candidates[:0], 0, form)
		return slices.ContainsFunc(s.search.candidates, func(c candidate) bool { return m.index.starts[c.id] < m.index.starts[c.id+1] })
	}
	for p := range w.Parts {
		part := &w.Parts[p]
		for i := part.First; i < part.End; i++ {
			word := &w.Words[i]
			if has(word.Form) {
				return true
			}
			if written := part.Text[word.Start:word.End]; changes(written) {
				uzbek := text.Cut(&text.Parts{{written}}, "uz")
				if len(uzbek.Words) != 1 || has(uzbek.Words[0].Form) {
					return true
				}
			}
		}
	}
	return false
}

// changes reports whether a word may have another form in an Uzbek text: with ё, or with
// what is a possessive elsewhere.
func changes(word string) bool {
	if word[len(word)-1]|0x20 == 's' && strings.ContainsAny(word, "'`´ʻʼʽ‘’‛") {
		return true
	}
	return strings.Contains(word, "ё") || strings.Contains(word, "Ё") || strings.Contains(word, "\u0308")
}
