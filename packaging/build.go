package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// build compiles the program for a target. Nothing of this machine goes into it: no paths,
// no C library, and of the checkout only what source says.
func build(ctx context.Context, s source, t target, to string, tags ...string) error {
	link := "-s -w"
	if s.commit != "" {
		link += " -X main.linkedCommit=" + s.commit + " -X main.linkedTime=" + s.at.Format(time.RFC3339)
	}
	if s.released {
		link += " -X main.linkedRelease=true"
	}
	path, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	// What a debugger reads is left out by the linker: not to write it is a tenth of the time.
	args := []string{"build", "-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false", "-ldflags", link, "-o", path}
	for _, tag := range tags {
		args = append(args, "-tags", tag)
	}
	_, err = goTool(ctx, s, t, append(args, "./cmd/topicwire")...)
	return err
}

// goTool runs the go command in the sources, for a target, whatever the environment has.
func goTool(ctx context.Context, s source, t target, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = s.folder
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+t.os, "GOARCH="+t.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOWORK=off", "GOGC="+cmp.Or(os.Getenv("GOGC"), "400"))
	var said strings.Builder
	c.Stderr = &said
	answer, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s for %s: %w\n%s", args[0], t, err, &said)
	}
	return strings.TrimSpace(string(answer)), nil
}

// licences collects the terms of what others wrote and the binary has in it: modules, Go
// and its library. They ask to go along with each copy.
func licences(ctx context.Context, s source, t target) ([]byte, error) {
	listed, err := goTool(ctx, s, t, "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/topicwire")
	if err != nil {
		return nil, err
	}
	root, err := goTool(ctx, s, t, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	modules := append(strings.Split(listed, "\n"), "Go\t"+root)
	slices.Sort(modules)
	var all bytes.Buffer
	for _, m := range slices.Compact(modules) {
		name, folder, ok := strings.Cut(m, "\t")
		if !ok {
			continue
		}
		found := 0
		for _, pattern := range []string{"LICEN[SC]E*", "COPYING*", "NOTICE*", "PATENTS"} {
			texts, err := filepath.Glob(filepath.Join(folder, pattern))
			if err != nil {
				return nil, err
			}
			for _, from := range texts {
				text, err := os.ReadFile(from)
				if err != nil {
					return nil, err
				}
				fmt.Fprintf(&all, "==== %s: %s\n\n%s\n\n", name, filepath.Base(from), bytes.TrimSpace(text))
				found++
			}
		}
		if found == 0 {
			return nil, fmt.Errorf("no licence of %s in %s", name, folder)
		}
	}
	return all.Bytes(), nil
}

// A manual is what the program writes of itself: pages, by the name of their file and
// packed as systems keep them, and completions by the name of the shell.
type manual struct{ pages, completions map[string][]byte }

// shells are those that the program completes for, besides PowerShell's.
var shells = []string{"bash", "zsh", "fish"}

// writeManual builds the program for this machine, with the command that writes manual
// pages, and has it write them.
func writeManual(ctx context.Context, s source, work string) (manual, error) {
	binary, folder := filepath.Join(work, "topicwire-man"), filepath.Join(work, "man")
	if err := build(ctx, s, target{runtime.GOOS, runtime.GOARCH}, binary, "man"); err != nil {
		return manual{}, err
	}
	// Defaults of flags are printed, and come from the environment.
	ask := func(args ...string) ([]byte, error) {
		c := exec.CommandContext(ctx, binary, args...)
		c.Dir, c.Env = work, []string{"HOME=/root", "LC_ALL=C"}
		answer, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("topicwire %v: %w", args, err)
		}
		return answer, nil
	}
	if _, err := ask("man", folder); err != nil {
		return manual{}, err
	}
	m := manual{map[string][]byte{}, map[string][]byte{}}
	pages, err := os.ReadDir(folder)
	if err != nil {
		return m, err
	}
	for _, page := range pages {
		text, err := os.ReadFile(filepath.Join(folder, page.Name()))
		if err != nil {
			return m, err
		}
		if m.pages[page.Name()+".gz"], err = zip(text, gzip.BestCompression); err != nil {
			return m, err
		}
	}
	for _, shell := range shells {
		if m.completions[shell], err = ask("completion", shell); err != nil {
			return m, err
		}
	}
	return m, nil
}
