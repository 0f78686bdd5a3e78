package feed

import "time"

// ArchiveSize is how many memberships an archive of a topic has when it is closed
// (RFC 5005 §4).
const ArchiveSize = 250

// A FiledAt is a place in the order in which a topic filed its groups: by time, in
// whole milliseconds, and then by group. The zero value is before all others.
type FiledAt struct {
	Filed time.Time
	Group GroupKey
}

// Before reports whether a comes before b.
func (a FiledAt) Before(b FiledAt) bool {
	if c := a.Filed.UnixMilli() - b.Filed.UnixMilli(); c != 0 {
		return c < 0
	}
	return a.Group < b.Group
}

// An Archiving says where the archives of a topic begin: archive number From where
// Begin[0] is filed, the next ones with the rest of Begin. The last of them is open;
// archives behind it there are no more. Archive 1 begins before everything, so From is
// 2 at least; with no Begin the one before From is the open one.
type Archiving struct {
	At    time.Time
	Topic TopicID
	From  int
	Begin []FiledAt
}

// A History is where a document of a topic stands among its archives. The zero value
// is that of a document that has none.
type History struct {
	Archive int // its number, from 1; 0 for a document that is no archive
	Older   int // the archive with what was filed before it; 0 for none
	Newer   int // the archive with what was filed after it; 0 for none
}

// A Tally is how much a topic has for its readers, archives and all.
type Tally struct {
	Groups  int // filed, of which nobody hid all entries
	Reports int // the entries of these
	Past    int // of Groups, those that a change of rules found when they were no news
}

// A Listed membership is one as lists choose and count it.
type Listed struct {
	FiledAt
	Past    bool
	Reports []ListedReport // that nobody hid; never empty
}

// A ListedReport is one entry of a Listed membership.
type ListedReport struct {
	Source   SourceID
	Language string // BCP 47, or ""
}
