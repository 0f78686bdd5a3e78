package desk

import (
	"testing"

	"topicwire/feed"
	"topicwire/storage"
)

// A topic that the configuration has under a new id, which is not announced yet, is
// previewed and explained as the one that it was.
func TestARenamedTopicIsTheOneThatItWas(t *testing.T) {
	f := reported(t)
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, By: "A"})
	before, explained := f.preview(security())[0], f.explain(security(), shared)
	if before.Now == 0 || explained.Filed == nil || len(explained.Decisions) != 1 {
		t.Fatalf("the fixture has nothing filed: %+v, %+v", before, explained)
	}
	topic := security()
	topic.ID, topic.Was = "safety", []feed.TopicID{"security"}
	check := func(when string) {
		t.Helper()
		all, err := f.Preview(t.Context(), PreviewRequest{Topics: []feed.Topic{topic}, Sources: f.sources, All: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 1 || all[0].Topic != "safety" || all[0].New || all[0].Gone || all[0].Now != before.Now || all[0].Added+all[0].Removed != 0 {
			t.Errorf("%s: %+v", when, all)
		}
		got := f.explain(topic, shared)
		if got.Filed == nil || !got.Filed.Equal(*explained.Filed) || got.Absent != explained.Absent || got.Entries[0].Stored == nil || len(got.Decisions) != 1 {
			t.Errorf("%s: %+v", when, got)
		}
	}
	check("before it is announced")
	f.apply(&feed.ConfigChange{At: f.now, Generation: f.generation() + 1, Topics: []feed.Topic{topic}, Hashes: []feed.TopicRules{{ID: "safety", Hash: f.rules.Rules()[0].Hash}, {ID: feed.AllTopics, Hash: 1}}})
	check("after")
	f.view(func(r *storage.Reader) error {
		states, err := r.Topics()
		if _, still := states["security"]; still {
			t.Error("it is stored under both ids")
		}
		return err
	})
}
