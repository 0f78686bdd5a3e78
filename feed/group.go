package feed

import "time"

// A GroupKey is the number of a group: the key of its first entry.
type GroupKey uint64

// A StoryKey is the number of a story: the key of its first group.
type StoryKey uint64

// A Group is the entries that are copies of one report: the same link, or
// near-duplicates. Two entries of one source never share a group.
type Group struct {
	Key     GroupKey
	Story   StoryKey
	Entries []EntryKey // in the order they joined
}

// A Story is the groups that report the same event.
type Story struct {
	Key    StoryKey
	Groups []GroupKey // in the order they joined
}

// A Tier says how close an entry came to what it was placed with.
type Tier uint8

// The tiers of placement, from none to the closest.
const (
	TierNew      Tier = iota // first of its group and story
	TierStory                // a new group in a known story
	TierGroup                // a near-duplicate
	TierSameLink             // the same canonical link
)

// A Placement is where a new entry goes and why. It is decided once, when the
// entry is first stored.
type Placement struct {
	Tier    Tier
	Group   GroupKey // 0 for a new one
	Story   StoryKey // 0 for a new one; the group's own when Group is set
	Partner EntryKey // the entry it was placed with; 0 for TierNew
}

// A Neighbour is a group that a new entry may join, with what placement needs
// to know of it.
type Neighbour struct {
	Group   GroupKey
	Story   StoryKey
	Entry   EntryKey   // the member that makes it a neighbour
	Sources []SourceID // of all its members
	// Repeated says that a source carries the link on several entries, so that
	// the link names no one report.
	Repeated bool
}

// A Membership is a group filed under a topic. Once made it stays: its public
// id, filed time and lead are decided at the first filing.
type Membership struct {
	Topic    TopicID
	Group    GroupKey
	PublicID string    // of the published entry, unique in the topic, absolute IRI
	Filed    time.Time // orders the topic's feed
	Lead     EntryKey  // the entry that speaks for the group
	Changed  time.Time // of the newest change a reader can see
	Reasons  []EntryReason
}

// An EntryReason says why one entry of a group matched.
type EntryReason struct {
	Entry  EntryKey
	Reason Reason
}

// Filed is a membership with everything needed to publish it.
type Filed struct {
	Membership
	Story   StoryKey
	Entries []StoredEntry // the group's members in the order they joined
}
