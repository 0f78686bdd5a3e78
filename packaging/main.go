// The release program: it makes of a checkout what people install, and needs Go alone.
//
// Binaries in archives, deb and rpm packages and images are written to a folder, with their
// checksums. The same commit and the same Go give the same bytes, on any machine and in any
// folder; docs/decisions/0033-packages.md says how.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// A target is a system to build for, as Go names it.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

// targets are what a release has. Windows is not among them: storage locks its file with
// flock and keeps its owner, and does not build there.
var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	from := flags.String("from", "..", "`FOLDER` of the sources")
	to := flags.String("o", "../dist", "`FOLDER` to write to; what a release before left in it goes")
	only := flags.String("only", "", "one system, as linux/amd64, in place of all")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen := targets
	if *only != "" {
		chosen = slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.String() != *only })
		if len(chosen) == 0 {
			return fmt.Errorf("-only %s: not among %v", *only, targets)
		}
	}
	s, err := sourceIn(ctx, *from)
	if err != nil {
		return err
	}
	return release(ctx, s, chosen, *to, out)
}

// release makes everything for the targets in the folder to.
func release(ctx context.Context, s source, chosen []target, to string, out io.Writer) error {
	began := time.Now()
	fmt.Fprintf(out, "topicwire %s, commit %s of %s\n", s.label(), s.commit, s.at.Format(time.RFC3339))
	if err := makeRoom(to); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "topicwire-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	manual, err := writeManual(ctx, s, work)
	if err != nil {
		return err
	}
	// A build waits for single packages now and then; two at a time keep the machine busy.
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	made := make([][]string, len(chosen))
	for i, t := range chosen {
		group.Go(func() (err error) {
			made[i], err = makeFor(ctx, s, t, work, manual, to)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return writeSums(to, slices.Concat(made...), out, began)
}

// makeRoom makes the folder, or empties it where a release made it.
func makeRoom(to string) error {
	there, err := os.ReadDir(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(filepath.Join(to, sums)); err != nil && len(there) > 0 {
		return fmt.Errorf("%s is in use, and not by a release: it has no %s", to, sums)
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, sums), nil, 0o644) // whose the folder is, should this be interrupted
}

// makeFor builds and packs for one target, and returns the names of the files.
func makeFor(ctx context.Context, s source, t target, work string, manual manual, to string) ([]string, error) {
	files := shipped{source: s, target: t, work: work, binary: filepath.Join(work, t.os+"-"+t.arch), manual: manual}
	err := build(ctx, s, t, files.binary)
	if err == nil {
		files.third, err = licences(ctx, s, t)
	}
	if err != nil {
		return nil, err
	}
	names, err := files.pack(to)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t, err)
	}
	return names, nil
}

// sums is the file with the checksums of a release.
const sums = "SHA256SUMS"

// writeSums writes the checksums, and lists what was made.
func writeSums(to string, made []string, out io.Writer, began time.Time) error {
	slices.Sort(made)
	var lines strings.Builder
	for _, name := range made {
		f, err := os.Open(filepath.Join(to, name))
		if err != nil {
			return err
		}
		h := sha256.New()
		size, err := io.Copy(h, f)
		f.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", h.Sum(nil), name)
		fmt.Fprintf(out, "%9.2f MB  %s\n", float64(size)/1e6, name)
	}
	fmt.Fprintf(out, "in %s, %s\n", to, time.Since(began).Round(time.Second))
	return os.WriteFile(filepath.Join(to, sums), []byte(lines.String()), 0o644)
}
