package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
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
	s = openServer(t, Options{Config: wire(t, db, "water: {any: [roads]}"), Working: func(p feed.Progress) { far[p.Work] = append(far[p.Work], p) }})
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
