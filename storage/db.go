package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Schema is the version of the file's layout that this package reads and writes.
const Schema = 5

// Errors that callers branch on.
var (
	ErrLocked  = errors.New("another topicwire uses the file")
	ErrNewer   = errors.New("the file was written by a newer topicwire")
	ErrOlder   = errors.New("the file was written by an older topicwire, and was not opened since")
	ErrCorrupt = errors.New("the database is damaged")
	ErrForeign = errors.New("the file is no topicwire database")
)

// Options for Open.
type Options struct {
	// Place is asked once for every new entry; nil gives each a group of its own.
	Place Placer
	// Match matches stale visits anew; nil takes them as they are.
	Match Matcher
	// Timeout is how long to wait for the file's lock; 0 means 2 s.
	Timeout time.Duration
	// AsIs refuses a file of an older schema, with ErrOlder, in place of bringing it
	// to the present one.
	AsIs bool
	// Migrated is told, where it is not nil, under which name the old file is kept of
	// one that was brought to the present schema.
	Migrated func(kept string)
	// NoSync leaves out fsync. Only for measurements and tests: a crash of the
	// machine then loses or damages the file.
	NoSync bool
}

// A DB is an open database file.
type DB struct {
	file  *boltFile
	place Placer
	enc   *zstd.Encoder
	dec   *zstd.Decoder
	// scratch has what packTexts takes.
	scratch sync.Pool
	near    neighbours // only Apply uses it
	// config is the configuration in force, once Apply read it; only Apply uses it.
	config *feed.ConfigChange
	match  Matcher
	// copying is held while a backup is written: two to one file would mix.
	copying sync.Mutex
	// What a commit in doubt takes; see ascertain. Only Apply uses them.
	doubt  bool
	untold []feed.TopicID // that such a commit touched
}

// The buckets. Keys are big-endian, so that a bucket's order is the order of
// numbers. seq marks buckets whose keys only grow.
var (
	bMeta    = []byte("meta")           // schema, generation, mark, stamp
	bConfig  = []byte("config")         // the configuration in force; apart, as meta is written with every change
	bSources = []byte("sources")        // source number (4) -> schedule and health
	bNames   = []byte("source ids")     // source id -> source number (4)
	bNumbers = []byte("source numbers") // source number (4) -> source id
	bMetas   = []byte("metas")          // source number (4) -> what the feed says of itself
	bWindows = []byte("windows")        // source number (4) -> the raw entries of its document
	bEntries = []byte("entries")        // seq: entry key (8) -> entry
	bIDs     = []byte("ids")            // source number (4), hash of id (8) -> entry key, or why there is none
	bLinks   = []byte("links")          // siteKey of a link's page (11) -> flags (1), entry keys
	bTopics  = []byte("topics")         // topic id -> topic number (4), rules, last change
	bWindow  = []byte("window")         // seq: entry key (8) -> When, source number, terms
	bLeases  = []byte("leases")         // token -> lease
	bRhythms = []byte("rhythms")        // source number (4) -> how its news came in the days before
	// Facts that grouping and filing follow from.
	bPlaced    = []byte("placements") // entry key (8) -> how it was placed; none for the first of a story
	bTies      = []byte("ties")       // entry key (8) -> what it is to topics
	bGhosts    = []byte("ghosts")     // entry key (8) -> source, group and time of one that retention removed
	bDecisions = []byte("decisions")  // number (8) -> decision
	bNamed     = []byte("named")      // entry key (8), number of a decision that names it (8) -> nothing
	// Who is told of changes.
	bSubscriptions = []byte("subscriptions") // seq: subscription key (8) -> whose it is, until when
	bWishes        = []byte("wishes")        // ping (1), path, 0, callback -> subscription key
	bDelivered     = []byte("delivered")     // subscription key (8) -> hash of what was delivered, failures, next try
	// What follows from them.
	bGroups  = []byte("groups")  // seq: group key (8) -> group
	bStories = []byte("stories") // seq: story key (8) -> story
	bRulings = []byte("rulings") // e or g (1), entry or group key (8), topic number (4) -> flags
	bMembers = []byte("members") // topic number (4), filed ms (8), group key (8) -> whose filing it goes by
	bPublics = []byte("publics") // siteKey of public id (11) -> topic numbers, each with an entry key
	bBare    = []byte("bare")    // topic number (4), group key (8) -> nothing: filed, and without a reason until its refiling ends
	bAliases = []byte("aliases") // key (8) that a story had once -> entry key
	bTallies = []byte("tallies") // topic number (4) -> how much it has for its readers
	// Where archives begin is a fact, too: what is in one stays in it.
	bArchives = []byte("archives") // topic number (4), archive number (4) -> filed ms (8), group key (8) of its first; see cuts
)

var buckets = [][]byte{bMeta, bConfig, bSources, bNames, bNumbers, bMetas, bWindows, bEntries, bIDs, bLinks, bGroups, bStories, bTopics, bMembers, bPublics, bWindow, bLeases, bPlaced, bTies, bGhosts, bDecisions, bNamed, bRulings, bBare, bAliases, bArchives, bTallies, bSubscriptions, bWishes, bDelivered, bRhythms}

var (
	kSchema     = []byte("schema")
	kGeneration = []byte("generation")
	kMark       = []byte("mark")
	kStamp      = []byte("stamp")
	kMending    = []byte("mending")
	kConfig     = []byte("config")
)

// Open opens the file at path, and makes one where there is none or an empty one. It
// fails with ErrLocked when another process holds the file, ErrNewer when a newer
// version wrote it, ErrCorrupt when it is damaged, and ErrForeign when it is no
// database; in all four cases the file is left as it was.
func Open(path string, o Options) (*DB, error) {
	if o.Timeout == 0 {
		o.Timeout = lockTimeout
	}
	b, err := openBolt(path, o, false)
	if err == nil {
		b, err = upgraded(path, b, o)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db, err := newDB(b, o)
	if err == nil {
		db.doubt = true
		err = db.prepare()
	}
	if err != nil {
		b.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

func newDB(b *boltFile, o Options) (db *DB, err error) {
	db = &DB{file: b, place: o.Place, match: o.Match}
	if db.place == nil {
		db.place = apart{}
	}
	if db.enc, err = newPacker(); err == nil {
		db.dec, err = newUnpacker(0)
	}
	return db, err
}

// pageSize is that of a new file, in bytes. Entries of a kilobyte or two leave a fifth of
// a page of 4 KiB empty.
const pageSize = 8 << 10

// wideMap is how many bytes beyond its end a file is mapped from the start; they take
// addresses and no memory. bbolt maps anew only what outgrows its map, and then every
// read must have ended: a backup that is under way would hold up the writer, and that
// all others.
const wideMap = 1 << 30

// openBolt opens a file for itself; reading only reads it, together with others who do.
func openBolt(path string, o Options, reading bool) (b *boltFile, err error) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, bare(err)
	}
	flag, mode := os.O_RDWR|os.O_CREATE, os.FileMode(0o600)
	if reading {
		flag, mode = os.O_RDONLY, 0
	}
	f, err := lockFile(path, flag, mode, o.Timeout)
	if err != nil {
		return nil, err
	}
	return openLocked(f, path, o, reading)
}

// openLocked is openBolt of a file that is locked already. It is closed with the boltFile,
// and where that cannot be opened.
func openLocked(f *os.File, path string, o Options, reading bool) (b *boltFile, err error) {
	b = &boltFile{f: f, path: path}
	st, err := f.Stat()
	wide := 0
	if err == nil {
		_, err = inspect(f, st.Size())
		if err == nil && !reading {
			err = handOverNew(f, st, path)
		}
		if strconv.IntSize == 64 && !reading {
			wide = int(st.Size()) + wideMap
		}
	}
	if err == nil {
		b.bolt, err = openMap(f, o, reading, wide)
	}
	if err != nil {
		b.broken.Store(true) // bbolt may have left it half open
		b.close()
		return nil, bare(err)
	}
	b.pageSize = int64(b.bolt.Info().PageSize) // of a new file, too
	b.bolt.AllocSize = 1 << 20
	return b, nil
}

// openMap has bbolt open a file.
func openMap(f *os.File, o Options, reading bool, wide int) (b *bolt.DB, err error) {
	was := debug.SetPanicOnFault(true)
	defer func() {
		// bbolt answers some damage with a panic.
		if p := recover(); p != nil {
			err = fmt.Errorf("%w (%v)", ErrCorrupt, p)
		}
		debug.SetPanicOnFault(was)
	}()
	return bolt.Open(f.Name(), 0, &bolt.Options{
		Timeout:         o.Timeout,
		FreelistType:    bolt.FreelistMapType,
		NoSync:          o.NoSync,
		ReadOnly:        reading,
		PageSize:        pageSize,
		InitialMmapSize: wide,
		OpenFile:        func(string, int, os.FileMode) (*os.File, error) { return f, nil },
	})
}

// bare is an error of the file system without the path, which Open names.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// version reads a file's schema: 0 for a new file; whole says that no bucket is
// missing.
func version(b *boltFile) (v uint32, whole bool, err error) {
	whole = true
	err = b.view(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			whole = whole && tx.Bucket(name) != nil
		}
		if m := tx.Bucket(bMeta); m != nil {
			if s := m.Get(kSchema); len(s) == 4 {
				v = binary.BigEndian.Uint32(s)
			}
			if v > 0 {
				return nil
			}
		}
		if name, _ := tx.Cursor().First(); name != nil {
			return fmt.Errorf("%w: another program's, in the same format", ErrForeign)
		}
		return nil
	})
	return v, whole, err
}

// upgraded is a file of the present schema in the place of an older one.
func upgraded(path string, b *boltFile, o Options) (*boltFile, error) {
	kept := ""
	for {
		v, _, err := version(b)
		if err == nil && (v == 0 || v >= Schema) {
			if kept != "" && o.Migrated != nil {
				o.Migrated(kept)
			}
			return b, nil
		}
		switch {
		case err == nil && o.AsIs:
			err = ErrOlder
		case err == nil:
			if err = b.pagesWrong(); err == nil {
				kept, err = migrate(path, b, v, kept)
			}
		}
		if err = errors.Join(err, b.close()); err != nil {
			return nil, err
		}
		if b, err = openBolt(path, o, false); err != nil {
			return nil, err
		}
	}
}

// prepare makes the buckets that are missing.
func (db *DB) prepare() error {
	v, whole, err := version(db.file)
	switch {
	case err != nil:
		return err
	case v > Schema:
		return newer(v)
	case v == Schema && whole:
		return nil
	}
	if v > 0 {
		// An older version did not have them all; or they cannot be found.
		if err := db.file.pagesWrong(); err != nil {
			return err
		}
	}
	if err := db.ascertain(); err != nil {
		return err
	}
	if err := db.file.update(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bMeta).Put(kSchema, binary.BigEndian.AppendUint32(nil, Schema))
	}); err != nil || v > 0 || db.file.bolt.NoSync {
		return err
	}
	return syncFolder(db.Path()) // of a new file
}

// Close waits for open reads to end and closes the file.
func (db *DB) Close() error {
	db.dec.Close()
	return errors.Join(db.enc.Close(), db.file.close())
}

// Path is the file's path.
func (db *DB) Path() string { return db.file.path }
