package match

import (
	"testing"

	"topicwire/feed"
)

// A text that a source has apart is looked at as content is, and no phrase begins in
// one and ends in the other.
func TestATextApartIsLookedAt(t *testing.T) {
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf("border talks")})
	for _, tt := range []struct {
		content, apart string
		want           int
	}{
		{"", "<p>Border <b>talks</b> went on.</p>", 1},
		{"<p>Short.</p>", "<p>Border talks.</p>", 1},
		{"<p>On the border</p>", "<p>talks.</p>", 0},
		{"<p>Border talks</p>", "", 1},
	} {
		e := &feed.Entry{ID: "1", Title: "News", Content: tt.content, FullText: tt.apart}
		got := m.Match(nowhere, e, Read(nowhere, e, "en"))
		if len(got) != tt.want {
			t.Errorf("%q and %q: %d topics, want %d", tt.content, tt.apart, len(got), tt.want)
		}
		for _, match := range got {
			if h := match.Reason.Hits[0]; h.Field != feed.FieldContent {
				t.Errorf("%q and %q: found in %v", tt.content, tt.apart, h.Field)
			}
		}
	}
}
