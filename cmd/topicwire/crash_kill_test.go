package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"topicwire/storage"
)

// live starts a service over a world, has much happen to it, and kills it at any moment.
func (w *world) live() {
	w.t.Helper()
	w.write(1 + w.r.IntN(4))
	if w.r.IntN(5) == 0 { // as it starts
		c := process("serve", "-c", w.config)
		if err := c.Start(); err != nil {
			w.t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(w.r.IntN(400))*time.Millisecond, func() { c.Process.Kill() })
		c.Wait()
		kill.Stop()
		w.died()
		return
	}
	demand, reload := w.r.IntN(2) == 0, w.r.IntN(2) == 0
	if demand {
		w.mu.Lock()
		w.demands[w.life] = true
		w.mu.Unlock()
	}
	s := startService(w.t, w.config, "-v")
	// After some of its requests, or where there are fewer, after a while.
	requests, moment := w.r.IntN(8), time.Duration(w.r.IntN(300))*time.Millisecond
	dead := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		w.await(requests, 5*time.Second)
		time.AfterFunc(moment, func() { s.cmd.Process.Kill() })
	})
	busy.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			w.look(s.url)
			select {
			case <-dead:
				return
			case <-tick.C:
			}
		}
	})
	w.subscribe(s.url)
	if demand {
		busy.Go(func() { process("fetch", "--all", "-c", w.config).Run() })
	}
	copied := filepath.Join(w.dir, "copy.db")
	if w.r.IntN(2) == 0 {
		busy.Go(func() { process("backup", copied, "-c", w.config).Run() })
	}
	// What is decided about: any entry that was stored.
	type decision struct{ kind, link, note string }
	var decisions []decision
	w.mu.Lock()
	for path, n := range w.stored {
		if len(decisions) < 3 && n > 0 {
			kind, k := []string{"hide", "include", "split"}[w.r.IntN(3)], w.r.IntN(n)
			if kind == "include" {
				w.included[entryID(path, k)] = true
			}
			decisions = append(decisions, decision{kind, linkOf(path, k), fmt.Sprintf("d%d-%d", w.life, len(decisions))})
		}
	}
	w.mu.Unlock()
	busy.Go(func() {
		for _, d := range decisions {
			select {
			case <-dead:
				return // a command would open the file by itself
			default:
				w.decide(d.kind, d.link, d.note)
			}
		}
	})
	if reload {
		w.write(1 + w.r.IntN(3))
		s.cmd.Process.Signal(syscall.SIGHUP)
	}
	for range s.logs { // until it is killed
	}
	s.cmd.Wait()
	close(dead)
	busy.Wait()
	w.heard(s.log())
	w.died()
	// A backup is whole or not there.
	if _, err := os.Stat(copied); err == nil {
		w.copies++
		if wrong := soundFile(copied, func(*storage.Reader) error { return nil }); len(wrong) > 0 {
			w.t.Errorf("a backup of a life that ended: %q", wrong)
		}
		if err := os.Remove(copied); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A service that is killed at any moment, whatever it is at, loses nothing that it showed
// or reported, asks nobody early when it is started again, and claims to know nothing that
// it has not.
func TestCrashKills(t *testing.T) {
	t.Parallel()
	r := crashRandom(t)
	rounds := crashRounds(t, 6)
	var w *world
	for round := range rounds {
		if round%12 == 0 {
			w = newWorld(t, r)
		}
		w.live()
		if err := w.kept(); err != nil {
			t.Fatalf("after %d kills: %v", round+1, err)
		}
	}
	if len(w.stored) == 0 || len(w.shown) == 0 {
		t.Fatal("nothing was stored or shown: this proves nothing")
	}
	w.catchesUp()
	t.Logf("%d kills; in the last world %d feeds, %d entries shown, %d decisions, %d backups", rounds, len(w.grown), len(w.shown), len(w.decided), w.copies)
}

// The sweep finds what a service would do that lost what it had acknowledged: here the
// file of before a life is put back after it.
func TestCrashKillsControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crashRandom(t))
	path := filepath.Join(w.dir, "s.db")
	for range 30 {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		stored := maps.Clone(w.stored)
		w.live()
		if maps.Equal(stored, w.stored) {
			continue // nothing was acknowledged in this one
		}
		if err := w.kept(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.kept(); err == nil {
			t.Error("the sweep did not find that a life is gone")
		}
		return
	}
	t.Fatal("nothing was ever acknowledged")
}

// catchesUp has a service live on: who subscribed has in the end what is published.
func (w *world) catchesUp() {
	w.t.Helper()
	w.mu.Lock()
	w.demands[w.life] = true
	subscribed := w.delivered != ""
	w.mu.Unlock()
	s := startService(w.t, w.config, "-v")
	if err := process("fetch", "--all", "-c", w.config).Run(); err != nil {
		w.t.Error(err)
	}
	if subscribed {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for timeout := time.After(patience); ; {
			_, body := s.get("/topics/every.atom")
			w.mu.Lock()
			same := body == w.delivered
			w.mu.Unlock()
			if same {
				break
			}
			select {
			case <-tick.C:
			case <-timeout:
				w.t.Fatal("who subscribed never got what is published")
			}
		}
	}
	s.stop()
	w.heard(s.log())
	if err := w.kept(); err != nil {
		w.t.Error(err)
	}
}
