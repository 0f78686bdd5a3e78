// Package match decides which topics an entry belongs to.
//
// A pattern is words, matched as a phrase of whole words that stand one after
// the other in one part of the title, summary, content or categories; how a text
// is cut into words is told by feed/text. word* is any word that begins so; it
// needs three letters. A word in capitals of two letters and more (SCO, ШОС)
// matches only capitals, and nothing in a title that is all capitals; SCO*
// matches words that begin with these capitals. Any other word matches in any
// case.
//
// Compile brings the rules of all topics into one index: each phrase is filed
// under the word or prefix of it that is likely the rarest. The words of an
// entry look up candidates, only those are compared, and only topics of which
// something hit are evaluated, so that topics that share no word with an entry
// cost nothing.
//
// The package stands on floor 2: it imports feed and feed/text, and no other
// package of the project. It does not know where rules come from; what is wrong
// with them it reports as feed.Problems, at the rules' own positions.
package match
