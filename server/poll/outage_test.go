package poll

import "testing"

// Half of the hosts are no majority: as many bear witness that the network is
// there.
func TestHalfOfTheHostsAreNoOutage(t *testing.T) {
	var o outage
	for i, h := range []string{"a", "b", "c", "d", "e", "f"} {
		o.note(h, i < 3, noon)
	}
	if o.ours(noon) {
		t.Error("three of six hosts are taken for our own outage")
	}
	o.note("a", false, noon)
	if !o.ours(noon) {
		t.Error("four of six hosts are not taken for our own outage")
	}
}
