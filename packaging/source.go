package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A source is what is built: a folder, and what is known of its commit.
type source struct {
	folder   string
	version  string // 0.1.0, of Version in the program
	released bool   // the commit has the tag of the version, and nothing was changed since
	modified bool   // there are changes that are not committed
	commit   string // hash; "" where there is no git
	at       time.Time
}

var versionLine = regexp.MustCompile(`(?m)^const Version = "([0-9]+\.[0-9]+\.[0-9]+)"$`)

// sourceIn asks git about the folder. Without git the time comes from SOURCE_DATE_EPOCH.
func sourceIn(ctx context.Context, folder string) (source, error) {
	text, err := os.ReadFile(filepath.Join(folder, "cmd/topicwire/version.go"))
	if err != nil {
		return source{}, err
	}
	found := versionLine.FindSubmatch(text)
	if found == nil {
		return source{}, fmt.Errorf("no Version in cmd/topicwire/version.go")
	}
	s := source{folder: folder, version: string(found[1])}
	if _, err := os.Stat(filepath.Join(folder, ".git")); err != nil {
		return s, s.ask(os.Getenv("SOURCE_DATE_EPOCH"), "SOURCE_DATE_EPOCH, which a folder without .git needs")
	}
	git := func(args ...string) string {
		if err != nil {
			return ""
		}
		var answer []byte
		if answer, err = exec.CommandContext(ctx, "git", append([]string{"-C", folder}, args...)...).Output(); err != nil {
			err = fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
		}
		return strings.TrimSpace(string(answer))
	}
	err = nil
	s.commit = git("rev-parse", "HEAD")
	at := git("show", "-s", "--format=%ct", "HEAD")
	tags := strings.Fields(git("tag", "--points-at", "HEAD"))
	s.modified = git("status", "--porcelain") != ""
	if err != nil {
		return source{}, err
	}
	s.released = slices.Contains(tags, "v"+s.version) && !s.modified
	for _, tag := range tags {
		if regexp.MustCompile(`^v[0-9]`).MatchString(tag) && tag != "v"+s.version {
			return source{}, fmt.Errorf("the commit has the tag %s, but Version in cmd/topicwire/version.go is %s", tag, s.version)
		}
	}
	return s, s.ask(at, "the time of the commit")
}

// ask takes the time from seconds since 1970.
func (s *source) ask(seconds, of string) error {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("%s: %q is no number of seconds", of, seconds)
	}
	s.at = time.Unix(n, 0).UTC()
	return nil
}

// label is the version in names of files and tags of images: 0.1.0 of a release, else with
// the commit.
func (s source) label() string {
	label := s.version
	if !s.released && s.commit != "" {
		label += "-" + s.commit[:12]
	}
	if s.modified {
		label += ".modified"
	}
	return label
}

// prerelease sorts packages of commits before the release that they lead to, and by time:
// "" of a release, else 20261130012354.f35c5043a3db.
func (s source) prerelease() string {
	if s.released || s.commit == "" {
		return ""
	}
	pre := s.at.Format("20060102150405") + "." + s.commit[:12]
	if s.modified {
		pre += ".modified"
	}
	return pre
}
