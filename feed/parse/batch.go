package parse

import (
	"io"
	"runtime"
	"strings"
)

// batches cuts the entries to read into those that gofeed gets at once: all of an
// everyday document, at least one.
func (l *layout) batches(fresh []int) [][]int {
	var list [][]int
	from, size := 0, 0
	for n, i := range fresh {
		e := &l.entries[i]
		if size += e.to - e.from; size > batchBytes && n > from {
			list = append(list, fresh[from:n])
			from, size = n, e.to-e.from
		}
	}
	return append(list, fresh[from:])
}

// without is a reader of l.out with only the entries named, which are in the
// order of the document.
func (l *layout) without(keep []int) io.Reader {
	if l.kind == kindJSON {
		parts := l.items(l.out.readers(nil, 0, l.itemsFrom), keep)
		return io.MultiReader(l.out.readers(parts, l.itemsTo, l.out.size)...)
	}
	var parts []io.Reader
	pos := 0
	for i, e := range l.entries {
		if len(keep) > 0 && keep[0] == i {
			keep = keep[1:]
			continue
		}
		parts = l.out.readers(parts, pos, e.from)
		pos = e.to
	}
	return io.MultiReader(l.out.readers(parts, pos, l.out.size)...)
}

// alone is a reader of the entries named, in elements like those that they stand in,
// and of nothing else that the feed says.
func (l *layout) alone(keep []int) io.Reader {
	if l.kind == kindJSON {
		return io.MultiReader(append(l.items([]io.Reader{strings.NewReader(`{"items":[`)}, keep), strings.NewReader("]}"))...)
	}
	parts := []io.Reader{strings.NewReader(string(l.root))}
	if l.channel != nil {
		parts = append(parts, strings.NewReader(string(l.channel)))
		for _, i := range keep {
			if e := &l.entries[i]; e.inChannel {
				parts = l.out.readers(parts, e.from, e.to)
			}
		}
		parts = append(parts, strings.NewReader("</"+l.channelName+">"))
	}
	for _, i := range keep {
		if e := &l.entries[i]; l.channel == nil || !e.inChannel {
			parts = l.out.readers(parts, e.from, e.to)
		}
	}
	return io.MultiReader(append(parts, strings.NewReader("</"+l.rootName+">"))...)
}

// items appends readers of the items named, with commas between them.
func (l *layout) items(parts []io.Reader, keep []int) []io.Reader {
	for i, k := range keep {
		if i > 0 {
			parts = append(parts, strings.NewReader(","))
		}
		parts = l.out.readers(parts, l.entries[k].from, l.entries[k].to)
	}
	return parts
}

// collectAfter is how much of a large document may be read before what gofeed left
// behind is collected: it takes several times as much memory as its entries, and the
// collector, left alone, waits until as much garbage has gathered as there is in use.
const collectAfter = 1 << 20

// let lets go of what was read of the document.
func (r *reader) let(batch []int) {
	if len(batch) == 0 {
		return
	}
	last := &r.lay.entries[batch[len(batch)-1]]
	r.lay.out.release(last.to)
	if r.parsed += last.to - r.lay.entries[batch[0]].from; r.parsed > collectAfter {
		r.parsed = 0
		runtime.GC()
	}
}
