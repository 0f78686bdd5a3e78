package main

import (
	"errors"
	"io/fs"
	"syscall"

	"topicwire/server"
	"topicwire/storage"
)

// A failure is how a command ends badly: the exit code, one line of what and
// why, and a hint where one exists.
type failure struct {
	code int
	text string // "" when everything was said already
	hint string
}

func (f *failure) Error() string { return f.text }

// explain finds the exit code and the hint for an error.
func explain(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if usage, ok := errors.AsType[*server.UsageError](err); ok {
		return &failure{exitUsage, err.Error(), usage.Hint}
	}
	if _, refused := errors.AsType[*server.ConfigError](err); refused {
		return &failure{code: exitUsage, text: err.Error()}
	}
	if interrupted(err) {
		return &failure{code: exitFailed, text: "interrupted"}
	}
	f := &failure{code: exitFailed, text: err.Error()}
	for _, h := range hints {
		if errors.Is(err, h.of) {
			f.hint = h.text
			break
		}
	}
	return f
}

// hints are what to do about errors, whoever met them.
var hints = []struct {
	of   error
	text string
}{
	{storage.ErrLocked, "stop the other one first, or set another storage.path"},
	{storage.ErrNewer, "use the newer topicwire, or set another storage.path; the file was not touched"},
	{errNone, "run `topicwire fetch` or `topicwire serve` first"},
	{storage.ErrForeign, "set storage.path to another file; this one was not touched"},
	{storage.ErrCorrupt, "stop the server and put a backup in its place with `topicwire restore FILE`; without one move the file away, and a new one is filled from the sources"},
	{syscall.EADDRINUSE, "another program listens there; stop it, or set another server.listen"},
	{syscall.ENOSPC, "the disk is full; nothing that was stored is lost"},
	{syscall.EROFS, "set storage.path to a file that can be written"},
	{syscall.EISDIR, "set storage.path to a file that can be written"},
	{fs.ErrPermission, "check who owns the file and its folder"},
	{fs.ErrNotExist, "the folder must exist"},
}
