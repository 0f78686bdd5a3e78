package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// readerTopics are what readers subscribe to: a feed of reports and one of stories.
var readerTopics = []string{"t", "events"}

// anyOfThem matches whatever the sources of readers bring.
const anyOfThem = "[Ташкент*, Toshkent*, Tashkent, rivers]"

// A readerDesk is a service, what it reads, and readers that have subscribed to it.
type readerDesk struct {
	t       *testing.T
	dir     string
	press   *press
	service *running
	readers []*subscriber

	general, title, patterns string // of the configuration
	sources                  []string

	want   map[string][]account // by topic
	grown  []account            // what reports and stories grew by
	began  time.Time
	latest int
}

// A subscriber is a reader with what it subscribed to.
type subscriber struct {
	readerKind
	reader
	door  *door
	paths []string
	ids   map[string]string // by path and guid, as first seen
	all   []int             // how it was answered
}

func newReaderDesk(t *testing.T) *readerDesk {
	d := &readerDesk{
		t: t, dir: t.TempDir(), press: newPress(t),
		general: strings.Replace(wire, "host_gap: 0s", "host_gap: 0s, republish: full", 1), title: "Wire", patterns: anyOfThem, sources: []string{"/wire", "/digest"},
		want: make(map[string][]account), began: time.Now().UTC().Truncate(time.Second).Add(-5 * time.Hour),
	}
	d.configure()
	return d
}

func (d *readerDesk) config() string { return filepath.Join(d.dir, "config.yaml") }

// configure writes the configuration.
func (d *readerDesk) configure() {
	d.t.Helper()
	var b strings.Builder
	b.WriteString(d.general + "sources:\n")
	for _, s := range d.sources {
		fmt.Fprintf(&b, "  - {url: '%s%s'}\n", d.press.url, s)
	}
	fmt.Fprintf(&b, "topics:\n  t: {title: '%s', any: %s}\n  events: {title: '%[1]s', any: %[2]s, group: story}\n", d.title, d.patterns)
	replace(d.t, d.config(), b.String())
}

// reconfigure is configure for a service that runs.
func (d *readerDesk) reconfigure() {
	d.t.Helper()
	d.configure()
	d.service.signal(syscall.SIGHUP)
	d.service.await("configuration reloaded")
}

// account is one that is a minute younger than the one before.
func (d *readerDesk) account(guid, link, title, text string) account {
	d.latest++
	return account{guid: guid, link: link, title: title, shown: title, text: text, at: d.began.Add(time.Duration(d.latest) * time.Minute)}
}

// start starts the service, and the readers find it.
func (d *readerDesk) start() {
	d.t.Helper()
	d.service = startService(d.t, d.config())
	for _, s := range d.readers {
		s.door.leadTo(d.t, d.service.url)
	}
}

// subscribe lets every reader that is installed subscribe to the topics in each format
// that it reads.
func (d *readerDesk) subscribe() {
	d.t.Helper()
	for _, k := range readerKinds() {
		if m := k.missing(); m != "" {
			d.t.Run(k.name, func(t *testing.T) { t.Skipf("%s is not installed", m) })
			continue
		}
		s := &subscriber{readerKind: k, door: newDoor(d.t), ids: make(map[string]string)}
		s.door.leadTo(d.t, d.service.url)
		var urls []string
		for _, topic := range readerTopics {
			for _, f := range k.formats[topic] {
				s.paths = append(s.paths, "/topics/"+topic+f)
				urls = append(urls, s.door.url+"/topics/"+topic+f)
			}
		}
		dir := filepath.Join(d.dir, k.name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			d.t.Fatal(err)
		}
		var err error
		if s.reader, err = k.subscribe(dir, urls); err != nil {
			d.t.Fatal(err)
		}
		d.readers = append(d.readers, s)
	}
}

// expect says what readers of topics are to see besides from now on.
func (d *readerDesk) expect(topics []string, accounts ...account) {
	for _, topic := range topics {
		d.want[topic] = append(d.want[topic], accounts...)
	}
}

// visit lets the service visit its sources.
func (d *readerDesk) visit() { d.t.Helper(); d.command("fetch", "--all") }

// decide is an operator's decision.
func (d *readerDesk) decide(args ...string) { d.t.Helper(); d.command(append(args, "--by", "me")...) }

// command runs a command beside the service, and gives what it printed.
func (d *readerDesk) command(args ...string) string {
	d.t.Helper()
	r := command(append(args, "-c", d.config())...)
	if r.code != 0 {
		d.t.Fatalf("%v: %+v", args, r)
	}
	return r.out
}

// until asks for the JSON Feeds of topics until they are as they should be.
func (d *readerDesk) until(topics []string, what string, is func(doc string) bool) {
	d.t.Helper()
	deadline := time.Now().Add(patience)
	for _, topic := range topics {
		for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C {
			_, doc := d.service.get("/topics/" + topic + ".json")
			if is(doc) {
				tick.Stop()
				break
			}
			if time.Now().After(deadline) {
				d.t.Fatalf("%s.json was never one with %s:\n%s\n%s", topic, what, doc, d.service.log())
			}
		}
	}
}

// published waits until topics have part.
func (d *readerDesk) published(part string, topics ...string) {
	d.t.Helper()
	d.until(topics, part, func(doc string) bool { return strings.Contains(doc, part) })
}

// entry waits until an account is an entry of topics, or is none.
func (d *readerDesk) entry(a account, is bool, topics ...string) {
	d.t.Helper()
	d.until(topics, fmt.Sprintf("%q as an entry: %v", a.shown, is), func(doc string) bool {
		var f struct{ Items []struct{ Title string } }
		if err := json.Unmarshal([]byte(doc), &f); err != nil {
			d.t.Fatal(err)
		}
		return is == slices.ContainsFunc(f.Items, func(i struct{ Title string }) bool { return i.Title == a.shown })
	})
}

// listed makes sure that an account is beside an entry of topics, and none itself.
func (d *readerDesk) listed(a account, topics ...string) {
	d.t.Helper()
	d.entry(a, false, topics...)
	d.published(a.link, topics...)
}

// settle waits until what is served is what is stored.
func (d *readerDesk) settle() {
	d.t.Helper()
	for _, topic := range readerTopics {
		stored := d.command("export", topic, "--format", "json")
		d.until([]string{topic}, "all that is stored", func(doc string) bool { return doc == stored })
	}
}

// each does something with all readers at once.
func (d *readerDesk) each(do func(i int, s *subscriber) error) {
	d.t.Helper()
	errs := make([]error, len(d.readers))
	var wg sync.WaitGroup
	for i, s := range d.readers {
		wg.Go(func() { errs[i] = do(i, s) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			d.t.Errorf("%s: %v", d.readers[i].name, err)
		}
	}
}

// look reloads all readers and compares what they show with what they should.
func (d *readerDesk) look(when string) { d.t.Helper(); d.reload(when, 200, 226, 304) }

// unchanged is look where the service is to say that it has nothing new.
func (d *readerDesk) unchanged(when string) { d.t.Helper(); d.reload(when, 304) }

func (d *readerDesk) reload(when string, may ...int) {
	d.t.Helper()
	d.settle()
	got := make([]map[string][]shown, len(d.readers))
	d.each(func(i int, s *subscriber) (err error) {
		s.door.answered() // what was asked before is of no interest
		if err = s.reload(); err == nil {
			got[i], err = s.shows()
		}
		return err
	})
	for i, s := range d.readers {
		answers := s.door.answered()
		for _, p := range s.paths {
			topic := strings.TrimSuffix(path.Base(p), path.Ext(p))
			for _, wrong := range s.wrongWith(p, d.want[topic], got[i][s.door.url+p]) {
				d.t.Errorf("%s, %s, %s: %s", s.name, p, when, wrong)
			}
			if a := answers[p]; len(a) != 1 || !slices.Contains(may, a[0]) {
				d.t.Errorf("%s, %s, %s: answered %v, want one of %v", s.name, p, when, a, may)
			}
			s.all = append(s.all, answers[p]...)
		}
	}
	if d.t.Failed() {
		d.t.FailNow() // what is wrong once stays wrong
	}
}
