//go:build !linux

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// lockFolder leaves it to the operator that one build runs at a time.
func lockFolder(path string) (io.Closer, error) { return os.Open(path) }

func syncFolder(string) error { return nil }

// exchange puts the folder from in the place of to; what was there is at from then.
func exchange(from, to string) error {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(from, to)
	}
	return exchangeSlowly(from, to)
}
