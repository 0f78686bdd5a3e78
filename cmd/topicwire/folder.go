package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

// A folder is a built site that is being replaced. A new one is made beside it, and then
// takes its place at one stroke. What was there stays beside it from then on: the next one
// is made of that, so that a build costs what changed. Files of both are the same ones,
// with two names, where they have not changed.
type folder struct {
	path, part string // where it is, and where the new one is made
	lock       io.Closer
	old        manifest // of the folder as it is
	was        []byte   // old as it is written
	spare      manifest // of what the new one is made of
	now        manifest
	has        map[string]presence
	taken      map[string]bool // files of the old folder that the new one is to have
	spoiled    bool            // the new one is neither what it was nor whole

	written, removed int
}

// A presence is how a file came into the new folder.
type presence uint8

const (
	absent presence = iota
	kept            // nobody said anew what it is
	made            // it is what it was said to be
)

// A manifest says what a folder was built of. It lies in it.
type manifest struct {
	Version int               `json:"version"`
	Units   map[string]*built `json:"units"`
	Files   []string          `json:"files"` // all of them
}

// A built unit is what a folder has of one.
type built struct {
	State string   `json:"state"`
	Files []string `json:"files"`
}

// manifestName is that of a file that no site has; manifestVersion that of its layout.
const (
	manifestName    = ".topicwire-build.json"
	manifestVersion = 1
)

// openFolder begins to replace a folder, which may not exist. One that nobody built is
// refused, unless it is empty. One build of a folder is under way at a time.
func openFolder(path string) (*folder, error) {
	path = filepath.Clean(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays a link
	}
	f := &folder{
		path: path, part: path + ".part", now: manifest{Version: manifestVersion, Units: make(map[string]*built)},
		has: make(map[string]presence), taken: make(map[string]bool),
	}
	var err error
	if f.old, f.was, err = readManifest(f.path); errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{exitUsage, fmt.Sprintf("%s is not empty, and no folder that build made", f.path), "name another folder, or empty this one: build replaces all that is in it"}
	} else if errors.Is(err, syscall.ENOTDIR) {
		return nil, &failure{exitUsage, fmt.Sprintf("%s is a file, and build writes a folder", f.path), "name another folder"}
	} else if err != nil {
		return nil, ofKey("-o", fmt.Errorf("build: %w", err))
	}
	// Only the folder itself is made: a parent that is missing may be a disk that is not
	// there, or a slip.
	if err := os.Mkdir(f.part, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, ofKey("-o", fmt.Errorf("build: %s: %w", f.path, bare(err)))
	}
	if f.lock, err = lockFolder(f.part); err != nil {
		return nil, &failure{exitFailed, fmt.Sprintf("another build writes %s: %v", f.part, err), ""}
	}
	if f.spare, _, err = readManifest(f.part); err != nil || f.spare.Units == nil {
		// A build that was killed left it, or one that failed.
		f.spare, f.spoiled = manifest{}, true
		if err := emptyFolder(f.part); err != nil {
			f.abandon()
			return nil, fmt.Errorf("build: %w", err)
		}
	}
	return f, nil
}

// readManifest reads the manifest of a folder; the zero value is that of one that is empty,
// or not there, or was written by another version. One with files and without a manifest is
// fs.ErrNotExist.
func readManifest(path string) (m manifest, written []byte, err error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return m, nil, nil
	}
	if err != nil {
		return m, nil, err
	}
	if written, err = os.ReadFile(filepath.Join(path, manifestName)); err != nil {
		return m, nil, err
	}
	if json.Unmarshal(written, &m) != nil || m.Version != manifestVersion {
		return manifest{}, written, nil
	}
	for name, u := range m.Units {
		if u == nil {
			delete(m.Units, name)
		}
	}
	return m, written, nil
}

func emptyFolder(path string) error {
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(path, e.Name())))
	}
	return err
}

// abandon leaves the folder as it was. After finish it does nothing.
func (f *folder) abandon() {
	if f.lock == nil {
		return
	}
	if f.spoiled {
		_ = os.RemoveAll(f.part)
	}
	f.lock.Close()
	f.lock = nil
}

// spoil is called before anything is changed: until the manifest is written again, what is
// there is nothing.
func (f *folder) spoil() error {
	if f.spoiled {
		return nil
	}
	f.spoiled = true
	return os.Remove(f.in(f.part, manifestName))
}

func (f *folder) in(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// put brings a file into the new folder: that of the old one where it has the same bytes.
func (f *folder) put(name string, body []byte) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("build: %q is no name of a file", name)
	}
	if f.has[name] == made {
		return nil // two topics lead to one story
	}
	f.has[name] = made
	from := f.in(f.path, name)
	if st, err := os.Lstat(from); err == nil && st.Mode().IsRegular() && st.Size() == int64(len(body)) {
		if was, err := os.ReadFile(from); err == nil && bytes.Equal(was, body) {
			f.taken[name] = true
			return nil
		}
	}
	f.written++
	delete(f.taken, name)
	if err := f.spoil(); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := write(f.in(f.part, name), body); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// write makes a file anew: what was there may be another folder's, too.
func write(to string, body []byte) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, body, 0o644)
}

// keep has the files of a unit in the new folder as they are in the old one.
func (f *folder) keep(unit string) {
	u, spare := f.old.Units[unit], f.spare.Units[unit]
	there := spare != nil && spare.State == u.State
	for _, name := range u.Files {
		if f.has[name] != absent {
			continue
		}
		f.has[name] = kept
		if !there {
			f.taken[name] = true
		}
	}
	f.now.Units[unit] = u
}

// take gives a file of the old folder a name in the new one.
func (f *folder) take(name string) error {
	from, to := f.in(f.path, name), f.in(f.part, name)
	st, err := os.Lstat(from)
	if err != nil {
		return fmt.Errorf("a file is missing, remove %s to make all anew: %w", f.in(f.path, manifestName), err)
	}
	if same, err := os.Lstat(to); err == nil && os.SameFile(st, same) {
		return nil
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	b, err := os.ReadFile(from) // a file system without links
	if err == nil {
		err = os.WriteFile(to, b, 0o644)
	}
	return err
}

// drop takes away a file that the new folder is not to have, with the directories that are
// empty then.
func (f *folder) drop(name string) {
	for at := filepath.FromSlash(name); at != "."; at = filepath.Dir(at) {
		if os.Remove(filepath.Join(f.part, at)) != nil {
			return
		}
	}
}

// finish puts the new folder in the place of the old one, when all of it is on disk.
func (f *folder) finish() error {
	for name := range f.has {
		f.now.Files = append(f.now.Files, name)
	}
	slices.Sort(f.now.Files)
	for _, u := range f.now.Units {
		slices.Sort(u.Files)
	}
	for _, name := range f.old.Files {
		if f.has[name] == absent {
			f.removed++
		}
	}
	b, err := json.Marshal(f.now)
	if err == nil && f.written == 0 && bytes.Equal(b, f.was) {
		f.abandon() // nothing changed
		return nil
	}
	if err == nil {
		err = f.spoil()
	}
	if err == nil {
		err = atOnce(slices.Collect(maps.Keys(f.taken)), f.take)
	}
	for _, name := range f.spare.Files {
		if f.has[name] == absent {
			f.drop(name)
		}
	}
	if err == nil {
		err = write(f.in(f.part, manifestName), b)
	}
	if err == nil {
		err = syncFolder(f.part)
	}
	if err == nil {
		if err = exchange(f.part, f.path); err != nil {
			err = fmt.Errorf("put %s in the place of %s: %w", f.part, f.path, err)
		}
	}
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	f.spoiled = false // it has become the one that is kept beside
	f.abandon()
	return nil
}

// atOnce does something with several of a list at once, and returns the first error. Most
// of the time goes by in the system.
func atOnce[T any](list []T, do func(T) error) error {
	var (
		all    sync.WaitGroup
		failed atomic.Pointer[error]
		next   atomic.Int64
	)
	for range 8 {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)) && failed.Load() == nil; i = next.Add(1) - 1 {
				if err := do(list[i]); err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// exchangeSlowly is exchange where the system cannot do it at one stroke.
func exchangeSlowly(from, to string) error {
	aside := to + ".old"
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	if err := os.Rename(to, aside); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(err, os.Rename(aside, to))
	}
	return os.Rename(aside, from)
}
