// The release program: it makes of a checkout what people install, and needs Go alone.
//
// Binaries in archives, deb and rpm packages and images are written to a folder, with their
// checksums. The same commit and the same Go give the same bytes, on any machine and in any
// folder; docs/decisions/0033-packages.md says how.
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A target is a system to build for, as Go names it.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

// targets are what a release has. Windows is not among them: storage locks its file with
// flock and keeps its owner, and does not build there.
var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	from := flags.String("from", "..", "`FOLDER` of the sources")
	to := flags.String("o", "../dist", "`FOLDER` to write to; what is in it goes")
	version := flags.String("version", "", "`VERSION` of the packages, in place of that of the commit")
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
	if *version != "" {
		s.version, s.released = *version, false
	}
	return release(ctx, s, chosen, *to, out)
}

// release makes everything for the targets in the folder to, which it empties first.
func release(ctx context.Context, s source, chosen []target, to string, out io.Writer) error {
	began := time.Now()
	fmt.Fprintf(out, "topicwire %s, commit %s of %s\n", s.label(), s.commit, s.at.Format(time.RFC3339))
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
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
	var made []string
	for _, t := range chosen {
		binary := filepath.Join(work, t.os+"-"+t.arch)
		if err := build(ctx, s, t, binary); err != nil {
			return err
		}
		third, err := licences(ctx, s, t)
		if err != nil {
			return err
		}
		files := shipped{source: s, target: t, work: work, binary: binary, manual: manual, third: third}
		names, err := files.pack(to)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		made = append(made, names...)
	}
	return writeSums(to, made, out, began)
}

// writeSums writes SHA256SUMS, and lists what was made.
func writeSums(to string, made []string, out io.Writer, began time.Time) error {
	slices.Sort(made)
	var sums strings.Builder
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
		fmt.Fprintf(&sums, "%x  %s\n", h.Sum(nil), name)
		fmt.Fprintf(out, "%9.2f MB  %s\n", float64(size)/1e6, name)
	}
	fmt.Fprintf(out, "in %s, %s\n", to, time.Since(began).Round(time.Second))
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), []byte(sums.String()), 0o644)
}
