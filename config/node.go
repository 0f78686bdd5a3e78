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

type node = yaml.Node

// A reader turns the trees of a file and of those it includes into values and
// gathers what is wrong.
type reader struct {
	*document             // the file that is being read
	docs      []*document // all of them, the main one first
	dir       string      // where relative paths start
	env       func(string) (string, bool)
	disk      disk

	files, globs []string        // as Config has them
	mustMatch    bool            // it is an error that one of globs matches nothing
	emptyGlobs   int             // of globs, those that match nothing
	known        map[string]bool // files

	problems []feed.Problem
	dropped  int // beyond maxProblems

	root *keys // of the main file, with all others below
	// What the keys of a source, a list of feeds, a topic and a list with a kind
	// read into.
	source   feed.Source
	listName string
	topic    feed.Topic
	concept  feed.ConceptKind
	icons    map[feed.TopicID][]byte // of topics that have one

	named          map[string]*list
	order          []*list             // named, in the order of the files
	topicsAt       map[string]feed.Pos // by id
	formers        []former            // ids that topics say they had
	someTopics     bool                // a file has topics, sound or not
	expanded       int                 // patterns that lists have put into rules
	contactRefused bool                // the contact is reported already
	anchored       bool                // an anchor or alias is reported, so that something is not read
	allSources     bool                // no source was left out for an error
	origins        *origins            // the sources, once topics are read
	examplesSeen   exampleSet          // of the topic that is read
}

// fail reports an error at n, with a hint where there is one.
func (r *reader) fail(n *node, text string, hint ...string) {
	r.add(r.pos(n), feed.Error, text, hint...)
}

func (r *reader) warn(n *node, text string, hint ...string) {
	r.add(r.pos(n), feed.Warning, text, hint...)
}

func (r *reader) add(pos feed.Pos, s feed.Severity, text string, hint ...string) {
	if r.full() {
		r.dropped++
		return
	}
	r.problems = append(r.problems, feed.Problem{Pos: pos, Severity: s, Text: oneLine(text), Hint: oneLine(strings.Join(hint, ""))})
}

// oneLine is s without line breaks and control characters, as texts of the file
// may bring them into a message.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
}

// full reports whether no more problems are kept, so that finding hints for them
// is of no use.
func (r *reader) full() bool { return len(r.problems) >= maxProblems }

// quote shows a text of the file in a message, in one line and not too long.
func quote(s string) string {
	if len(s) > 80 {
		cut := 77
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strconv.Quote(s)
}

// firstIn is the hint where what is here a second time was first.
func firstIn(line int) string { return fmt.Sprint("the first is in line ", line) }

// quoteIt is the hint to put a text into quotation marks.
func quoteIt(text string) string { return "quote it: " + strconv.Quote(text) }

// quoteAt is that for the text that stands at p.
func (d *document) quoteAt(p place) string { return quoteIt(d.plain(p)) }

// sound reports whether n is something to read: not a place that is reported as
// broken already, and nothing of YAML that configuration files do without,
// which it reports.
func (r *reader) sound(n *node) bool {
	if len(r.broken) > 0 && r.standIn(n) {
		return false
	}
	r.anchored = r.anchored || n.Kind == yaml.AliasNode || n.Anchor != ""
	switch {
	case n.Kind == yaml.AliasNode:
		r.fail(n, "*"+n.Value+" is read by YAML as an alias, and aliases are not supported", r.quoteAt(start(n)))
	case n.Anchor != "":
		hint := "remove it, and write out what it stands for"
		if n.Kind == yaml.ScalarNode {
			hint = r.quoteAt(start(n))
		}
		r.fail(n, "&"+n.Anchor+" is read by YAML as an anchor, and anchors are not supported", hint)
	case n.Tag == "!" || n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "a text that starts with ! is read by YAML as a tag, and tags are not supported", r.quoteAt(start(n)))
	case n.Kind == yaml.ScalarNode && n.Tag == "!!merge":
		r.fail(n, "merge keys are not supported", "write the keys out")
	default:
		return true
	}
	return false
}

// standIn reports whether n, or the key or value of a map that n was made by
// mistake, stands in for what could not be read.
func (r *reader) standIn(n *node) bool {
	return r.broken[start(n)] || n.Kind == yaml.MappingNode && len(n.Content) > 0 && r.broken[start(n.Content[0])]
}

// unset reports a value that is missing, as a section may be.
func unset(n *node) bool { return n == nil || null(n) && n.Anchor == "" }

func null(n *node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && n.Tag == "!!null"
}

func (r *reader) wrong(n *node, what, need string, hint ...string) {
	has := "a text"
	switch {
	case null(n):
		if r.comment(n, what) {
			return
		}
		has = "nothing"
		if n.Value != "" && len(hint) == 0 && need == "a text" { // null, or ~
			hint = []string{quoteIt(n.Value)}
		}
	case n.Kind == yaml.SequenceNode:
		has = "a list"
	case n.Kind == yaml.MappingNode:
		has = "a map"
	}
	r.fail(n, what+" needs "+need+", has "+has, hint...)
}

// bracketed is a list or map in brackets as it stands in its line; "" for one of several
// lines.
func (r *reader) bracketed(n *node) string {
	text, _ := r.after(start(n))
	open := 0
	for i, c := range text {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open--
		}
		if open == 0 {
			return text[:i+1]
		}
	}
	return ""
}

// comment reports a value that is empty because YAML reads it as a comment.
func (r *reader) comment(n *node, what string) bool {
	text, at := r.after(start(n))
	if !strings.HasPrefix(text, "#") {
		return false
	}
	text = strings.TrimSpace(text)
	r.add(r.at(at), feed.Error, what+" is empty, as "+quote(text)+" is read by YAML as a comment", quoteIt(text))
	return true
}

// items reads a list that is not empty.
func (r *reader) items(n *node, what string) []*node {
	switch {
	case !r.sound(n):
	case n.Kind != yaml.SequenceNode:
		hint := ""
		if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
			hint = "start each item with a hyphen, or put [ ] around them"
		} else if n.Style == 0 && strings.HasPrefix(n.Value, "-") {
			hint = "put a space after each hyphen"
		} else if n.Kind == yaml.ScalarNode && !null(n) {
			hint = "write [" + strings.TrimSpace(n.Value) + "]"
		}
		r.wrong(n, what, "a list", hint)
	case len(n.Content) == 0:
		r.fail(n, what+" is an empty list")
	default:
		return n.Content
	}
	return nil
}
