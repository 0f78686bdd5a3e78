package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

const (
	minPrefix = 3  // letters of a word before its star
	maxPhrase = 64 // words
)

// cutOtherwise are the signs that an Uzbek text is cut by otherwise than any
// other: ё, also in two, and apostrophes.
const cutOtherwise = "ёЁ\u0308'`´ʻʼʽ‘’‛"

// parsePhrases reads words that stand one after the other: one phrase, more
// where an Uzbek text is cut otherwise than any other, or where Latin spellings
// are looked for too.
func parsePhrases(r *reading, written string) ([]phrase, *flaw) {
	exact := r.scope == feed.ScopeExact
	other, f := parsePhrase(written, "", exact)
	if f != nil {
		return nil, f
	}
	uzbek := other
	if strings.ContainsAny(written, cutOtherwise) {
		if uzbek, f = parsePhrase(written, "uz", exact); f != nil {
			return nil, f
		}
	}
	where := r.where()
	var out []phrase
	add := func(in texts, words []phraseWord) {
		for _, way := range acronymSpellings(words) {
			out = append(out, phrase{in, where, way})
		}
	}
	if slices.Equal(other, uzbek) {
		add(anyText, other)
	} else {
		add(anyText&^uzbekText, other)
		add(uzbekText, uzbek)
	}
	if r.translit {
		for _, words := range latinSpellings(uzbek) {
			out = append(out, phrase{uzbekText | unknownText, where, words})
		}
	}
	return out, nil
}

// parsePhrase cuts a phrase as a text of the language is cut, and gives each
// star to the word that it ends.
func parsePhrase(written, language string, exact bool) ([]phraseWord, *flaw) {
	all := text.Cut(&text.Parts{{written}}, language)
	cut := all.Words
	if len(cut) == 0 {
		return nil, flawed("a pattern needs a letter or a digit", "pattern %q has no words", written)
	}
	if len(cut) > maxPhrase {
		return nil, flawed("a shorter phrase finds the same", "the pattern has %d words, more than %d", len(cut), maxPhrase)
	}
	phrase := make([]phraseWord, len(cut))
	for i, w := range cut {
		phrase[i] = phraseWord{form: w.Form, capitals: w.AllCapitals}
		if !exact && (w.AllCapitals || w.Upper == 0) {
			continue
		}
		if cased := all.Cased(&all.Parts[0], i); exact || isAcronym(cased) {
			phrase[i].cased, phrase[i].capitals = cased, false
		}
	}
	for at := range len(written) {
		if written[at] != '*' {
			continue
		}
		i := endsAt(cut, written, at)
		switch {
		case strings.HasPrefix(written[at:], "**"):
			return nil, flawed("one star stands for any ending", "%q has two stars together", written)
		case i < 0 && startsAt(cut, at+1) >= 0:
			return nil, flawed("a star stands at the end of a word; list the words under any", "%q has a star before a word", written)
		case i < 0:
			return nil, flawed("a star stands at the end of a word, with no space before it", "%q has a star by itself", written)
		case startsAt(cut, at+1) >= 0:
			return nil, flawed("a star stands at the end of a word; list the words under any", "%q has a star inside a word", written)
		case utf8.RuneCountInString(phrase[i].form) < minPrefix:
			return nil, flawed("it would match too much; list the words under any", "%q has a star after fewer than %d letters", written, minPrefix)
		}
		phrase[i].prefix = true
	}
	return phrase, nil
}

// endsAt is the word that ends at a place, an apostrophe or full stop after it
// being its own; -1 for none.
func endsAt(cut []text.Word, written string, at int) int {
	for i := range cut {
		if end := int(cut[i].End); end <= at && strings.Trim(written[end:at], "'`´ʻʼʽ‘’‛.") == "" {
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

// isAcronym reports whether a word is an abbreviation of several capitals among
// which sounds of two Latin letters have the second one small: ShHT, IShID,
// YeOII. Read in any case, IShID* would take ishida, "at work". A word all in
// capitals is none: it is told by them already.
func isAcronym(cased string) bool {
	capitals := 0
	small := false
	before := ' '
	for _, r := range cased {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case !unicode.IsLower(r) || !secondHalf(before, r):
			return false
		default:
			small = true
		}
		before = r
	}
	return small && capitals >= 2
}

// secondHalf reports whether a small letter belongs to the capital before it, in
// the Latin spelling of Uzbek and of Russian names.
func secondHalf(capital, small rune) bool {
	switch capital {
	case 'S', 'C', 'Z', 'K', 'G':
		return small == 'h'
	case 'Y':
		return strings.ContainsRune("eoua", small)
	case 'T':
		return small == 's'
	}
	return false
}

// acronymSpellings are the ways in which a phrase is written: an abbreviation of
// mixed letters also stands all in capitals.
func acronymSpellings(words []phraseWord) [][]phraseWord {
	out := [][]phraseWord{words}
	for i, w := range words {
		if !isAcronym(w.cased) {
			continue
		}
		for _, way := range slices.Clone(out) {
			if len(out) < maxSpellings {
				way = slices.Clone(way)
				way[i] = phraseWord{form: w.form, prefix: w.prefix, capitals: true}
				out = append(out, way)
			}
		}
	}
	return out
}
