package match

import (
	"testing"

	"topicwire/feed/text"
)

// An abbreviation of mixed letters is told from the words that begin alike.
func TestAcronymsOfMixedLetters(t *testing.T) {
	for _, c := range []struct {
		pattern, title string
		want           bool
	}{
		{"IShID*", "IShID jangarilari ushlandi", true},
		{"IShID*", "IShIDning yangi rejasi", true},
		{"IShID*", "Suriyada ISHIDga zarba", true},
		{"IShID*", "U ishida davom etadi", false},
		{"IShID*", "Ishida davom etadi", false},
		{"ShHT", "ShHT sammiti", true},
		{"ShHT", "SHHT sammiti", true},
		{"ShHT", "shht", false},
		{"ShHT", "Shht, be quiet", false},
		{"YeOII*", "YeOIIga raislik", true},
		{"YeOII*", "YEOIIga raislik", true},
		{"ShHT sammit*", "Samarqandda SHHT sammiti", true},
		{"ShHT va YeOII", "SHHT va YeOII", true},
		{"ShHT va YeOII", "ShHT va YEOII", true},
		{"ShHT NEAR/3 (YeOII OR MDH)", "YEOII va SHHT", true},
		{"YouTube", "youtube", true}, // a name of two words, no abbreviation
		{"Shanxay", "SHANXAY", true},
		{"McDonald", "mcdonald", true},
	} {
		m := compile(t, ofRule(patterns(c.pattern)[0]))
		if got := m.Match(nowhere, nil, text.Cut(&text.Parts{{c.title}, {"va yana"}}, "uz")); (len(got) == 1) != c.want {
			t.Errorf("%q in %q: %v", c.pattern, c.title, !c.want)
		}
	}
}
