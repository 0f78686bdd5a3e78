package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// held makes a share hold n bytes, which it must get at once.
func held(t *testing.T, b *Budget, n int) *Share {
	t.Helper()
	s := b.Share()
	if !s.TryHold(n) {
		t.Fatalf("no room for %d bytes", n)
	}
	return s
}

// Many large documents, slow or not, hold no more than there is, and everyday ones find
// room beside them.
func TestManyAtOnce(t *testing.T) {
	b := New(nil)
	for range 32 {
		s := b.Share()
		for n := 64 << 10; n <= 10<<20 && s.TryHold(n); n *= 2 {
		}
	}
	if now, most := b.Held(); now > Total || most > Total {
		t.Errorf("%d held, %d at most, of %d", now, most, Total)
	}
	for range 32 {
		s := held(t, b, 200<<10)
		if err := s.Read(t.Context(), Small); err != nil {
			t.Error(err)
		}
		s.ReadEnded(400 << 10)
		s.Free()
	}
}

// Of large documents one is read at a time; small ones meanwhile, too.
func TestOneIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(nil)
		first, second, small := held(t, b, 4<<20), held(t, b, 4<<20), held(t, b, 1<<10)
		if err := first.Read(t.Context(), 30<<20); err != nil {
			t.Fatal(err)
		}
		if err := small.Read(t.Context(), Small); err != nil {
			t.Fatal(err)
		}
		read := make(chan error, 1)
		go func() { read <- second.Read(t.Context(), 30<<20) }()
		synctest.Wait()
		select {
		case <-read:
			t.Fatal("two large ones are read at once")
		default:
		}
		first.ReadEnded(1 << 20)
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Share{first, second, small} {
			s.Free()
			s.Free()
		}
		if now, _ := b.Held(); now != 0 {
			t.Errorf("%d bytes are left", now)
		}
	})
}

// Who waits in vain ends with ctx, and holds what it held.
func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(nil)
		s, o := held(t, b, 8<<20), held(t, b, Most)
		why := errors.New("over")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, why)
		defer cancel()
		if err := s.Hold(ctx, 60<<20); !errors.Is(err, why) {
			t.Errorf("%v, want %v", err, why)
		}
		if now, _ := b.Held(); now != Most+8<<20 {
			t.Errorf("%d bytes held", now)
		}
		o.Free()
		if now, _ := b.Held(); now != 8<<20 {
			t.Errorf("%d bytes held by who gave up", now)
		}
		if err := s.Hold(t.Context(), 60<<20); err != nil {
			t.Error(err)
		}
	})
}

// However documents grow, wait and end, each comes to its end: none waits for one that
// waits for it.
func TestNobodyWaitsForGood(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(nil)
				var wg sync.WaitGroup
				for i := range uint64(50) {
					wg.Go(func() {
						r := rand.New(rand.NewPCG(seed, i))
						s := b.Share()
						defer s.Free()
						size := 1<<10 + r.IntN(10<<20)
						for n := 4 << 10; n < size; n += n/2 + r.IntN(n) {
							if err := s.Hold(t.Context(), n); err != nil {
								t.Error(err)
							}
							time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
						}
						for n := 6 * size; n <= Most; n *= 2 { // what it takes is seen late
							if err := s.Read(t.Context(), n); err != nil {
								t.Error(err)
							}
							time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
						}
						time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
						s.ReadEnded(2 * size)
						time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
					})
				}
				wg.Wait()
				if now, most := b.Held(); now != 0 || most > Total {
					t.Errorf("%d held in the end, %d at most", now, most)
				}
			})
		})
	}
}

// What is received takes no more than it says it takes, and is whole.
func TestReadAll(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789"), 1<<20)
	for _, n := range []int{0, 1, 4 << 10, 100_000, 1 << 20, 5 << 20, 10 << 20} {
		for _, hint := range []int{-1, 0, n, 2 * n, 10 << 20} {
			most, last := 0, 0
			got, err := ReadAll(bytes.NewReader(text[:n]), 10<<20, hint, func(n int) error {
				most, last = max(most, n), n
				return nil
			})
			if err != nil || !bytes.Equal(got, text[:n]) {
				t.Errorf("%d of %d bytes, %v", len(got), n, err)
			}
			if cap(got) > last || most > 11<<20+2 || n < 100_000 && most > 1<<20+1 && hint <= n {
				t.Errorf("%d bytes, %d expected: %d kept, %d said, %d at most", n, hint, cap(got), last, most)
			}
		}
	}
	if got, err := ReadAll(bytes.NewReader(text), 1000, 0, func(int) error { return nil }); err != nil || len(got) != 1000 {
		t.Errorf("%d bytes, %v, want the limit", len(got), err)
	}
	none := func(n int) error {
		if n > 4<<10+1 {
			return io.ErrShortBuffer
		}
		return nil
	}
	if _, err := ReadAll(bytes.NewReader(text), 10<<20, 0, none); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("%v, want the word of who holds", err)
	}
	if _, err := ReadAll(iotest.ErrReader(io.ErrUnexpectedEOF), 10, 0, none); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// Without a budget nothing is bounded.
func TestNone(t *testing.T) {
	var b *Budget
	s := b.Share()
	if err := errors.Join(s.Hold(t.Context(), 1<<40), s.Read(t.Context(), 1<<40)); err != nil || !s.TryHold(1<<40) {
		t.Error(err)
	}
	s.ReadEnded(1)
	s.Free()
}

// Who paces the collector is told once when large documents begin to press, and once when
// they are gone.
func TestPress(t *testing.T) {
	var told []bool
	b := New(func(on bool) { told = append(told, on) })
	everyday, large, other := held(t, b, First), held(t, b, 20<<20), held(t, b, 10<<20)
	for _, s := range []*Share{everyday, large, other} {
		s.Free()
	}
	if fmt.Sprint(told) != "[true false]" {
		t.Errorf("told %v", told)
	}
}
