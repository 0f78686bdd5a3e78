//go:build linux

package server

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// BenchmarkGrowth is what an entry costs as the store grows: 5,000 sources bring 20 new
// entries at a time, 20,000 a day, which are matched, placed and stored, 64 visits to a
// transaction, up to as many as TOPICWIRE_GROWTH says (200,000). It prints for each step the
// CPU time an entry takes, whole and of Apply alone, with the size of the file and the memory
// in use, and with TOPICWIRE_GROWTH_PROFILES writes a profile of each to that folder. The
// window of stories is full from 120,000 entries on; with 2,500 a day, as TOPICWIRE_GROWTH_DAY
// may say, it is before 20,000, and what grows from there is the file. Run it with
// -benchtime 1x.
func BenchmarkGrowth(b *testing.B) {
	last, aDay := 200_000, 20_000
	for name, n := range map[string]*int{"TOPICWIRE_GROWTH": &last, "TOPICWIRE_GROWTH_DAY": &aDay} {
		if v, err := strconv.Atoi(os.Getenv(name)); err == nil {
			*n = v
		}
	}
	for _, placed := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "stories"}[placed], func(b *testing.B) {
			for b.Loop() {
				grow(b, last, aDay, placed)
			}
		})
	}
}

func grow(b *testing.B, last, aDay int, placed bool) {
	p := newPress(aDay)
	topics := p.topics(10, 60)
	m, problems := match.Compile(topics)
	if m == nil {
		b.Fatal(problems)
	}
	path := filepath.Join(b.TempDir(), "t.db")
	o := storage.Options{}
	if placed {
		o.Place = story.New(story.Options{})
	}
	db, err := storage.Open(path, o)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Apply([]feed.Change{&feed.ConfigChange{At: noon, Generation: 1, Topics: topics, Hashes: append(m.Rules(), feed.TopicRules{ID: feed.AllTopics, Hash: 1})}}); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("\n%9s %12s %12s %9s %11s %8s %8s\n", "entries", "CPU µs/entry", "of Apply", "wall", "bytes/entry", "MB rss", "MB heap")
	n := 0
	for _, step := range []int{20_000, 40_000, 50_000, 100_000, 200_000, 400_000, 600_000, 800_000, 1_000_000} {
		if step > last {
			break
		}
		stop := profiled(b, fmt.Sprintf("%v-%d", placed, step))
		from, cpu, began := n, time.Duration(0), time.Now()
		apply := time.Duration(0)
		for n < step {
			batch := make([]feed.Change, 64)
			for i := range batch {
				batch[i], n = p.visit(n)
			}
			was := cpuTime()
			for _, c := range batch {
				v := c.(*feed.Visit)
				src, es := &feed.Source{ID: v.Source}, v.Document.Entries
				for i := range es {
					w := match.Read(src, &es[i].Entry, "")
					es[i].Matches = m.Match(src, &es[i].Entry, w)
					if placed {
						es[i].Terms = story.Terms(w, nil)
					}
				}
			}
			read := cpuTime()
			if _, err := db.Apply(batch); err != nil {
				b.Fatal(err)
			}
			now := cpuTime()
			cpu, apply = cpu+now-was, apply+now-read
		}
		stop()
		st, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		per := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(n-from) }
		fmt.Printf("%9d %12.1f %12.1f %9.1f %11d %8d %8d\n", n, per(cpu), per(apply), per(time.Since(began)), st.Size()/int64(n), resident()>>20, mem.HeapInuse>>20)
	}
}

// profiled profiles what runs until the function that it returns.
func profiled(b *testing.B, name string) func() {
	dir := os.Getenv("TOPICWIRE_GROWTH_PROFILES")
	if dir == "" {
		return func() {}
	}
	f, err := os.Create(filepath.Join(dir, name+".prof"))
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is the resident memory in bytes, pages of the file among it.
func resident() int64 {
	b, _ := os.ReadFile("/proc/self/statm")
	if f := bytes.Fields(b); len(f) > 1 {
		n, _ := strconv.ParseInt(string(f[1]), 10, 64)
		return n * int64(os.Getpagesize())
	}
	return 0
}

// A press writes news of made-up words, as frequent as words are, and of events that some
// sources report at the same time.
type press struct {
	rng    *rand.Rand
	top    float64
	aDay   int     // how many entries it writes
	events [][]int // their words, the newest last
}

func newPress(aDay int) *press {
	return &press{aDay: aDay, rng: rand.New(rand.NewPCG(1, 1)), top: math.Log(60_000)}
}

func (p *press) rank() int { return int(math.Exp(p.rng.Float64()*p.top)) - 1 }

// word is the word of a rank: short ones are frequent.
func (p *press) word(rank int) string {
	const on, vo = "bdfgklmnprstvz", "aeiou"
	var b []byte
	for n := rank + 3; n > 0; n /= len(on) * len(vo) {
		b = append(b, on[n%len(on)], vo[n/len(on)%len(vo)])
	}
	return string(b)
}

func (p *press) text(s *strings.Builder, event []int, words int) string {
	s.Reset()
	for i := range words {
		rank := p.rank()
		if p.rng.IntN(3) == 0 {
			rank = event[p.rng.IntN(len(event))]
		}
		w := p.word(rank)
		if i == 0 || rank%5 == 0 {
			w = string(w[0]-32) + w[1:]
		}
		if i > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(w)
	}
	return s.String()
}

// visit is the next visit of 20 entries, n of which were before it.
func (p *press) visit(n int) (*feed.Visit, int) {
	const sources = 5000
	visits := n / 20
	at := noon.Add(time.Duration(n) * 24 * time.Hour / time.Duration(p.aDay))
	v := &feed.Visit{
		At: at, Source: feed.SourceID(fmt.Sprintf("https://news%d.example/feed.xml", visits%sources*7919%sources)), HTTP: 200,
		Next: at.Add(time.Hour), Document: &feed.Reading{Generation: 1, Body: uint64(n + 1), Meta: feed.Meta{Title: fmt.Sprint("News ", visits%sources)}},
	}
	var s strings.Builder
	for range 20 {
		n++
		if len(p.events) == 0 || p.rng.IntN(3) == 0 {
			words := make([]int, 14)
			for i := range words {
				words[i] = 200 + p.rank()
			}
			p.events = append(p.events, words)
		}
		event := p.events[len(p.events)-1-p.rng.IntN(min(len(p.events), 3000))]
		e := feed.Entry{
			ID: fmt.Sprintf("%s#%d", v.Source, n), Link: fmt.Sprintf("%s/%d/%x", v.Source, n, p.rng.Uint32()), Published: at.Add(-time.Duration(p.rng.IntN(7200)) * time.Second),
			Title: p.text(&s, event, 9), Summary: p.text(&s, event, 32), Content: "<p>" + p.text(&s, event, 200) + "</p>", Raw: feed.Raw(p.rng.Uint64()),
		}
		e.Canonical = e.Link
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e})
		v.Document.Window = append(v.Document.Window, e.Raw)
	}
	return v, n
}

// topics are n topics of some patterns each, which a tenth of the entries match or more.
func (p *press) topics(n, patterns int) (all []feed.Topic) {
	for i := range n {
		t := feed.Topic{ID: feed.TopicID(fmt.Sprint("topic-", i)), Title: "T"}
		any := feed.Rule{Op: feed.OpAny}
		for range patterns {
			any.Parts = append(any.Parts, feed.Rule{Pattern: p.word(3000 + p.rng.IntN(50_000))})
		}
		t.Rules = feed.Rules{any}
		all = append(all, t)
	}
	return all
}
