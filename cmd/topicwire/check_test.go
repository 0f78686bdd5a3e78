package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/storage"
)

// A database that a service holds is left alone, and said to be.
func TestCheckBesideAService(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	text := "storage: {path: wire.db}\nfetch: {contact: desk@example.org}\nsources: [{url: 'file:wire.xml'}]\ntopics: {t: {any: [Tashkent]}}\n"
	for name, s := range map[string]string{config: text, filepath.Join(dir, "wire.xml"): ""} {
		if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func() (int, string, string) {
		var out, stderr bytes.Buffer
		code := run([]string{"check", "-c", config}, &out, &stderr)
		return code, out.String(), stderr.String()
	}
	path := filepath.Join(dir, "wire.db")
	if code, _, stderr := check(); code != exitDone || stderr != "" {
		t.Errorf("without a database: %d, %s", code, stderr)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("check made a database")
	}
	db, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	code, out, stderr := check()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if code != exitDone || !strings.Contains(out, ": ok (") || !strings.HasPrefix(stderr, "note: another topicwire holds the database") {
		t.Errorf("beside a service: %d, %s%s", code, out, stderr)
	}
	if code, _, stderr := check(); code != exitDone || stderr != "" {
		t.Errorf("with a database: %d, %s", code, stderr)
	}
}
