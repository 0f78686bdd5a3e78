package topicwire

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "pack the desk anew")

// What is packed is what the files say.
func TestPackedDesk(t *testing.T) {
	names, err := filepath.Glob("lists/*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatalf("lists: %q, %v", names, err)
	}
	want := map[string]string{}
	for _, name := range append(names, "config.yaml") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want[filepath.ToSlash(name)] = string(b)
	}
	if *update {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		if err := e.Encode(want); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		packed = b.Bytes()
		if err := os.WriteFile("desk.json.gz", packed, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Desks()[0].Files()
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("config.yaml or lists/ are not as they were packed (%v): run `make golden`, or `go test . -update`", err)
	}
}
