package story

import "slices"

// A table finds the list of a term by its key.
type table struct {
	cells []int32 // open addressing: number of a list + 1, 0 for none
	lists []list
	spare []int32 // numbers of lists that are not in use
	used  int
}

// A list is where in the window one term stands. Its length is the term's
// frequency. The weight that follows from its counts is kept until they change.
type list struct {
	key    uint32
	names  uint32   // how many have it as a name
	plain  uint32   // how many have it in small letters
	weight uint16   // as Index.weightOf keeps it; 0 for unknown
	among  uint16   // the log2 of the entries that weight is for
	slots  []uint32 // ascending
	having uint32   // the length of slots, but while the window is loaded
}

// tell counts, or with ^0 uncounts, what kind of word the term is in an entry.
func (l *list) tell(kind, n uint32) {
	l.weight = 0
	switch kind {
	case kindName, kindSkeleton:
		l.names += n
	case kindPlain, kindPerhaps:
		l.plain += n
	}
}

// fill fills the lists of docs that were filed, whose slots count from 0. Each
// list gets the room it needs, so that nothing is copied on the way.
func (b *table) fill(docs []doc) {
	var room []uint32
	for n := range b.lists {
		l := &b.lists[n]
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

// remove takes a slot out of the list of a filing. Entries leave about in the
// order in which they came, so the shorter end is the one that moves.
func (b *table) remove(f filing, slot uint32) {
	l := &b.lists[f.list()]
	s := l.slots
	i, _ := slices.BinarySearch(s, slot)
	if i < len(s)/2 {
		copy(s[1:i+1], s[:i])
		l.slots = s[1:]
	} else {
		copy(s[i:], s[i+1:])
		l.slots = s[:len(s)-1]
	}
	l.tell(f.kind(), ^uint32(0))
	l.having--
	if l.having == 0 {
		b.drop(f.list())
	}
}

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
	b.lists[n] = list{}
	b.spare = append(b.spare, int32(n))
	b.used--
}
