package parse

import (
	"bytes"
	"io"
	"strings"

	"topicwire/feed"
)

// fresh is the entries to read, in the order of the document: those that are
// not known and do not repeat the id of an earlier one. Ids are compared as
// they are written, so that an entry that repeats a known one is left out too.
func (l *layout) fresh(doc []byte, known func(feed.Raw) bool) []int {
	fresh := make([]int, 0, len(l.entries))
	ids := make(map[string]bool, len(l.entries))
	for i, e := range l.entries {
		if id := trim(e.id.of(doc)); len(id) > 0 {
			if ids[string(id)] {
				continue
			}
			ids[string(id)] = true
		}
		if known == nil || !known(l.raws[i]) {
			fresh = append(fresh, i)
		}
	}
	return fresh
}

// trim cuts white space from both ends.
func trim(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }

// without is a reader of l.out with only the entries named, which are in the
// order of the document.
func (l *layout) without(keep []int) io.Reader {
	var parts []io.Reader
	add := func(from, to int) { parts = append(parts, bytes.NewReader(l.out[from:to])) }
	if l.kind == kindJSON {
		add(0, l.itemsFrom)
		for i, k := range keep {
			if i > 0 {
				parts = append(parts, strings.NewReader(","))
			}
			add(l.entries[k].from, l.entries[k].to)
		}
		add(l.itemsTo, len(l.out))
		return io.MultiReader(parts...)
	}
	pos := 0
	for i, e := range l.entries {
		if len(keep) > 0 && keep[0] == i {
			keep = keep[1:]
			continue
		}
		add(pos, e.from)
		pos = e.to
	}
	add(pos, len(l.out))
	return io.MultiReader(parts...)
}
