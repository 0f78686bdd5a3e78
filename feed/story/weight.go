package story

import (
	"math"
	"math/bits"
)

// Everything that is summed is an integer, so that sums do not depend on the
// machine nor on their order.

// prior is added to the number of entries: in a small window a word that stands
// in every tenth is not yet a common one.
const prior = 50

// A curve makes a weight of the logarithm of how rare a word is (inverse
// document frequency), in 64ths of a power of two: its power of 3/4. In a news
// window the words that name a large story are not rare any more; the plain
// logarithm would tell them from grammar too little.
type curve [64 * 32]uint32

func newCurve() *curve {
	var c curve
	for i := range c {
		x := float64(i+1) / 64
		c[i] = uint32(float64(64*math.Sqrt(x*math.Sqrt(x))) + .5)
	}
	return &c
}

// log2 is the logarithm of x > 0 in 64ths.
func log2(x uint32) uint32 {
	whole := uint32(bits.Len32(x)) - 1
	f := uint32(uint64(x)<<(32-whole)>>22) & 1023
	return whole*64 + (f+f*(1024-f)*351>>20)/16
}

// weight is that of a term of a kind, given the log2 of how many entries there
// are, and how many have the term; names and plain are how many have a word as a
// name and in small letters. Names weigh up to three times as much: they tell
// events apart.
func (c *curve) weight(kind, entries, having, names, plain uint32) uint32 {
	w := c.rare(entries, having)
	if kind <= kindName {
		// The share of names, as if one more entry had it as .15 of a name.
		told := 20 * (names + plain + 1)
		return w * (told + 2*(20*names+3)) / told
	}
	return w * worth[kind] / plainWorth
}

// rare is the weight of a plain word by how rare it is.
func (c *curve) rare(entries, having uint32) uint32 {
	h := log2(having)
	return c[min(max(entries, h)-h, uint32(len(c))-1)]
}

// plainWorth is the worth of a plain word.
const plainWorth = 20

// worth is what a term of a kind weighs beside a plain word, of plainWorth.
var worth = [kinds]uint32{
	kindNumber: 36, kindSpelled: 30, kindDate: 30, kindSkeleton: 30, kindPerhaps: 30,
	kindPlace: 36, kindOrg: 28, kindOffice: 10, kindEvent: 20, kindObject: 26,
}
