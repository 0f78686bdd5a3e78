package match

import "unicode/utf8"

// A table finds the number of a word by its form. It is open-addressed, at most
// half full, and keyed by a hash that grows byte by byte, so that one pass over
// a word asks for the word and for all its prefixes; a Go map would hash each
// anew.
type table struct {
	slots []slot
	mask  uint32
	// A bit is set where the hash of a form, modulo their number, is its place.
	// Most of what is asked for is not there: so many bits stay in the cache of
	// a processor where the slots do not.
	bits    []uint64
	bitMask uint32
}

// bitsPerSlot is a power of two.
const bitsPerSlot = 8

type slot struct {
	hash uint32
	id   wordID // 0 for an empty slot
}

// tableOf makes the table of numbered forms.
func tableOf(ids map[string]wordID) table {
	size := 8
	for size < 2*len(ids) {
		size *= 2
	}
	t := table{
		slots: make([]slot, size), mask: uint32(size - 1),
		bits: make([]uint64, size*bitsPerSlot/64), bitMask: uint32(size*bitsPerSlot - 1),
	}
	for form, id := range ids {
		t.insert(form, id)
	}
	return t
}

// The hash of a form is seed, stepped by each of its bytes, then finished: the
// 64-bit FNV-1a, folded to 32 bits.
const hashSeed uint64 = 14695981039346656037

func step(h uint64, b byte) uint64 { return (h ^ uint64(b)) * 1099511628211 }

func finish(h uint64) uint32 { return uint32(h>>32) ^ uint32(h) }

func hashForm(form string) uint32 {
	h := hashSeed
	for i := range len(form) {
		h = step(h, form[i])
	}
	return finish(h)
}

// insert adds a form that the table does not have.
func (t *table) insert(form string, id wordID) {
	h := hashForm(form)
	i := h & t.mask
	for t.slots[i].id != 0 {
		i = (i + 1) & t.mask
	}
	t.slots[i] = slot{h, id}
	t.bits[h&t.bitMask/64] |= 1 << (h & 63)
}

// lookup returns the number of a form with its hash, 0 for none.
func (t *table) lookup(hash uint32, form string, forms []string) wordID {
	if t.bits[hash&t.bitMask/64]&(1<<(hash&63)) == 0 {
		return 0
	}
	for i := hash & t.mask; ; i = (i + 1) & t.mask {
		s := t.slots[i]
		if s.id == 0 || s.hash == hash && forms[s.id] == form {
			return s.id
		}
	}
}

// candidates appends the prefixes of word i's form that the index has, and the
// form itself; it returns the latter's number, 0 for none.
func (x *index) candidates(to []candidate, i int, form string) ([]candidate, wordID) {
	h := hashSeed
	runes := 0
	for n := 0; ; n++ {
		if n == len(form) || utf8.RuneStart(form[n]) {
			if runes >= minPrefix {
				if id := x.prefix.lookup(finish(h), form[:n], x.forms); id != 0 {
					to = append(to, candidate{int32(i), id})
				}
			}
			runes++
		}
		if n == len(form) {
			break
		}
		h = step(h, form[n])
	}
	id := x.exact.lookup(finish(h), form, x.forms)
	if id != 0 {
		to = append(to, candidate{int32(i), id})
	}
	return to, id
}
