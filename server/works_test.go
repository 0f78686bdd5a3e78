package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/server/poll"
	"topicwire/storage"
)

// The log says how far a work is every ten seconds at most, where nobody waits for it.
func TestTheLogSaysHowFarAWorkIs(t *testing.T) {
	var out bytes.Buffer
	at := noon
	var told []feed.Progress
	w := &works{now: func() time.Time { return at }, log: slog.New(slog.NewTextHandler(&out, nil)), told: func(p feed.Progress) { told = append(told, p) }}
	for _, work := range []feed.Work{feed.WorkRetention, feed.WorkPreview} {
		x := w.begin(work)
		for i := range 25 {
			x.at(int64(i), 25)
			at = at.Add(time.Second)
		}
		x.end()
	}
	if n := strings.Count(out.String(), "removing old entries"); n != 2 || strings.Contains(out.String(), "matching") || !strings.Contains(out.String(), "done=20 total=25") {
		t.Errorf("%d lines: %s", n, out.String())
	}
	if len(told) != 50 || told[49] != (feed.Progress{Work: feed.WorkPreview, Done: 24, Total: 25, Began: noon.Add(25 * time.Second)}) {
		t.Errorf("told %d, %+v", len(told), told[len(told)-1])
	}
	if got := w.underWay(); len(got) != 0 {
		t.Errorf("still under way: %+v", got)
	}
}

func TestWorksAreUnderWayUntilTheyEnd(t *testing.T) {
	w := &works{now: func() time.Time { return noon }, log: slog.New(slog.DiscardHandler)}
	bad := errors.New("bad")
	err := w.during(t.Context(), feed.WorkBackup, func(ctx context.Context) error {
		feed.Tell(ctx, 3, 4)
		if got := w.underWay(); len(got) != 1 || got[0] != (feed.Progress{Work: feed.WorkBackup, Done: 3, Total: 4, Began: noon}) {
			t.Errorf("%+v", got)
		}
		return bad
	})
	if !errors.Is(err, bad) || len(w.underWay()) != 0 {
		t.Errorf("%v, %+v", err, w.underWay())
	}
}

// Each long work of a server tells how far it is, up to its end.
func TestLongWorksTellHowFarTheyAre(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	s := openServer(t, Options{Config: wire(t, db, "water: {any: [rivers]}")})
	if err := s.writer.do(bring(s, 3*refileRead)); err != nil {
		t.Fatal(err)
	}
	closeServer(t, s)
	far := make(map[feed.Work][]feed.Progress)
	at := noon
	s = openServer(t, Options{Config: wire(t, db, "water: {any: [roads]}"), Now: func() time.Time { return at }, Working: func(p feed.Progress) { far[p.Work] = append(far[p.Work], p) }})
	defer closeServer(t, s)
	cfg := wire(t, db, "water: {any: [number]}")
	m, _ := Check(cfg)
	if _, err := s.refiled(t.Context(), stateOf(cfg, m), cfg.Topics); err != nil {
		t.Fatal(err)
	}
	if err := Verify.Each(t.Context(), s, struct{}{}, func(text string) { t.Error(text) }); err != nil {
		t.Fatal(err)
	}
	if _, err := Backup.Ask(t.Context(), s, BackupRequest{Path: db + ".copy"}); err != nil {
		t.Fatal(err)
	}
	if err := Build.Each(t.Context(), s, BuildRequest{}, func(BuildPart) {}); err != nil {
		t.Fatal(err)
	}
	// What is under no document any more goes once it is old.
	if err := s.writer.do(bringOld(s, 5)); err != nil {
		t.Fatal(err)
	}
	at = noon.AddDate(2, 0, 0)
	if err := s.Fetch(t.Context(), false, func(poll.Report) {}); err != nil {
		t.Fatal(err)
	}
	if all := far[feed.WorkRetention]; len(all) == 0 || all[len(all)-1] != (feed.Progress{Work: feed.WorkRetention, Done: 3 * refileRead, Began: at}) {
		t.Errorf("retention told %+v", all)
	}
	for _, work := range []feed.Work{feed.WorkRefiling, feed.WorkPreview, feed.WorkVerify, feed.WorkBackup, feed.WorkBuild} {
		all := far[work]
		if len(all) == 0 {
			t.Errorf("%s told nothing", work)
			continue
		}
		last := all[len(all)-1]
		if work == feed.WorkVerify {
			last.Done++ // the last of its steps is under way
		}
		if last.Total == 0 || last.Done != last.Total {
			t.Errorf("%s: at last %+v", work, last)
		}
	}
	if n := far[feed.WorkRefiling][0].Total; n != 3*refileRead {
		t.Errorf("%d entries to be filed anew", n)
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Works == nil || len(st.Works) != 0 {
		t.Errorf("%+v, %v", st.Works, err)
	}
}

// What is filed anew as a server starts, and whatever else takes long, has its figure in
// the status that commands ask for meanwhile.
func TestStatusSaysHowFarWorksAre(t *testing.T) {
	dir := t.TempDir()
	address, _ := source(t)
	l := goLive(t, liveConfig(t, dir, address, "water: {any: [rivers]}"), func(s *Server) {
		if err := s.writer.do(bring(s, 3*refileRead)); err != nil {
			t.Fatal(err)
		}
	})
	if err := l.stop(); err != nil {
		t.Fatal(err)
	}
	steps, goOn, seen := make(chan struct{}), make(chan struct{}), make(chan struct{})
	l = goLive(t, liveConfig(t, dir, address, "water: {any: [roads]}"), func(s *Server) {
		apply := s.writer.apply
		s.writer.apply = func(cs []feed.Change) (storage.Result, error) {
			if slices.ContainsFunc(cs, func(c feed.Change) bool { _, is := c.(*feed.Refiling); return is }) {
				select {
				case steps <- struct{}{}:
				case <-seen:
				}
				select {
				case <-goOn:
				case <-seen:
				}
			}
			return apply(cs)
		}
	})
	defer close(seen)
	for i := range 2 {
		select {
		case <-steps:
		case <-time.After(30 * time.Second):
			t.Fatalf("nothing is filed anew:\n%s", l.log)
		}
		st := l.status(t)
		works, err := Works.Ask(t.Context(), l.client, struct{}{})
		goOn <- struct{}{}
		if err != nil || len(works) != 1 || !slices.Equal(works, st.Works) {
			t.Fatalf("%+v, %+v, %v", works, st.Works, err)
		}
		// One step is being written, and the ones before it are done.
		if w := works[0]; w.Work != feed.WorkRefiling || w.Total != 3*refileRead || (w.Done > 0) != (i > 0) || w.Done >= w.Total {
			t.Errorf("step %d: %+v", i, w)
		}
	}
}
