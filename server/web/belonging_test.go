package web

import (
	"slices"
	"testing"

	"topicwire/feed"
)

// Between languages no words are alike.
func TestLikenessAcrossLanguages(t *testing.T) {
	var b belonging
	b.measure(feed.TierStory, &feed.Likeness{Score: .4, Needed: .25, Mean: .4, MeanNeeded: .3, Rule: feed.RuleAcross, Shared: []feed.SharedWord{{Word: "Карши", Share: .5}}})
	if want := "names, figures and concepts 40\u202f% alike, 25\u202f% needed"; b.Facts[0] != want {
		t.Errorf("%q, want %q", b.Facts[0], want)
	}
	if slices.Contains(b.Facts, feed.RuleAcross) || len(b.Words) != 1 || b.Words[0].Word != "Карши" {
		t.Errorf("%+v", b)
	}
}
