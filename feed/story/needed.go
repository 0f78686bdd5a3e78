package story

import (
	"cmp"
	"math"
	"slices"

	"topicwire/feed"
)

// What a story asks for of an entry that is to join it.

// own is how many of a sample are of the new entry's source.
func (x *Index) own(sample []feed.EntryKey) (n int) {
	for _, k := range sample {
		if d := x.doc(k); d != nil && d.source == x.search.source {
			n++
		}
	}
	return n
}

// doc is the entry of a key, nil where it is not in the window.
func (x *Index) doc(k feed.EntryKey) *doc {
	i, ok := slices.BinarySearchFunc(x.docs, k, func(d doc, k feed.EntryKey) int { return cmp.Compare(d.key, k) })
	if !ok || x.docs[i].terms == nil {
		return nil
	}
	return &x.docs[i]
}

// needed is what the mean must reach for a story of that extent.
func (x *Index) needed(s feed.StoryExtent, across bool) float64 {
	single, mean := x.o.Single, x.o.Mean
	if across {
		single, mean = x.o.AcrossSingle, x.o.AcrossMean
	} else if n := x.search.words; n < briefWords {
		// Few words are near to each other by chance.
		brief := float64(x.o.Brief * float64(briefWords-n) / briefWords)
		single, mean = single+brief, mean+float64(brief*briefMean)
	}
	if s.Entries <= 1 {
		return single
	}
	return mean + float64(x.o.Growth*math.Log2(float64(min(s.Entries, grownUp))))
}

// narrowness is what a story asks for beside the usual, by a sample of it: more of
// an entry that shares with its entries little but the one word that most of them
// have, which is their subject ("Iraq"), less of one that shares much. 1 where
// there is too little to tell by.
func (x *Index) narrowness(sample []feed.EntryKey) float64 {
	s := &x.search
	var having [maxTerms]uint32
	docs := 0
	x.mark(true)
	for _, k := range sample {
		d := x.doc(k)
		if d == nil || d.language != s.language {
			continue
		}
		docs++
		for _, f := range d.terms[:d.words] {
			if m := x.table.notes[f.list()].mark(); m > 0 {
				having[m-1]++
			}
		}
	}
	x.mark(false)
	if docs < sampleFew {
		return 1
	}
	var all, most uint32
	for i := range s.words {
		q := &s.terms[i]
		if q.list < 0 || q.common {
			continue
		}
		all += having[i]
		most = max(most, having[i])
	}
	// In the mean of the sample.
	shared := float64(all-most) / float64(docs)
	wanted := max(wantedBrief*float64(s.words), wantedMore*float64(min(s.words, wantedMost)-wantedFrom))
	return min(narrowest, max(x.o.Broad, 2-shared/wanted))
}

// again is by how much more a story asks for, besides words, for each entry of the
// new one's source in it: one source seldom reports one event many times, and often
// many events of the same people.
const again = .3

// What is asked of brief entries, and of stories by their size.
const (
	briefWords = 16 // an entry of fewer is brief
	briefMean  = .3 // of what more is asked of a story of one entry
	grownUp    = 16 // entries from which on a story asks for no more
	sampleFew  = 3  // of a story's sample must be in the window, in the language, to tell by
	narrowest  = 2  // is what a story asks for, at most, beside the usual
)

// How many words an entry of so many must share with a story's, besides their
// subject: a few in a hundred of a headline's, of a text's a quarter of those that a
// headline does not have.
const (
	wantedBrief = .025
	wantedMore  = .23
	wantedFrom  = 13
	wantedMost  = 36
)
