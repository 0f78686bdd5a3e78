package story

import (
	"math"
	"testing"
)

func TestMeasures(t *testing.T) {
	tests := []struct {
		name             string
		gold, got        string // one letter an entry
		bcubed, pairwise Scored
	}{
		{"the same under other names", "aabc", "xxyz", Scored{1, 1, 1}, Scored{1, 1, 1}},
		{"all apart", "aabb", "wxyz", Scored{1, .5, 2. / 3}, Scored{1, 0, 0}},
		{"all together", "aabb", "xxxx", Scored{.5, 1, 2. / 3}, Scored{1. / 3, 1, .5}},
		{"one astray", "aaab", "xxyy", Scored{.75, 2. / 3, 12. / 17}, Scored{.5, 1. / 3, .4}},
		{"nothing", "", "", Scored{1, 1, 1}, Scored{1, 1, 1}},
	}
	split := func(s string) (out []string) {
		for _, r := range s {
			out = append(out, string(r))
		}
		return out
	}
	near := func(a, b Scored) bool {
		return math.Abs(a.Precision-b.Precision)+math.Abs(a.Recall-b.Recall)+math.Abs(a.F1-b.F1) < 1e-9
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := BCubed(split(tt.gold), split(tt.got)); !near(got, tt.bcubed) {
				t.Errorf("BCubed = %+v, want %+v", got, tt.bcubed)
			}
			if got := Pairwise(split(tt.gold), split(tt.got)); !near(got, tt.pairwise) {
				t.Errorf("Pairwise = %+v, want %+v", got, tt.pairwise)
			}
		})
	}
}
