package memory

import (
	"errors"
	"io"
)

// Steps by which what is received grows: doubled up to jump, then as large as it may be.
// Pages that nothing was written to take no memory, copies that were grown out of do.
const (
	least = 4 << 10
	jump  = 1 << 20
)

// ReadAll reads r to its end, or up to limit bytes, which it reports by having limit of
// them. hint is about how many there will be, 0 for unknown; no more than 1 MiB is
// believed of it before so much has come. hold is told how many bytes are taken, before
// they are more and when they are fewer again; its error ends the reading.
func ReadAll(r io.Reader, limit, hint int, hold func(n int) error) ([]byte, error) {
	size := min(max(hint, least), 1<<20, limit) + 1
	if err := hold(size); err != nil {
		return nil, err
	}
	buf := make([]byte, 0, size)
	for {
		if len(buf) == cap(buf) {
			if len(buf) >= limit {
				return buf[:limit], nil
			}
			switch size = 2 * cap(buf); {
			case size > jump && hint > len(buf) && hint < limit:
				size = hint + 1
			case size > jump+2 || size > limit:
				size = limit
			}
			if err := hold(len(buf) + size); err != nil { // both, for a moment
				return nil, err
			}
			buf = append(make([]byte, 0, size), buf...)
			if err := hold(size); err != nil {
				return nil, err
			}
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf[:min(len(buf), limit)], nil
		}
		if err != nil {
			return nil, err
		}
	}
}
