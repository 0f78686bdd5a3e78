package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A disk is where files are read from, other than the main one.
type disk struct {
	read func(path string, most int64) ([]byte, error)
	glob func(pattern string) ([]string, error) // as filepath.Glob
}

// theDisk is this machine's.
var theDisk = disk{readRegular, filepath.Glob}

// readRegular reads a regular file of at most so many bytes. Anything else could
// block or never end.
func readRegular(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	b, err := readAtMost(path, most+1)
	if err != nil {
		return nil, bare(err)
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("longer than %s", size(most))
	}
	return b, nil
}

// readAtMost reads the first bytes of a file.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

// bare is an error of the file system without the path it repeats.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// size is a number of bytes in its largest whole unit.
func size(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
