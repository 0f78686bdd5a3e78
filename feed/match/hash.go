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

// hashTopic is a hash over everything that decides which entries a topic takes:
// rules, score, languages, sources. The order of rules in a group, and by which
// $list they came, decide nothing.
func hashTopic(t *feed.Topic, lists listHashes) uint64 {
	h := hasher{xxhash.New()}
	h.number(hashVersion)
	h.set(t.Languages, strings.ToLower)
	h.flag(t.DropUnknown && len(t.Languages) > 0)
	h.number(hashFilter(&t.Sources))
	h.text(t.Translit)
	h.number(lists.rules('a', t.Rules.All))
	h.number(lists.rules('o', t.Rules.Any))
	h.number(lists.rules('n', t.Rules.None))
	s := t.Rules.Score
	h.flag(s != nil)
	if s != nil {
		h.number(math.Float64bits(s.Threshold))
		for i := range s.Weights { // in their order: sums of floats depend on it
			h.number(lists.rule(&s.Weights[i].Term))
			h.number(math.Float64bits(s.Weights[i].Weight))
		}
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
			h := hasher{xxhash.New()}
			h.text(string(src.ID))
			h.text(strings.ToLower(src.Language))
			languages += h.Sum64()
		}
	}
	taken := make(map[uint64]uint64)   // by the hash of a filter
	carried := make(map[string]uint64) // by tag
	for i := range m.topics {
		t := &m.topics[i]
		filter := hashFilter(&t.sources)
		sum, ok := taken[filter]
		if !ok && !t.sources.TakesAll() {
			for k := range sources {
				if t.sources.Takes(&sources[k]) {
					sum += xxhash.Sum64String(string(sources[k].ID))
				}
			}
			taken[filter] = sum
		}
		for _, tag := range t.tags {
			n, ok := carried[tag]
			if !ok {
				n = hashCarriers(sources, tag)
				carried[tag] = n
			}
			sum += n
		}
		h := hasher{xxhash.New()}
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
			h := hasher{xxhash.New()}
			h.text(string(sources[i].ID))
			h.text(tag)
			sum += h.Sum64()
		}
	}
	return sum
}

func hashFilter(f *feed.SourceFilter) uint64 {
	h := hasher{xxhash.New()}
	h.set(f.Tags, strings.Clone)
	h.set(f.Without, strings.Clone)
	addresses := make([]string, len(f.Addresses))
	for i, a := range f.Addresses {
		addresses[i] = string(a)
	}
	h.set(addresses, strings.Clone)
	return h.Sum64()
}

// listHashes are the hashes of $lists: many topics may share a long one.
type listHashes map[sharedRules]uint64

// sharedRules names rules by where they stand in memory.
type sharedRules struct {
	first *feed.Rule
	n     int
}

func shared(rules []feed.Rule) sharedRules { return sharedRules{&rules[0], len(rules)} }

func (l listHashes) rule(r *feed.Rule) uint64 {
	switch {
	case len(r.All) > 0:
		return l.rules('a', r.All)
	case len(r.Any) > 0 && r.List != "":
		h, ok := l[shared(r.Any)]
		if !ok {
			h = l.rules('o', r.Any)
			l[shared(r.Any)] = h
		}
		return h
	case len(r.Any) > 0:
		return l.rules('o', r.Any)
	case len(r.None) > 0:
		return l.rules('n', r.None)
	}
	h := hasher{xxhash.New()}
	h.text("p")
	h.text(string(r.Scope))
	h.text(r.Pattern)
	return h.Sum64()
}

func (l listHashes) rules(op byte, rules []feed.Rule) uint64 {
	members := make([]uint64, len(rules))
	for i := range rules {
		members[i] = l.rule(&rules[i])
	}
	slices.Sort(members)
	h := hasher{xxhash.New()}
	h.number(uint64(op))
	for _, m := range members {
		h.number(m)
	}
	return h.Sum64()
}

// A hasher takes values of fixed or announced length, so that none runs into
// the next.
type hasher struct{ *xxhash.Digest }

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

func (h hasher) set(list []string, form func(string) string) {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = form(s)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	h.number(uint64(len(out)))
	for _, s := range out {
		h.text(s)
	}
}

// hashConcepts is a hash over everything that decides what is found of concepts.
// Their order, and that of their patterns, decides nothing.
func hashConcepts(concepts []feed.Concept) uint64 {
	if len(concepts) == 0 {
		return 0
	}
	each := make([]uint64, len(concepts))
	for i := range concepts {
		k := &concepts[i]
		h := hasher{xxhash.New()}
		h.text(k.ID)
		h.text(string(k.Kind))
		patterns := leafHashes(nil, k.Rules)
		slices.Sort(patterns)
		for _, p := range slices.Compact(patterns) {
			h.number(p)
		}
		each[i] = h.Sum64()
	}
	slices.Sort(each)
	h := hasher{xxhash.New()}
	h.number(hashVersion)
	for _, n := range each {
		h.number(n)
	}
	return h.Sum64()
}

// leafHashes appends the hashes of patterns, by whichever list they come.
func leafHashes(to []uint64, rules []feed.Rule) []uint64 {
	for i := range rules {
		if r := &rules[i]; len(r.Any) > 0 {
			to = leafHashes(to, r.Any)
		} else {
			to = append(to, listHashes(nil).rule(r))
		}
	}
	return to
}
