package desk

import (
	"testing"

	"topicwire/feed"
	"topicwire/storage"
)

// Of several entries that carry a link, the one is meant that has it as it was
// written.
func TestALinkNamesTheEntryThatHasIt(t *testing.T) {
	f := newFixture(t, security())
	for _, s := range []feed.SourceID{wireSource, kunSource, ruSource} {
		f.visit(s)
	}
	const plain, tracked = "https://agency.example/1", "https://agency.example/1?utm_source=kun"
	f.visit(kunSource, feed.Entry{ID: "k", Link: tracked, Canonical: plain, Title: "Terror plot foiled"})
	f.visit(wireSource, feed.Entry{ID: "w", Link: plain, Canonical: plain, Title: "Terror plot foiled"})
	for written, want := range map[string]feed.SourceID{
		plain: wireSource, tracked: kunSource, plain + "?utm_source=else": kunSource,
	} {
		f.view(func(r *storage.Reader) error {
			n, err := find(r, nil, written)
			if err != nil {
				return err
			}
			e, err := r.Entry(n.entry)
			if e.Source != want {
				t.Errorf("%s is taken for the entry of %s, want that of %s", written, e.Source, want)
			}
			return err
		})
	}
}
