package poll

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/memory"
	"topicwire/feed/story"
	"topicwire/storage"
)

// childOf has a process of its own poll: what it takes of memory is then its own, and
// not that of the server that it asks.
const childOf = "TOPICWIRE_TEST_POLL"

func TestMain(m *testing.M) {
	if list := os.Getenv(childOf); list != "" {
		if err := pollOnce(strings.Fields(list)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A polled is what a process that polled tells.
type polled struct {
	Before, After, Peak int // resident, in bytes
	Left, Held          int // of the budget: in the end, and at most
	Reports             []Report
}

// pollOnce visits the first address, to have all at hand that any visit needs, and then
// all others at once.
func pollOnce(list []string) error {
	dir, err := os.MkdirTemp("", "poll")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := storage.Open(filepath.Join(dir, "t.db"), storage.Options{Place: story.New(story.Balanced()), NoSync: true})
	if err != nil {
		return err
	}
	defer db.Close()
	m, problems := match.Compile([]feed.Topic{{ID: "security", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "security"}}}}}})
	if m == nil {
		return fmt.Errorf("%v", problems)
	}
	budget := memory.New()
	client := fetch.New(fetch.Options{Version: "test", AllowPrivate: true, Memory: budget})
	defer client.Close()
	var out polled
	var writes sync.Mutex
	p := New(Options{
		Memory: budget, Store: db, Rules: func() Rules { return Rules{Generation: 1, Matcher: m} },
		Submit: func(c feed.Change, done func(storage.Outcome, error)) {
			writes.Lock()
			defer writes.Unlock()
			res, err := db.Apply([]feed.Change{c})
			if err != nil {
				done(storage.Outcome{}, err)
				return
			}
			done(res.Outcomes[0], nil)
		},
		Report: func(r Report) { out.Reports = append(out.Reports, r) },
	})
	round := func(list []string) error {
		src := Sources{Interval: time.Hour, Parallel: 32, Fetch: client}
		for _, url := range list {
			src.List = append(src.List, feed.Source{ID: feed.SourceID(url)})
		}
		return p.Round(context.Background(), src, true)
	}
	if err := round(list[:1]); err != nil {
		return err
	}
	out.Reports = nil
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return err
	}
	out.Before = memoryOf("VmRSS")
	if err := round(list[1:]); err != nil {
		return err
	}
	out.Peak = memoryOf("VmHWM")
	out.Left, out.Held = budget.Held()
	debug.FreeOSMemory()
	out.After = memoryOf("VmRSS")
	return json.NewEncoder(os.Stdout).Encode(&out)
}

// memoryOf is a line of the process's own account, in bytes.
func memoryOf(name string) int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), name+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n << 10
		}
	}
	return 0
}

// inChild has a process poll addresses, the first of them before the others.
func inChild(t testing.TB, list ...string) polled {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("what a process takes of memory is read as Linux tells it")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childOf+"="+strings.Join(list, " "), "GOGC=100", "GOMEMLIMIT=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var out polled
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const everyday = rssOpen + `<item><guid>1</guid><title>Security council met</title><description>&lt;p>The council met on Thursday.&lt;/p></description></item>` + rssClose

// hostileServer answers /everyday, and /N with the hostile document of that number, on
// all addresses of loopback.
func hostileServer(t testing.TB) (port int) {
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	made := map[int][]byte{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(filepath.Base(r.URL.Path))
		if err != nil || n >= len(hostiles) {
			w.Write([]byte(everyday))
			return
		}
		h := &hostiles[n]
		mu.Lock()
		body := made[n]
		if body == nil {
			body = h.make()
			made[n] = body
		}
		mu.Unlock()
		if h.kind != "" {
			w.Header().Set("Content-Type", h.kind)
		}
		if h.code != "" {
			w.Header().Set("Content-Encoding", h.code)
		}
		w.Write(body)
	}))
	srv.Listener.Close()
	srv.Listener = ln
	srv.Start()
	t.Cleanup(srv.Close)
	return ln.Addr().(*net.TCPAddr).Port
}

func TestMemoryOfOne(t *testing.T) {
	port := hostileServer(t)
	for n := range hostiles {
		t.Run(strings.ReplaceAll(hostiles[n].name, " ", "_"), func(t *testing.T) {
			at := time.Now()
			out := inChild(t, fmt.Sprintf("http://127.0.0.1:%d/everyday", port), fmt.Sprintf("http://127.0.0.1:%d/%d", port, n))
			t.Logf("FIG %6.1f MiB over %5.1f; after %5.1f; %v %s %d entries %s", float64(out.Peak-out.Before)/(1<<20), float64(out.Before)/(1<<20), float64(out.After)/(1<<20), time.Since(at).Round(time.Millisecond), out.Reports[0].Status, out.Reports[0].Entries, out.Reports[0].Error)
		})
	}
}

func TestMemoryOfManyAtOnce(t *testing.T) {
	port := hostileServer(t)
	list := []string{fmt.Sprintf("http://127.0.0.1:%d/everyday", port)}
	for n := range hostiles {
		list = append(list, fmt.Sprintf("http://127.0.0.%d:%d/%d", n+2, port, n))
	}
	for name, some := range map[string][]string{"all": list, "first": list[:33]} {
		at := time.Now()
		out := inChild(t, some...)
		t.Logf("FIG %s %6.1f MiB over %5.1f; after %5.1f; held %5.1f, left %d; %v", name, float64(out.Peak-out.Before)/(1<<20), float64(out.Before)/(1<<20), float64(out.After)/(1<<20), float64(out.Held)/(1<<20), out.Left, time.Since(at).Round(time.Millisecond))
		for _, r := range out.Reports {
			if r.Status == Failed {
				t.Logf("%s: %s after %d ms", r.Source, r.Error, r.Millis)
			}
		}
	}
}
