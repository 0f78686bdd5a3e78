package poll

import (
	"testing"

	"topicwire/feed"
)

func TestHostOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/a": "example.com", "https://EXAMPLE.com:443/b": "example.com", "http://example.com:80/": "example.com",
		"http://example.com:8080/": "example.com:8080", "https://[2001:DB8::1]/": "2001:db8::1",
	} {
		if got := hostOf(&feed.Source{}, address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	// A source that moved for good counts for the host where it is asked now.
	l := &loop{moved: map[feed.SourceID]string{}}
	s := feed.SourceState{ID: "https://old.example/", Address: "https://new.example/"}
	l.learn(&s)
	if got := l.hostName(&feed.Source{ID: s.ID}); got != "new.example" {
		t.Errorf("host %s of a source that moved", got)
	}
	s.Failures = 3 // given up again
	l.learn(&s)
	if got := l.hostName(&feed.Source{ID: s.ID}); got != "old.example" {
		t.Errorf("host %s of a source whose new address failed", got)
	}
}
