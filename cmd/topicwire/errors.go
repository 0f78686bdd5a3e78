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
	var f *failure
	var refused *server.ConfigError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &refused):
		return &failure{code: exitUsage, text: err.Error()}
	case interrupted(err):
		return &failure{code: exitFailed, text: "interrupted"}
	case errors.Is(err, storage.ErrLocked):
		return &failure{exitFailed, err.Error(), "stop the other one first, or set another storage.path"}
	case errors.Is(err, storage.ErrNewer):
		return &failure{exitFailed, err.Error(), "use the newer topicwire, or set another storage.path; the file was not touched"}
	case errors.Is(err, storage.ErrCorrupt):
		return &failure{exitFailed, err.Error(), "move the file away or restore a copy; without one a new file is filled from the sources"}
	case errors.Is(err, syscall.EADDRINUSE):
		return &failure{exitFailed, err.Error(), "another program listens there; stop it, or set another server.listen"}
	case errors.Is(err, syscall.ENOSPC):
		return &failure{exitFailed, err.Error(), "the disk is full; nothing that was stored is lost"}
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EISDIR):
		return &failure{exitFailed, err.Error(), "set storage.path to a file that can be written"}
	case errors.Is(err, fs.ErrPermission):
		return &failure{exitFailed, err.Error(), "check who owns the file and its folder"}
	case errors.Is(err, fs.ErrNotExist):
		return &failure{exitFailed, err.Error(), "the folder must exist"}
	}
	return &failure{code: exitFailed, text: err.Error()}
}
