package text

import "testing"

func TestLikeness(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{
		{"", "", 1},
		{"", "Dam opens", 0},
		{"Dam opens", "dam Opens!", 1},
		{"Dam opens", "Dam opens (update)", .8},
		{"the the dam", "the dam", .8},
		{"Плотина открыта", "Сув омбори очилди", 0},
	} {
		if got := Likeness(tt.a, tt.b); got != tt.want {
			t.Errorf("Likeness(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
		if got := Likeness(tt.b, tt.a); got != tt.want {
			t.Errorf("Likeness(%q, %q) = %v, want %v", tt.b, tt.a, got, tt.want)
		}
	}
}

func TestSameFigures(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Dam opens", "The dam opens", true},
		{"2 of 10", "10 of 2", true},
		{"Update 1", "Update 2", false},
		{"Update", "Update 2", false},
		{"Alert12", "Alert 12", true},
	} {
		if got := SameFigures(tt.a, tt.b); got != tt.want {
			t.Errorf("SameFigures(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}
