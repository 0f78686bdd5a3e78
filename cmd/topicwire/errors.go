package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"topicwire/feed/cmdline"
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
	table, key := hints, storagePath
	if of, ok := errors.AsType[*keyedError](err); ok { // the outermost knows best
		key = of.key
	}
	if l, ok := errors.AsType[*server.ListenError](err); ok {
		table, key = listenHints, l.Key
	}
	for _, h := range table {
		if errors.Is(err, h.of) {
			f.hint = strings.ReplaceAll(h.text, "KEY", key)
			break
		}
	}
	return f
}

// A keyedError is about a file that a key of the configuration names, or a flag.
type keyedError struct {
	key string
	err error
}

func (e *keyedError) Error() string { return e.err.Error() }
func (e *keyedError) Unwrap() error { return e.err }

// storagePath is the key of the database's file.
const storagePath = "storage.path"

// ofKey says which key or flag named the file that an error is about; nil stays nil.
func ofKey(key string, err error) error {
	if err == nil {
		return nil
	}
	return &keyedError{key, err}
}

// pasted is a text whose commands read the configuration that this one reads, so that
// they can be pasted.
func (p *program) pasted(text string) string { return cmdline.For(p.named(), text) }

// named is the configuration file as somebody named it; "" where the program found it by
// itself, as the next command will.
func (p *program) named() string {
	if p.given != nil && p.given() {
		return p.config
	}
	return ""
}

// configLike reports whether an argument is a configuration file, to look at it.
func configLike(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular() && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// A hint is what to do about an error. KEY stands for the key or flag that it is about.
type hint struct {
	of   error
	text string
}

// hints are for errors of files.
var hints = []hint{
	{storage.ErrLocked, "stop the other one first, or name another file in KEY"},
	{storage.ErrNewer, "use the newer topicwire, or name another file in KEY; this one was not touched"},
	{errNone, "run `topicwire fetch` or `topicwire serve` first"},
	{storage.ErrForeign, "name another file in KEY; this one was not touched"},
	{storage.ErrCorrupt, "stop the server and put a backup in its place with `topicwire restore FILE`; without one move the file away, and a new one is filled from the sources"},
	{syscall.ENOSPC, "the disk is full; nothing that was stored is lost"},
	{syscall.EROFS, "nothing can be written there; name another place in KEY"},
	{syscall.EISDIR, "name a file in KEY, not a folder"},
	{syscall.ENOTDIR, "a part of the path is a file; name another place in KEY"},
	{fs.ErrPermission, "look who owns KEY and its folder, and which user runs this command"},
	{fs.ErrNotExist, "the folder of KEY must exist: make it, or name another"},
}

// listenHints are for addresses.
var listenHints = []hint{
	{syscall.EADDRINUSE, "another program listens there; stop it, or set another KEY"},
	{syscall.EADDRNOTAVAIL, "set KEY to an address that this machine has"},
	{fs.ErrPermission, "set KEY to a port above 1023, or to a socket in a folder of your own"},
	{fs.ErrNotExist, "the folder of the socket must exist: make it, or set another KEY"},
}
