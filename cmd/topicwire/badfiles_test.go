package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"topicwire/storage"
)

// asking are the commands that only read the database.
var asking = [][]string{
	{"status"}, {"status", "--json"}, {"export", "t"}, {"build", "-o", "site"}, {"sources"}, {"sources", "list", "--json"},
	{"explain", "t", "https://x.example/1"}, {"preview"}, {"decisions"}, {"verify"}, {"suggest", "t", "--decisions"}, {"evaluate", "none.jsonl"},
	{"hide", "t", "https://x.example/1", "--by", "me"}, {"backup", "copy.db"}, {"compact"}, {"check"}, {"sources", "export"},
}

// badConfig is a configuration over a database.
func badConfig(t *testing.T, dir, database string) string {
	t.Helper()
	t.Chdir(dir)
	path := filepath.Join(dir, "config.yaml")
	writeConfig(t, path, fmt.Sprintf("fetch: {contact: a@x.example}\nserver: {listen: 'unix:l.sock', admin: ''}\nstorage: {path: %q}\nsources: [{url: 'file:feed.xml'}]\ntopics: {t: {}}\n", database))
	feed := `<rss version="2.0"><channel><title>F</title><link>https://x.example/</link><description>d</description>`
	for i := range 50 {
		feed += fmt.Sprintf(`<item><guid isPermaLink="false">%d</guid><title>Entry %[1]d</title><link>https://x.example/%[1]d</link><description>%s</description></item>`, i, strings.Repeat(fmt.Sprintf("words of %d ", i), 40))
	}
	if err := os.WriteFile(filepath.Join(dir, "feed.xml"), []byte(feed+`</channel></rss>`), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What only reads makes no database: not where there is none, nor out of an empty file.
func TestAskingMakesNoDatabase(t *testing.T) {
	dir := t.TempDir()
	config := badConfig(t, dir, "wire.db")
	for _, empty := range []bool{false, true} {
		if empty {
			if err := os.WriteFile("wire.db", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range asking {
			command(append(args, "-c", config)...)
			if st, err := os.Stat("wire.db"); empty && (err != nil || st.Size() > 0) || !empty && !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%v made one (an empty file was there: %v): %v", args, empty, err)
			}
		}
		for _, args := range [][]string{{"status"}, {"sources"}} {
			if r := command(append(args, "-c", config)...); r.code != exitDone || r.err != "" {
				t.Errorf("%v before anything was fetched: %+v", args, r)
			}
		}
	}
	if r := command("fetch", "-c", config); r.code != exitDone {
		t.Errorf("into an empty file: %+v", r)
	}
}

// Every file that is no database of use has one line of why and a hint, whoever opens it,
// and is left as it was.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	config := badConfig(t, dir, "wire.db")
	if r := command("fetch", "-c", config); r.code != exitDone {
		t.Fatal(r)
	}
	good, err := os.ReadFile("wire.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove("wire.db"); err != nil {
		t.Fatal(err)
	}
	meta := func(b []byte) (root, end int64) {
		at := 16
		if binary.NativeEndian.Uint64(b[8192+16+48:]) > binary.NativeEndian.Uint64(b[16+48:]) {
			at += 8192
		}
		return int64(binary.NativeEndian.Uint64(b[at+16:])), int64(binary.NativeEndian.Uint64(b[at+40:]))
	}
	root, end := meta(good)
	edited := func(edit func(b []byte) []byte) func() error {
		return func() error { return os.WriteFile("wire.db", edit(append([]byte(nil), good...)), 0o600) }
	}
	// Of its schema by its bytes: the key, and behind it the value.
	schema := func(is string) func() error {
		key := fmt.Appendf(nil, "schema\x00\x00\x00%c", storage.Schema)
		return edited(func(b []byte) []byte { return bytes.ReplaceAll(b, key, []byte(is)) })
	}
	const damaged, foreign = `the database is damaged`, `the file is no topicwire database`
	const restore, elsewhere = "topicwire restore FILE", "name another file in storage.path"
	for _, c := range []struct {
		name       string
		make       func() error
		text, hint string
	}{
		{"a folder", func() error { return os.Mkdir("wire.db", 0o700) }, `is a directory`, "hint: name a file in "},
		{"a text", edited(func([]byte) []byte { return []byte("# notes\nof mine\n") }), foreign + `: it is a text`, elsewhere},
		{"SQLite's", edited(func([]byte) []byte { return append([]byte("SQLite format 3\x00"), make([]byte, 9000)...) }), foreign + `: it is one of SQLite`, elsewhere},
		{"a packed one", edited(func([]byte) []byte { return append([]byte{0x1f, 0x8b, 8}, make([]byte, 9000)...) }), foreign + `: it is packed`, elsewhere},
		{"another program's", schema("theirs\x00\x00\x00\x01"), foreign + `: another program's, in the same format`, elsewhere},
		{"a newer one", schema("schema\x00\x00\x00\x63"), `written by a newer topicwire \(schema 99, this one knows \d+\)`, "use the newer topicwire"},
		{"one of no schema", schema("schema\x00\x00\x00\x00"), foreign, elsewhere},
		{"cut off in the middle", edited(func(b []byte) []byte { return b[:end*8192/2] }), damaged + ` \(it was cut off: \d+ of \d+ bytes are there\)`, restore},
		{"cut off within the first page", edited(func(b []byte) []byte { return b[:100] }), damaged + ` \(it was cut off`, restore},
		{"both first pages damaged", edited(func(b []byte) []byte { b[40]++; b[8192+40]++; return b }), damaged + ` \(both of its first pages are\)`, restore},
		{"both first pages zeroed", edited(func(b []byte) []byte { clear(b[:2*8192]); return b }), damaged + ` \(it begins with zeros\)`, restore},
		{"the page of all buckets zeroed", edited(func(b []byte) []byte { clear(b[root*8192:][:8192]); return b }), damaged, restore},
		{"all but the first pages zeroed", edited(func(b []byte) []byte { clear(b[2*8192:]); return b }), damaged, restore},
		{"a link to nowhere", func() error { return os.Symlink("disk/wire.db", "wire.db") }, foreign + `: it is a link to disk/wire.db, which is not there`, elsewhere},
		{"a pipe", func() error { return syscall.Mkfifo("wire.db", 0o600) }, foreign + `: it is a pipe`, elsewhere},
		{"a device", func() error { return os.Symlink("/dev/null", "wire.db") }, foreign + `: it is a device`, elsewhere},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.make(); err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll("wire.db")
			if err := os.Chtimes("wire.db", time.Time{}, time.Unix(1e9, 0)); err != nil && c.name != "a link to nowhere" && c.name != "a device" {
				t.Fatal(err)
			}
			was := told(t)
			for _, args := range append(asking, []string{"serve"}, []string{"fetch"}) {
				switch args[0] {
				case "check", "evaluate":
					continue // say it beside what they are asked
				case "sources":
					if len(args) > 1 && args[1] == "export" {
						continue
					}
				}
				r := command(append(args, "-c", config)...)
				lines := strings.Split(strings.TrimSpace(r.err), "\n")
				if r.code != exitFailed || !regexp.MustCompile(`^topicwire: .*wire\.db: .*(`+c.text+`)`).MatchString(lines[0]) ||
					len(lines) > 2 || len(lines) == 2 && !strings.HasPrefix(lines[1], "hint: ") || !strings.Contains(r.err, c.hint) {
					t.Errorf("%v: %d\n%s", args, r.code, r.err)
				}
				if now := told(t); now != was {
					t.Fatalf("%v touched it: %s, was %s", args, now, was)
				}
			}
		})
	}

	// One of the two first pages is enough, and mends itself with the next change.
	for at := range 2 {
		if err := edited(func(b []byte) []byte { clear(b[at*8192:][:8192]); return b })(); err != nil {
			t.Fatal(err)
		}
		if r := command("verify", "-c", config); r.code != exitDone {
			t.Errorf("without page %d: %+v", at, r)
		}
	}
	// A page in the middle is told by verify, and by backup before it is spread.
	if err := edited(func(b []byte) []byte {
		for id := end / 2; ; id++ {
			if kind := binary.NativeEndian.Uint16(b[id*8192+8:]); id != root && binary.NativeEndian.Uint64(b[id*8192:]) == uint64(id) && (kind == 1 || kind == 2) {
				clear(b[id*8192:][:8192])
			}
			if id == end-1 {
				return b
			}
		}
	})(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify"}, {"backup", "copy.db"}, {"compact"}} {
		if r := command(append(args, "-c", config)...); r.code != exitFailed || strings.Contains(r.err, "goroutine") || !strings.Contains(r.err, "hint: ") {
			t.Errorf("%v of a damaged page: %+v", args, r)
		}
	}

	// Folders and rights.
	other := badConfig(t, t.TempDir(), "none/wire.db")
	if r := command("fetch", "-c", other); r.code != exitFailed || !strings.Contains(r.err, "none/wire.db: no such file or directory\nhint: the folder of storage.path must exist") {
		t.Errorf("no folder: %+v", r)
	}
}

// told is all that can be seen of the database's file.
func told(t *testing.T) string {
	t.Helper()
	st, err := os.Lstat("wire.db")
	if err != nil {
		t.Fatal(err)
	}
	content := ""
	if st.Mode().IsRegular() {
		b, err := os.ReadFile("wire.db")
		if err != nil {
			t.Fatal(err)
		}
		content = string(b)
	}
	_, near := os.Stat("disk")
	return fmt.Sprint(st.Mode(), st.Size(), st.ModTime(), errors.Is(near, fs.ErrNotExist), len(content), strings.Count(content, "\x00"), content == "")
}

// Files and folders without the rights to them say so, to users that have none.
func TestWithoutRights(t *testing.T) {
	dir := t.TempDir()
	config := badConfig(t, dir, "data/wire.db")
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	if r := command("fetch", "-c", config); r.code != exitDone {
		t.Fatal(r)
	}
	program, nobody := process().Path, (*syscall.Credential)(nil)
	if os.Geteuid() == 0 { // who may do anything
		b, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		program, nobody = filepath.Join(dir, "topicwire"), &syscall.Credential{Uid: 65534, Gid: 65534}
		if err := os.WriteFile(program, b, 0o755); err != nil {
			t.Fatal(err)
		}
		for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range []string{"config.yaml", "feed.xml"} {
			if err := os.Chmod(f, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range []string{"data", "data/wire.db"} {
			if err := os.Chown(f, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}
	}
	as := func(args ...string) result {
		c := process(append(args, "-c", config)...)
		c.Path = program
		c.SysProcAttr = &syscall.SysProcAttr{Credential: nobody}
		var out, stderr strings.Builder
		c.Stdout, c.Stderr = &out, &stderr
		err := c.Run()
		if c.ProcessState == nil {
			t.Fatal(err)
		}
		return result{out.String(), stderr.String(), c.ProcessState.ExitCode()}
	}
	if r := as("verify"); r.code != exitDone {
		t.Fatalf("with all rights: %+v", r)
	}
	denied := "wire.db: permission denied\nhint: look who owns storage.path and its folder, and which user runs this command\n"
	for _, mode := range []fs.FileMode{0, 0o400} {
		if err := os.Chmod("data/wire.db", mode); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"status"}, {"export", "t"}, {"fetch"}, {"serve"}} {
			if r := as(args...); r.code != exitFailed || !strings.HasSuffix(r.err, denied) {
				t.Errorf("%v of a file of mode %o: %+v", args, mode, r)
			}
		}
	}
	// In a folder that cannot be written to, the file can still be read and written.
	if err := errors.Join(os.Chmod("data/wire.db", 0o600), os.Chmod("data", 0o500)); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod("data", 0o700)
	if r := as("verify"); r.code != exitDone {
		t.Errorf("in a folder that cannot be written to: %+v", r)
	}
	if r := as("backup", "data/b.db"); r.code != exitFailed || !strings.Contains(r.err, "b.db: permission denied\nhint: ") {
		t.Errorf("a backup there: %+v", r)
	}
	if r := as("compact"); r.code != exitFailed || !strings.Contains(r.err, "permission denied\nhint: ") {
		t.Errorf("compacted there: %+v", r)
	}
	if err := os.Remove("data/wire.db"); err != nil {
		t.Fatal(err)
	}
	if r := as("fetch"); r.code != exitFailed || !strings.HasSuffix(r.err, denied) {
		t.Errorf("into it: %+v", r)
	}
}
