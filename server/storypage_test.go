package server

import (
	"path/filepath"
	"testing"

	"topicwire/feed"
)

// The public page of a story leaves out what an operator hid, and is told the
// story that another one became.
func TestStoryPageLeavesOutWhatIsHidden(t *testing.T) {
	s := openServer(t, Options{Config: wire(t, filepath.Join(t.TempDir(), "s.db"), "rivers: {any: [rivers]}")})
	defer closeServer(t, s)
	apply := func(c feed.Change) {
		t.Helper()
		if _, err := s.db.Apply([]feed.Change{c}); err != nil {
			t.Fatal(err)
		}
	}
	members := func(k feed.StoryKey, want int) {
		t.Helper()
		p, ok, err := s.storyPage(k)
		if err != nil || !ok || p.Story != 1 || len(p.Members) != want {
			t.Errorf("story %d: %v %+v, %v; want %d members", k, ok, p, err, want)
		}
	}
	apply(bring(s, 3))
	apply(&feed.Decision{At: noon, Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 3}})
	members(1, 2)
	members(3, 2)
	apply(&feed.Decision{At: noon, Kind: feed.DecisionHide, Topic: "rivers", Entries: []feed.EntryKey{3}})
	members(1, 1)
	apply(&feed.Decision{At: noon, Kind: feed.DecisionHide, Topic: "rivers", Entries: []feed.EntryKey{1}})
	members(3, 0)
}
