package main

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// A disk is what a power cut may leave of a folder. What was written and not synced since
// is there or not, sector by sector, and so is a file's new length; a file's name is there
// once the folder was synced, names change in the order in which they were changed. A sync that
// fails may leave any part of what it should have written unwritten for ever, and a later
// one does not make up for it.
type disk struct {
	dir     string
	names   map[string]*inode // as processes see them
	kept    map[string]*inode // as the disk has them
	renames []func(map[string]*inode)
	// unsynced takes every sync as not called: the disk of a control.
	unsynced bool
}

type inode struct {
	kept    []byte
	pending []change
}

// A change is a write, or a new length where data is nil.
type change struct {
	at   int64
	data []byte
}

func (c change) on(b []byte) []byte {
	if c.data == nil {
		return sized(b, c.at)
	}
	if end := c.at + int64(len(c.data)); end > int64(len(b)) {
		b = sized(b, end)
	}
	copy(b[c.at:], c.data)
	return b
}

func sized(b []byte, n int64) []byte {
	if n <= int64(len(b)) {
		return b[:n]
	}
	return append(b, make([]byte, n-int64(len(b)))...)
}

// newDisk is a disk with the files of a folder, all of them on it.
func newDisk(dir string) (*disk, error) {
	d := &disk{dir: dir, names: make(map[string]*inode), kept: make(map[string]*inode)}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if !f.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		n := &inode{kept: b}
		d.names[filepath.Join(dir, f.Name())], d.kept[filepath.Join(dir, f.Name())] = n, n
	}
	return d, nil
}

// do makes the disk see a call.
func (d *disk) do(c call, r *rand.Rand) {
	n := d.names[c.file]
	rename := func(f func(map[string]*inode)) {
		f(d.names)
		d.renames = append(d.renames, f)
	}
	switch {
	case c.name == "fsync" && c.file == d.dir:
		if !c.failed && !d.unsynced {
			for _, f := range d.renames {
				f(d.kept)
			}
			d.renames = nil
		}
	case c.name == "open" && n == nil:
		fresh := &inode{}
		rename(func(names map[string]*inode) { names[c.file] = fresh })
	case c.name == "open" && c.at < 0:
		n.pending = append(n.pending, change{})
	case n == nil: // a file that is gone
	case c.name == "fsync" || c.name == "fdatasync":
		switch {
		case d.unsynced:
		case c.failed:
			n.kept, n.pending = n.cut(r), nil
		default:
			for _, p := range n.pending {
				n.kept = p.on(n.kept)
			}
			n.pending = nil
		}
	case c.failed:
	case c.name == "pwrite64":
		n.pending = append(n.pending, change{c.at, c.data})
	case c.name == "ftruncate":
		n.pending = append(n.pending, change{at: c.at})
	case c.name == "rename":
		rename(func(names map[string]*inode) { names[c.to] = n; delete(names, c.file) })
	case c.name == "link":
		rename(func(names map[string]*inode) { names[c.to] = n })
	case c.name == "unlink":
		rename(func(names map[string]*inode) { delete(names, c.file) })
	}
}

// cut is what a power cut may leave of a file.
func (n *inode) cut(r *rand.Rand) []byte {
	b := slices.Clone(n.kept)
	// All of it, none, or any part.
	share := []float64{0, 0.1, 0.5, 0.9, 1}[r.IntN(5)]
	for _, p := range n.pending {
		if p.data == nil {
			if r.Float64() < share {
				b = p.on(b)
			}
			continue
		}
		for at := int64(0); at < int64(len(p.data)); at += sector {
			if r.Float64() < share {
				b = change{p.at + at, p.data[at:min(at+sector, int64(len(p.data)))]}.on(b)
			}
		}
	}
	return b
}

// cut is what a power cut may leave of the folder, by name.
func (d *disk) cut(r *rand.Rand) map[string][]byte {
	names := maps.Clone(d.kept)
	if len(d.renames) > 0 {
		for _, f := range d.renames[:r.IntN(len(d.renames)+1)] {
			f(names)
		}
	}
	files := make(map[string][]byte)
	seen := make(map[*inode][]byte)
	for name, n := range names {
		if seen[n] == nil {
			seen[n] = n.cut(r)
		}
		files[filepath.Base(name)] = seen[n]
	}
	return files
}

// powerCuts plays calls on a disk and cuts the power about as often as asked, and three times at each
// of the calls that follow a sync that failed. After each cut check is given what is left, in a
// folder that is empty at first, and the lines that the process had told by then. It
// returns how many cuts there were, up to the first that did harm.
func powerCuts(r *rand.Rand, dir string, d *disk, calls []call, often int, check func(dir string, told []string) error) (cuts int, err error) {
	var told strings.Builder
	hot := 0
	for i, c := range calls {
		if c.name == "say" {
			told.Write(c.data)
		} else {
			d.do(c, r)
		}
		n := 0
		switch {
		case c.failed && (c.name == "fdatasync" || c.name == "fsync"):
			hot = 30
		case hot > 0:
			hot--
			n = 3
		case i == len(calls)-1 || r.IntN(len(calls)) < often:
			n = 1
		}
		for range n {
			cuts++
			if err := cutOnce(r, dir, d, func() error { return check(dir, lines(told.String())) }); err != nil {
				return cuts, err
			}
		}
	}
	return cuts, nil
}

// cutOnce puts what a power cut leaves into a folder for a check.
func cutOnce(r *rand.Rand, dir string, d *disk, check func() error) error {
	for name, b := range d.cut(r) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	err := check()
	left, e := os.ReadDir(dir)
	err = errors.Join(err, e)
	for _, f := range left {
		err = errors.Join(err, os.Remove(filepath.Join(dir, f.Name())))
	}
	return err
}
