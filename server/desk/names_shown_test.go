package desk

import (
	"testing"

	"topicwire/feed"
)

// A public id means the entry whose text readers see under it, also where the topic
// prefers another than the one that it was given to: hiding it changes what they see.
func TestHideWhatIsShown(t *testing.T) {
	topic := security()
	topic.Prefer = []string{"press"}
	f := newFixture(t, topic)
	for i := range f.sources {
		if f.sources[i].ID == kunSource {
			f.sources[i].Tags = []string{"press"}
		}
	}
	for _, s := range []feed.SourceID{wireSource, kunSource, ruSource} {
		f.visit(s)
	}
	f.visit(wireSource, feed.Entry{ID: "https://wire.example/7", Link: shared, Title: "Terror plot foiled in Namangan"})
	f.visit(kunSource, feed.Entry{ID: "https://kun.example/9", Link: shared, Title: "Terror plot foiled in Namangan, says Kun"})
	const id = "https://wire.example/7"
	kun := f.group(shared).Entries[1]
	res := f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{id}, By: "ann", Rules: &f.topics[0], Sources: f.sources})
	if len(res.Entries) != 1 || res.Entries[0] != kun {
		t.Errorf("hid %d, want %d: %s", res.Entries, kun, res.Text)
	}
}

// A former id means the entry that it was given to: splitting by it takes that one out.
func TestSplitByAFormerID(t *testing.T) {
	f := reported(t)
	f.visit(ruSource, feed.Entry{ID: "urn:vestnik:4", Link: "https://vestnik.example/4", Title: "Заговор: ШОС о терроре"})
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{"https://wire.example/7", "https://vestnik.example/4"}, By: "bob"})
	ru := f.group("https://vestnik.example/4").Entries[2]
	res := f.decide(DecideRequest{Kind: feed.DecisionSplit, IDs: []string{"urn:vestnik:4"}, By: "bob"})
	if len(res.Entries) != 1 || res.Entries[0] != ru {
		t.Errorf("split %d, want %d: %s", res.Entries, ru, res.Text)
	}
}
