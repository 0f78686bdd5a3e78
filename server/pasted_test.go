package server

import (
	"path/filepath"
	"strings"
	"testing"

	"topicwire/feed"
)

// What an alarm says to do is done to the configuration of this process, wherever it is
// pasted.
func TestHintsOfAlarmsNameTheConfiguration(t *testing.T) {
	s := openServer(t, Options{Config: wire(t, filepath.Join(t.TempDir(), "s.db"), "water: {any: [rivers]}"), Named: "/etc/my wire/config.yaml"})
	defer closeServer(t, s)
	now := noon
	s.serving.Store(&now)
	s.refused.Store(&refusal{since: now, problems: []feed.Problem{{Text: "broken"}}})
	const want = "`topicwire check -c '/etc/my wire/config.yaml'` lists all problems"
	all := s.alarms.look(t.Context(), true)
	if len(all) != 1 || !strings.HasPrefix(all[0].Hint, want) {
		t.Errorf("%+v, want %s", all, want)
	}
}
