package main

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// What is stored must not depend on the machine that worked it out. Compilers for
// arm64 and others fuse x*y + z into one operation, which rounds once in place of
// twice; a conversion, float64(x*y) + z, keeps the two apart. This reads the assembly of
// the packages that decide what is stored.
func TestNothingIsFused(t *testing.T) {
	program, err := exec.LookPath("go")
	if err != nil {
		t.Skipf("no Go to compile with: %v", err)
	}
	c := exec.Command(program, "build", "-gcflags=topicwire/...=-S",
		"topicwire/feed", "topicwire/feed/text", "topicwire/feed/match", "topicwire/feed/story", "topicwire/feed/edition", "topicwire/storage")
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out[max(0, len(out)-2000):])
	}
	if !regexp.MustCompile(`\bFADDD\b`).Match(out) {
		t.Fatal("no assembly that adds: this proves nothing")
	}
	seen := make(map[string]bool)
	for _, line := range regexp.MustCompile(`\(([^()]*\.go:\d+)\)\tF(?:N?M)(?:ADD|SUB)[DS]\b`).FindAllStringSubmatch(string(out), -1) {
		if !seen[line[1]] {
			seen[line[1]] = true
			t.Errorf("%s is fused on arm64", line[1])
		}
	}
}
