package server

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"topicwire/config"
)

// A disk that is full: what is stored is served, nothing is acknowledged that is not
// stored, and all goes on by itself once there is room.
func faultOfAFullDisk(t *testing.T, seen seen) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	f := newFaulty(t, seen, func(dir string) *config.Config {
		cfg := liveConfig(t, dir, alarmSource, "water: {any: [rivers]}")
		cfg.Storage.Path = filepath.Join(disk, "s.db")
		return cfg
	}, resting)
	if err := f.writer.do(bring(f.Server, 10)); err != nil {
		t.Fatal(err)
	}
	f.until(t, "/topics/water.atom", "Number 0 of rivers")
	f.well("before")
	filler, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = filler.Write(block)
	}
	if err := filler.Close(); err != nil {
		t.Fatal(err)
	}
	more := bring(f.Server, 3000) // more than there is room for
	more.Document.Body = 2
	if err := f.writer.do(more); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("on a full disk: %v", err)
	}
	if l := f.ill("full", "store"); !strings.Contains(l.says, "no space left") {
		t.Errorf("readyz says %s", l.says)
	}
	if got := f.get(t, http.DefaultClient, "/topics/water.atom"); !strings.Contains(got, "Number 0 of rivers") {
		t.Errorf("the feed:\n%s", got)
	}
	if err := os.Remove(filler.Name()); err != nil {
		t.Fatal(err)
	}
	if err := f.writer.do(more); err != nil {
		t.Fatal(err)
	}
	f.over("with room", "store")
	f.until(t, "/topics/water.atom", "Number 10 of rivers")
}
