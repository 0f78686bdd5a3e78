package config

import (
	"cmp"
	"time"
)

// Backups is where a server copies its database to, and how often.
type Backups struct {
	Dir   string        // absolute if the configuration's folder is; "" for no backups
	Every time.Duration // at least MinBackup
	Keep  int           // how many stay, at least 1
}

// MinBackup is the shortest time between two backups.
const MinBackup = time.Hour

// Compact is when a server writes its database anew without its free pages.
type Compact string

const (
	CompactOff  Compact = "off"
	CompactAuto Compact = "auto" // at its start, where more than half of a large file is free
)

func (r *reader) backupKeys(b *Backups) *keys {
	return &keys{in: "backup", rows: []row{
		key("dir folder directory path to", into(&b.Dir, ref("text"), r.pathText),
			"The folder that backups go to, relative to this file; one for each database.", "backups"),
		keyOr("every interval period schedule", "1d", r.durationInto(&b.Every, MinBackup, maxInterval), "How often a running server makes one; at least 1h."),
		keyOr("keep count retain copies", "7", r.wholeInto(&b.Keep, 1, 1000), "How many of them stay."),
	}}
}

// backup reads that map. Without a folder there are no backups, which nobody means who
// writes it.
func (r *reader) backup(n *node, ks *keys, b *Backups) {
	if at := r.read(n, ks); at != nil && at["dir"].key == nil {
		r.fail(cmp.Or(at["every"].key, at["keep"].key, n), "backup has no dir", "write {dir: backups}")
	}
}

func (r *reader) compactInto(to *Compact) kind {
	return wordInto(r, to, "off no none false never", "auto automatic yes true start")
}
