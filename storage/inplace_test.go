package storage_test

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"topicwire/storage"
)

// A file is in its place while it is what its path leads to, and as long as it was made.
func TestInPlace(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"":          func(string) error { return nil },
		"removed":   os.Remove,
		"replaced":  func(path string) error { return cmp.Or(os.Rename(path, path+".away"), os.WriteFile(path, nil, 0o600)) },
		"cut short": func(path string) error { return os.Truncate(path, 3*8192) },
		"a file in place of its folder": func(path string) error {
			dir := filepath.Dir(path)
			return cmp.Or(os.Rename(dir, dir+".away"), os.WriteFile(dir, nil, 0o600))
		},
		"a loop of links": func(path string) error { return cmp.Or(os.Remove(path), os.Symlink(path, path)) },
	} {
		path := filepath.Join(t.TempDir(), "desk", "t.db")
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		db, err := storage.Open(path, storage.Options{Place: new(likeness), NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := take(path); err != nil {
			t.Fatal(err)
		}
		if err := db.InPlace(); name == "" && err != nil || name != "" && !errors.Is(err, storage.ErrElsewhere) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
