package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A pulse asks a server for feeds at a steady rate, as readers do, who do not wait for
// each other: how long an answer takes is counted from when it was to be asked for.
type pulse struct {
	addr  string
	paths []string
	every time.Duration

	mu   sync.Mutex
	took []time.Duration
	errs []error
	stop chan struct{}
	done sync.WaitGroup
}

func startPulse(addr string, every time.Duration, paths ...string) *pulse {
	p := &pulse{addr: addr, paths: paths, every: every, stop: make(chan struct{})}
	const connections = 16
	due := make(chan time.Time, 10_000)
	p.done.Go(func() {
		defer close(due)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case at := <-tick.C:
				due <- at
			}
		}
	})
	for i := range connections {
		p.done.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				p.note(0, err)
				return
			}
			defer c.Close()
			r := bufio.NewReaderSize(c, 64<<10)
			for at := range due {
				i++
				_, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: wire.example\r\nAccept-Encoding: gzip\r\n\r\n", paths[i%len(paths)])
				if err == nil {
					err = skipAnswer(r, "200")
				}
				p.note(time.Since(at), err)
			}
		})
	}
	return p
}

func (p *pulse) note(took time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.errs = append(p.errs, err)
		return
	}
	p.took = append(p.took, took)
}

// ended stops asking, and is the times that answers took, the shortest first.
func (p *pulse) ended() ([]time.Duration, error) {
	close(p.stop)
	p.done.Wait()
	slices.Sort(p.took)
	return p.took, errors.Join(p.errs...)
}

// BenchmarkBusy is how long readers wait for feeds, asked for at a steady rate by another
// process, while the server does all that it has to do at times: a first round of 2,000
// sources, filing all of their entries anew, a preview, a backup. Run it with -benchtime 1x.
func BenchmarkBusy(b *testing.B) {
	const sources = 2500
	out, c := b.TempDir(), exec.Command(os.Args[0])
	c.Env = append(os.Environ(), asSources+"=1")
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Process.Kill(); c.Wait() })
	port, err := bufio.NewReader(pipe).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	var list strings.Builder
	for i := range sources {
		fmt.Fprintf(&list, "  - {url: 'http://127.1.%d.%d:%s/%d'}\n", i/200, i%200+1, strings.TrimSpace(port), i)
	}
	config := filepath.Join(out, "config.yaml")
	with := func(water, sources string) {
		writeConfig(b, config, fmt.Sprintf("%stopics:\n  water: {any: [%s]}\n  ways: {any: [roads, trains]}\n  trade: {any: [markets, taxes], group: story}\nsources:\n%s", wire, water, sources))
	}
	first := fmt.Sprintf("  - {url: 'http://127.2.0.1:%s/%d'}\n", strings.TrimSpace(port), sources)
	with("rivers", first)
	s := startService(b, config)
	s.until("/topics/water.atom", "Meeting")
	during := func(name string, do func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, before, began := startPulse(strings.TrimPrefix(s.url, "http://"), 5*time.Millisecond, "/topics/water.atom", "/topics/trade.rss", "/topics/ways", "/all.atom"), spent(b, s.cmd.Process), time.Now()
				do()
				used, wall := spent(b, s.cmd.Process)-before, time.Since(began)
				took, err := p.ended()
				if err != nil || len(took) == 0 {
					b.Fatal(len(took), err)
				}
				ms := func(name string, d time.Duration) { b.ReportMetric(d.Seconds()*1e3, name) }
				ms("p50-ms", took[len(took)/2])
				ms("p99-ms", took[len(took)*99/100])
				ms("max-ms", took[len(took)-1])
				b.ReportMetric(float64(len(took)), "answers")
				b.ReportMetric(used.Seconds()/wall.Seconds(), "cores")
			}
		})
	}
	// tell runs a command beside the service.
	tell := func(args ...string) {
		c := process(append(args, "-c", config)...)
		if out, err := c.CombinedOutput(); err != nil {
			b.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	during("nothing", func() { time.Sleep(3 * time.Second) })
	during("round", func() {
		with("rivers", first+list.String())
		tell("reload")
		tell("fetch", "--all")
	})
	during("refiling", func() {
		with("rivers, weather, schools", first+list.String())
		tell("reload")
		s.await("stored entries filed anew")
	})
	with("rivers, miners, courts", first+list.String())
	during("preview", func() { tell("preview") })
	during("backup", func() { tell("backup", filepath.Join(out, "copy.db")) })
}
