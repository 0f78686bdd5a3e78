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
	"slices"
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
	budget := memory.New(func(on bool) { debug.SetGCPercent(map[bool]int{true: 50, false: 100}[on]) }) // as the program does
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
		src := Sources{Interval: time.Hour, Parallel: len(list), Fetch: client}
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
	if raced() {
		t.Skip("under the race detector all takes several times as much memory")
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

// raced reports whether this program was built with the race detector.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
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
		mu.Unlock()
		if body == nil {
			body = h.make()
			mu.Lock()
			made[n] = body
			mu.Unlock()
		}
		if h.kind != "" {
			w.Header().Set("Content-Type", h.kind)
		}
		w.Write(body)
	}))
	srv.Listener.Close()
	srv.Listener = ln
	srv.Start()
	t.Cleanup(srv.Close)
	return ln.Addr().(*net.TCPAddr).Port
}

// TestMemoryOfOne: whatever a document is made to cost, from its first byte until it is
// on disk, it costs less than memory.Most.
func TestMemoryOfOne(t *testing.T) {
	port := hostileServer(t)
	for n := range hostiles {
		t.Run(strings.ReplaceAll(hostiles[n].name, " ", "_"), func(t *testing.T) {
			out := inChild(t, hostileURL(port, 1, -1), hostileURL(port, 1, n))
			r := out.Reports[0]
			took := out.Peak - out.Before
			t.Logf("%5.1f MiB, %s, %d entries %s", float64(took)/(1<<20), r.Status, r.Entries, r.Error)
			if took > memory.Most {
				t.Errorf("%d bytes, more than %d", took, memory.Most)
			}
			if out.Left != 0 {
				t.Errorf("%d bytes of the budget are held in the end", out.Left)
			}
		})
	}
}

// TestMemoryOfManyAtOnce: documents that were made to cost much, sent at once by as many
// hosts as are visited at once, share what there is, and everyday ones are read beside
// them.
func TestMemoryOfManyAtOnce(t *testing.T) {
	port := hostileServer(t)
	list := []string{hostileURL(port, 1, -1)}
	for n := range 32 {
		list = append(list, hostileURL(port, n+2, n))
	}
	for n := range 4 {
		list = append(list, hostileURL(port, n+100, -1))
	}
	out := inChild(t, list...)
	t.Logf("%5.1f MiB, of them %5.1f before; %5.1f held of the budget", float64(out.Peak)/(1<<20), float64(out.Before)/(1<<20), float64(out.Held)/(1<<20))
	if out.Peak > 300<<20 {
		t.Errorf("%d bytes", out.Peak)
	}
	if out.Held > memory.Total || out.Left != 0 {
		t.Errorf("%d bytes of the budget were held, and %d in the end", out.Held, out.Left)
	}
	if len(out.Reports) != 36 {
		t.Errorf("%d visits", len(out.Reports))
	}
	for _, r := range out.Reports {
		if strings.HasSuffix(string(r.Source), "/everyday") && r.Status != OK {
			t.Errorf("%s: %s %s", r.Source, r.Status, r.Error)
		}
		if r.Status == Failed {
			t.Logf("%s: %s", r.Source, r.Error)
		}
	}
}

// hostileURL is where a hostile document is, on an address of loopback; of none an everyday
// one.
func hostileURL(port, host, n int) string {
	if n < 0 {
		return fmt.Sprintf("http://127.0.0.%d:%d/everyday", host, port)
	}
	return fmt.Sprintf("http://127.0.0.%d:%d/%d", host, port, n)
}
