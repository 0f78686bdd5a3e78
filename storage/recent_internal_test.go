package storage

import "testing"

// What was asked for last is remembered, and never more than twice as much as there is
// room for.
func TestRecent(t *testing.T) {
	var r recent[int, string]
	if _, ok := r.get(1, 4); ok {
		t.Error("something is remembered of nothing")
	}
	for i := range 100 {
		r.put(i, "x", 4)
		if v, ok := r.get(0, 4); !ok || v != "x" {
			t.Fatalf("0 is forgotten after %d others, though it was asked for after each", i)
		}
		if n := len(r.now) + len(r.before); n > 8 {
			t.Fatalf("%d are remembered", n)
		}
	}
	if _, ok := r.get(50, 4); ok {
		t.Error("50 is remembered, though nobody asked for it")
	}
	r.put(0, "y", 4)
	if v, _ := r.get(0, 4); v != "y" {
		t.Error("0 is as it was before")
	}
	r.get(99, 4)
	if r.forget(0); r.now[0] != "" || r.before[0] != "" {
		t.Error("0 is remembered")
	}
}
