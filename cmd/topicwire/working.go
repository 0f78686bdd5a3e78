package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/server"
)

// works shows how far long works are: those of this process as they tell, and those of a
// process that serves as it is asked.
type works struct {
	stderr io.Writer
	bar    *bar

	once sync.Once // what is filed anew is said
}

// showing has the works of a command shown from here on, with asJSON without a bar.
func (p *program) showing(asJSON bool) *works {
	p.works = &works{stderr: p.stderr, bar: &bar{}}
	if !asJSON {
		p.works.bar = newBar(p.stderr, 0)
	}
	return p.works
}

// told shows how far a work of this process is.
func (w *works) told(p feed.Progress) {
	if p.Work == feed.WorkRefiling && p.Total > 0 {
		w.once.Do(func() {
			fmt.Fprintf(w.stderr, "topicwire: the rules changed: first %s filed anew\n", countOf(int(p.Total), "stored entry is", "stored entries are"))
		})
	}
	w.bar.at(p)
}

// telling is a context for a work of this process, which is shown as it tells.
func (w *works) telling(ctx context.Context, work feed.Work) context.Context {
	began := time.Now()
	return feed.Telling(ctx, func(done, total int64) {
		w.told(feed.Progress{Work: work, Done: done, Total: total, Began: began})
	})
}

// alone is telling for a work beside which no server runs, whose log would say how far it
// is: without a bar a line now and then does.
func (w *works) alone(ctx context.Context, work feed.Work) context.Context {
	w.bar.log = w.stderr
	return w.telling(ctx, work)
}

// askEvery is how often another process is asked how far it is.
const askEvery = 250 * time.Millisecond

// during does what asks a service for a long work, and shows how far that is until it ends.
func (w *works) during(ctx context.Context, s server.Service, work feed.Work, do func() error) error {
	defer w.bar.clear()
	c, remote := s.(*server.Client)
	if !remote || w.bar.w == nil {
		return do()
	}
	ctx, stop := context.WithCancel(ctx)
	var asking sync.WaitGroup
	asking.Go(func() {
		tick := time.NewTicker(askEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			all, _ := server.Works.Ask(ctx, c, struct{}{}) // an older server has no answer
			for _, p := range all {
				if p.Work == work && ctx.Err() == nil {
					w.bar.at(p)
				}
			}
		}
	})
	defer asking.Wait()
	defer stop()
	return do()
}
