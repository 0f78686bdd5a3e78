//go:build !linux

package main

import "testing"

func mountSmall(t *testing.T, _ string) {
	t.Skip("only on Linux there is a test that mounts a small disk")
}
