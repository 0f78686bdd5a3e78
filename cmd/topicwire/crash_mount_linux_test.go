package main

import (
	"syscall"
	"testing"
)

// mountSmall puts a disk of four megabytes in the place of a folder.
func mountSmall(t *testing.T, dir string) {
	t.Helper()
	if err := syscall.Mount("topicwire", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no file system can be mounted here, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}
