package websub

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A lane never has more under way than it may, of a host nor in all; it starts whatever
// it may; everything is done once, in its host's order; and hosts take turns.
func TestDrawnLanes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit, perHost := rapid.IntRange(1, 6).Draw(t, "limit"), rapid.IntRange(1, 3).Draw(t, "perHost")
		l := newLane[int](limit, perHost)
		refused := make(map[string]bool)
		l.admits = func(host string) bool { return !refused[host] }
		var running []string
		waiting := make(map[string][]int)
		n := 0
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			host := fmt.Sprint("h", rapid.IntRange(0, 4).Draw(t, "host"))
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				n++
				l.push(host, n)
				waiting[host] = append(waiting[host], n)
			case 2:
				if len(running) > 0 {
					i := rapid.IntRange(0, len(running)-1).Draw(t, "which")
					l.free(running[i])
					running = append(running[:i], running[i+1:]...)
				}
			case 3:
				refused[host] = !refused[host]
				l.wake()
			}
			for work, ok := l.pop(); ok; work, ok = l.pop() {
				for h, w := range waiting {
					if len(w) > 0 && w[0] == work {
						waiting[h], running = w[1:], append(running, h)
						work = 0
						break
					}
				}
				if work != 0 {
					t.Fatalf("%d was done out of its turn", work)
				}
			}
			per := make(map[string]int)
			for _, h := range running {
				per[h]++
			}
			for h, w := range waiting {
				if per[h] > perHost || len(running) > limit {
					t.Fatalf("%v are running", running)
				}
				if len(w) > 0 && per[h] < perHost && len(running) < limit && !refused[h] {
					t.Fatalf("%v of %s wait, %v are running", w, h, running)
				}
				if l.waiting(h) != len(w) {
					t.Fatalf("%d of %s wait, and it says %d", len(w), h, l.waiting(h))
				}
			}
			if len(running) == 0 && n > 0 && len(l.queues) > len(waiting) {
				t.Fatal("queues are left behind")
			}
		}
	})
}

// Hosts take turns: one that has much to do does not keep one waiting that has little.
func TestLanesAreFair(t *testing.T) {
	l := newLane[string](1, 1)
	for range 100 {
		l.push("large", "large")
	}
	l.push("small", "small")
	for i := range 3 {
		work, _ := l.pop()
		if l.free(work); work == "small" {
			return
		} else if i == 2 {
			t.Error("the small one is still waiting")
		}
	}
}

// A budget gives a burst, and then a piece each while.
func TestBudget(t *testing.T) {
	b := newBudget(allowance{3, time.Minute})
	now := time.Now()
	for i := range 3 {
		if !b.has("a", now) {
			t.Fatalf("nothing is left after %d", i)
		}
		b.take("a", now)
	}
	if b.has("a", now) || !b.has("b", now) {
		t.Error("more than the burst, or on another's account")
	}
	if now = now.Add(59 * time.Second); b.has("a", now) {
		t.Error("a piece came early")
	}
	if now = now.Add(time.Second); !b.has("a", now) {
		t.Error("a piece did not come")
	}
	b.take("a", now)
	b.give("a", now)
	if !b.has("a", now) {
		t.Error("what was given back is lost")
	}
	b.forget(now.Add(time.Minute))
	if len(b.used) != 1 {
		t.Error("somebody was forgotten who has used some")
	}
	if b.forget(now.Add(time.Hour)); len(b.used) != 0 {
		t.Error("somebody is remembered for nothing")
	}
}
