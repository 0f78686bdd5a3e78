package desk

// A LanguagePairs is a ClusterScore of which only the pairs within one language
// count, or only those across two.
type LanguagePairs struct {
	// BCubed counts of each cluster the entry itself, and of the others those in
	// its own language, or those in other ones.
	BCubed   Measure `json:"bcubed"`
	Pairwise Tally   `json:"pairwise"`
}

// byLanguages measures pairs within a language and across languages apart. An entry
// whose language nobody names or tells makes no pair of either kind; where all
// others are in one language both are nil.
func (c *clustering) byLanguages(language func(i int) string) (within, across *LanguagePairs) {
	var gold, got, goldIn, gotIn []string // In: a cluster of each language
	languages := make(map[string]bool)
	for i := range c.gold {
		tag := language(i)
		if tag == "" {
			continue
		}
		languages[tag] = true
		gold, got = append(gold, c.gold[i]), append(got, c.got[i])
		in := c.gold[i]
		if !c.intruder(i) {
			in += "\x00" + tag
		}
		goldIn, gotIn = append(goldIn, in), append(gotIn, c.got[i]+"\x00"+tag)
	}
	if len(languages) < 2 {
		return nil, nil
	}
	all, one := newClustering(gold, got), newClustering(goldIn, gotIn)
	within = &LanguagePairs{one.bcubed(nil), one.pairwise(nil)}
	a, o := all.pairwise(nil), within.Pairwise
	return within, &LanguagePairs{bcubedAcross(all, one), newTally(a.Labelled-o.Labelled, a.Matched-o.Matched, a.Right-o.Right)}
}

// bcubedAcross is B-cubed of what the clusters of all languages have besides
// those of one.
func bcubedAcross(all, one *clustering) Measure {
	var precision, recall, n float64
	for i := range all.gold {
		if all.intruder(i) {
			continue
		}
		n++
		shared := float64(all.shared(i) - one.shared(i) + 1)
		precision += shared / float64(all.gots[all.got[i]]-one.gots[one.got[i]]+1)
		recall += shared / float64(all.golds[all.gold[i]]-one.golds[one.gold[i]]+1)
	}
	return measure(precision, n, recall, n)
}
