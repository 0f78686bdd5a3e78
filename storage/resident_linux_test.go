package storage_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// What reads all over a file, a transaction or a topic's edition, leaves little of it in the
// memory of the process: pages are given back in the midst of it. A process of its own looks, by what
// the kernel counts of files, while a transaction of a visit to each source is under way.
func TestMemoryOfALargeTransaction(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("under the race detector so many entries take minutes")
	}
	const alone = "TOPICWIRE_TEST_RESIDENT"
	if os.Getenv(alone) == "" {
		c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		c.Env = append(os.Environ(), alone+"=1")
		out, err := c.CombinedOutput()
		if t.Logf("%s", out); err != nil {
			t.Error(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	var batch []feed.Change
	for s := range wideSources {
		if batch = append(batch, wideVisit(s, 0, "Title")); len(batch) == 64 || s == wideSources-1 {
			apply(t, db, batch...)
			batch = batch[:0]
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	if err := db.View(func(r *storage.Reader) error {
		return r.Entries(1, func(feed.StoredEntry) bool { return true })
	}); err != nil {
		t.Fatal(err)
	}
	whole := filesResident(t)
	if whole < 200<<20 {
		t.Fatalf("with all of the file read %d bytes of files are resident: this proves nothing", whole)
	}
	if err := db.Relieve(); err != nil {
		t.Fatal(err)
	}
	if left := filesResident(t); left > whole/2 {
		t.Errorf("relieved of %d bytes of files the process has %d", whole, left)
	}
	for what, read := range map[string]func(r *storage.Reader, read *int) error{
		"read of a topic": func(r *storage.Reader, read *int) error {
			return r.EachFiled("water", time.Time{}, func(f feed.Filed) (bool, error) {
				*read += len(f.Entries)
				return true, nil
			})
		},
		"read to be filed anew": func(r *storage.Reader, read *int) error {
			return r.EachToRefile(1, []feed.TopicID{"water"}, func(feed.StoredEntry, bool) bool {
				*read++
				return true
			})
		},
	} {
		if err := db.Release(); err != nil {
			t.Fatal(err)
		}
		n := 0
		peak := peakOfFiles(t, func() {
			if err := db.View(func(r *storage.Reader) error { return read(r, &n) }); err != nil {
				t.Error(err)
			}
		})
		if t.Logf("%d entries are %s: at most %d MB of files are resident, of %d", n, what, peak>>20, whole>>20); n != wideSources*wideEntries || peak > whole/2 {
			t.Errorf("%d entries were %s, and %d bytes of files were resident, of %d", n, what, peak, whole)
		}
	}
	for i, title := range []string{"Title", "Another title"} {
		if err := db.Release(); err != nil {
			t.Fatal(err)
		}
		for s := range wideSources {
			batch = append(batch, wideVisit(s, i+1, title))
		}
		var updated int
		peak := peakOfFiles(t, func() {
			for _, o := range apply(t, db, batch...).Outcomes {
				updated += o.Updated
			}
		})
		batch = batch[:0]
		t.Logf("%d entries change: at most %d MB of files are resident, of %d", updated, peak>>20, whole>>20)
		switch {
		case updated != i*wideSources:
			t.Errorf("visits with %q changed %d", title, updated)
		case peak > whole/2:
			t.Errorf("%d bytes of files were resident, of %d", peak, whole)
		}
	}
}

// A file that visits are spread over is of so many sources with so many entries of 4 KB.
const (
	wideSources = 3000
	wideEntries = 20
)

// wideVisit is the nth visit to a source: the first brings all of its entries, and each
// one after it one of them, anew in its document.
func wideVisit(source, n int, title string) *feed.Visit {
	at := t0.Add(time.Duration(n) * time.Hour)
	v := &feed.Visit{At: at, Source: feed.SourceID(fmt.Sprintf("https://%d.example/feed", source)), Next: at.Add(time.Hour), HTTP: 200,
		Document: &feed.Reading{Body: uint64(n + 1)}}
	again := source % wideEntries
	for i := range wideEntries {
		raw := feed.Raw(source*wideEntries + i + 1)
		if n > 0 && i == again {
			raw += feed.Raw(n) << 40
		}
		if v.Document.Window = append(v.Document.Window, raw); n > 0 && i != again {
			continue
		}
		e := entry(fmt.Sprint(source, "-", i), fmt.Sprintf("https://%d.example/%d", source, i), title)
		e.Content, e.Raw = noise(uint64(source*wideEntries+i), 3000), raw
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: []feed.Match{{Topic: "water"}}})
	}
	return v
}

// noise is a text made of n bytes that pack badly.
func noise(seed uint64, n int) string {
	r, b := rand.New(rand.NewPCG(seed, 1)), make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return base64.StdEncoding.EncodeToString(b)
}

// peakOfFiles is how much of files is resident at most while something is done, as far as
// one sees who looks every millisecond.
func peakOfFiles(t *testing.T, do func()) (peak int) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, filesResident(t))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return peak
}

// filesResident is how much of files the process has in memory, in bytes
// (proc_pid_statm(5)).
func filesResident(t *testing.T) int {
	b, err := os.ReadFile("/proc/self/statm")
	f := strings.Fields(string(b))
	if err != nil || len(f) < 3 {
		t.Errorf("%v: %q", err, b)
		return 0
	}
	pages, err := strconv.Atoi(f[2])
	if err != nil {
		t.Error(err)
	}
	return pages * os.Getpagesize()
}
