package match

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"topicwire/feed/text"
)

const (
	minPrefix = 3  // letters of a word before its star
	maxPhrase = 64 // words
)

// A pattern is what a written pattern means: phrases of which one must stand in
// the text. There is one phrase, or two where an Uzbek text is cut otherwise
// than any other.
type pattern []phrase

// A phrase is words that stand one after the other.
type phrase struct {
	in    texts
	words []phraseWord
}

type phraseWord struct {
	form     string
	prefix   bool // any word that begins with form
	capitals bool // only where the form's letters stand as capitals
}

// texts are those that a phrase is looked for in.
type texts uint8

const (
	anyText texts = iota
	uzbekText
	otherText
)

// A flaw is what is wrong with a pattern and what to write instead.
type flaw struct{ text, hint string }

// parse reads a pattern as written. It returns a flaw, or nil and the pattern.
func parse(written string) (pattern, *flaw) {
	if f := reserved(written); f != nil {
		return nil, f
	}
	other, f := parsePhrase(written, "")
	if f != nil {
		return nil, f
	}
	uzbek, f := parsePhrase(written, "uz")
	if f != nil {
		return nil, f
	}
	if sameWords(other, uzbek) {
		return pattern{{anyText, other}}, nil
	}
	return pattern{{otherText, other}, {uzbekText, uzbek}}, nil
}

// reserved reports the signs that are operators of other search languages, or
// of this one later on: read as words they would silently never match.
func reserved(written string) *flaw {
	if strings.ContainsAny(written, "()") {
		return &flaw{fmt.Sprintf("%q has parentheses", written), "group patterns with any and all"}
	}
	for _, w := range strings.Fields(written) {
		switch {
		case w == "AND":
			return &flaw{fmt.Sprintf("%q has AND, which is no operator", written), "write the patterns under all; as a word, write and"}
		case w == "OR":
			return &flaw{fmt.Sprintf("%q has OR, which is no operator", written), "write the patterns under any; as a word, write or"}
		case w == "NOT":
			return &flaw{fmt.Sprintf("%q has NOT, which is no operator", written), "write the pattern under none; as a word, write not"}
		case w == "NEAR", strings.HasPrefix(w, "NEAR/"):
			return &flaw{fmt.Sprintf("%q has NEAR, which is not supported", written), "write both patterns under all, or one phrase"}
		}
	}
	return nil
}

// parsePhrase cuts a pattern as a text of the language is cut, and gives each
// star to the word that it ends.
func parsePhrase(written, language string) ([]phraseWord, *flaw) {
	cut := text.Cut(&text.Parts{{written}}, language).Words
	if len(cut) == 0 {
		return nil, &flaw{fmt.Sprintf("pattern %q has no words", written), "a pattern needs a letter or a digit"}
	}
	if len(cut) > maxPhrase {
		return nil, &flaw{fmt.Sprintf("the pattern has %d words, more than %d", len(cut), maxPhrase), "a shorter phrase finds the same"}
	}
	phrase := make([]phraseWord, len(cut))
	for i, w := range cut {
		phrase[i] = phraseWord{form: w.Form, capitals: w.AllCapitals}
	}
	for at := range len(written) {
		if written[at] != '*' {
			continue
		}
		i := endsAt(cut, written, at)
		switch {
		case strings.HasPrefix(written[at:], "**"):
			return nil, &flaw{fmt.Sprintf("%q has two stars together", written), "one star stands for any ending"}
		case i < 0 && startsAt(cut, at+1) >= 0:
			return nil, &flaw{fmt.Sprintf("%q has a star before a word", written), "a star stands at the end of a word; list the words under any"}
		case i < 0:
			return nil, &flaw{fmt.Sprintf("%q has a star by itself", written), "a star stands at the end of a word, with no space before it"}
		case startsAt(cut, at+1) >= 0:
			return nil, &flaw{fmt.Sprintf("%q has a star inside a word", written), "a star stands at the end of a word; list the words under any"}
		case utf8.RuneCountInString(phrase[i].form) < minPrefix:
			return nil, &flaw{fmt.Sprintf("%q has a star after fewer than %d letters", written, minPrefix), "it would match too much; list the words under any"}
		}
		phrase[i].prefix = true
	}
	return phrase, nil
}

// endsAt is the word that ends at a place, an apostrophe or full stop after it
// being its own; -1 for none.
func endsAt(cut []text.Word, written string, at int) int {
	for i := range cut {
		if end := int(cut[i].End); end <= at && strings.Trim(written[end:at], "'`´ʻʼ‘’.") == "" {
			if next := i + 1; next == len(cut) || int(cut[next].Start) >= at {
				return i
			}
		}
	}
	return -1
}

func startsAt(cut []text.Word, at int) int {
	for i := range cut {
		if int(cut[i].Start) == at {
			return i
		}
	}
	return -1
}

func sameWords(a, b []phraseWord) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// key is equal for patterns that match the same texts. No form holds a space.
func (p pattern) key() string {
	var b strings.Builder
	for _, ph := range p {
		b.WriteByte('0' + byte(ph.in))
		for _, w := range ph.words {
			b.WriteByte(' ')
			if w.capitals {
				b.WriteByte('^')
			}
			b.WriteString(w.form)
			if w.prefix {
				b.WriteByte('*')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
