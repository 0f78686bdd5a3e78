package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/storage"
)

// An oldFile is a database of an older schema.
type oldFile struct {
	was    []byte
	kept   string // the name that it is kept under
	digest uint64 // of what it is brought to
}

func newOldFile(t *testing.T, name string) *oldFile {
	t.Helper()
	f, err := os.Open(filepath.Join("../../storage/testdata", name+".db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	o := &oldFile{}
	if o.was, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.in(t), "s.db")
	db, err := storage.Open(path, storage.Options{NoSync: true, Migrated: func(kept string) { o.kept = filepath.Base(kept) }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if o.digest, err = db.Digest(); err != nil {
		t.Fatal(err)
	}
	return o
}

// in is a folder with the file.
func (o *oldFile) in(t *testing.T) string {
	dir := fastDir(t)
	if err := os.WriteFile(filepath.Join(dir, "s.db"), o.was, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// whole checks what a migration left that was broken off: the next start has all that the
// old file had, and the old file beside it; told is what was stored since, where there is more.
func (o *oldFile) whole(dir string, told []string, more bool) error {
	path := filepath.Join(dir, "s.db")
	if wrong := soundFile(path, storeHolds(storedLines(told))); len(wrong) > 0 {
		return fmt.Errorf("after %d told: %s", len(told), strings.Join(wrong, "; "))
	}
	if b, err := os.ReadFile(filepath.Join(dir, o.kept)); err != nil || !bytes.Equal(b, o.was) {
		return fmt.Errorf("the old file is not kept: %d bytes of %d, %v", len(b), len(o.was), err)
	}
	if more {
		return nil
	}
	db, err := storage.Open(path, storage.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer db.Close()
	if digest, err := db.Digest(); err != nil || digest != o.digest {
		return errors.Join(err, errors.New("it is not what one is that was not broken off"))
	}
	return nil
}

// A migration that is broken off at any of its calls, or by a power cut then or later,
// changes nothing: the next start has it all, the old file too.
func TestCrashMigrations(t *testing.T) {
	t.Parallel()
	needStrace(t)
	r := crashRandom(t)
	rounds := crashRounds(t, 1)
	cuts, kills := 0, 0
	for _, name := range []string{"schema1", "schema2"} {
		o := newOldFile(t, name)
		cutDir := fastDir(t)
		for range rounds {
			// Alone, and with changes behind it: what brings the old file back loses them. The
			// first five are no decisions, which need entries that are there.
			for _, more := range []int{0, 5} {
				dir := o.in(t)
				d, err := newDisk(dir)
				if err != nil {
					t.Fatal(err)
				}
				calls := record(t, dir, storeProcess(wholeStore, filepath.Join(dir, "s.db"), 0, more))
				n, err := powerCuts(r, cutDir, d, calls, 30, func(dir string, told []string) error { return o.whole(dir, told, more > 0) })
				cuts += n
				if err != nil {
					t.Fatalf("%s, %d power cuts: %v", name, n, err)
				}
			}
		}
		dir := o.in(t)
		var all []fault
		seen := make(map[string]int)
		for _, c := range record(t, dir, storeProcess(wholeStore, filepath.Join(dir, "s.db"), 0, 0)) {
			seen[c.name]++
			call := c.name
			switch call {
			case "rename", "link", "unlink":
				call += "at"
			case "open", "say":
				continue
			}
			all = append(all, fault{call, "signal=SIGKILL", seen[c.name], seen[c.name]})
		}
		for range 5 * rounds {
			f := all[r.IntN(len(all))]
			dir := o.in(t)
			c := storeProcess(wholeStore, filepath.Join(dir, "s.db"), 0, 0)
			underStrace(c, os.DevNull, "-e", "trace="+f.call, "-e", "inject="+f.String())
			if err := c.Run(); err == nil {
				t.Errorf("%s: not killed at %v", name, f)
			}
			if err := o.whole(dir, nil, false); err != nil {
				t.Errorf("%s, killed at %v: %v", name, f, err)
			}
			kills++
		}
	}
	t.Logf("%d power cuts, %d kills", cuts, kills)
}
