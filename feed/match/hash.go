package match

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
)

// hashVersion changes when the same rules come to match other entries, so that
// what is stored is decided anew.
const hashVersion = 3

// hashRules is a hash over everything that decides which entries a topic takes:
// rules, score, languages, sources. The order of rules in a group, and by which
// $list they came, decide nothing.
func (t *topic) hashRules() uint64 {
	h := newHasher()
	h.number(hashVersion)
	languages := slices.Clone(t.Languages)
	for i := range languages {
		languages[i] = strings.ToLower(languages[i])
	}
	hashSet(h, languages)
	h.flag(t.DropUnknown && len(t.Languages) > 0)
	h.number(hashFilter(&t.Sources))
	h.text(t.Translit)
	gates := slices.Clone(t.gates)
	for _, op := range []feed.Op{feed.OpAll, feed.OpAny, feed.OpNone} { // be it there or not
		hash := (&group{operator: operators[op]}).hashParts(0)
		if i := slices.IndexFunc(gates, func(n *node) bool { return n.rule.Op == op }); i >= 0 {
			hash = gates[i].hash()
			gates = slices.Delete(gates, i, i+1)
		}
		h.number(hash)
	}
	for _, n := range gates {
		h.number(n.hash())
	}
	h.flag(t.score != nil)
	if t.score != nil {
		h.score(t.score.rule.Threshold, t.score.group.parts)
	}
	return h.Sum64()
}

// RulesOver is Rules for entries of the given sources: their tags and languages
// decide too, so that a topic has another hash when these change.
func (m *Matcher) RulesOver(sources []feed.Source) []feed.TopicRules {
	out := m.Rules()
	var languages uint64 // a sum, in which the order of sources is nothing
	for i := range sources {
		if src := &sources[i]; src.Language != "" {
			languages += hashOf(src, strings.ToLower(src.Language))
		}
	}
	taken := make(map[uint64]uint64)      // by the hash of a filter
	carried := make(map[patternID]uint64) // by the tag
	for tag, id := range m.tags {
		carried[id] = hashCarriers(sources, tag)
	}
	for i := range m.topics {
		t := &m.topics[i]
		filter := hashFilter(&t.Sources)
		sum, ok := taken[filter]
		if !ok && !t.Sources.TakesAll() {
			for k := range sources {
				if t.Sources.Takes(&sources[k]) {
					sum += xxhash.Sum64String(string(sources[k].ID))
				}
			}
			taken[filter] = sum
		}
		asked := make(map[patternID]bool)
		t.walk(func(at stop) bool {
			if at.tag && !asked[at.pattern] {
				asked[at.pattern] = true
				sum += carried[at.pattern]
			}
			return true
		})
		h := newHasher()
		h.number(out[i].Hash)
		h.number(languages)
		h.number(sum)
		out[i].Hash = h.Sum64()
	}
	return out
}

// hashCarriers is a hash over which sources carry a tag, in any order.
func hashCarriers(sources []feed.Source, tag string) (sum uint64) {
	for i := range sources {
		if slices.Contains(sources[i].Tags, tag) {
			sum += hashOf(&sources[i], tag)
		}
	}
	return sum
}

func hashOf(src *feed.Source, with string) uint64 {
	h := newHasher()
	h.text(string(src.ID))
	h.text(with)
	return h.Sum64()
}

func hashFilter(f *feed.SourceFilter) uint64 {
	h := newHasher()
	hashSet(h, f.Tags)
	hashSet(h, f.Without)
	hashSet(h, f.Addresses)
	return h.Sum64()
}

// hash is a hash over a rule and all that is in it.
func (n *node) hash() uint64 {
	if n.group != nil {
		return n.group.hash
	}
	h := newHasher()
	h.text("p")
	h.text(string(n.rule.Scope))
	h.text(n.rule.Pattern)
	return h.Sum64()
}

func (g *group) hashParts(threshold float64) uint64 {
	h := newHasher()
	h.number(uint64(g.code))
	if g.sums {
		h.score(threshold, g.parts)
		return h.Sum64()
	}
	hashes := make([]uint64, len(g.parts))
	for i := range g.parts {
		hashes[i] = g.parts[i].hash()
	}
	slices.Sort(hashes)
	for _, part := range hashes {
		h.number(part)
	}
	if threshold != 0 {
		h.number(math.Float64bits(threshold))
	}
	return h.Sum64()
}

// score takes the terms in their order: sums of floats depend on it.
func (h hasher) score(threshold float64, terms []node) {
	h.number(math.Float64bits(threshold))
	for i := range terms {
		h.number(terms[i].hash())
		h.number(math.Float64bits(terms[i].rule.Weight))
	}
}

// A hasher takes values of fixed or announced length, so that none runs into
// the next.
type hasher struct{ *xxhash.Digest }

func newHasher() hasher { return hasher{xxhash.New()} }

func (h hasher) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.Write(b[:]) // never fails
}

func (h hasher) flag(b bool) {
	if b {
		h.number(1)
	} else {
		h.number(0)
	}
}

func (h hasher) text(s string) {
	h.number(uint64(len(s)))
	h.WriteString(s) // never fails
}

func hashSet[S ~string](h hasher, list []S) {
	set := slices.Compact(slices.Sorted(slices.Values(list)))
	h.number(uint64(len(set)))
	for _, s := range set {
		h.text(string(s))
	}
}

// hashConcepts is a hash over everything that decides what is found of concepts.
// Their order, and that of their patterns, decides nothing.
func hashConcepts(concepts []feed.Concept, topics []topic) uint64 {
	each := make([]uint64, len(concepts))
	for i := range concepts {
		h := newHasher()
		h.text(concepts[i].ID)
		h.text(string(concepts[i].Kind))
		var patterns []uint64
		topics[i].walk(func(at stop) bool {
			if at.group == nil {
				patterns = append(patterns, at.hash())
			}
			return true
		})
		slices.Sort(patterns)
		for _, p := range slices.Compact(patterns) {
			h.number(p)
		}
		each[i] = h.Sum64()
	}
	if len(each) == 0 {
		return 0
	}
	slices.Sort(each)
	h := newHasher()
	h.number(hashVersion)
	for _, n := range each {
		h.number(n)
	}
	return h.Sum64()
}
