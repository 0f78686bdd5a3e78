package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"
)

// lockFile opens a file that may be a database and locks it: for itself, or together
// with others who only read where flag is os.O_RDONLY. It fails with ErrLocked where
// another process holds it for longer than the timeout. Nothing is opened that is no
// regular file: a pipe would wait, and a device be written over.
func lockFile(path string, flag int, mode os.FileMode, timeout time.Duration) (*os.File, error) {
	how := syscall.LOCK_EX | syscall.LOCK_NB
	if flag&(os.O_RDWR|os.O_WRONLY) == 0 {
		how = syscall.LOCK_SH | syscall.LOCK_NB
	}
	for began := time.Now(); ; {
		if err := regular(path); err != nil && !(errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0) {
			return nil, err
		}
		f, err := os.OpenFile(path, flag, mode)
		if err != nil {
			return nil, bare(err)
		}
		err = syscall.Flock(int(f.Fd()), how)
		if err == nil {
			is, err := f.Stat()
			if now, serr := os.Stat(path); err == nil && serr == nil && os.SameFile(is, now) {
				return f, nil
			}
			// Who held it put another file into its place.
		}
		f.Close()
		switch {
		case err != nil && !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, err
		case time.Since(began) > timeout:
			return nil, ErrLocked
		}
		time.Sleep(lockRetry)
	}
}

const (
	lockTimeout = 2 * time.Second
	lockRetry   = 50 * time.Millisecond
)

// regular says why what a path leads to cannot be a database.
func regular(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		if to, lerr := os.Readlink(path); lerr == nil && errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: it is a link to %s, which is not there", ErrForeign, to)
		}
		return bare(err)
	}
	switch mode := st.Mode(); {
	case mode.IsDir():
		return syscall.EISDIR
	case mode&fs.ModeNamedPipe != 0:
		return fmt.Errorf("%w: it is a pipe", ErrForeign)
	case mode&fs.ModeSocket != 0:
		return fmt.Errorf("%w: it is a socket", ErrForeign)
	case !mode.IsRegular():
		return fmt.Errorf("%w: it is a device", ErrForeign)
	}
	return nil
}

// A metaPage is what one of the first two pages of a bbolt file says of a state of it.
type metaPage struct {
	pageSize int64
	root     uint64 // page of the bucket of buckets
	freelist uint64 // page of the list of free pages
	end      uint64 // the first page that is not in use
	txid     uint64
}

// size is how many bytes of the file the state takes.
func (m *metaPage) size() int64 { return int64(m.end) * m.pageSize }

// The layout of bbolt's pages, in the order of bytes of the machine.
const (
	pageHeader   = 16 // id (8), flags (2), count (2), how many pages follow that belong to it (4)
	pageElement  = 16
	metaLength   = 64
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	noFreelist   = ^uint64(0)
	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10
	largestPage  = 1 << 24
)

// readMeta reads such a page. marked says that it is one, if perhaps a damaged one.
func readMeta(page []byte) (m metaPage, marked, ok bool) {
	if len(page) < pageHeader+metaLength {
		return m, false, false
	}
	b, n := page[pageHeader:], binary.NativeEndian
	marked = n.Uint32(b) == metaMagic
	h := fnv.New64a()
	h.Write(b[:56])
	m = metaPage{int64(n.Uint32(b[8:])), n.Uint64(b[16:]), n.Uint64(b[32:]), n.Uint64(b[40:]), n.Uint64(b[48:])}
	ok = marked && n.Uint32(b[4:]) == metaVersion && n.Uint64(b[56:]) == h.Sum64() &&
		m.pageSize >= 1024 && m.pageSize <= largestPage && m.pageSize&(m.pageSize-1) == 0
	return m, marked, ok
}

// firstPage takes the first page that is written to it and nothing more.
type firstPage struct{ page []byte }

var errEnough = errors.New("enough")

func (f *firstPage) Write(p []byte) (int, error) {
	f.page = bytes.Clone(p)
	return 0, errEnough
}

// metaOf is the state that a transaction sees, which bbolt tells nobody but who takes
// a copy of it.
func metaOf(tx *bolt.Tx) metaPage {
	var first firstPage
	_, _ = tx.WriteTo(&first)
	m, _, _ := readMeta(first.page)
	return m
}

// inspect reads the newest state that a file has and fails, with ErrForeign or
// ErrCorrupt, where it cannot be opened as it should. It is the zero metaPage of an
// empty file.
func inspect(f io.ReaderAt, size int64) (m metaPage, err error) {
	if size == 0 {
		return m, nil
	}
	head := make([]byte, 4096)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return m, fmt.Errorf("%w (it cannot be read: %w)", ErrCorrupt, bare(err))
	}
	head = head[:n]
	m, marked, ok := readMeta(head)
	// The second is behind the first, whose length only the first tells.
	at, last := int64(1024), int64(largestPage)
	if ok {
		at, last = m.pageSize, m.pageSize
	}
	for ; at <= last && at < size; at *= 2 {
		page := make([]byte, pageHeader+metaLength)
		if _, err := f.ReadAt(page, at); err != nil {
			break
		}
		second, its, valid := readMeta(page)
		marked = marked || its
		if valid && second.pageSize == at && (!ok || second.txid > m.txid) {
			m, ok = second, true
		}
	}
	switch {
	case !ok && marked:
		return m, fmt.Errorf("%w (both of its first pages are)", ErrCorrupt)
	case !ok && len(bytes.Trim(head, "\x00")) == 0:
		return m, fmt.Errorf("%w (it begins with zeros)", ErrCorrupt)
	case !ok:
		return m, fmt.Errorf("%w%s", ErrForeign, kindOf(head))
	case m.freelist == noFreelist:
		// bbolt would write one.
		return m, fmt.Errorf("%w: another program's, in the same format", ErrForeign)
	case size < m.size():
		return m, cutOff(size, m.size())
	case m.root < 2 || m.root >= m.end || m.freelist < 2 || m.freelist >= m.end:
		return m, fmt.Errorf("%w (its first page leads nowhere)", ErrCorrupt)
	}
	_, err = readFreelist(f, m)
	return m, err
}

// kindOf says what a file is that begins so, as far as that helps.
func kindOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return ": it is one of SQLite"
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}), bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}), bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return ": it is packed"
	case !bytes.ContainsRune(head, 0) && (utf8.Valid(head) || utf8.Valid(head[:max(0, len(head)-3)])):
		return ": it is a text"
	}
	return ""
}
