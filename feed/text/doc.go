// Package text cuts plain text into words, the same way for texts and for the
// patterns that look for them, and tells languages apart.
//
// Words follow UAX 29 (Unicode word boundaries) with these tailorings:
//
//   - hyphens, low lines, colons and narrow no-break spaces part words (the
//     colon as in CLDR's root locale), and so does a full stop between a small
//     letter and a capital, which is a sentence that lost its space;
//   - apostrophes of any shape inside a word join it and are dropped, so that
//     oʻzbek, o'zbek and o`zbek are one word; a possessive 's is dropped too;
//   - the dots of an abbreviation are dropped: U.S. is US.
//
// The form of a word is NFKC, then full case folding. ё becomes е except in
// Uzbek, where it is a letter of its own, and stress marks over Cyrillic vowels
// go; й, ғ, қ, ў and ҳ stay letters. İ becomes a plain i; ı is a letter of its
// own. Latin look-alikes in a Cyrillic word of capitals are read as the Cyrillic
// letters they stand for.
//
// A language is told by votes: each word of a text, else its ending, speaks for
// the languages that use it, its letters against those that lack them. The lists
// are written by hand from the languages themselves, not counted in any texts, so
// that they serve a title of two words by any writer; languages that nobody asks
// for have lists too, for they could pass for others.
//
// The package stands on floor 1: it imports feed and no other package of the
// project. It owns uax29.
package text
