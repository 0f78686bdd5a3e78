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

// A Tier says how close an entry came to what it was placed with. As text it is
// new, story, duplicate or same-link.
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
	Tier    Tier      `json:"tier"`
	Group   GroupKey  `json:"group"`   // 0 for a new one
	Story   StoryKey  `json:"story"`   // 0 for a new one; the group's own when Group is set
	Partner EntryKey  `json:"partner"` // the entry it was placed with; 0 for TierNew
	Why     *Likeness `json:"why"`     // nil for TierNew and TierSameLink
}

// A Likeness is how near an entry came to what it was placed with. Scores are
// from 0 to 1.
type Likeness struct {
	Rule   string  `json:"rule,omitempty"` // what decided, in a few words: "text", "text and title", "same title", "story", RuleAcross, RuleBesides
	Score  float64 `json:"score"`          // cosine of the words of the entry and its partner, or of what both have besides words
	Needed float64 `json:"needed"`         // what Score had to reach
	// Mean is the mean score of the story's nearest entries, for TierStory.
	Mean       float64 `json:"mean,omitempty"`
	MeanNeeded float64 `json:"mean_needed,omitempty"`
	// Title is the share of title words that both have (Jaccard), where a rule
	// for titles decided; TitleNeeded is what it had to reach.
	Title       float64      `json:"title,omitempty"`
	TitleNeeded float64      `json:"title_needed,omitempty"`
	Shared      []SharedWord `json:"shared,omitempty"` // the words that count most, at most ten, the most first
	// Numbers are those that one of the two has and the other contradicts: why
	// the pair is no duplicate.
	Numbers []string      `json:"numbers,omitempty"`
	Apart   time.Duration `json:"-"` // between the two published times; apart_seconds as JSON
}

// RuleAcross is the rule by which reports in two languages are of one story.
const RuleAcross = "story across languages"

// RuleBesides is the rule by which reports in one language are of one story for the
// names, figures and concepts that both have, whatever their words.
const RuleBesides = "story by names and concepts"

// A SharedWord is a word that two entries have, as it stands in the newer one,
// with its share of their score.
type SharedWord struct {
	Word  string  `json:"word"`
	Share float64 `json:"share"`
}

// A Placed entry is one with the placement that it got.
type Placed struct {
	Entry EntryKey  `json:"entry"`
	At    time.Time `json:"at"` // when it was placed
	Placement
}

// Terms are an entry's words as stories compare them, in the encoding of
// feed/story. Two entries of the same text have the same.
type Terms []byte

// A Windowed entry is one that new entries are compared with.
type Windowed struct {
	Entry  EntryKey
	Source SourceID
	When   time.Time // StoredEntry.When, whole milliseconds
	Terms  Terms
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

// A StoryExtent is what bounds the growth of a story.
type StoryExtent struct {
	Began   time.Time // When of its first entry
	Entries int       // in all its groups
	// Sample are the first entries of some of its groups, at most SampleSize,
	// spread evenly over the order in which the groups joined.
	Sample []EntryKey
}

// SampleSize is how many groups stand for a whole story.
const SampleSize = 24

// SampleOf is the sample of a story of groups. The key of a group is that of its
// first entry.
func SampleOf(groups []GroupKey) []EntryKey {
	n := min(len(groups), SampleSize)
	out := make([]EntryKey, n)
	for i := range out {
		out[i] = EntryKey(groups[i*len(groups)/n])
	}
	return out
}

// A Surroundings answers what placement asks of the store. All answers are of
// the state right before the entry that is being placed.
type Surroundings struct {
	// Mark is the newest When of all entries ever placed: where the window ends.
	Mark time.Time
	// Stories are the thresholds in force; nil leaves the placer its own.
	Stories *StoryOptions
	// Hint is what the placer found ahead for the entry, nil for nothing: it saves work,
	// and changes nothing.
	Hint any
	// Window visits the stored entries whose When is not before from, in the order
	// of Entry.
	Window func(from time.Time, visit func(Windowed) error) error
	// Group is the group of an entry.
	Group func(EntryKey) (Neighbour, error)
	// Story is the extent of a story.
	Story func(StoryKey) (StoryExtent, error)
}

// A Membership is a group filed under a topic. Once made it stays: its public
// id, filed time and lead are decided at the first filing.
type Membership struct {
	Topic    TopicID
	Group    GroupKey
	PublicID string    // of the published entry, unique in the topic, absolute IRI
	Filed    time.Time // orders the topic's feed
	// Owner is the entry that the public id was given to; Given are the ids of others
	// of the group, which they got in the topic when they led groups of their own.
	Owner   EntryKey
	Given   []GivenID
	Lead    EntryKey  // the entry that speaks for the group
	Changed time.Time // of the newest change a reader can see
	// Past says that a change of rules filed it when it was older than the topic's
	// backfill, or a document that had more than its MaxNew: page and archive have
	// it, the subscription document has not.
	Past bool
	// InsteadOf is the group of its story that the topic filed first, and in
	// whose stead this one leads the story: it is in the topic's language, the
	// other is not, and it was there when the story was first filed. 0 for none.
	InsteadOf GroupKey
	// Voice is the member that speaks for the group in the stead of Lead: it is in
	// the topic's language, Lead is not, and it came with the round in which the
	// group was filed. 0 for none.
	Voice EntryKey
	// Included says that an operator filed it, in spite of the rules.
	Included bool
	// Hidden are the entries that an operator took out of the topic. A
	// membership whose entries are all hidden publishes nothing.
	Hidden  []EntryKey
	Reasons []EntryReason
}

// A GivenID is the public id that an entry has in a topic.
type GivenID struct {
	Entry    EntryKey
	PublicID string
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
	// Gone is when the member that led was first seen, of a group whose members are
	// all removed; zero for others. It is filed still, for the story that goes by its
	// id.
	Gone   time.Time
	Placed []Placed // of the members that were placed with another entry
	// Topics are those that show the group, in the feed of all topics; nil elsewhere.
	Topics []TopicName
}
