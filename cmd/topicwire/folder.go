package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A folder is a built site that is being replaced: a new one is made beside it, of the
// files that stay and of those that changed, and then takes its place.
type folder struct {
	path, part string // where it is, and where the new one is made
	lock       io.Closer
	old, now   manifest
	was        []byte // old as it is written
	there      map[string]bool
	made       map[string]bool // directories

	files, written, removed int
}

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
		there: make(map[string]bool), made: make(map[string]bool),
	}
	if err := f.read(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	if err := os.Mkdir(f.part, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("build: %w", err)
	}
	var err error
	if f.lock, err = lockFolder(f.part); err != nil {
		return nil, &failure{exitFailed, fmt.Sprintf("another build writes %s: %v", f.part, err), ""}
	}
	// What a build that was killed left behind.
	entries, err := os.ReadDir(f.part)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(filepath.Join(f.part, e.Name()))
		}
	}
	if err != nil {
		f.abandon()
		return nil, fmt.Errorf("build: %w", err)
	}
	return f, nil
}

// read reads the manifest of the folder as it is.
func (f *folder) read() error {
	entries, err := os.ReadDir(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(f.path, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return &failure{exitUsage, fmt.Sprintf("%s is not empty, and no folder that build made", f.path), "name another folder, or empty this one: build replaces all that is in it"}
	}
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	f.was = b
	if err := json.Unmarshal(b, &f.old); err != nil || f.old.Version != manifestVersion {
		f.old = manifest{} // everything is made anew
	}
	for id, t := range f.old.Units {
		if t == nil {
			delete(f.old.Units, id)
		}
	}
	return nil
}

// abandon leaves the folder as it was. After finish it does nothing.
func (f *folder) abandon() {
	if f.lock != nil {
		_ = os.RemoveAll(f.part)
		f.lock.Close()
		f.lock = nil
	}
}

// put brings a file into the new folder: the old one where that has the same bytes.
func (f *folder) put(name string, body []byte) error {
	if f.there[name] {
		return nil // two topics lead to one story
	}
	to, err := f.place(name)
	if err != nil {
		return err
	}
	from := filepath.Join(f.path, filepath.FromSlash(name))
	if st, err := os.Lstat(from); err == nil && st.Mode().IsRegular() && st.Size() == int64(len(body)) {
		if was, err := os.ReadFile(from); err == nil && bytes.Equal(was, body) && os.Link(from, to) == nil {
			return nil
		}
	}
	f.written++
	if err := os.WriteFile(to, body, 0o644); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// keep brings files of the old folder into the new one as they are.
func (f *folder) keep(names []string) error {
	for _, name := range names {
		if f.there[name] {
			continue
		}
		to, err := f.place(name)
		if err != nil {
			return err
		}
		from := filepath.Join(f.path, filepath.FromSlash(name))
		if os.Link(from, to) == nil {
			continue
		}
		b, err := os.ReadFile(from) // a file system without links
		if err == nil {
			err = os.WriteFile(to, b, 0o644)
		}
		if err != nil {
			return fmt.Errorf("build: a file is missing in %s, remove its %s to make all anew: %w", f.path, manifestName, err)
		}
	}
	return nil
}

// place is where a file goes in the new folder.
func (f *folder) place(name string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", fmt.Errorf("build: %q is no name of a file", name)
	}
	f.there[name] = true
	f.files++
	to := filepath.Join(f.part, filepath.FromSlash(name))
	if dir := filepath.Dir(to); !f.made[dir] {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("build: %w", err)
		}
		f.made[dir] = true
	}
	return to, nil
}

// finish puts the new folder in the place of the old one, when all of it is on disk.
func (f *folder) finish() error {
	for name := range f.there {
		f.now.Files = append(f.now.Files, name)
	}
	slices.Sort(f.now.Files)
	for _, t := range f.now.Units {
		slices.Sort(t.Files)
	}
	for _, name := range f.old.Files {
		if !f.there[name] {
			f.removed++
		}
	}
	b, err := json.Marshal(f.now)
	if err == nil && f.written == 0 && bytes.Equal(b, f.was) {
		f.abandon() // nothing changed
		return nil
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(f.part, manifestName), b, 0o644)
	}
	if err == nil {
		err = syncFolder(f.part)
	}
	if err == nil {
		err = exchange(f.part, f.path)
	}
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	f.abandon() // what is in part now is the old one
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
