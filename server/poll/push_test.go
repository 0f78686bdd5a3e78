package poll

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/memory"
	"topicwire/feed/story"
	"topicwire/storage"
)

// A bench is a poller over file: sources, in a bubble whose clock is its own: what runs
// in it rests only when it waits for something.
type bench struct {
	t       *testing.T
	db      *storage.DB
	poll    *Poller
	src     Sources
	dir     string
	told    sync.Mutex
	reports []Report          // what was told so far: see said
	hold    func(feed.Change) // called before a change is stored
	writing sync.Mutex
	refuse  error         // in place of storing
	reading time.Duration // how long a document is read
	memory  *memory.Budget
	pushed  sync.Map // by source: whether its hub pushes
	advert  map[feed.SourceID]feed.Advert
}

func newBench(t *testing.T, names ...string) *bench {
	b := &bench{t: t, dir: t.TempDir(), advert: map[feed.SourceID]feed.Advert{}}
	var err error
	if b.db, err = storage.Open(filepath.Join(b.dir, "t.db"), storage.Options{Place: story.New(story.Balanced()), NoSync: true}); err != nil {
		t.Fatal(err)
	}
	m, problems := match.Compile([]feed.Topic{{ID: "security", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "security"}}}}}})
	if m == nil {
		t.Fatal(problems)
	}
	b.src = Sources{Interval: time.Hour, Parallel: 4}
	for _, n := range names {
		b.write(n, item("1", "On security"))
		b.src.List = append(b.src.List, feed.Source{ID: feed.SourceID("file:" + n), File: filepath.Join(b.dir, n), Interval: time.Hour})
	}
	b.memory = memory.New(nil)
	b.poll = New(Options{
		Memory: b.memory, Store: b.db, Rules: func() Rules {
			time.Sleep(b.reading)
			return Rules{Generation: 1, Matcher: m}
		},
		Submit: func(c feed.Change, done func(storage.Outcome, error)) {
			go func() { done(b.store(c)) }()
		},
		Report: func(r Report) {
			b.told.Lock()
			defer b.told.Unlock()
			b.reports = append(b.reports, r)
		},
		Pushed:     func(id feed.SourceID) bool { on, _ := b.pushed.Load(id); return on == true },
		Advertised: func(id feed.SourceID, a feed.Advert) { b.advert[id] = a },
	})
	return b
}

// store is what the writer does, one change at a time, after what holds it.
func (b *bench) store(c feed.Change) (storage.Outcome, error) {
	if b.hold != nil {
		b.hold(c)
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.refuse != nil {
		return storage.Outcome{}, b.refuse
	}
	res, err := b.db.Apply([]feed.Change{c})
	if err != nil {
		return storage.Outcome{}, err
	}
	return res.Outcomes[0], nil
}

// refusing has changes refused, in place of storing them; nil for no longer.
func (b *bench) refusing(why error) {
	b.writing.Lock()
	defer b.writing.Unlock()
	b.refuse = why
}

// said are the reports so far.
func (b *bench) said() []Report {
	b.told.Lock()
	defer b.told.Unlock()
	return slices.Clone(b.reports)
}

func (b *bench) write(name string, items ...string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), fmt.Appendf(nil, rss, strings.Join(items, "")), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// run begins a run, waits for what is due at the start, and gives what stops it.
func (b *bench) run() (stop func()) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.poll.Run(ctx, b.src) }()
	synctest.Wait()
	return func() {
		b.t.Helper()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			b.t.Errorf("the run ended with %v", err)
		}
	}
}

// push hands a document over; the channel tells how it ended.
func (b *bench) push(name string, items ...string) chan error {
	b.t.Helper()
	done := make(chan error, 1)
	d := Pushed{Source: feed.SourceID("file:" + name), URL: "https://a.example/feed", ContentType: "application/rss+xml", Body: fmt.Appendf(nil, rss, strings.Join(items, ""))}
	if err := b.poll.Push(b.t.Context(), d, func(err error) { done <- err }); err != nil {
		b.t.Fatal(err)
	}
	synctest.Wait()
	return done
}

func (b *bench) state(name string) feed.SourceState {
	b.t.Helper()
	s, err := b.poll.schedule(feed.SourceID("file:" + name))
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) filed() int {
	b.t.Helper()
	n := 0
	if err := b.db.View(func(r *storage.Reader) error {
		filed, err := r.Filed("security", 100)
		n = len(filed)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// ended is how something ended that has ended.
func ended(t *testing.T, done chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	default:
		t.Fatal("it has not ended")
		return nil
	}
}

// What a hub sends is filed at once; the source is due when it was, and a visit that
// finds the same later brings nothing.
func TestAPushIsStoredAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		defer b.run()()
		before := b.state("a")
		if err := ended(t, b.push("a", item("2", "On security of water"))); err != nil {
			t.Fatal(err)
		}
		after := b.state("a")
		if b.filed() != 2 || !after.Next.Equal(before.Next) || after.Why != before.Why || after.Body != before.Body || after.Visits != 1 || after.Entries != 1 || after.New != 2 {
			t.Errorf("%d filed, %+v; was %+v", b.filed(), after, before)
		}
		if r := b.said()[len(b.said())-1]; r.Status != ByHub || r.New != 1 || r.Entries != 1 || r.Error != "" {
			t.Errorf("%+v", r)
		}
		b.write("a", item("2", "On security of water"), item("1", "On security"))
		time.Sleep(2 * time.Hour) // of the bubble
		synctest.Wait()
		if r := b.said()[len(b.said())-1]; r.Status != OK && r.Status != Unchanged || r.New+r.Updated != 0 || b.filed() != 2 || b.state("a").Entries != 2 {
			t.Errorf("the visit after it: %+v, %d filed", r, b.filed())
		}
		// What a hub sends twice, and in part what is known, is the same.
		if err := ended(t, b.push("a", item("2", "On security of water"), item("1", "On security"))); err != nil || b.filed() != 2 {
			t.Errorf("%v, %d filed", err, b.filed())
		}
	})
}

// What is no feed is reported and nobody's fault; what is of no source, or cannot be
// stored, is told to who sent it.
func TestPushesThatComeToNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		defer b.run()()
		done := make(chan error, 1)
		tell := func(err error) { done <- err }
		if err := b.poll.Push(t.Context(), Pushed{Source: "file:a", Body: []byte("<html>")}, tell); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := ended(t, done); err != nil {
			t.Errorf("what cannot be read: %v", err)
		}
		if r := b.said()[len(b.said())-1]; r.Status != ByHub || r.Error == "" || b.state("a").Failures != 0 {
			t.Errorf("%+v, %+v", r, b.state("a"))
		}
		if err := ended(t, b.push("none", item("2", "x"))); err == nil || !strings.Contains(err.Error(), "no source") {
			t.Errorf("of no source: %v", err)
		}
		b.refusing(errors.New("no space left on device"))
		if err := ended(t, b.push("a", item("2", "On security"))); err == nil || err.Error() != "no space left on device" || b.filed() != 1 {
			t.Errorf("on a full disk: %v, %d filed", err, b.filed())
		}
	})
}

// What a push holds of memory is given back, whatever becomes of it; so is what a visit
// held. While it is being stored, it is held.
func TestMemoryIsGivenBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		storing := 0
		b.hold = func(c feed.Change) {
			switch c.(type) {
			case *feed.Visit, *feed.Push:
				if now, _ := b.memory.Held(); now > 0 {
					storing++
				}
			}
		}
		defer b.run()()
		push := func(id feed.SourceID, body string) error {
			share := b.memory.Share()
			if err := share.Hold(t.Context(), len(body)); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			if err := b.poll.Push(t.Context(), Pushed{Source: id, Body: []byte(body), Share: share}, func(err error) { done <- err }); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return ended(t, done)
		}
		if err := push("file:a", fmt.Sprintf(rss, item("2", "On security"))); err != nil {
			t.Error(err)
		}
		if storing != 2 { // the first visit, and the push
			t.Errorf("%d changes held memory while they were stored", storing)
		}
		push("file:a", "<html>")
		push("file:none", "<rss/>")
		b.refusing(errors.New("no space left on device"))
		push("file:a", fmt.Sprintf(rss, item("3", "On security")))
		if now, most := b.memory.Held(); now != 0 || most == 0 {
			t.Errorf("%d bytes are held in the end, %d were at most", now, most)
		}
		b.refusing(nil)
		path := filepath.Join(b.dir, "a")
		for _, tt := range []struct {
			what   string
			change func() error
			status Status
		}{
			{"a changed document", func() error { b.write("a", item("4", "On security")); return nil }, OK},
			{"the same", func() error { return nil }, Unchanged},
			{"no feed", func() error { return os.WriteFile(path, []byte("<html>"), 0o600) }, Failed},
			{"too much", func() error { return os.WriteFile(path, make([]byte, fetch.MaxBody+1), 0o600) }, Failed},
			{"nothing", func() error { return os.Remove(path) }, Failed},
		} {
			if err := tt.change(); err != nil {
				t.Fatal(err)
			}
			before := len(b.said())
			time.Sleep(48 * time.Hour) // of the bubble
			synctest.Wait()
			if now, _ := b.memory.Held(); now != 0 || len(b.said()) == before || b.said()[before].Status != tt.status {
				t.Errorf("%s: %d bytes are held, %+v", tt.what, now, b.said()[before:])
			}
		}
	})
}

// A push waits for a visit of its source that is under way, and a visit for a push: what
// is older is stored first. Not many wait.
func TestPushesAndVisitsOfASourceTakeTurns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a", "b")
		defer b.db.Close()
		defer b.run()()
		time.Sleep(time.Second)
		synctest.Wait()
		var mu sync.Mutex
		var order []string
		gate := make(chan struct{})
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		b.hold = func(c feed.Change) {
			switch c := c.(type) {
			case *feed.Visit:
				note("visit")
				if c.Source == "file:a" {
					<-gate
				}
			case *feed.Push:
				note("push " + c.Document.Entries[0].Entry.ID)
				if c.Document.Entries[0].Entry.ID == "last" {
					<-gate
				}
			}
		}
		b.write("a", item("1", "On security, corrected"))
		go b.round(t)
		synctest.Wait()
		if len(order) != 2 { // one visit of a, which is held, and one of b
			t.Fatalf("%q", order)
		}
		var waiting []chan error
		for i := range maxPushes {
			waiting = append(waiting, b.push("a", item(fmt.Sprint(i), fmt.Sprint("Push number ", i))))
		}
		if err := ended(t, b.push("a", item("many", "One too many"))); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
		if err := ended(t, b.push("b", item("other", "Of another source"))); err != nil {
			t.Errorf("another source: %v", err)
		}
		if len(order) != 3 {
			t.Errorf("stored during the visit: %q", order)
		}
		gate <- struct{}{}
		synctest.Wait()
		for i, w := range waiting {
			if err := ended(t, w); err != nil {
				t.Errorf("push %d: %v", i, err)
			}
		}
		if got := strings.Join(order[3:], ", "); got != "push 0, push 1, push 2, push 3" {
			t.Errorf("in the order %q", got)
		}

		// The other way round: the visit does not even look at the source.
		order = nil
		b.push("a", item("last", "The last one"))
		b.write("a", item("2", "On security of rails"))
		go b.round(t)
		synctest.Wait()
		if len(order) != 2 || order[0] != "push last" { // and the visit of b
			t.Errorf("stored during the push: %q", order)
		}
		b.write("a", item("3", "What the source has once the push is stored"))
		gate <- struct{}{}
		synctest.Wait()
		gate <- struct{}{}
		synctest.Wait()
		if _, ok := b.entry("file:a", "3"); !ok {
			t.Error("the visit read the source before the push was stored")
		}
	})
}

// Who keeps the report of a visit, as a round does of all, does not keep its document.
func TestAReportKeepsNoDocument(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		var visit weak.Pointer[feed.Visit]
		b.hold = func(c feed.Change) {
			if v, ok := c.(*feed.Visit); ok {
				visit = weak.Make(v)
			}
		}
		stop := b.run()
		time.Sleep(time.Second)
		stop()
		runtime.GC()
		if len(b.said()) != 1 || b.said()[0].NextVisit == nil {
			t.Fatalf("%+v", b.said())
		}
		if visit.Value() != nil {
			t.Error("the visit is still in memory")
		}
	})
}

// A visit that waits to be stored has the entries of its document, and not its bytes.
func TestAVisitThatWaitsKeepsNoBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		names := strings.Split("abcdefghijklmnopqrst", "")
		b := newBench(t, names...)
		defer b.db.Close()
		const each = 400 << 10
		for _, n := range names {
			b.write(n, item(n, "On security"), "<!--"+strings.Repeat("x", each)+"-->")
		}
		var mu sync.Mutex
		var waiting []feed.Change
		b.hold = func(c feed.Change) {
			mu.Lock()
			defer mu.Unlock()
			waiting = append(waiting, c)
		}
		inUse := func() int {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return int(m.HeapAlloc)
		}
		before := inUse()
		stop := b.run()
		time.Sleep(time.Hour) // all of them, where they are not all asked at once
		stop()
		if more := inUse() - before; len(waiting) <= len(names) || more > len(names)*each/4 {
			t.Errorf("%d changes keep %d bytes, of %d documents of %d", len(waiting), more, len(names), each)
		}
		runtime.KeepAlive(waiting)
	})
}

// What is pushed between the claim of a visit and the visit is known to the visit.
func TestAPushBeforeAVisitThatIsClaimed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a", "b", "c")
		defer b.db.Close()
		b.src.Parallel, b.reading = 1, time.Second
		claimed := map[feed.SourceID]bool{}
		b.hold = func(c feed.Change) {
			if c, ok := c.(*feed.Claim); ok {
				for _, id := range c.Sources {
					claimed[id] = true
				}
			}
		}
		defer b.run()()
		time.Sleep(1500 * time.Millisecond) // a was visited, b is; c is claimed
		synctest.Wait()
		if c := b.state("c"); !claimed["file:c"] || c.Visits != 0 {
			t.Fatalf("c is not between its claim and its visit: %v, %+v", claimed, c)
		}
		if n := b.poll.Visiting(); n != 1 {
			t.Errorf("%d visits are under way, want b's", n)
		}
		b.reading = 0
		if err := ended(t, b.push("c", strings.Replace(item("2", "On security of water"), "<item>", "<item><pubDate>Fri, 31 Dec 1999 10:00:00 GMT</pubDate>", 1))); err != nil {
			t.Fatal(err)
		}
		pushed := b.state("c")
		time.Sleep(time.Minute)
		synctest.Wait()
		if c := b.state("c"); c.Visits != 1 || len(pushed.Dates) == 0 || !slices.Contains(c.Dates, pushed.Dates[0]) {
			t.Errorf("the visit does not know the dates %v: %+v", pushed.Dates, c)
		}
		if n := b.poll.Visiting(); n != 0 {
			t.Errorf("%d visits are under way in the end", n)
		}
	})
}

func (b *bench) round(t *testing.T) {
	if err := b.poll.Demand(b.t.Context(), true, func(Report) {}); err != nil {
		t.Error(err)
	}
}

func (b *bench) entry(source feed.SourceID, id string) (e feed.StoredEntry, ok bool) {
	if err := b.db.View(func(r *storage.Reader) (err error) {
		e, ok, err = r.EntryOf(source, id)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return e, ok
}

// Pushes that wait in a run that ends, or come to none, are refused.
func TestPushesOfARunThatEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		stop := b.run()
		gate := make(chan struct{})
		b.hold = func(c feed.Change) {
			if _, visit := c.(*feed.Visit); visit {
				<-gate
			}
		}
		b.write("a", item("1", "changed"))
		go b.poll.Demand(t.Context(), true, func(Report) {})
		synctest.Wait()
		kept := b.push("a", item("2", "kept"))
		gone := b.push("a", item("3", "kept, too"))
		next := b.src
		next.List = nil
		b.poll.Update(next) // the source is gone, its visit still under way
		synctest.Wait()
		close(gate)
		synctest.Wait()
		for _, done := range []chan error{kept, gone} {
			if err := ended(t, done); err == nil || !strings.Contains(err.Error(), "no source") {
				t.Errorf("of a source that is gone: %v", err)
			}
		}
		stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.poll.Push(ctx, Pushed{Source: "file:a"}, func(error) { t.Error("told twice") }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("to nobody: %v", err)
		}
	})
}

// A source that a hub pushes is visited daily, from the first visit after that on, and as
// others from the moment when it pushes no more.
func TestPushedSourcesAreVisitedDaily(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a", "b")
		defer b.db.Close()
		stop := b.run()
		time.Sleep(time.Second)
		b.pushed.Store(feed.SourceID("file:a"), true)
		b.pushed.Store(feed.SourceID("file:b"), true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		visited := b.state("a").Visited
		if s := b.state("a"); s.Visits != 2 || s.Next.Sub(visited) != 24*time.Hour || s.Why != "pushed by its hub" {
			t.Fatalf("%+v", s)
		}
		time.Sleep(20 * time.Hour)
		synctest.Wait()
		if n := b.state("a").Visits; n != 2 {
			t.Errorf("%d visits", n)
		}
		b.pushed.Store(feed.SourceID("file:a"), false)
		b.poll.Lapsed("file:a")
		b.poll.Lapsed("file:a")
		b.poll.Lapsed("file:none")
		synctest.Wait()
		if s := b.state("a"); s.Visits != 3 || s.Why != "its interval of 1h" || time.Until(s.Next) != time.Hour {
			t.Errorf("after the hub stopped: %+v", s)
		}
		if n := b.state("b").Visits; n != 2 {
			t.Errorf("the other source has %d visits", n)
		}
		// Who is not pushed is not concerned.
		b.poll.Lapsed("file:a")
		synctest.Wait()
		if s := b.state("a"); s.Visits != 3 || time.Until(s.Next) != time.Hour {
			t.Errorf("%+v", s)
		}

		// After a while without anybody to push to, a source is due as others are.
		stop()
		time.Sleep(time.Minute)
		stop = b.run()
		if n := b.state("b").Visits; n != 3 {
			t.Errorf("%d visits after a restart, want one that catches up", n)
		}
		stop()
		stop = b.run()
		defer stop()
		if n := b.state("b").Visits; n != 3 {
			t.Errorf("%d visits after two restarts in an hour", n)
		}
		if s := b.state("b"); s.Why != whyAlone || s.Next.Sub(s.Visited) != time.Hour {
			t.Errorf("people are told that it is due at %s, because %s", s.Next, s.Why)
		}
	})
}

// A hub that stops pushing while a visit is being stored is not relied upon for a day.
func TestAHubThatStopsDuringAVisit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBench(t, "a")
		defer b.db.Close()
		b.pushed.Store(feed.SourceID("file:a"), true)
		b.hold = func(c feed.Change) {
			if _, visit := c.(*feed.Visit); visit {
				b.pushed.Store(feed.SourceID("file:a"), false)
				b.poll.Lapsed("file:a")
			}
		}
		stop := b.run()
		defer stop()
		if s := b.state("a"); s.Why != "its hub no longer pushes" || time.Until(s.Next) > time.Hour {
			t.Errorf("%+v", s)
		}
	})
}
