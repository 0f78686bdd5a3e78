package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// walkPages reads every page of a state of a file and calls wrong with what is not as it
// should be, a sentence without a full stop: pages that are none or lie outside, that
// are used twice, or that are neither used nor free; keys out of order. It returns how
// many keys each bucket has, and fails where a page cannot be read.
//
// It reads the file and not the map. bbolt's own Check reads the map in a goroutine of
// its own, where a page that is gone ends the process; never comes back from pages that
// lead to themselves; and compares with the free pages of now, which are those of
// another state while somebody writes.
func walkPages(f io.ReaderAt, m metaPage, wrong func(string)) (keys map[string]int, err error) {
	w := &pageWalk{f: f, meta: m, wrong: wrong, used: make([]uint64, m.end/64+1), keys: make(map[string]int)}
	free, err := readFreelist(f, m)
	if err != nil {
		return nil, err
	}
	list, _, err := w.read(m.freelist, 0)
	if err != nil {
		return nil, err
	}
	w.use(m.freelist, list)
	if err := w.tree(m.root, nil, nil, nil); err != nil {
		return nil, err
	}
	for _, id := range free {
		switch {
		case id < 2 || id >= m.end:
			w.tell("page %d is listed as free and does not exist", id)
		case w.taken(id):
			w.tell("page %d is listed as free and is not, or is listed twice", id)
		default:
			w.mark(id)
		}
	}
	for id := uint64(2); id < m.end; id++ {
		if !w.taken(id) {
			w.tell("page %d is neither used nor free", id)
		}
	}
	if w.told > maxTold {
		wrong(fmt.Sprintf("and %d more of the kind", w.told-maxTold))
	}
	return w.keys, nil
}

// soundPages is walkPages for who wants to know only whether anything is wrong: then it
// is an error, with the first that is.
func soundPages(f io.ReaderAt, m metaPage) (keys map[string]int, err error) {
	first := ""
	keys, err = walkPages(f, m, func(text string) { first = cmp.Or(first, text) })
	if err == nil && first != "" {
		err = fmt.Errorf("%w (%s)", ErrCorrupt, first)
	}
	return keys, err
}

// maxTold is how much that is wrong with pages is told one by one.
const maxTold = 20

// maxPageDepth is how deep pages may lie: a billion keys are at 8.
const maxPageDepth = 64

// A pageWalk is one pass over a file.
type pageWalk struct {
	f     io.ReaderAt
	meta  metaPage
	wrong func(string)
	told  int
	used  []uint64 // a bit a page
	bufs  [maxPageDepth][]byte
	depth int
	keys  map[string]int
}

func (w *pageWalk) tell(format string, args ...any) {
	if w.told++; w.told <= maxTold {
		w.wrong(fmt.Sprintf(format, args...))
	}
}

func (w *pageWalk) taken(id uint64) bool { return w.used[id/64]&(1<<(id%64)) != 0 }
func (w *pageWalk) mark(id uint64)       { w.used[id/64] |= 1 << (id % 64) }

// read reads a page and those that follow and belong to it. It is nil where there is no
// such page, which it tells; why is what refers to it.
func (w *pageWalk) read(id uint64, depth int) (page []byte, flags uint16, err error) {
	if id < 2 || id >= w.meta.end {
		w.tell("page %d does not exist", id)
		return nil, 0, nil
	}
	if page, err = w.fill(id, 1, depth); err != nil {
		return nil, 0, err
	}
	n := binary.NativeEndian
	if is := n.Uint64(page); is != id {
		w.tell("page %d is none: it says that it is page %d", id, is)
		return nil, 0, nil
	}
	if more := uint64(n.Uint32(page[12:])); more > 0 {
		if more >= w.meta.end-id {
			w.tell("page %d is longer than the file", id)
			return nil, 0, nil
		}
		if page, err = w.fill(id, int64(more)+1, depth); err != nil {
			return nil, 0, err
		}
	}
	return page, n.Uint16(page[8:]), nil
}

func (w *pageWalk) fill(id uint64, pages int64, depth int) ([]byte, error) {
	length := pages * w.meta.pageSize
	if int64(cap(w.bufs[depth])) < length {
		w.bufs[depth] = make([]byte, length)
	}
	page := w.bufs[depth][:length]
	if _, err := w.f.ReadAt(page, int64(id)*w.meta.pageSize); err != nil {
		return nil, unreadable(id, err)
	}
	return page, nil
}

// unreadable is what is wrong with a page that could not be read; who stopped the reading
// hears that.
func unreadable(id uint64, err error) error {
	if _, ofFile := errors.AsType[*fs.PathError](err); !ofFile && err != io.EOF {
		return err
	}
	return fmt.Errorf("%w (page %d cannot be read: %w)", ErrCorrupt, id, bare(err))
}

// use marks a page and those that belong to it; false where one is in use already.
func (w *pageWalk) use(id uint64, page []byte) bool {
	for i := range uint64(int64(len(page)) / w.meta.pageSize) {
		if w.taken(id + i) {
			w.tell("page %d is used twice", id+i)
			return false
		}
		w.mark(id + i)
	}
	return true
}

// tree walks a bucket's page and those below it. Their keys are from low on and below
// high, where those are not nil.
func (w *pageWalk) tree(id uint64, bucket []string, low, high []byte) error {
	if w.depth == maxPageDepth {
		w.tell("page %d lies too deep", id)
		return nil
	}
	page, flags, err := w.read(id, w.depth)
	if err != nil || page == nil || !w.use(id, page) {
		return err
	}
	w.depth++
	defer func() { w.depth-- }()
	switch flags {
	case flagBranch:
		return w.elements(id, page, low, high, func(i int, key, next []byte) error {
			return w.tree(binary.NativeEndian.Uint64(page[pageHeader+i*pageElement+8:]), bucket, key, next)
		})
	case flagLeaf:
		return w.leaf(id, page, bucket, low, high)
	}
	w.tell("page %d is of an unknown kind (%#x)", id, flags)
	return nil
}

// leaf walks the entries of a page, or of a bucket that is small enough to lie within
// another's page.
func (w *pageWalk) leaf(id uint64, page []byte, bucket []string, low, high []byte) error {
	name := strings.Join(bucket, "/")
	n := binary.NativeEndian
	return w.elements(id, page, low, high, func(i int, key, _ []byte) error {
		w.keys[name]++
		e := pageHeader + i*pageElement
		if n.Uint32(page[e:])&1 == 0 {
			return nil
		}
		// Its value is a bucket: its page and sequence, or in place of a page what would be on it.
		from := e + int(n.Uint32(page[e+4:])) + len(key)
		value := page[from : from+int(n.Uint32(page[e+12:]))]
		inner := append(bucket[:len(bucket):len(bucket)], string(key))
		w.keys[strings.Join(inner, "/")] += 0
		switch {
		case len(value) < 16:
			w.tell("the bucket %q on page %d is too short", key, id)
		case n.Uint64(value) != 0:
			return w.tree(n.Uint64(value), inner, nil, nil)
		case len(value) < 16+pageHeader || n.Uint16(value[16+8:]) != flagLeaf:
			w.tell("the bucket %q on page %d is damaged", key, id)
		default:
			return w.leaf(id, value[16:], inner, nil, nil)
		}
		return nil
	})
}

// elements calls visit with each key of a page, and the one behind it or else high.
func (w *pageWalk) elements(id uint64, page, low, high []byte, visit func(i int, key, next []byte) error) error {
	n := binary.NativeEndian
	count, leaf := int(n.Uint16(page[10:])), n.Uint16(page[8:]) == flagLeaf
	if !leaf && count == 0 || pageHeader+count*pageElement > len(page) {
		w.tell("page %d has %d entries", id, count)
		return nil
	}
	keys := make([][]byte, count)
	for i := range keys {
		e := pageHeader + i*pageElement
		at, length, value := uint64(n.Uint32(page[e:])), uint64(n.Uint32(page[e+4:])), uint64(0)
		if leaf {
			at, length, value = length, uint64(n.Uint32(page[e+8:])), uint64(n.Uint32(page[e+12:]))
		}
		if at += uint64(e); at+length+value > uint64(len(page)) {
			w.tell("entry %d of page %d lies outside", i, id)
			return nil
		}
		keys[i] = page[at : at+length : at+length]
		if low != nil && bytes.Compare(keys[i], low) < 0 || high != nil && bytes.Compare(keys[i], high) >= 0 || i > 0 && bytes.Compare(keys[i-1], keys[i]) >= 0 {
			w.tell("key %d of page %d is out of order", i, id)
		}
	}
	for i, k := range keys {
		next := high
		if i+1 < count {
			next = keys[i+1]
		}
		if err := visit(i, k, next); err != nil {
			return err
		}
	}
	return nil
}

// readFreelist reads the list of free pages; ErrCorrupt where there is none.
func readFreelist(f io.ReaderAt, m metaPage) ([]uint64, error) {
	head := make([]byte, pageHeader+8)
	if _, err := f.ReadAt(head, int64(m.freelist)*m.pageSize); err != nil {
		return nil, unreadable(m.freelist, err)
	}
	n := binary.NativeEndian
	count, from := uint64(n.Uint16(head[10:])), int64(pageHeader)
	if count == 0xffff { // the number did not fit, and stands before the list
		count, from = n.Uint64(head[pageHeader:]), pageHeader+8
	}
	room := uint64(n.Uint32(head[12:])+1) * uint64(m.pageSize)
	if n.Uint64(head) != m.freelist || n.Uint16(head[8:]) != flagFreelist || count >= m.end || uint64(from)+8*count > room {
		return nil, fmt.Errorf("%w (its list of free pages is)", ErrCorrupt)
	}
	list := make([]byte, 8*count)
	if _, err := f.ReadAt(list, int64(m.freelist)*m.pageSize+from); err != nil {
		return nil, unreadable(m.freelist, err)
	}
	free := make([]uint64, count)
	for i := range free {
		free[i] = n.Uint64(list[8*i:])
	}
	return free, nil
}
