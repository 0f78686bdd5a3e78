package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A running is topicwire serve as a process, with its log.
type running struct {
	t          testing.TB
	cmd        *exec.Cmd
	url, admin string
	logs       chan string
	mu         sync.Mutex
	all        strings.Builder
}

// patience is how long anything may take on a loaded machine; no test waits for
// it to pass.
const patience = 30 * time.Second

func startService(t testing.TB, config string, flags ...string) *running {
	t.Helper()
	s := &running{t: t, cmd: process(append([]string{"serve", "-c", config}, flags...)...), logs: make(chan string, 1000)}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.mu.Lock()
			fmt.Fprintln(&s.all, lines.Text())
			s.mu.Unlock()
			s.logs <- lines.Text()
		}
		close(s.logs)
	}()
	address := func(of string) string {
		return "http://" + regexp.MustCompile(`listen=(\S+)`).FindStringSubmatch(s.await(of))[1]
	}
	s.admin = address("operator pages")
	s.url = address("serving")
	return s
}

// await reads the log up to a line that has part.
func (s *running) await(part string) string {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-s.logs:
			if !ok {
				s.t.Fatalf("the service ended before it said %q:\n%s", part, s.log())
			}
			if strings.Contains(line, part) {
				return line
			}
		case <-timeout:
			s.t.Fatalf("the service never said %q:\n%s", part, s.log())
		}
	}
}

func (s *running) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

func (s *running) get(path string) (*http.Response, string) { s.t.Helper(); return s.ask(s.url + path) }

func (s *running) ask(url string) (*http.Response, string) {
	s.t.Helper()
	res, err := http.Get(url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, string(b)
}

// until asks for path until its body has part; it returns how long that took.
func (s *running) until(path, part string) time.Duration {
	s.t.Helper()
	began := time.Now()
	for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C {
		if _, body := s.get(path); strings.Contains(body, part) {
			tick.Stop()
			return time.Since(began)
		}
		if time.Since(began) > patience {
			s.t.Fatalf("%s never had %q; log:\n%s", path, part, s.log())
		}
	}
}

func (s *running) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// feedServer serves one RSS document that a test may change.
func feedServer(t *testing.T, title string) (address string, hold func() (release func())) {
	t.Helper()
	var mu sync.Mutex
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>Source</title><link>https://%[3]s.example/</link><description>d</description>
<item><guid isPermaLink="false">1%[1]s</guid><title>%[2]s %[1]s</title><link>https://%[3]s.example/1</link></item></channel></rss>`, r.URL.Path, title, strings.ReplaceAll(strings.Trim(r.URL.Path, "/")+"x", "/", "-"))
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func() func() { mu.Lock(); return mu.Unlock }
}

func writeConfig(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const wire = `
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", url: "https://wire.example/desk"}
fetch: {contact: "https://x.example/", allow_private: true, host_gap: 0s}
storage: {path: s.db}
`

func TestServe(t *testing.T) {
	feed, _ := feedServer(t, "News of Tashkent")
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {any: [Tashkent]}}\n", wire, feed))
	s := startService(t, path)

	// What a source brings is in the topic's feeds and pages.
	s.until("/topics/t.atom", "News of Tashkent /a")
	for page, part := range map[string]string{
		"/": `href="/desk/topics/t.atom"`, "/topics/t": "News of Tashkent /a", "/topics/t.rss": "News of Tashkent /a",
		"/topics/t.json": "News of Tashkent /a", "/healthz": "ok", "/about": "Topicwire",
	} {
		s.until(page, part)
	}

	// Another one that would serve is told who has the database.
	out, err := process("serve", "-c", path).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "s.db: another topicwire uses the file\nhint: stop the other one first") || strings.Count(string(out), "\n") != 2 {
		t.Errorf("two that serve: %v\n%s", err, out)
	}

	// SIGHUP brings new sources and topics; the new topic holds what came before it.
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}, {url: '%s/b'}]\ntopics: {t: {any: [Tashkent]}, fresh: {any: [news]}}\n", wire, feed, feed))
	s.signal(syscall.SIGHUP)
	s.await("configuration reloaded")
	s.until("/topics/fresh.atom", "News of Tashkent /b")
	s.until("/topics/fresh.atom", "News of Tashkent /a")

	// A configuration with an error changes nothing that runs.
	writeConfig(t, path, "topics: {other: {any: [te*]}}\n")
	s.signal(syscall.SIGHUP)
	s.await("te*")
	s.await("configuration refused")
	if _, body := s.ask(s.admin + "/"); !strings.Contains(body, "te*") {
		t.Error("the operator page does not show why the configuration was refused")
	}
	if res, _ := s.get("/topics/t.atom"); res.StatusCode != 200 {
		t.Errorf("after a refused configuration: %s", res.Status)
	}

	// Operators see the sources' health and may ask for a visit, not at once again.
	if _, body := s.ask(s.admin + "/"); !strings.Contains(body, feed+"/b") || !strings.Contains(body, "the default interval") {
		t.Errorf("the operator page: %s", body)
	}
	res, err := http.PostForm(s.admin+"/sources/refresh", url.Values{"source": {feed + "/a"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a refresh within a minute: %s", res.Status)
	}
	s.until("/sources", "Source")

	// A topic that is gone is gone.
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {fresh: {any: [news]}}\n", wire, feed))
	s.signal(syscall.SIGHUP)
	s.await("configuration reloaded")
	if res, _ := s.get("/topics/t.atom"); res.StatusCode != 410 {
		t.Errorf("a topic that is gone: %s", res.Status)
	}

	s.signal(syscall.SIGTERM)
	s.await("stopped")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}

	// The next start publishes what is stored, before any visit.
	restarted := startService(t, path)
	if _, body := restarted.get("/topics/fresh.json"); !strings.Contains(body, "News of Tashkent /b") {
		t.Error("a restart lost what was published")
	}
}

// SIGTERM breaks a visit off, and that does not count against the source.
func TestServeDrains(t *testing.T) {
	feed, hold := feedServer(t, "Slow news")
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {}}\n", wire, feed))
	release := hold()
	s := startService(t, path)
	s.signal(syscall.SIGTERM)
	s.await("stopped")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	release()
	if out, err := process("fetch", "--all", "-c", path).CombinedOutput(); err != nil || !strings.Contains(string(out), "1 ok") {
		t.Errorf("after a drained stop: %v\n%s", err, out)
	}
}

func TestServeSaysWhatIsInTheWay(t *testing.T) {
	busy := httptest.NewServer(http.NotFoundHandler())
	defer busy.Close()
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, fmt.Sprintf("server: {listen: '%s', admin: ''}\nfetch: {contact: 'https://x.example/'}\nsources: [{url: 'https://x.example/a'}]\ntopics: {t: {}}\n", strings.TrimPrefix(busy.URL, "http://")))
	out, err := process("serve", "-c", path).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "topicwire: server.listen: cannot listen on 127.0.0.1:") || !strings.Contains(string(out), "or set another server.listen") {
		t.Errorf("a port in use: %v\n%s", err, out)
	}
}
