// Package match decides which topics an entry belongs to, and which concepts stand
// in it.
//
// A pattern is words, matched as a phrase of whole words that stand one after
// the other in one part of the title, summary, content or categories; how a text
// is cut into words is told by feed/text. word* is any word that begins so; it
// needs three letters. A word in capitals of two letters and more (SCO, ШОС)
// matches only capitals, and nothing in a title that is all capitals; SCO*
// matches words that begin with these capitals. An abbreviation in which a small
// letter is the second half of one (ShHT, YeOII) matches as it stands and all in
// capitals. Any other word matches in any case.
//
// A NEAR/n B matches where A and B stand in one part, in either order, with at
// most n-1 words between them; they share no word. A side is a phrase, or
// phrases of which one is enough: (x OR y* OR "long phrase").
//
// A scope narrows a pattern to the title, the categories or the authors' names,
// takes its letters as written (exact), or reads it in another way: as a glob
// over the link, or as a regular expression over each of title, summary and
// content (at most 64 KiB of each), which is run only for topics that no word
// decides. With translit a Cyrillic Uzbek pattern also matches in its Latin
// spelling, in texts that are Uzbek or of unknown language.
//
// A term of a score, a pattern or a $list, adds weight × hits, of which two
// count, doubled if one is in the title. A word counts once a term. In a text of
// more than 60 words all of it is multiplied by the fourth root of 60 ÷ words.
//
// Compile brings the rules of all topics into one index: each phrase is filed
// under the word or prefix of it that is likely the rarest. The words of an
// entry look up candidates, only those are compared, and only topics of which
// something hit are evaluated, so that topics that share no word with an entry
// cost nothing; but for those that a regular expression alone can bring about.
//
// The rules of a topic are compiled to a tree of nodes, which matching,
// explaining, linting and hashing share. Explain tells what the matcher decides of
// one topic and entry, line by line; Lint warns of rules that compile and yet
// hardly do what is meant. To measure rules, Scores tells of all topics what they
// make of an entry whatever the threshold, and Stands which of a topic's patterns
// stand in it.
//
// CompileConcepts does the same for concepts, the lists with a kind by which
// stories meet across languages: Concepts.Find tells where each stands in title,
// summary and content, whatever topics there are.
//
// The package stands on floor 2: it imports feed, feed/html and feed/text, and
// no other package of the project. It does not know where rules come from; what
// is wrong with them it reports as feed.Problems, at the rules' own positions.
package match
