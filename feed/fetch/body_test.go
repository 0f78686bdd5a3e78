package fetch

import (
	"bytes"
	"errors"
	"net/http"
	"runtime"
	"testing"
)

// A gzip bomb costs what MaxBody costs, not what it decodes to.
func TestGzipBombsAreRefused(t *testing.T) {
	stream := gzipped(t, make([]byte, 11<<20))
	if ratio := 11 << 20 / len(stream); ratio < 1000 {
		t.Fatalf("the bomb is one of %d:1", ratio)
	}
	bombs := map[string][]byte{
		"1000:1":            stream,
		"1000:1 in members": bytes.Repeat(gzipped(t, make([]byte, 1<<20)), 100),
		"empty members":     bytes.Repeat(gzipped(t, nil), MaxBody/20),
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Write(bomb)
			})
			c := local()
			defer c.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := c.Get(t.Context(), Request{URL: u})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrTooLarge) {
				t.Errorf("err = %v", err)
			}
			// The sum of all buffers there ever were: several times what is held at
			// once, and the race detector's copies with it.
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 96 {
				t.Errorf("took %d MiB in all", used)
			}
		})
	}
}
