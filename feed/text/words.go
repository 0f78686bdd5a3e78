package text

import "topicwire/feed"

// Parts are the plain texts of an entry, by field: none, one or several a
// field. Each category is a part of its own. No phrase spans two parts.
type Parts [feed.Fields][]string

// Words are the words of an entry in the order in which it is read. They are
// not changed after Cut, but by CutOver, and are safe for concurrent use.
type Words struct {
	// Language is the one that the text was cut in, as given to Cut.
	Language string
	Parts    []Part // those that were given, in the order of their fields
	Words    []Word // of all parts, one after the other
}

// A Part is one text of a field, and which of the words are its own.
type Part struct {
	Field      feed.Field
	Text       string // as given to Cut
	First, End int    // its words are Words[First:End]
	Ordinal    int    // of its first word, counted in the field from 0
	// AllCapitals says that two or more words have letters with case and all
	// those letters are capitals: capitals mean nothing here.
	AllCapitals bool
}

// A Word is a place in a part and the form by which it is compared.
type Word struct {
	Form       string // folded; never ""
	Start, End uint32 // bytes of Part.Text, any possessive included
	// Upper is how many bytes of Form stand before its first small letter; all
	// of them where it has none.
	Upper uint16
	// AllCapitals says that the word has two or more letters and all of them
	// are capitals.
	AllCapitals bool
}

// Part returns the part that holds word i of w.Words.
func (w *Words) Part(i int) *Part {
	for n := range w.Parts {
		if i < w.Parts[n].End {
			return &w.Parts[n]
		}
	}
	return nil
}

// Raw returns the words from first up to, not including, end as they stand in
// the text; both must lie in the part.
func (w *Words) Raw(p *Part, first, end int) string {
	return p.Text[w.Words[first].Start:w.Words[end-1].End]
}
