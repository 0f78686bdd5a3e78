package story

import (
	"testing"

	"topicwire/feed"
)

func TestPlace(t *testing.T) {
	known := feed.Neighbour{Group: 7, Story: 3, Entry: 8, Sources: []feed.SourceID{"https://a.example/feed"}}
	repeated := known
	repeated.Repeated = true
	full, nearly := known, known
	full.Sources = make([]feed.SourceID, maxCopies)
	nearly.Sources = full.Sources[1:]
	const b = feed.SourceID("https://b.example/feed")
	tests := []struct {
		name   string
		link   string
		source feed.SourceID
		near   []feed.Neighbour
		want   feed.Placement
	}{
		{"a link nobody carries", "https://a.example/1", b, nil, feed.Placement{}},
		{"the link of another source", "https://a.example/1", b, []feed.Neighbour{known}, feed.Placement{Tier: feed.TierSameLink, Group: 7, Story: 3, Partner: 8}},
		{"the link of its own source", "https://a.example/1", "https://a.example/feed", []feed.Neighbour{known}, feed.Placement{}},
		{"a link that a source repeats", "https://a.example/1", b, []feed.Neighbour{repeated}, feed.Placement{}},
		{"the link of a thousand", "https://a.example/1", b, []feed.Neighbour{full}, feed.Placement{}},
		{"the link of nearly as many", "https://a.example/1", b, []feed.Neighbour{nearly}, feed.Placement{Tier: feed.TierSameLink, Group: 7, Story: 3, Partner: 8}},
		{"a front page", "https://a.example/", b, []feed.Neighbour{known}, feed.Placement{}},
		{"a front page without a slash", "https://a.example", b, []feed.Neighbour{known}, feed.Placement{}},
		{"an entry told by its query", "https://a.example/?p=1", b, []feed.Neighbour{known}, feed.Placement{Tier: feed.TierSameLink, Group: 7, Story: 3, Partner: 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Place(&feed.Entry{Canonical: tt.link}, tt.source, tt.near); got != tt.want {
				t.Errorf("Place = %+v, want %+v", got, tt.want)
			}
		})
	}
}
