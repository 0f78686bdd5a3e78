package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/server/poll"
	"topicwire/storage"
)

// A round that is killed at any moment leaves a database that opens and holds
// every entry that the round reported.
func TestKilledRoundsLoseNothingReported(t *testing.T) {
	const rounds, sources, entries = 50, 40, 10
	var generation atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := generation.Load()
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title><link>https://x.example/</link><description>d</description>`, r.URL.Path)
		for i := range entries {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%d-%d</guid><title>Entry %d of round %d</title><link>https://x.example%s/%d/%d</link></item>`, g, i, i, g, r.URL.Path, g, i)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	var cfg strings.Builder
	cfg.WriteString("fetch: {contact: 'https://x.example/', allow_private: true, host_gap: 0s}\nstorage: {path: k.db}\ntopics: {all: {}}\nsources:\n")
	for i := range sources {
		fmt.Fprintf(&cfg, "  - url: %s/%d\n", srv.URL, i)
	}
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte(cfg.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	killed, reported := 0, 0
	for round := range rounds {
		generation.Store(int64(round))
		got := killedRound(t, path, &killed)
		reported += len(got)
		db, err := storage.Open(filepath.Join(dir, "k.db"), storage.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := db.View(func(r *storage.Reader) error {
			for _, rep := range got {
				for i := range rep.New {
					id := fmt.Sprintf("%d-%d", round, i)
					if _, ok, err := r.EntryOf(rep.Source, id); err != nil || !ok {
						t.Errorf("round %d: %s reported %d new entries; %s is missing (%v)", round, rep.Source, rep.New, id, err)
					}
				}
			}
			filed, err := r.Filed("all", 1<<20)
			inGroups := 0 // the sources carry the same titles: one group each
			for i := range filed {
				inGroups += len(filed[i].Entries)
			}
			if n := r.Counts(); n.Entries != inGroups || n.Groups != len(filed) {
				t.Errorf("round %d: %d entries, %d of them in groups; %d groups, %d filed", round, n.Entries, inGroups, n.Groups, len(filed))
			}
			return err
		}); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if killed == 0 || reported == 0 {
		t.Fatalf("%d rounds killed with %d reports: this proves nothing", killed, reported)
	}
	t.Logf("%d of %d rounds killed; %d reports checked", killed, rounds, reported)
}

// killedRound runs fetch --all and kills it after a random number of reports, or
// a random moment before the first; it returns what was reported.
func killedRound(t *testing.T, config string, killed *int) []poll.Report {
	t.Helper()
	c := process("fetch", "--all", "--json", "-c", config)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	after := rand.IntN(30)
	if after == 0 {
		killer := time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond, func() { c.Process.Kill() })
		defer killer.Stop()
	}
	var got []poll.Report
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r poll.Report
		// The last line may be cut in half; that one was not reported.
		if json.Unmarshal(lines.Bytes(), &r) == nil && r.Source != "" {
			if r.Status == poll.Failed {
				t.Errorf("%+v", r)
			}
			got = append(got, r)
		}
		if len(got) == after {
			c.Process.Kill()
		}
	}
	if err := c.Wait(); err != nil {
		*killed++
	}
	return got
}
