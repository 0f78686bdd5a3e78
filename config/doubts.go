package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// typographic are the quotation marks that word processors put for ".
const typographic = "“”„‟"

// doubts warns of patterns and examples that are probably not what was meant.
func (r *reader) doubts(n *node) {
	r.cutShort(n)
	r.cutOff(n)
	r.joinedUp(n)
	text := strings.TrimSpace(n.Value)
	bare := strings.Trim(text, typographic)
	// “Word” of the day is a text with a quotation; “word” is one that was to be quoted.
	if n.Style == 0 && bare != text && bare != "" && !strings.ContainsAny(bare, typographic) {
		r.warn(n, fmt.Sprintf("the marks in %s are letters to YAML and quote nothing", quote(text)), "write "+strconv.Quote(bare))
	}
}

// joinedUp warns of items that are one text to YAML, as the second is indented
// more than the first.
func (r *reader) joinedUp(n *node) {
	if n.Style != 0 || !strings.Contains(n.Value, " - ") {
		return
	}
	text, _ := r.after(place{n.Line, n.Column})
	have := len(strings.TrimRight(text, " \t"))
	for line := n.Line + 1; have < len(n.Value) && line <= len(r.lines()); line++ {
		text := strings.TrimSpace(string(r.line(line)))
		if strings.HasPrefix(text, "- ") {
			r.warnJoined(n)
			return
		}
		have += len(text) + 1
	}
}

func (r *reader) warnJoined(n *node) {
	r.warn(n, fmt.Sprintf("%s is one text to YAML, as its second line is indented more than its first", quote(n.Value)), "align the hyphens of a list")
}

// cutOff warns of a #word behind the comma of a list in brackets: YAML takes it
// and the rest of the line for a comment.
func (r *reader) cutOff(n *node) {
	if n.Kind != yaml.ScalarNode || n.Style != 0 || !r.commaHash {
		return
	}
	rest, at := r.after(place{n.Line, n.Column + utf8.RuneCountInString(n.Value)})
	behind, isItem := strings.CutPrefix(rest, ",")
	word := strings.TrimLeft(behind, " \t")
	if !isItem || len(word) == len(behind) || !strings.HasPrefix(word, "#") {
		return
	}
	if c, _ := utf8.DecodeRuneInString(word[1:]); !unicode.IsLetter(c) && !unicode.IsDigit(c) {
		return
	}
	at.col += utf8.RuneCountInString(rest) - utf8.RuneCountInString(word)
	r.add(r.at(at), feed.Warning, fmt.Sprintf("%s is read by YAML as a comment", quote(strings.TrimSpace(word))),
		"quote a pattern that begins with #, or put a space after #")
}

// cutShort warns of a text that ends at a #word, as YAML takes the rest of the
// line for a comment.
func (r *reader) cutShort(n *node) {
	if n.Kind != yaml.ScalarNode || n.Style != 0 || n.LineComment == "" {
		return
	}
	c, _ := utf8.DecodeRuneInString(strings.TrimPrefix(n.LineComment, "#"))
	if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
		return
	}
	rest, _ := r.after(place{n.Line, n.Column + utf8.RuneCountInString(n.Value)})
	if !strings.HasPrefix(rest, "#") {
		return // it lasts for several lines, or a comma stands before the comment
	}
	r.warn(n, fmt.Sprintf("%s is read by YAML as a comment and no part of %s", quote(strings.TrimSpace(rest)), quote(n.Value)),
		"quote it: "+strconv.Quote(n.Value+" "+strings.TrimSpace(rest))+", or put a space after #")
}
