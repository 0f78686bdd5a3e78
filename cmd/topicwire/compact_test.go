package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Where most of a file is free, the log of a start, status and the operators' page offer to
// compact it; a server that may does it itself. Nobody does it under a server, and nobody
// restores there.
func TestCompactingIsOffered(t *testing.T) {
	dir := t.TempDir()
	s, config, _ := lone(t, dir)
	for _, args := range [][]string{{"compact"}, {"restore", "none.db"}} {
		if r := command(append(args, "-c", config)...); r.code != exitFailed || !strings.Contains(r.err, ": a server runs on ") || !strings.Contains(r.err, "hint: stop it first") {
			t.Errorf("%v beside a service: %+v", args, r)
		}
	}
	if r := command("status", "-c", config); strings.Contains(r.out, "topicwire compact") {
		t.Errorf("of a small file: %+v", r)
	}
	s.stop()
	// What lies behind the last page is free as well.
	database := filepath.Join(dir, "s.db")
	if err := os.Truncate(database, 20<<20); err != nil {
		t.Fatal(err)
	}
	offer := "MB of it are free: stop the server and run `topicwire compact -c " + config + "`"
	if r := command("status", "-c", config); !strings.Contains(r.out, offer) {
		t.Errorf("alone: %+v", r)
	}
	s = startService(t, config)
	if !strings.Contains(s.log(), "more than half of the database is free") {
		t.Errorf("the log of a start: %s", s.log())
	}
	if r := command("status", "-c", config); !strings.Contains(r.out, offer) {
		t.Errorf("beside a service: %+v", r)
	}
	if _, page := s.ask(s.admin + "/"); !strings.Contains(page, "of 20 MB are free") {
		t.Errorf("the operators' page: %s", page)
	}
	s.stop()
	b, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	writeConfig(t, config, strings.Replace(string(b), "path: s.db", "path: s.db, compact: auto", 1))
	sayCompacting(t, config)
	if err := os.Truncate(database, 20<<20); err != nil {
		t.Fatal(err)
	}
	s = startService(t, config)
	if st, err := os.Stat(database); err != nil || st.Size() >= 16<<20 || !strings.Contains(s.log(), "database compacted") {
		t.Errorf("with storage.compact: %v, %v\n%s", st.Size(), err, s.log())
	}
	s.until("/topics/t.atom", "News of Tashkent /a")
	s.stop()
	// Of a file that has hardly any free pages there is nothing to win.
	s = startService(t, config)
	s.until("/topics/t.atom", "News of Tashkent /a")
	if strings.Contains(s.log(), "database compacted") {
		t.Errorf("a small file was compacted: %s", s.log())
	}
	s.stop()
}

// sayCompacting compacts as a start does, by a clock that goes on by ten seconds whenever
// somebody looks: the log says how far it is, up to the end.
func sayCompacting(t *testing.T, config string) {
	t.Helper()
	cfg, problems := (&program{config: config}).load()
	if cfg == nil {
		t.Fatal(problems)
	}
	var out bytes.Buffer
	at := time.Now()
	compactAtStart(t.Context(), cfg, slog.New(slog.NewTextHandler(&out, nil)), func() time.Time {
		at = at.Add(relog)
		return at
	})
	far := regexp.MustCompile(`under way: writing the database anew" work=compact done=\d+ total=\d+ percent=(\d+)`).FindAllStringSubmatch(out.String(), -1)
	last := 0
	for _, m := range far {
		is, err := strconv.Atoi(m[1])
		if err != nil || is < last || is > 100 {
			t.Errorf("%s after %d: %v", m[0], last, err)
		}
		last = is
	}
	if len(far) < 2 || last <= 50 { // half of it is to compare
		t.Errorf("%q:\n%s", far, out.String())
	}
}
