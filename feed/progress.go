package feed

import (
	"context"
	"time"
)

// A Work is a kind of work that takes long.
type Work string

// The works.
const (
	WorkRefiling  Work = "refiling"  // stored entries are filed anew under changed rules
	WorkRetention Work = "retention" // old entries are removed
	WorkPreview   Work = "preview"
	WorkVerify    Work = "verify"
	WorkBuild     Work = "build"
	WorkBackup    Work = "backup"
	WorkCompact   Work = "compact"
	WorkRestore   Work = "restore"
)

// Says is what a work does, for people.
func (w Work) Says() string {
	switch w {
	case WorkRefiling:
		return "filing stored entries anew"
	case WorkRetention:
		return "removing old entries"
	case WorkPreview:
		return "matching stored entries"
	case WorkVerify:
		return "checking the database"
	case WorkBuild:
		return "making the site"
	case WorkBackup:
		return "copying the database"
	case WorkCompact:
		return "writing the database anew"
	case WorkRestore:
		return "checking and copying the backup"
	}
	return string(w)
}

// A Progress is how far a work is. Done and Total are of whatever it counts, entries,
// bytes or steps; Total is 0 while that is unknown.
type Progress struct {
	Work  Work      `json:"work"`
	Done  int64     `json:"done"`
	Total int64     `json:"total"`
	Began time.Time `json:"began"`
}

type telling struct{}

// Telling is a context for a long work that tells how far it is.
func Telling(ctx context.Context, tell func(done, total int64)) context.Context {
	return context.WithValue(ctx, telling{}, tell)
}

// Tell tells whoever asked for it in the context how far a work is.
func Tell(ctx context.Context, done, total int64) {
	if tell, ok := ctx.Value(telling{}).(func(done, total int64)); ok {
		tell(done, total)
	}
}

// Within is a context for a part of a long work: all that the part tells is told as so
// much of the whole, of which done was done before.
func Within(ctx context.Context, done, part, total int64) context.Context {
	return Telling(ctx, func(d, of int64) {
		if of > 0 {
			Tell(ctx, done+int64(float64(part)*float64(d)/float64(of)), total)
		}
	})
}
