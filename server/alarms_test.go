package server

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/poll"
	"topicwire/storage"
)

// A faulty service is one in which something goes wrong, as those who ask see it.
type faulty struct {
	*live
	t     *testing.T
	dir   string
	clock atomic.Int64 // milliseconds
	admin *http.Client
	seen  seen
}

// seen are the metrics of a fault, by its kind; those of a service that is well under "".
type seen map[feed.AlarmKind]string

// Each fault is made to happen, and everything that says what is wrong says so while it
// lasts, and neither before nor after. Then the alert rules of the documentation have to
// fire for each.
func TestFaults(t *testing.T) {
	all := seen{}
	for _, fault := range []struct {
		name   string
		happen func(*testing.T, seen)
	}{
		{"no network", faultWithoutANetwork},
		{"a full disk", faultOfAFullDisk},
		{"a file that is gone", faultForAFileThatIsGone},
		{"a refused configuration", faultForARefusedConfiguration},
		{"a held configuration", faultForAHeldConfiguration},
		{"no backup", faultWithoutABackup},
		{"polling that stopped", faultWhenPollingStops},
		{"sources and topics", faultsOfSourcesAndTopics},
	} {
		t.Run(fault.name, func(t *testing.T) { fault.happen(t, all) })
	}
	t.Run("alert rules", func(t *testing.T) { alertRules(t, all) })
}

// A look is what they see.
type look struct {
	alarms  []string // kinds and subjects, by status
	ready   int      // status of /readyz
	says    string   // its body
	metrics string
	page    string
}

func newFaulty(t *testing.T, seen seen, config func(dir string) *config.Config, before func(*faulty)) *faulty {
	t.Helper()
	f := &faulty{t: t, dir: t.TempDir(), seen: seen}
	f.clock.Store(noon.UnixMilli())
	f.admin = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", filepath.Join(f.dir, "admin.sock"))
	}}}
	t.Cleanup(f.admin.CloseIdleConnections)
	f.live = goLiveBy(t, config(f.dir), f.now, func(s *Server) {
		if before != nil {
			f.live = &live{Server: s}
			before(f)
		}
	})
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if len(f.refiles.wanted()) == 0 {
			break
		}
	}
	return f
}

func (f *faulty) now() time.Time { return time.UnixMilli(f.clock.Load()).UTC() }

func (f *faulty) pass(d time.Duration) { f.clock.Add(d.Milliseconds()) }

func (f *faulty) look() (l look) {
	f.t.Helper()
	st, err := StatusNow.Ask(f.t.Context(), f.client, struct{}{})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, a := range st.Alarms {
		l.alarms = append(l.alarms, strings.TrimSpace(string(a.Kind)+" "+a.Subject))
	}
	l.ready, l.says = f.ask("/readyz")
	_, l.metrics = f.ask("/metrics")
	_, l.page = f.ask("/")
	return l
}

func (f *faulty) ask(path string) (int, string) {
	f.t.Helper()
	res, err := f.admin.Get("http://localhost" + path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// well fails the test where something is wrong.
func (f *faulty) well(when string) look {
	f.t.Helper()
	l := f.look()
	if len(l.alarms) > 0 || l.ready != http.StatusOK || regexp.MustCompile(`topicwire_alarms\{kind="[^"]*"\} [^0]`).MatchString(l.metrics) || strings.Contains(l.page, "This needs you") {
		f.t.Errorf("%s: alarms %v, readyz %d %s", when, l.alarms, l.ready, l.says)
	}
	f.seen[""] = l.metrics
	return l
}

// unready are the alarms with which a service is not ready.
var unready = []string{"store", "database", "polling", "network", "configuration", "backup"}

// ill fails the test unless these alarms are there, and everywhere.
func (f *faulty) ill(when string, want ...string) look {
	f.t.Helper()
	l := f.look()
	kind, _, _ := strings.Cut(want[0], " ")
	ready := http.StatusOK
	if slices.Contains(unready, kind) {
		ready = http.StatusServiceUnavailable
	}
	if !slices.Equal(l.alarms, want) || l.ready != ready {
		f.t.Errorf("%s: alarms %v, want %v; readyz %d, want %d", when, l.alarms, want, l.ready, ready)
	}
	n := 0
	for _, w := range want {
		if strings.HasPrefix(w+" ", kind+" ") {
			n++
		}
	}
	if line := fmt.Sprintf("topicwire_alarms{kind=%q} %d\n", kind, n); !strings.Contains(l.metrics, line) {
		f.t.Errorf("%s: no %s in the metrics", when, line)
	}
	if part := cmp.Or(map[string]string{"configuration": "change refused", "held": "change is held"}[kind], "This needs you"); !strings.Contains(l.page, part) {
		f.t.Errorf("%s: nothing on the page", when)
	}
	for _, w := range want {
		kind, _, _ := strings.Cut(w, " ")
		f.seen[feed.AlarmKind(kind)] = l.metrics
	}
	f.logged(when, kind, "alarm: ", 1)
	_, ops := f.ask("/ops.atom")
	var doc struct {
		Entries []struct {
			Title    string `xml:"title"`
			Category struct {
				Term string `xml:"term,attr"`
			} `xml:"category"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(ops), &doc); err != nil || len(doc.Entries) == 0 || doc.Entries[0].Category.Term != kind || strings.HasPrefix(doc.Entries[0].Title, "Over: ") {
		f.t.Errorf("%s: %v, the feed of alarms:\n%s", when, err, ops)
	}
	return l
}

// over is well after a fault of a kind, which was told.
func (f *faulty) over(when, kind string) {
	f.t.Helper()
	f.well(when)
	f.logged(when, kind, "alarm is over: ", 1)
	if _, ops := f.ask("/ops.atom"); !strings.Contains(ops, "<title>Over: ") {
		f.t.Errorf("%s: the feed of alarms:\n%s", when, ops)
	}
}

// logged fails the test unless the log has n lines of a kind that begin so.
func (f *faulty) logged(when, kind, begin string, n int) {
	f.t.Helper()
	got := 0
	for line := range strings.Lines(f.log.String()) {
		if strings.Contains(line, `msg="`+begin) && strings.Contains(line, " kind="+kind+" ") {
			got++
		}
	}
	if got != n {
		f.t.Errorf("%s: %d lines %q of %s in the log, want %d:\n%s", when, got, begin, kind, n, f.log)
	}
}

// visitAll has all sources visited.
func (f *faulty) visitAll() {
	f.t.Helper()
	if err := Fetch.Each(f.t.Context(), f.client, true, func(poll.Report) {}); err != nil {
		f.t.Fatal(err)
	}
}

// alarmSource is what a test of alarms polls, where something is to be polled.
const alarmSource = "https://x.example/rss"

func quietConfig(t *testing.T, topics string) func(string) *config.Config {
	return func(dir string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, topics)
		return cfg
	}
}

// resting has the source due in an hour, so that nothing is polled.
func resting(f *faulty) {
	if err := f.writer.do(&feed.Claim{At: f.now(), Sources: []feed.SourceID{alarmSource}, Next: []time.Time{f.now().Add(time.Hour)}}); err != nil {
		f.t.Fatal(err)
	}
}

// Hosts that no longer answer, all at once.
func faultWithoutANetwork(t *testing.T, seen seen) {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description></channel></rss>`)
	}
	l, err := net.Listen("tcp4", ":0") // all of 127/8 is this machine
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	port := at[strings.LastIndexByte(at, ':'):]
	srv := &http.Server{Handler: http.HandlerFunc(answer)}
	go srv.Serve(l)
	f := newFaulty(t, seen, func(dir string) *config.Config {
		cfg := liveConfig(t, dir, "http://127.0.0.1"+port, "t: {}")
		for i := 2; i < 6; i++ {
			cfg.Sources = append(cfg.Sources, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.0.%d%s", i, port)), Republish: feed.RepublishSummary})
		}
		return cfg
	}, nil)
	f.visitAll()
	f.well("before")
	srv.Close()
	f.pass(time.Hour)
	f.visitAll()
	during := f.ill("without a network", "network")
	if !strings.Contains(during.metrics, `topicwire_sources{condition="failing"} 5`) {
		t.Error("the sources are not counted as failing")
	}
	if l, err = net.Listen("tcp4", at[strings.LastIndexByte(at, ':'):]); err != nil {
		t.Fatal(err)
	}
	srv = &http.Server{Handler: http.HandlerFunc(answer)}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	f.visitAll()
	f.over("with one again", "network")
}

// published waits until what was stored is published, for which the file is read.
func (f *faulty) published() {
	f.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		f.publisher.turn.Lock() // none is being published
		f.publisher.mu.Lock()
		left := len(f.publisher.touched)
		f.publisher.mu.Unlock()
		f.publisher.turn.Unlock()
		if left == 0 {
			return
		}
	}
}

// A file that is no longer where it was: nothing is written that nobody would find
// again, and all goes on once it is back.
func faultForAFileThatIsGone(t *testing.T, seen seen) {
	for name, take := range map[string]func(path string) error{
		"cut short": func(path string) error { return cmp.Or(copyFile(path, path+".away"), os.Truncate(path, 3*8192)) },
		"gone":      func(path string) error { return os.Rename(path, path+".away") },
		"replaced": func(path string) error {
			return cmp.Or(os.Rename(path, path+".away"), os.WriteFile(path, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, seen, quietConfig(t, "water: {any: [rivers]}"), resting)
			if err := f.writer.do(bring(f.Server, 10)); err != nil {
				t.Fatal(err)
			}
			f.well("before")
			f.published()
			path := f.db.Path()
			if err := take(path); err != nil {
				t.Fatal(err)
			}
			f.ill("during", "database")
			if err := f.writer.do(bring(f.Server, 10)); err == nil || !strings.Contains(err.Error(), "moved, removed, replaced") {
				t.Errorf("a change was stored in a file that nobody finds again: %v", err)
			}
			f.visitAll() // which the store refuses, too
			f.ill("after a write", "database")
			// One line of it, besides those of pages that lack their sources.
			if log := f.log.String(); strings.Count(log, "level=ERROR")-strings.Count(log, `msg="sources not shown"`) != 1 {
				t.Errorf("one fault in the log:\n%s", log)
			}
			if err := Verify.Each(t.Context(), f.client, struct{}{}, func(line string) { t.Error(line) }); err == nil {
				t.Error("nothing is wrong, says verify")
			}
			// What the process has open is saved by it alone.
			saved, err := Backup.Ask(t.Context(), f.client, BackupRequest{Path: filepath.Join(f.dir, "saved.db")})
			if damaged := errors.Is(err, storage.ErrCorrupt); damaged != (name == "cut short") || !damaged && (err != nil || saved.Entries != 10) {
				t.Errorf("a backup: %+v, %v", saved, err)
			}
			if _, err := http.Get(f.url + "/topics/water.atom"); err != nil {
				t.Error(err)
			}
			// A second server finds that the socket is answered.
			cfg := liveConfig(t, f.dir, alarmSource, "t: {}")
			cfg.Server.Admin = ""
			if other, err := Open(t.Context(), Options{Config: cfg}); err == nil {
				ctx, cancel := context.WithCancel(t.Context())
				err = other.Serve(ctx, nil, func(net.Addr) { cancel() }) // it has no socket to serve on
				cancel()
				if err == nil || !strings.Contains(err.Error(), storage.ErrLocked.Error()) {
					t.Errorf("a second server: %v", err)
				}
				if err := other.Close(); err != nil {
					t.Error(err)
				}
			}
			if _, err := StatusNow.Ask(t.Context(), f.client, struct{}{}); err != nil {
				t.Errorf("the first one is not asked any more: %v", err)
			}
			back := os.Rename
			if name == "cut short" {
				back = copyFile
			}
			if err := back(path+".away", path); err != nil {
				t.Fatal(err)
			}
			f.over("after", "database")
			if err := f.writer.do(bring(f.Server, 10)); err != nil {
				t.Error(err)
			}
		})
	}
}

// copyFile writes what a file has over another one, which stays the same file.
func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// A configuration that is refused, and one that is taken after it.
func faultForARefusedConfiguration(t *testing.T, seen seen) {
	f := newFaulty(t, seen, quietConfig(t, "t: {}"), resting)
	f.well("before")
	bad := []feed.Problem{{Pos: feed.Pos{File: "config.yaml", Line: 2, Col: 1}, Text: "bad"}}
	for range 3 { // the third is taken when the second is done
		f.reloads <- Reload{Problems: bad}
	}
	if l := f.ill("refused", "configuration"); !strings.Contains(l.says, "config.yaml:2:1: error: bad") {
		t.Errorf("readyz says %s", l.says)
	}
	for range 2 {
		f.reloads <- Reload{Config: liveConfig(t, f.dir, alarmSource, "t: {}")}
	}
	f.until(t, "/", "Topicwire")
	f.over("taken", "configuration")
}

// A change that waits for a word.
func faultForAHeldConfiguration(t *testing.T, seen seen) {
	with := func(dir, topics string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, topics)
		cfg.Reload.Hold = 30
		return cfg
	}
	f := newFaulty(t, seen, func(dir string) *config.Config { return with(dir, "water: {any: [rivers]}") }, func(f *faulty) {
		if err := f.writer.do(bring(f.Server, 20)); err != nil {
			t.Fatal(err)
		}
		resting(f)
	})
	f.well("before")
	f.offer(t, Reload{Config: with(f.dir, "water: {any: [roads]}")})
	f.ill("held", "held")
	if _, err := DiscardReload.Ask(t.Context(), f.client, struct{}{}); err != nil {
		t.Fatal(err)
	}
	f.over("discarded", "held")
}

// Backups that cannot be made, since their disk is not there.
func faultWithoutABackup(t *testing.T, seen seen) {
	f := newFaulty(t, seen, func(dir string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, "t: {}")
		cfg.Storage.Backup = config.Backups{Dir: filepath.Join(dir, "disk", "backups"), Every: time.Hour, Keep: 2}
		return cfg
	}, func(f *faulty) {
		if err := f.writer.do(&feed.Claim{At: f.now(), Sources: []feed.SourceID{alarmSource}, Next: []time.Time{f.now().Add(150 * time.Hour)}}); err != nil {
			t.Fatal(err)
		}
	})
	f.well("before")
	f.pass(3 * time.Hour)
	f.backUpWhenDue(t.Context())
	f.pass(11 * time.Minute)
	f.backUpWhenDue(t.Context()) // it is tried again
	if l := f.ill("without the disk", "backup"); !strings.Contains(l.metrics, "topicwire_backup_last_success_timestamp_seconds 0\n") {
		t.Error("the metrics do not say that there is none")
	}
	if err := os.Mkdir(filepath.Join(f.dir, "disk"), 0o700); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(f.log.String(), `msg="no backup; `); n != 1 {
		t.Errorf("the log says %d times that there is no backup, for one reason", n)
	}
	f.pass(11 * time.Minute)
	f.backUpWhenDue(t.Context())
	f.over("with it", "backup")
}

// Sources are due, and nobody visits them.
func faultWhenPollingStops(t *testing.T, seen seen) {
	f := newFaulty(t, seen, quietConfig(t, "t: {}"), resting)
	f.well("before")
	f.pass(time.Hour + stuckAfter - time.Minute) // the poller sleeps by a clock that did not move
	f.well("when it is late")
	f.pass(2 * time.Minute)
	f.ill("when it is too late", "polling")
	resting(f)
	f.over("after", "polling")
}

// What sources and topics do is judged by what is stored of them.
func faultsOfSourcesAndTopics(t *testing.T, seen seen) {
	news := func(f *faulty, at time.Time, n int, fail int) {
		t.Helper()
		v := &feed.Visit{At: at, Source: alarmSource, Next: noon.Add(150 * time.Hour), HTTP: 200}
		if fail > 0 {
			v.HTTP, v.Error = fail, fmt.Sprint("the server answered ", fail)
		} else if n > 0 {
			v.Document = &feed.Reading{Body: uint64(at.UnixMilli()), Generation: f.state.Load().Generation}
			for i := range n {
				e := feed.Entry{ID: fmt.Sprint(at.UnixMilli(), "-", i), Title: fmt.Sprintf("Of %d: %d", at.UnixMilli(), i), Raw: feed.Raw(at.UnixMilli() + int64(i)), Published: at}
				v.Document.Window = append(v.Document.Window, e.Raw)
				v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: f.state.Load().match(v.Source, &e)})
			}
		}
		if err := f.writer.do(v); err != nil {
			t.Fatal(err)
		}
	}
	daily := func(f *faulty) {
		for d := 25; d >= 0; d-- {
			for h := 24; h > 0; h -= 6 {
				news(f, noon.Add(-time.Duration(24*d+h-1)*time.Hour), 1, 0)
			}
		}
	}
	const source = alarmSource
	t.Run("silent", func(t *testing.T) {
		f := newFaulty(t, seen, quietConfig(t, "t: {}"), resting)
		daily(f)
		f.well("before")
		f.pass(20 * time.Hour)
		news(f, f.now(), 0, 0)
		f.ill("nothing new", "source-silent "+source, "topic-silent t")
		news(f, f.now(), 1, 0)
		f.well("after")
	})
	t.Run("much", func(t *testing.T) {
		f := newFaulty(t, seen, quietConfig(t, "t: {}"), resting)
		daily(f)
		news(f, f.now(), 60, 0)
		f.ill("sixty at once", "source-surge "+source, "topic-surge t")
		f.pass(13 * time.Hour)
		news(f, f.now(), 1, 0)
		f.well("the next day")
	})
	t.Run("failing", func(t *testing.T) {
		f := newFaulty(t, seen, quietConfig(t, "t: {max_silence: 30d}"), resting)
		daily(f)
		for range 3 {
			news(f, f.now(), 0, 500)
		}
		f.well("for a moment")
		f.pass(25 * time.Hour)
		news(f, f.now(), 0, 500)
		l := f.ill("for a day", "source-failing "+source)
		for _, want := range []string{"topicwire_source_last_success_timestamp_seconds", "topicwire_source_newest_entry_timestamp_seconds"} {
			if value := regexp.MustCompile(want + `\{source="` + source + `"\} (\S+)`).FindStringSubmatch(l.metrics); value == nil || value[1] != fmt.Sprint(float64(noon.Add(-5*time.Hour).Unix())) {
				t.Errorf("%s is %v", want, value)
			}
		}
		news(f, f.now(), 1, 0)
		f.over("after", "source-failing")
	})
	t.Run("gone", func(t *testing.T) {
		f := newFaulty(t, seen, quietConfig(t, "t: {max_silence: 30d}"), resting)
		daily(f)
		news(f, f.now(), 0, http.StatusGone)
		f.ill("410", "source-gone "+source)
	})
}

// The operator's command hears of what nobody asked for, when it begins and when it ends.
func TestTheCommandIsToldOfAlarms(t *testing.T) {
	told := filepath.Join(t.TempDir(), "told")
	f := newFaulty(t, seen{}, func(dir string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, "t: {}")
		cfg.Alarm.Command = []string{"/bin/sh", "-c", `cat >> "$0"`, told}
		return cfg
	}, func(f *faulty) {
		if f.alarms.every != 10*time.Second {
			t.Errorf("alarms are looked for every %s", f.alarms.every)
		}
		f.alarms.every = 5 * time.Millisecond
		resting(f)
	})
	await := func(want string) {
		t.Helper()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for timeout := time.After(30 * time.Second); ; {
			if b, _ := os.ReadFile(told); strings.Contains(string(b), want) {
				return
			}
			select {
			case <-tick.C:
			case <-timeout:
				t.Fatalf("the command was not told %s:\n%s", want, f.log)
			}
		}
	}
	path := f.db.Path()
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	await(`{"state":"begins","kind":"database"`)
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	await(`{"state":"ends","kind":"database"`)
}

// Sources that differ in a secret alone are one in the metrics, which are all there.
func TestMetricsOfSourcesThatLookAlike(t *testing.T) {
	f := newFaulty(t, seen{}, func(dir string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, "t: {}")
		for _, token := range []string{"abcdefghijkl", "mnopqrstuvwx"} {
			cfg.Sources = append(cfg.Sources, feed.Source{ID: feed.SourceID(alarmSource + "?token=" + token), Blocked: true})
		}
		return cfg
	}, resting)
	code, metrics := f.ask("/metrics")
	if n := strings.Count(metrics, "\ntopicwire_source_last_success_timestamp_seconds{"); code != http.StatusOK || n != 2 || strings.Contains(metrics, "abcdefghijkl") {
		t.Errorf("%d: %d series of three sources:\n%s", code, n, metrics)
	}
}
