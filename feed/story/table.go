package story

import "slices"

// A table finds the list of a term by its key.
type table struct {
	cells []int32 // open addressing: number of a list + 1, 0 for none
	lists []list
	notes []note  // of lists
	spare []int32 // numbers of lists that are not in use
	used  int
}

// A list is where in the window one term stands.
type list struct {
	key    uint32
	names  uint32   // how many have it as a name
	plain  uint32   // how many have it in small letters
	having uint32   // how many have it
	slots  []uint32 // of those, and of some that are gone; ascending
}

// A note is what the terms of an entry of the window are weighed by, of one list: many of
// them stand in little memory. What follows from the counts of the list is kept until they
// change.
//
//	bits 0–6    the place of the term among those that are sought + 1, 0 for none
//	bit  7      more entries have it as a name than in small letters
//	bit  8      none has it in small letters
//	bits 9–19   the log2 of the entries that the weight is for
//	bits 20–31  the weight, as Index.note has it; 0 for unknown
type note uint32

const (
	noteMark  = 1<<7 - 1
	noteNamed = 1 << 7
	noteBare  = 1 << 8
)

func (n note) mark() int          { return int(n & noteMark) }
func (n note) named() bool        { return n&noteNamed != 0 }
func (n note) bare() bool         { return n&noteBare != 0 }
func (n note) weight() uint64     { return uint64(n >> 20) }
func (n note) of(log uint32) bool { return uint32(n)>>9&(1<<11-1) == log && n>>20 != 0 }

// tell counts, or with ^0 uncounts, that an entry has the term of a list, and as what kind
// of word.
func (b *table) tell(n int, kind, by uint32) {
	b.notes[n] = 0
	l := &b.lists[n]
	l.having += by
	l.tell(kind, by)
}

// tell counts what kind of word the term is in an entry.
func (l *list) tell(kind, n uint32) {
	switch kind {
	case kindName, kindSkeleton:
		l.names += n
	case kindPlain, kindPerhaps:
		l.plain += n
	}
}

// fill fills the lists of docs that were filed, whose slots count from 0. Each
// list gets the room it needs, so that nothing is copied on the way, and a long one some
// more: the next entries would have it copied, and the copies kept beside the room of all.
func (b *table) fill(docs []doc) {
	const long = 64
	var room []uint32
	for n := range b.lists {
		l := &b.lists[n]
		if l.having >= long {
			l.slots = make([]uint32, 0, l.having+l.having/8)
			continue
		}
		if cap(room)-len(room) < int(l.having) {
			room = make([]uint32, 0, max(1<<14, int(l.having)))
		}
		end := len(room) + int(l.having)
		l.slots = room[len(room):len(room):end]
		room = room[:end]
	}
	for i := range docs {
		for _, f := range docs[i].terms {
			l := &b.lists[f.list()]
			l.slots = append(l.slots, uint32(i))
		}
	}
}

// find is the number of a term's list, -1 for none.
func (b *table) find(key uint32) int {
	if len(b.cells) == 0 {
		return -1
	}
	mask := uint32(len(b.cells) - 1)
	for i := home(key) & mask; ; i = (i + 1) & mask {
		n := b.cells[i]
		if n == 0 {
			return -1
		}
		if b.lists[n-1].key == key {
			return int(n - 1)
		}
	}
}

// make is find for a term that may be new.
func (b *table) make(key uint32) int {
	if n := b.find(key); n >= 0 {
		return n
	}
	if (b.used+1)*3 > len(b.cells)*2 {
		b.grow()
	}
	b.used++
	var n int32
	if k := len(b.spare); k > 0 {
		n = b.spare[k-1]
		b.spare = b.spare[:k-1]
		b.lists[n].key = key
	} else {
		n = int32(len(b.lists))
		b.lists = append(b.lists, list{key: key})
		b.notes = append(b.notes, 0)
	}
	b.put(n)
	return int(n)
}

// home spreads keys: skeletons are alike in their low bits.
func home(key uint32) uint32 { return key * 0x9e3779b1 >> 4 }

func (b *table) put(n int32) {
	mask := uint32(len(b.cells) - 1)
	i := home(b.lists[n].key) & mask
	for b.cells[i] != 0 {
		i = (i + 1) & mask
	}
	b.cells[i] = n + 1
}

func (b *table) grow() {
	old := b.cells
	b.cells = make([]int32, max(1<<10, 2*len(old)))
	for _, n := range old {
		if n != 0 {
			b.put(n - 1)
		}
	}
}

// remove takes an entry that is gone out of the list of a filing. Its slot stays there
// until a quarter of the slots are of such entries, so that leaving costs a few steps,
// however long the list is and wherever the entry stands in it.
func (b *table) remove(f filing, gone func(slot uint32) bool) {
	n := f.list()
	b.tell(n, f.kind(), ^uint32(0))
	l := &b.lists[n]
	switch {
	case l.having == 0:
		b.drop(n)
	case len(l.slots)-int(l.having) > int(l.having)/4+fewGone:
		l.slots = slices.DeleteFunc(l.slots, gone)
	}
}

// fewGone are too few slots to tidy a list up for.
const fewGone = 8

// drop takes a list without slots out of the table, and moves back what stands
// behind it only because it was there.
func (b *table) drop(n int) {
	mask := uint32(len(b.cells) - 1)
	i := home(b.lists[n].key) & mask
	for b.cells[i] != int32(n+1) {
		i = (i + 1) & mask
	}
	for j := (i + 1) & mask; b.cells[j] != 0; j = (j + 1) & mask {
		at := home(b.lists[b.cells[j]-1].key) & mask
		if (j-at)&mask >= (j-i)&mask {
			b.cells[i] = b.cells[j]
			i = j
		}
	}
	b.cells[i] = 0
	b.lists[n], b.notes[n] = list{}, 0
	b.spare = append(b.spare, int32(n))
	b.used--
}
