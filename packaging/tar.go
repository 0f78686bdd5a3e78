package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"
)

// A file is one of those that are shipped: its place, permissions and owner, and its bytes,
// or the file on this machine that has them. A folder has fs.ModeDir.
type file struct {
	path  string // slashes, no leading one
	mode  fs.FileMode
	owner int // user and group, by number; names differ from machine to machine
	data  []byte
	from  string // where data is nil
}

func (f file) read() ([]byte, error) {
	if f.from == "" {
		return f.data, nil
	}
	return os.ReadFile(f.from)
}

// writeTar writes files in the order of their paths, all of one time, and the folders above
// them that are not among them.
func writeTar(to io.Writer, files []file, at time.Time) error {
	files = slices.Clone(files)
	there := map[string]bool{".": true}
	for _, f := range files {
		there[f.path] = true
	}
	for _, f := range files {
		for above := path.Dir(f.path); !there[above]; above = path.Dir(above) {
			there[above] = true
			files = append(files, file{path: above, mode: fs.ModeDir | 0o755})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.path, b.path) })

	w := tar.NewWriter(to)
	for _, f := range files {
		data, err := f.read()
		if err != nil {
			return err
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.path, Mode: int64(f.mode.Perm()), Uid: f.owner, Gid: f.owner, Size: int64(len(data)), ModTime: at, Format: tar.FormatPAX}
		if f.mode.IsDir() {
			h.Typeflag, h.Name = tar.TypeDir, f.path+"/"
		}
		if f.mode&fs.ModeSticky != 0 {
			h.Mode |= 0o1000
		}
		if err := w.WriteHeader(h); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		if _, err := w.Write(data); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return w.Close()
}

// zip compresses, at a level of gzip, without name and time, so that the same text gives the same bytes.
func zip(text []byte, level int) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
