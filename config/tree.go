package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// maxRepairs bounds how many places without YAML are reported in one file, and
// maxReread how many bytes may be read again for them.
const (
	maxRepairs = 24
	maxReread  = 8 << 20
)

var errDepth = errors.New("nested too deep")

// loading makes the YAML module do no more than parse: it resolves no alias and
// goes no deeper than maxDepth. Duplicate keys are found later, with their lines.
type loading struct{}

func (loading) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxDepth {
		return errDepth
	}
	return nil
}
func (loading) CheckAlias(int, int) error { return nil }

func (loading) NewAliasDataContext(yaml.AliasDataServices) (yaml.AliasDataContext, error) {
	return loading{}, nil
}
func (loading) BeginDocument() error             { return nil }
func (loading) EndDocument() error               { return nil }
func (loading) DefineAnchor(string, *node) error { return nil }
func (loading) ResolveAlias(name string) (*node, bool, error) {
	return &node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}, true, nil
}

// tree parses the file and reports where it is no YAML. It gives what there is
// to read all the same, or nil.
func (r *reader) tree() *node {
	if !r.characters() {
		return nil
	}
	last := place{}
	for repairs, read := 0, 0; ; repairs++ {
		root, second, err := parse(r.data)
		if err == nil {
			if at, odd := r.oddKey(root); odd && repairs < maxRepairs {
				r.odd(at.line).report(r)
				r.data = r.joined()
				continue
			}
			if second != nil {
				r.fail(second, "a second document starts here", "one file is one document: remove the line ---")
			}
			return r.rooted(root)
		}
		at, ok := r.repair(err, last)
		read += len(r.data)
		if !ok || repairs == maxRepairs || read > maxReread {
			return nil
		}
		last = at
		r.data = r.joined()
	}
}

func parse(data []byte) (first, second *node, err error) {
	l, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false), yaml.WithPlugin(loading{}))
	if err != nil {
		return nil, nil, err
	}
	load := func() (*node, error) {
		n := new(node)
		if err := l.Load(n); err != nil {
			return nil, err
		}
		return n, nil
	}
	if first, err = load(); err == nil {
		second, err = load()
	}
	if err == io.EOF {
		err = nil
	}
	return first, second, err
}

// rooted is the map that the file must be.
func (r *reader) rooted(doc *node) *node {
	if doc == nil || len(doc.Content) == 0 || null(doc.Content[0]) && doc.Content[0].Anchor == "" {
		if len(r.cut) == 0 {
			severity, needs := feed.Error, "it needs at least sources: and topics:"
			if r.included {
				// Its topics may have become comments.
				severity, needs = feed.Warning, "it may hold lists: and topics:"
			}
			r.add(feed.Pos{File: r.file}, severity, "the file is empty", needs)
		}
		return nil
	}
	return doc.Content[0]
}

// characters reports what no YAML file may hold. Such a file is read no further:
// it is damaged or not text.
func (r *reader) characters() bool {
	ok := true
	for i, rest := range bytes.Split(r.data, []byte("\n")) {
		text, hint := "", ""
		for col := 1; len(rest) > 0 && text == ""; col++ { // one problem a line is enough
			c, size := utf8.DecodeRune(rest)
			rest = rest[size:]
			switch {
			case c == utf8.RuneError && size == 1:
				text, hint = "is not UTF-8 here", "save the file as UTF-8"
			case c < ' ' && c != '\t' && c != '\r', c == 0x7f, c >= 0x80 && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff:
				text = fmt.Sprintf("has the control character U+%04X", c)
			}
			if text != "" {
				r.add(feed.Pos{File: r.file, Line: i + 1, Col: col}, feed.Error, "the file "+text, hint)
				ok = false
			}
		}
		if text != "" && len(r.problems) >= 10 {
			break
		}
	}
	return ok
}
