package config

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
)

// typographic are the quotation marks that word processors put for ".
const typographic = "“”„‟"

// doubts warns of patterns and examples that are probably not what was meant: of
// unquoted texts, which YAML reads in ways of its own.
func (r *reader) doubts(n *node) {
	if n.Style != 0 {
		return
	}
	r.cutShort(n)
	r.cutOff(n)
	r.joinedUp(n)
	text := strings.TrimSpace(n.Value)
	bare := strings.Trim(text, typographic)
	// “Word” of the day is a text with a quotation; “word” is one that was to be quoted.
	if bare != text && bare != "" && !strings.ContainsAny(bare, typographic) {
		r.warn(n, "the marks in "+quote(text)+" are letters to YAML and quote nothing", "write "+strconv.Quote(bare))
	}
}

// joinedUp warns of items that are one text to YAML, as the second is indented
// more than the first.
func (r *reader) joinedUp(n *node) {
	if !strings.Contains(n.Value, " - ") {
		return
	}
	text, _ := r.after(start(n))
	have := len(strings.TrimRight(text, " \t"))
	for line := n.Line + 1; have < len(n.Value) && line <= len(r.lines()); line++ {
		text := strings.TrimSpace(string(r.line(line)))
		if strings.HasPrefix(text, "- ") {
			r.warn(n, quote(n.Value)+" is one text to YAML, as its second line is indented more than its first", "align the hyphens of a list")
			return
		}
		have += len(text) + 1
	}
}

// cutOff warns of a #word behind the comma of a list in brackets: YAML takes it
// and the rest of the line for a comment.
func (r *reader) cutOff(n *node) {
	if !r.commaHash {
		return
	}
	rest, at := r.behind(n)
	behind, isItem := strings.CutPrefix(rest, ",")
	word := strings.TrimLeft(behind, " \t")
	if !isItem || len(word) == len(behind) || !hashWord(word) {
		return
	}
	at.col += utf8.RuneCountInString(rest) - utf8.RuneCountInString(word)
	r.add(r.at(at), feed.Warning, quote(strings.TrimSpace(word))+" is read by YAML as a comment",
		"quote a pattern that begins with #, or put a space after #")
}

// cutShort warns of a text that ends at a #word, as YAML takes the rest of the
// line for a comment.
func (r *reader) cutShort(n *node) {
	if !hashWord(n.LineComment) {
		return
	}
	rest, _ := r.behind(n)
	rest = strings.TrimSpace(rest)
	// Otherwise it lasts for several lines, or a comma stands before the comment.
	if strings.HasPrefix(rest, "#") {
		r.warn(n, quote(rest)+" is read by YAML as a comment and no part of "+quote(n.Value),
			quoteIt(n.Value+" "+rest)+", or put a space after #")
	}
}

// behind is what follows an unquoted text in its line, and where.
func (r *reader) behind(n *node) (string, place) {
	return r.after(place{n.Line, n.Column + utf8.RuneCountInString(n.Value)})
}

// hashWord reports whether a comment begins as a word does that has a #.
func hashWord(comment string) bool {
	word, isComment := strings.CutPrefix(comment, "#")
	c, _ := utf8.DecodeRuneInString(word)
	return isComment && (unicode.IsLetter(c) || unicode.IsDigit(c))
}
