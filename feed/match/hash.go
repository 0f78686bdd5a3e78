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
const hashVersion = 2

// hashTopic is a hash over everything that decides which entries a topic takes:
// rules, score, languages, sources. The order of rules in a group, and by which
// $list they came, decide nothing.
func hashTopic(t *feed.Topic, lists listHashes) uint64 {
	h := hasher{xxhash.New()}
	h.number(hashVersion)
	h.set(t.Languages, strings.ToLower)
	h.flag(t.DropUnknown && len(t.Languages) > 0)
	h.set(t.Sources.Tags, strings.Clone)
	h.set(t.Sources.Without, strings.Clone)
	addresses := make([]string, len(t.Sources.Addresses))
	for i, a := range t.Sources.Addresses {
		addresses[i] = string(a)
	}
	h.set(addresses, strings.Clone)
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
