package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// work is a folder for what all tests share.
var work string

func TestMain(m *testing.M) {
	var err error
	if work, err = os.MkdirTemp("", "topicwire-packaging-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(work)
	os.Exit(code)
}

// here is what a release builds for this machine, as Linux, made once.
var here = sync.OnceValues(func() (shipped, error) { return prepare(context.Background(), "..", work) })

func prepare(ctx context.Context, folder, work string) (shipped, error) {
	s := shipped{
		source: source{folder: folder, version: "0.2.0", released: true, commit: strings.Repeat("ab", 20), at: time.Unix(1796000000, 0).UTC()},
		target: target{"linux", runtime.GOARCH}, work: work, binary: filepath.Join(work, "topicwire"),
	}
	err := build(ctx, s.source, s.target, s.binary)
	if err == nil {
		s.manual, err = writeManual(ctx, s.source, work)
	}
	if err == nil {
		s.third, err = licences(ctx, s.source, s.target)
	}
	return s, err
}

func prepared(t *testing.T) shipped {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("packages are tried on Linux")
	}
	s, err := here()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// need skips where a program is missing.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not here", p)
		}
	}
}

// needRoot skips where mounting and changing owners is not allowed.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting, and giving files to other users, is root's")
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), name, args...)
	c.Stderr = &said
	answer, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, answer, &said)
	}
	return string(answer)
}

// The same commit gives the same bytes, in whatever folder it is built.
func TestSameBytes(t *testing.T) {
	first := prepared(t)
	folder := t.TempDir()
	output(t, "sh", "-c", `tar -C .. --exclude=./.git --exclude=./dist -cf - . | tar -C "$1" -xf -`, "copy", folder)
	second, err := prepare(t.Context(), folder, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	one, two := t.TempDir(), t.TempDir()
	names, err := first.pack(one)
	if err != nil {
		t.Fatal(err)
	}
	again, err := second.pack(two)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(names, again) || len(names) != 4 {
		t.Errorf("files %v, then %v", names, again)
	}
	for _, name := range names {
		a, errA := os.ReadFile(filepath.Join(one, name))
		b, errB := os.ReadFile(filepath.Join(two, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %d bytes, then %d others (%v, %v)", name, len(a), len(b), errA, errB)
		}
	}
}

// The binary is what people download: it stays below 25 MB, and needs no library.
func TestBinary(t *testing.T) {
	s := prepared(t)
	info, err := os.Stat(s.binary)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= 25e6 {
		t.Errorf("the binary has %d bytes", info.Size())
	}
	need(t, "readelf")
	if parts := output(t, "readelf", "--program-headers", s.binary); strings.Contains(parts, "INTERP") {
		t.Error("the binary is not static")
	}
}

// What is linked into a release is what Go finds in a checkout, and all ways to ask say it.
func TestVersion(t *testing.T) {
	s := prepared(t)
	line := regexp.MustCompile(`^topicwire [0-9.]+\+abababababab 2026-11-30 go1\.\S+ linux/\w+\n$`)
	for _, ask := range []string{"version", "--version"} {
		if said := output(t, s.binary, ask); !line.MatchString(said) {
			t.Errorf("topicwire %s: %q", ask, said)
		}
	}
	if said := output(t, s.binary, "version", "--json"); !strings.Contains(said, `"commit":"`+s.commit+`","time":"2026-11-30T`) {
		t.Errorf("topicwire version --json: %s", said)
	}

	checkout, err := sourceIn(t.Context(), "..")
	if err != nil || checkout.commit == "" {
		t.Skipf("no checkout: %v", err)
	}
	stamped := filepath.Join(t.TempDir(), "topicwire")
	c := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=true", "-ldflags", "-s -w", "-o", stamped, "./cmd/topicwire")
	c.Dir, c.Env = "..", append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	var found struct {
		Commit, Version string
		Time            time.Time
		Modified        bool
	}
	if err := json.Unmarshal([]byte(output(t, stamped, "version", "--json")), &found); err != nil {
		t.Fatal(err)
	}
	if found.Commit != checkout.commit || !found.Time.Equal(checkout.at) || found.Modified != checkout.modified || !strings.Contains(found.Version, checkout.commit[:12]) {
		t.Errorf("the binary says %+v, git %+v", found, checkout)
	}
}

// Every command has a page, and every page a command.
func TestManual(t *testing.T) {
	s := prepared(t)
	want := []string{}
	var walk func(path ...string)
	walk = func(path ...string) {
		want = append(want, strings.Join(append([]string{"topicwire"}, path...), "-")+".1.gz")
		_, list, _ := strings.Cut(output(t, s.binary, append(slices.Clone(path), "--help")...), "Available Commands:\n")
		list, _, _ = strings.Cut(list, "\n\n")
		for line := range strings.Lines(list) {
			if words := strings.Fields(line); len(words) > 0 && words[0] != "help" {
				walk(append(slices.Clone(path), words[0])...)
			}
		}
	}
	walk()
	got := []string{}
	for name := range s.manual.pages {
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(got) < 20 {
		t.Errorf("pages    %v\ncommands %v", got, want)
	}
	for shell, mark := range map[string]string{"bash": "complete -o default", "zsh": "#compdef topicwire", "fish": "complete -c topicwire"} {
		if !bytes.Contains(s.manual.completions[shell], []byte(mark)) {
			t.Errorf("the completion for %s has no %q", shell, mark)
		}
	}
}

// An archive has the program and all that goes along with it.
func TestArchive(t *testing.T) {
	s, to := prepared(t), t.TempDir()
	name, err := s.archive(to)
	if err != nil {
		t.Fatal(err)
	}
	output(t, "tar", "-C", to, "-xzf", filepath.Join(to, name))
	folder := os.DirFS(filepath.Join(to, strings.TrimSuffix(name, ".tar.gz")))
	for _, want := range []string{"topicwire", "LICENSE", "THIRD-PARTY-LICENSES", "README.md", "docs/topics.md", "man/man1/topicwire-serve.1.gz", "completions/topicwire.bash", "completions/_topicwire", "completions/topicwire.fish", "examples/topicwire.service"} {
		if info, err := fs.Stat(folder, want); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", want, err)
		}
	}
	terms, err := fs.ReadFile(folder, "THIRD-PARTY-LICENSES")
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range []string{"==== Go:", "==== go.etcd.io/bbolt ", "==== github.com/spf13/cobra "} {
		if !bytes.Contains(terms, []byte(module)) {
			t.Errorf("no terms of %s", module)
		}
	}
}

// wire is a folder with a configuration and a feed of one entry, for a database in folder.
func wire(t *testing.T, folder, listen string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"config.yaml": "server: {listen: '" + listen + "', admin: ''}\nstorage: {path: " + folder + "/topicwire.db}\nfetch: {contact: desk@example.org}\nsources: [{url: 'file:wire.xml'}]\ntopics:\n  security: {title: Security, any: [terror*]}\n",
		"wire.xml": `<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link><description>d</description>
<item><title>Terror plot foiled</title><link>https://wire.example/1</link><guid>https://wire.example/1</guid><pubDate>Wed, 04 Sep 2024 08:00:00 GMT</pubDate></item>
</channel></rss>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// newerDatabase is one that a later version wrote.
func newerDatabase(t *testing.T, s shipped) string {
	t.Helper()
	dir := t.TempDir()
	output(t, s.binary, "fetch", "--all", "-c", filepath.Join(wire(t, dir, "127.0.0.1:1"), "config.yaml"))
	path := filepath.Join(dir, "topicwire.db")
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte{0, 0, 0, 200})
	}); err != nil {
		t.Fatal(err)
	}
	return path
}
