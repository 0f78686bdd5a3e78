package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A world is feeds that grow with each request, a service over them that dies and is
// started again, and what all of them promised.
type world struct {
	t      *testing.T
	r      *rand.Rand
	dir    string
	config string
	srv    *httptest.Server

	mu      sync.Mutex
	life    int
	sources int            // so many are in the configuration
	grown   map[string]int // by path: how many entries its feed has
	served  map[string]int // by path, as visits number it: see visit
	early   []string       // requests that should not have been
	demands map[int]bool   // lives in which somebody asked for a visit of all
	claims  map[string]int // by path: of which document a request claimed to know
	asked   map[string]int // by path: how often in this life
	answers chan struct{}  // holds a token after each request for a feed

	stored    map[string]int    // by path: entries that a visit reported
	shown     map[string]string // by link: the public id that a feed showed
	filed     map[string]string // by entry: how it was filed
	decided   []string          // notes of decisions that were reported done
	included  map[string]bool   // entries that somebody wanted included, as news of then
	delivered string            // what the subscriber got last
	copies    int               // backups that came about
}

type lifeKey struct{}

func newWorld(t *testing.T, r *rand.Rand) *world {
	w := &world{t: t, r: r, dir: t.TempDir(), grown: make(map[string]int), served: make(map[string]int), demands: make(map[int]bool), claims: make(map[string]int),
		asked: make(map[string]int), stored: make(map[string]int), shown: make(map[string]string), filed: make(map[string]string), included: make(map[string]bool), answers: make(chan struct{}, 1)}
	w.config = filepath.Join(w.dir, "config.yaml")
	w.srv = httptest.NewUnstartedServer(http.HandlerFunc(w.answer))
	w.srv.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		w.mu.Lock()
		defer w.mu.Unlock()
		return context.WithValue(ctx, lifeKey{}, w.life)
	}
	w.srv.Start()
	t.Cleanup(w.srv.Close)
	w.seed()
	return w
}

// answer is a feed's document, of one more entry each time, or the subscriber's answer.
func (w *world) answer(rw http.ResponseWriter, req *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	path := req.URL.Path
	switch {
	case path == "/drain":
		return
	case path == "/subscriber" && req.Method == http.MethodPost:
		if b, err := io.ReadAll(req.Body); err == nil {
			w.delivered = string(b)
		}
		return
	case path == "/subscriber":
		io.WriteString(rw, req.FormValue("hub.challenge"))
		return
	}
	life := req.Context().Value(lifeKey{}).(int)
	if w.grown[path] > 0 && !w.demands[life] {
		w.early = append(w.early, fmt.Sprintf("%s in life %d", path, life))
	}
	if tag := strings.Trim(req.Header.Get("If-None-Match"), `"`); tag != "" {
		var n int
		if _, err := fmt.Sscanf(tag, "n%d", &n); err != nil {
			w.early = append(w.early, "with a validator of another feed: "+tag)
		}
		w.claims[path] = max(w.claims[path], n)
	}
	w.grown[path]++
	w.asked[path]++
	n := w.grown[path]
	w.served[visit(life, path, w.asked[path])] = n
	select {
	case w.answers <- struct{}{}:
	default:
	}
	rw.Header().Set("ETag", fmt.Sprintf(`"n%d"`, n))
	fmt.Fprintf(rw, `<rss version="2.0"><channel><title>%s</title><link>https://x.example/</link><description>d</description>`, path)
	for k := max(0, n-8); k < n; k++ {
		fmt.Fprintf(rw, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>%s</link></item>`, entryID(path, k), oneTitle(path, k), linkOf(path, k))
	}
	fmt.Fprint(rw, `</channel></rss>`)
}

// visit names the nth one of a path in a life.
func visit(life int, path string, n int) string { return fmt.Sprintf("%d %s %d", life, path, n) }

func entryID(path string, k int) string { return fmt.Sprintf("%s-%d", strings.Trim(path, "/"), k) }
func linkOf(path string, k int) string  { return fmt.Sprintf("https://x.example%s/%d", path, k) }

// oneTitle is a title like no other, with one of the words of topics.
func oneTitle(path string, k int) string {
	r := rand.New(rand.NewPCG(uint64(k), uint64(len(path))*1000+uint64(path[len(path)-1])))
	words := []string{[]string{"water", "rail", "security"}[k%3]}
	for range 7 {
		word := make([]byte, 7)
		for i := range word {
			word[i] = "bdfgklmnprstvz"[r.IntN(14)]
			if i%2 == 1 {
				word[i] = "aeiou"[r.IntN(5)]
			}
		}
		words = append(words, string(word))
	}
	return strings.Join(words, " ")
}

// seed is a database with old entries, which retention removes step by step.
func (w *world) seed() {
	w.t.Helper()
	db, err := storage.Open(filepath.Join(w.dir, "s.db"), storage.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	at := time.Now().Add(-300 * 24 * time.Hour)
	for i := range 10 {
		v := &feed.Visit{At: at.Add(time.Duration(i) * time.Hour), Source: "https://old.example/feed", HTTP: 200, Document: &feed.Reading{Body: uint64(i + 1)}}
		for k := range 200 {
			e := feed.Entry{ID: fmt.Sprintf("old%d-%d", i, k), Title: oneTitle("/old"+fmt.Sprint(i), k), Raw: feed.Raw(i*1000 + k + 1)}
			v.Document.Window = append(v.Document.Window, e.Raw)
			v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e})
		}
		if _, err := db.Apply([]feed.Change{v}); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// write writes a configuration with more sources, and other rules for what is filed.
func (w *world) write(more int) {
	w.t.Helper()
	w.mu.Lock()
	w.sources += more
	n := w.sources
	w.mu.Unlock()
	cfg := strings.Replace(wire, "s.db}", "s.db, keep: 100d}", 1)
	cfg += fmt.Sprintf("topics: {t: {any: [%s]}, other: {any: [%s]}, every: {}}\nsources:\n", strings.Join([]string{"water", "rail", "security"}[:1+w.r.IntN(3)], ", "), []string{"water", "rail", "security"}[w.r.IntN(3)])
	for i := range n {
		cfg += fmt.Sprintf("  - url: %s/s%d\n", w.srv.URL, i)
	}
	// As an editor that is careful: a half of it is no configuration.
	writeConfig(w.t, w.config+".new", cfg)
	if err := os.Rename(w.config+".new", w.config); err != nil {
		w.t.Fatal(err)
	}
}

var visitLine = regexp.MustCompile(`msg=visit source=(\S+) entries=`)

// heard notes the visits that a log tells of.
func (w *world) heard(log string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := make(map[string]int)
	for _, line := range lines(log) {
		m := visitLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		path := strings.TrimPrefix(strings.Trim(m[1], `"`), w.srv.URL)
		n[path]++
		w.stored[path] = max(w.stored[path], w.served[visit(w.life, path, n[path])])
	}
}

// look reads the feeds as a reader does, and notes what they show.
func (w *world) look(base string) {
	res, err := http.Get(base + "/topics/every.json")
	if err != nil {
		return // it is dead by now
	}
	defer res.Body.Close()
	var doc struct{ Items []struct{ ID, URL string } }
	if json.NewDecoder(res.Body).Decode(&doc) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range doc.Items {
		if before := w.shown[i.URL]; before != "" && before != i.ID {
			w.early = append(w.early, fmt.Sprintf("%s was shown as %s, and is now as %s", i.URL, before, i.ID))
		}
		w.shown[i.URL] = i.ID
	}
}

// subscribe asks the hub for the feed of everything.
func (w *world) subscribe(base string) {
	res, err := http.PostForm(base+"/hub", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"https://wire.example/desk/topics/every.atom"}, "hub.callback": {w.srv.URL + "/subscriber"}})
	if err == nil {
		res.Body.Close()
	}
}

// decide hides an entry, includes it, or splits its group; what is reported done is noted.
func (w *world) decide(kind, link, note string) {
	args := []string{kind, link, "--by", "sweep", "--note", note, "-c", w.config}
	if kind != "split" {
		args = append([]string{kind, "t"}, args[1:]...)
	}
	out, err := process(args...).CombinedOutput()
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.decided = append(w.decided, note)
	}
	if err := crashed(out); err != nil {
		w.early = append(w.early, err.Error())
	}
}

// await waits until a life has asked for so many feeds, or for so long.
func (w *world) await(requests int, most time.Duration) {
	for timeout := time.After(most); ; {
		w.mu.Lock()
		n := 0
		for _, asked := range w.asked {
			n += asked
		}
		w.mu.Unlock()
		if n >= requests {
			return
		}
		select {
		case <-w.answers:
		case <-timeout:
			return
		}
	}
}

// died ends a life: whatever the process that died has sent is answered as in its own.
func (w *world) died() {
	w.t.Helper()
	res, err := http.Get(w.srv.URL + "/drain") // connections are accepted in order
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.life++
	clear(w.asked)
}

// kept checks that a database holds all that was promised.
func (w *world) kept() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var wrong []error
	for _, line := range w.early {
		wrong = append(wrong, errors.New(line))
	}
	broken := soundFile(filepath.Join(w.dir, "s.db"), func(r *storage.Reader) error {
		for _, promised := range []map[string]int{w.stored, w.claims} {
			for path, n := range promised {
				for k := range n {
					if _, ok, err := r.EntryOf(feed.SourceID(w.srv.URL+path), entryID(path, k)); err != nil || !ok {
						wrong = append(wrong, fmt.Errorf("entry %d of %d of %s is gone (%v)", k, n, path, err))
					}
				}
			}
		}
		for link := range w.shown {
			var n, k int
			if _, err := fmt.Sscanf(link, "https://x.example/s%d/%d", &n, &k); err != nil {
				return err
			}
			path := fmt.Sprintf("/s%d", n)
			if _, ok, err := r.EntryOf(feed.SourceID(w.srv.URL+path), entryID(path, k)); err != nil || !ok {
				wrong = append(wrong, fmt.Errorf("%s was shown and is gone (%v)", link, err))
			}
		}
		decided := make(map[string]int)
		if err := r.Decisions(func(d feed.Decided) bool { decided[d.Note]++; return true }); err != nil {
			return err
		}
		for _, note := range w.decided {
			if decided[note] != 1 {
				wrong = append(wrong, fmt.Errorf("decision %s was reported done, and is there %d times", note, decided[note]))
			}
		}
		ids, err := publicIDs(r)
		for id, how := range ids {
			if w.included[id] {
				how, _, _ = strings.Cut(how, "@")
			}
			if before := w.filed[id]; before != "" && before != how && !(w.included[id] && strings.HasPrefix(before, how+"@")) {
				wrong = append(wrong, fmt.Errorf("%s was filed as %s, and is now as %s", id, before, how))
			}
			w.filed[id] = how
		}
		return err
	})
	for _, b := range broken {
		wrong = append(wrong, errors.New(b))
	}
	return errors.Join(wrong...)
}
