package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"topicwire/config"
	"topicwire/storage"
)

// The modes of a configuration: it may hold secrets, which the service's group reads.
const (
	newFileMode   = 0o640
	newFolderMode = 0o750
)

// newFiles writes files into a folder, none over another: config.yaml is the last, so that
// there is all or nothing of them. What is there already with the same bytes, as an attempt
// that was cut off leaves it, is taken as written.
func newFiles(file string, text []byte, beside map[string][]byte) (err error) {
	dir := filepath.Dir(file)
	var made []string
	defer func() {
		for i := len(made) - 1; err != nil && i >= 0; i-- {
			os.Remove(made[i])
		}
	}()
	for name, data := range beside {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.Mkdir(filepath.Dir(path), newFolderMode); err == nil {
			made = append([]string{filepath.Dir(path)}, made...)
			if err := sharedWith(filepath.Dir(path), dir); err != nil {
				return err
			}
		} else if !errors.Is(err, fs.ErrExist) {
			return err
		}
		switch is, err := os.ReadFile(path); {
		case err == nil && bytes.Equal(is, data):
			continue
		case err == nil:
			return taken(path)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if err := newFile(path, data, dir); err != nil {
			return err
		}
		made = append(made, path)
	}
	return newFile(file, text, dir)
}

// newFile writes a file that is not there yet, whole, with the group of a folder.
func newFile(path string, data []byte, like string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".topicwire-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(newFileMode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = sharedWith(tmp.Name(), like)
	}
	if err != nil {
		return err
	}
	switch err := os.Link(tmp.Name(), path); { // which, unlike a renaming, replaces nothing
	case errors.Is(err, fs.ErrExist):
		return taken(path)
	case err == nil:
		return nil
	}
	if there(path) { // a disk without links
		return taken(path)
	}
	return os.Rename(tmp.Name(), path)
}

// sharedWith gives what was made to the owner of the folder of the configuration, and in the
// machine's own folder to its group: the service reads by that.
func sharedWith(path, dir string) error {
	if err := storage.HandOver(path); err != nil {
		return err
	}
	if abs, err := filepath.Abs(dir); err != nil || abs != filepath.Dir(config.System().File) {
		return err
	}
	st, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if of, ok := st.Sys().(*syscall.Stat_t); ok {
		return os.Lchown(path, -1, int(of.Gid))
	}
	return nil
}

// taken refuses to write where there is something already.
func taken(path string) error {
	return &failure{exitUsage, fmt.Sprintf("init: %s is there already, and is left as it is", path), "`topicwire check` says whether a configuration is in order; -c FILE writes one elsewhere"}
}

// writable says why nothing can be written into a folder.
func writable(dir string) error {
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("init: %s: %w", dir, err)
	}
	return nil
}
