package server

import (
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// What an alarm says to do is done to the configuration of this process, wherever it is
// pasted.
func TestHintsOfAlarmsNameTheConfiguration(t *testing.T) {
	s := &Server{o: Options{Named: "/etc/my wire/config.yaml"}}
	if got, want := s.pasted("`topicwire check` lists all"), "`topicwire check -c '/etc/my wire/config.yaml'` lists all"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
