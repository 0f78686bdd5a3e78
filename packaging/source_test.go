package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a release is called comes from Version and the tag of the commit, which agree.
func TestSource(t *testing.T) {
	need(t, "git")
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"}, args...)...)
		c.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-11-30T03:23:54+02:00", "GIT_AUTHOR_DATE=2026-11-29T00:00:00Z")
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, said)
		}
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("cmd/topicwire/version.go", "package main\n\nconst Version = \"1.4.0\"\n")

	if _, err := sourceIn(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("without git and time: %v", err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1796000000")
	s, err := sourceIn(t.Context(), dir)
	if err != nil || s.label() != "1.4.0" || s.prerelease() != "" || s.at.Unix() != 1796000000 {
		t.Errorf("without git: %+v, %v", s, err)
	}

	git("init", "-q")
	git("add", ".")
	git("commit", "-qm", "x")
	s, err = sourceIn(t.Context(), dir)
	if err != nil || len(s.commit) != 40 {
		t.Fatalf("%+v, %v", s, err)
	}
	short := s.commit[:12]
	if s.label() != "1.4.0-"+short || s.prerelease() != "20261130012354."+short {
		t.Errorf("a commit: %s, %s", s.label(), s.prerelease())
	}
	git("tag", "v1.4.0")
	if s, err = sourceIn(t.Context(), dir); err != nil || s.label() != "1.4.0" || s.prerelease() != "" || !s.released {
		t.Errorf("a tag: %+v, %v", s, err)
	}
	write("new", "")
	if s, err = sourceIn(t.Context(), dir); err != nil || s.label() != "1.4.0-"+short+".modified" || s.prerelease() != "20261130012354."+short+".modified" {
		t.Errorf("a tag, changed: %s, %s, %v", s.label(), s.prerelease(), err)
	}
	git("tag", "v1.5.0")
	if _, err = sourceIn(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "the tag v1.5.0, but Version") {
		t.Errorf("another tag: %v", err)
	}
}

// A release empties the folder of one before, and nobody else's.
func TestMakeRoom(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist")
	mine, theirs := filepath.Join(dir, "old.deb"), filepath.Join(t.TempDir(), "letter")
	for range 2 {
		if err := makeRoom(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(mine); err == nil {
			t.Error("what a release before made is there")
		}
		if err := os.WriteFile(mine, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(theirs, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := makeRoom(filepath.Dir(theirs)); err == nil || !strings.Contains(err.Error(), "not by a release") {
		t.Errorf("another folder: %v", err)
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error(err)
	}
}
