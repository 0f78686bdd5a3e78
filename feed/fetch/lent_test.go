package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"topicwire/feed/memory"
)

// A wire is a body that gives what it is asked for, and counts how often.
type wire struct {
	io.Reader
	asked  int
	length int64 // that the header says
}

func (w *wire) Read(p []byte) (int, error) {
	w.asked++
	return w.Reader.Read(p)
}

func (*wire) Close() error { return nil }

// received is what a client reads of a body, and how much of a budget that held at most.
func received(t *testing.T, c *Client, body *wire) (text []byte, held int, err error) {
	t.Helper()
	budget := memory.New(nil)
	share := budget.Share()
	defer share.Free()
	res := &http.Response{Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: body.length, Body: body}
	text, err = c.read(t.Context(), res, MaxBody, share)
	_, held = budget.Held()
	return text, held, err
}

// prose is text that packs to about a third.
func prose(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "<p>Ministers met in Tashkent on %d and signed %d agreements.</p>\n", r.Uint64(), r.Uint32())
	}
	return b.Bytes()[:n]
}

// A gzip body that is not long is received whole and then decoded, into as much memory as
// it needs at once: a longer one is decoded as it comes, into what grows.
func TestSmallGzipBodiesAreDecodedFromMemory(t *testing.T) {
	c := local()
	defer c.Close()
	for _, tt := range []struct {
		name  string
		size  int
		whole bool
	}{{"an everyday one", 200 << 10, true}, {"a tiny one", 100, true}, {"a long one", 900 << 10, false}} {
		want := prose(1, tt.size)
		sent := gzipped(t, want)
		if (len(sent) <= maxLent) != tt.whole {
			t.Fatalf("%s packs to %d", tt.name, len(sent))
		}
		from := &wire{Reader: bytes.NewReader(sent), length: int64(len(sent))}
		text, held, err := received(t, c, from)
		if err != nil || !bytes.Equal(text, want) {
			t.Fatalf("%s: %d bytes of %d, %v", tt.name, len(text), len(want), err)
		}
		if whole := from.asked <= 2; whole != tt.whole {
			t.Errorf("%s of %d bytes was asked for %d times", tt.name, len(sent), from.asked)
		}
		if !tt.whole {
			continue
		}
		const few = 5 << 10 // that any body has room for
		if room := cap(text); room > len(want)+few {
			t.Errorf("%s: room for %d bytes is made for %d", tt.name, room, len(want))
		}
		if held < len(sent)+len(want) || held > len(sent)+len(want)+few {
			t.Errorf("%s: %d bytes are held for %d that were sent and the %d that they are", tt.name, held, len(sent), len(want))
		}
	}
}

// What is lent to one body and then to another leaves nothing of the one in the other.
func TestBytesThatAreLentAreOfOneBody(t *testing.T) {
	c := local()
	defer c.Close()
	plain := []byte("<rss>" + strings.Repeat("that says it is packed and is not ", 50) + "</rss>")
	type body struct{ sent, want []byte }
	var bodies []body
	for i, n := range []int{60_000, 500, 0, 30_000, 60_000, 10} {
		text := prose(uint64(i), n)
		bodies = append(bodies, body{gzipped(t, text), text})
	}
	one, two := prose(7, 5000), prose(8, 100)
	bodies = append(bodies, body{plain, plain}, body{append(gzipped(t, one), gzipped(t, two)...), append(bytes.Clone(one), two...)}, // whose end tells of its last part alone
		body{append(gzipped(t, two), gzipped(t, one)...), append(bytes.Clone(two), one...)}, body{bytes.Clone(plain[:3]), plain[:3]})
	var got [][]byte
	for i, b := range bodies {
		text, _, err := received(t, c, &wire{Reader: bytes.NewReader(b.sent), length: int64(len(b.sent))})
		if err != nil {
			t.Fatalf("body %d: %v", i, err)
		}
		got = append(got, text)
	}
	for i, b := range bodies { // once all are read
		if !bytes.Equal(got[i], b.want) {
			t.Errorf("body %d: %.80q…, want %.80q…", i, got[i], b.want)
		}
	}
}

// A body that ends early, or whose end says what is not so, is refused, for no more memory
// than it may take.
func TestLentBodiesThatLie(t *testing.T) {
	c := local()
	defer c.Close()
	sent := gzipped(t, prose(1, 20_000))
	huge := bytes.Clone(sent)
	copy(huge[len(huge)-4:], "\xff\xff\xff\xff") // as if it were of 4 GB
	for name, from := range map[string]*wire{
		"early":      {Reader: bytes.NewReader(sent[:len(sent)/2]), length: int64(len(sent))},
		"in between": {Reader: bytes.NewReader(sent[:len(sent)/2]), length: int64(len(sent) / 2)},
		"huge":       {Reader: bytes.NewReader(huge), length: int64(len(huge))},
	} {
		// The bytes that are lent hold what is missing, from the body before.
		if _, _, err := received(t, c, &wire{Reader: bytes.NewReader(sent), length: int64(len(sent))}); err != nil {
			t.Fatal(err)
		}
		text, held, err := received(t, c, from)
		if err == nil || text != nil {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
		if name == "early" && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
		if held > 2<<20 {
			t.Errorf("%s: %d bytes are held", name, held)
		}
	}
}
