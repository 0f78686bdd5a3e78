package storage

import (
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// A gathered bucket has keys that are hashes. What a transaction puts under them waits
// until its end, and goes in by the order of the keys: bbolt splits a page when it
// commits and not before, so that a document of many thousand entries would move half of
// a page of as many keys for each of them.
type gathered struct {
	bucket *bolt.Bucket
	fresh  map[string][]byte // nil values are deletions
}

// Get is that of the bucket, with what waits.
func (g *gathered) Get(k []byte) []byte {
	if v, waits := g.fresh[string(k)]; waits {
		return v
	}
	return g.bucket.Get(k)
}

// Put sets the value of a key; neither may change until the transaction ends.
func (g *gathered) Put(k, v []byte) error {
	if g.fresh == nil {
		g.fresh = make(map[string][]byte)
	}
	g.fresh[string(k)] = v
	return nil
}

// Delete removes a key, if it is there.
func (g *gathered) Delete(k []byte) error { return g.Put(k, nil) }

// ForEach is that of the bucket, once what waits is in it.
func (g *gathered) ForEach(visit func(k, v []byte) error) error {
	if err := g.flush(); err != nil {
		return err
	}
	return g.bucket.ForEach(visit)
}

// flush puts what waits into the bucket.
func (g *gathered) flush() error {
	keys := make([]string, 0, len(g.fresh))
	for k := range g.fresh {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	for _, k := range keys {
		v := g.fresh[k]
		var err error
		if v == nil {
			err = g.bucket.Delete([]byte(k))
		} else {
			err = g.bucket.Put([]byte(k), v)
		}
		if err != nil {
			return err
		}
	}
	g.fresh = nil
	return nil
}
