package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"topicwire/server"
)

// A result is a command's output and exit code.
type result struct {
	out, err string
	code     int
}

// command runs the command line, in this process: beside a service it holds no
// file of its own.
func command(args ...string) result {
	var out, stderr bytes.Buffer
	code := run(args, &out, &stderr)
	return result{out.String(), stderr.String(), code}
}

// lone starts a service over one source and one topic, and waits for its news.
func lone(t *testing.T, dir string) (s *running, config, feed string) {
	t.Helper()
	feed, _ = feedServer(t, "News of Tashkent")
	config = filepath.Join(dir, "config.yaml")
	writeConfig(t, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {any: [Tashkent]}}\n", wire, feed))
	s = startService(t, config)
	s.until("/topics/t.atom", "News of Tashkent /a")
	return s, config, feed
}

// stop ends a service as an operator does.
func (s *running) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	s.await("stopped")
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("after SIGTERM: %v", err)
	}
}

// What is forgotten beside a service is gone from what it serves, and its log says so
// without what it was.
func TestForgetBesideAService(t *testing.T) {
	s, config, _ := lone(t, t.TempDir())
	_, page := s.get("/topics/t.json")
	if !strings.Contains(page, "https://ax.example/1") {
		t.Fatal(page)
	}
	for _, path := range []string{"/topics/t.atom", "/all.atom", "/stories/1", "/topics/t/archive/1.atom"} {
		if res, body := s.get(path); res.StatusCode != 200 || !strings.Contains(body, "News of Tashkent") {
			t.Fatalf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if r := command("forget", "https://ax.example/1", "--yes", "--by", "ann", "--note", "order 7", "-c", config); r.code != 0 || !strings.Contains(r.out, "forgotten: 1 entry (decision 1") {
		t.Fatalf("%+v", r)
	}
	if line := s.await("forgotten"); !strings.Contains(line, "by=ann") || !strings.Contains(line, "entries=1") || !strings.Contains(line, "order 7") || strings.Contains(line, "ax.example") {
		t.Errorf("the log says %s", line)
	}
	for _, path := range []string{"/topics/t.atom", "/topics/t.rss", "/topics/t.json", "/topics/t", "/all.atom", "/all", "/stories/1", "/topics/t/archive/1.atom"} {
		s.untilNot(path, "News of Tashkent")
	}
	if res, _ := s.get("/stories/1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("its story answers %d", res.StatusCode)
	}
	if r := command("fetch", "--all", "-c", config); r.code != 0 || strings.Contains(r.out, "1 new") {
		t.Errorf("%+v", r)
	}
	if _, body := s.get("/topics/t.atom"); strings.Contains(body, "News of Tashkent") {
		t.Error("it came back with the next visit")
	}
	s.stop()
}

// untilNot asks for path until its body has no part.
func (s *running) untilNot(path, part string) {
	s.t.Helper()
	began := time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		if _, body := s.get(path); !strings.Contains(body, part) {
			return
		}
		if time.Since(began) > patience {
			s.t.Fatalf("%s has %q still; log:\n%s", path, part, s.log())
		}
	}
}

// Every command says the same beside a service as it says alone.
func TestCommandsBesideAService(t *testing.T) {
	dir := t.TempDir()
	s, config, feed := lone(t, dir)
	asked := [][]string{
		{"export", "t"}, {"export", "t", "--format", "rss"}, {"export", "t", "--format", "json"},
		{"sources", "--json"}, {"sources", "list", "--json"}, {"fetch", "--json"}, {"export", "none"},
		{"explain", "t", "https://ax.example/1"}, {"explain", "t", "https://ax.example/1", "--json"}, {"explain", "t", "https://x.example/none"},
		{"explain", "--story", "https://ax.example/1"}, {"preview"}, {"preview", "--json"}, {"suggest", "t", "--decisions"},
		{"hide", "t", "https://x.example/none", "--by", "me"}, {"include", "none", "https://ax.example/1", "--by", "me"},
		{"merge", "https://ax.example/1", "https://ax.example/1", "--by", "me"}, {"split", "https://ax.example/1", "--by", "me"},
		{"decisions", "--json"}, {"decisions"}, {"decisions", "--undo", "99"}, {"hide", "t", "https://ax.example/1", "--undo"},
		{"explain", "--story", "https://ax.example/1", "--json"}, {"explain", "--story", "4711"}, {"preview", "none"}, {"verify"},
		{"forget", "https://ax.example/1", "--dry-run", "--by", "me"}, {"forget", "none.example", "--yes", "--by", "me"}, {"forget", "ax.example", "--dry-run", "--json"},
		{"explain", "--story", "https://ax.example/1", "https://ax.example/1"}, {"explain", "--story", "https://ax.example/1", "x"},
	}
	beside := make([]result, len(asked))
	for i, args := range asked {
		beside[i] = command(append(args, "-c", config)...)
	}
	if st, err := os.Stat(server.SocketPath(filepath.Join(dir, "s.db"))); err != nil || st.Mode().Perm() != 0o600 || st.Mode()&os.ModeSocket == 0 {
		t.Errorf("the socket: %v, %v", st, err)
	}

	// Of a topic that the service does not have, its file not being the one it runs with.
	other := filepath.Join(dir, "other.yaml")
	writeConfig(t, other, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {any: [Tashkent]}, more: {}}\n", wire, feed))
	if r := command("export", "more", "-c", other); r.code != exitUsage || !strings.Contains(r.err, `no topic "more" in `) {
		t.Errorf("a topic that the service does not have: %+v", r)
	}

	// The service visits what it is asked to, and says so at once.
	all := command("fetch", "--all", "-c", config)
	if all.code != 0 || !strings.Contains(all.out, feed+"/a  unchanged") || !strings.Contains(all.out, "1 source: 0 ok, 1 unchanged") {
		t.Errorf("fetch --all beside serve: %+v", all)
	}

	s.stop()
	if _, err := os.Lstat(server.SocketPath(filepath.Join(dir, "s.db"))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket after the end: %v", err)
	}
	// The visit above moved the schedule; the rest is the same.
	for i, args := range asked {
		alone := command(append(args, "-c", config)...)
		switch args[0] {
		case "sources":
			alone.out, beside[i].out = constant(t, alone.out, "last_visit", "last_success"), constant(t, beside[i].out, "last_visit", "last_success")
		case "fetch":
			alone.out, beside[i].out = constant(t, alone.out), constant(t, beside[i].out)
		}
		if alone != beside[i] {
			t.Errorf("%v:\nbeside %+v\nalone  %+v", args, beside[i], alone)
		}
	}
}

// A backup that a service wrote where the command does not see it, as into a /tmp of its
// own, is not said to be there.
func TestABackupThatOnlyTheServiceSees(t *testing.T) {
	dir := t.TempDir()
	_, config, _ := lone(t, dir)
	place := filepath.Join(dir, "tmp")
	if err := os.Mkdir(place, 0o755); err != nil {
		t.Fatal(err)
	}
	c := process()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	c.Path, c.Args = "/usr/bin/unshare", []string{"unshare", "--mount", "sh", "-c",
		`mount -t tmpfs none "$1" || exit 9; exec "$0" backup -c "$2" "$1/b.db"`, self, place, config}
	b, err := c.CombinedOutput()
	out := string(b)
	if c.ProcessState == nil || c.ProcessState.ExitCode() == 9 || strings.HasPrefix(out, "unshare: ") {
		t.Skipf("no folder can be put over another here: %v: %s", err, out)
	}
	if code := c.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(out, "that only the server sees\nhint: ") || !strings.HasSuffix(out, "in "+dir+"\n") {
		t.Errorf("exit %d: %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(place, "b.db")); err != nil {
		t.Error(err)
	}
}

// What operators decide beside a service shows at once, and stays.
func TestDecisionsBesideAService(t *testing.T) {
	s, config, _ := lone(t, t.TempDir())
	if r := command("hide", "t", "https://ax.example/1", "--by", "me", "-c", config); r.code != 0 {
		t.Errorf("hide beside serve: %+v", r)
	}
	s.until("/topics/t.json", `"items":[]`)
	if r := command("hide", "t", "https://ax.example/1", "--undo", "-c", config); r.code != 0 {
		t.Errorf("undo beside serve: %+v", r)
	}
	s.until("/topics/t.json", "News of Tashkent /a")
	log := command("decisions", "--json", "-c", config)
	if strings.Count(log.out, "\n") != 2 {
		t.Errorf("decisions beside serve: %+v", log)
	}

	s.stop()
	if alone := command("decisions", "--json", "-c", config); alone != log {
		t.Errorf("decisions:\nbeside %+v\nalone  %+v", log, alone)
	}
}

// constant is a source's line without what a visit changes.
func constant(t *testing.T, line string, moved ...string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	for _, k := range append(moved, "next_visit", "why") {
		if m[k] == nil {
			t.Errorf("no %s: %s", k, line)
		}
		delete(m, k)
	}
	b, _ := json.Marshal(m)
	return string(b)
}

func TestStatus(t *testing.T) {
	s, config, _ := lone(t, t.TempDir())
	status := func() (st server.Status) {
		t.Helper()
		r := command("status", "--json", "-c", config)
		if err := json.Unmarshal([]byte(r.out), &st); err != nil || r.code != 0 {
			t.Fatalf("%+v: %v", r, err)
		}
		return st
	}
	st := status()
	if !st.Running || st.PID != s.cmd.Process.Pid || st.Since == nil || st.Loaded == nil || st.Memory == 0 || st.Sources.All != 1 || st.Sources.OK != 1 ||
		st.Visited == nil || st.Next == nil || st.Database.Entries != 1 || st.Database.Bytes == 0 || len(st.Topics) != 1 || st.Topics[0].Entries != 1 || st.Topics[0].Pending {
		t.Errorf("status of a service: %+v", st)
	}
	if text := command("status", "-c", config).out; !strings.Contains(text, fmt.Sprintf("running, process %d", s.cmd.Process.Pid)) {
		t.Errorf("status for people:\n%s", text)
	}
	s.stop()
	st = status()
	if st.Running || st.PID != 0 || st.Loaded != nil || st.Sources.OK != 1 || st.Database.Entries != 1 || len(st.Topics) != 1 || st.Topics[0].Entries != 1 {
		t.Errorf("status without a service: %+v", st)
	}
	if text := command("status", "-c", config).out; !strings.Contains(text, "not running") || !strings.Contains(text, "published") {
		t.Errorf("status for people:\n%s", text)
	}
}

// What is wrong with one source needs a person, beside a service and without, and leaves
// the service well.
func TestStatusOfASourceThatIsGone(t *testing.T) {
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	config := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {}}\n", wire, gone.URL))
	s := startService(t, config)
	if r := command("fetch", "--all", "-c", config); r.code != exitFailed {
		t.Fatalf("%+v", r)
	}
	need := func(running bool) {
		t.Helper()
		if r := command("status", "-c", config); r.code != exitPartly || !strings.HasPrefix(r.out, "1 thing needs you:") {
			t.Errorf("running %v: %+v", running, r)
		}
		var st server.Status
		if r := command("status", "--json", "-c", config); r.code != exitPartly || json.Unmarshal([]byte(r.out), &st) != nil || st.Running != running || len(st.Alarms) != 1 || st.Alarms[0].Kind != "source-gone" {
			t.Errorf("running %v: %+v", running, r)
		}
	}
	need(true)
	if r := command("status", "--quick", "-c", config); r.code != exitDone || r.out != "ok\n" {
		t.Errorf("the quick status: %+v", r)
	}
	s.stop()
	need(false)
	if r := command("status", "--quick", "-c", config); r.code != exitFailed || !strings.Contains(r.err, "no process serves") {
		t.Errorf("the quick status without a service: %+v", r)
	}
}

// Paths that are too long for a socket, and names too.
func TestSocketOfALongPath(t *testing.T) {
	for _, parts := range [][]string{
		{strings.Repeat("long", 30), "s.db"},
		{strings.Repeat("name", 40) + ".db"},
	} {
		dir := t.TempDir()
		db := filepath.Join(append([]string{dir}, parts...)...)
		if err := os.MkdirAll(filepath.Dir(db), 0o700); err != nil {
			t.Fatal(err)
		}
		feed, _ := feedServer(t, "News")
		config := filepath.Join(dir, "config.yaml")
		writeConfig(t, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {}}\n", strings.Replace(wire, "s.db", db, 1), feed))
		s := startService(t, config)
		if r := command("status", "-c", config); r.code != 0 || !strings.Contains(r.out, "running, process") {
			t.Errorf("%s: %+v", db, r)
		}
		s.stop()
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(db), "*.sock")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// A service that was killed leaves its socket; commands and the next one do not
// mind.
func TestSocketOfADeadService(t *testing.T) {
	dir := t.TempDir()
	s, config, _ := lone(t, dir)
	s.cmd.Process.Kill()
	s.cmd.Wait()
	if _, err := os.Lstat(filepath.Join(dir, "s.db.sock")); err != nil {
		t.Fatal(err)
	}
	if r := command("status", "-c", config); r.code != 0 || !strings.Contains(r.out, "not running") {
		t.Errorf("beside a dead socket: %+v", r)
	}
	next := startService(t, config)
	if r := command("status", "-c", config); r.code != 0 || !strings.Contains(r.out, fmt.Sprintf("process %d", next.cmd.Process.Pid)) {
		t.Errorf("after a dead one: %+v", r)
	}
}

// A process that holds the database and answers no command is named as before.
func TestAHeldDatabaseWithoutASocket(t *testing.T) {
	dir := t.TempDir()
	s, config, _ := lone(t, dir)
	if err := os.Remove(filepath.Join(dir, "s.db.sock")); err != nil {
		t.Fatal(err)
	}
	r := command("status", "-c", config)
	if r.code != exitFailed || !strings.Contains(r.err, "s.db: another topicwire uses the file\nhint: ") {
		t.Errorf("%+v", r)
	}
	s.stop()
}

// An interrupt ends the command's waiting and not the service's visit.
func TestAnInterruptedFetchLeavesTheVisit(t *testing.T) {
	var held atomic.Bool
	asked, release := make(chan struct{}, 10), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		title := "First"
		if held.Load() {
			title = "Second"
			asked <- struct{}{}
			<-release
		}
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description><item><guid>%[1]s</guid><title>%[1]s</title></item></channel></rss>`, title)
	}))
	defer srv.Close()
	config := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {}}\n", wire, srv.URL))
	s := startService(t, config)
	s.until("/topics/t.atom", "First")
	held.Store(true)
	c := process("fetch", "--all", "-c", config)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil || c.ProcessState.ExitCode() != exitFailed || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("interrupted fetch: %v\n%s", err, stderr.String())
	}
	close(release)
	s.until("/topics/t.atom", "Second")
	s.stop()
}

// What others listen on is not taken away.
func TestAFileInTheSocketsPlace(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.db.sock"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _, _ := lone(t, dir)
	s.stop()
	if !strings.Contains(s.log(), "commands cannot reach this process") {
		t.Errorf("nothing is said of the socket:\n%s", s.log())
	}
	if b, err := os.ReadFile(filepath.Join(dir, "s.db.sock")); err != nil || string(b) != "mine" {
		t.Errorf("the file: %q, %v", b, err)
	}
}
