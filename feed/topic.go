package feed

import (
	"regexp"
	"time"
)

// A TopicID names a topic for ever: it is part of its feed's address.
type TopicID string

var topicID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Valid reports whether the id has the form of one: lower-case words of Latin
// letters and digits, joined by single hyphens, at most 64 bytes.
func (id TopicID) Valid() bool { return len(id) <= 64 && topicID.MatchString(string(id)) }

// A Topic is a rule set and the feed it publishes, as configured.
type Topic struct {
	ID          TopicID
	Pos         Pos
	Title       string
	Description string
	Language    string   // of the published feed, BCP 47, or ""
	Languages   []string // of the entries it takes; empty takes all
	DropUnknown bool     // an entry of unknown language does not pass Languages
	Sources     SourceFilter
	Rules       Rules
	Group       Grouping
	Limit       int // entries in the subscription document
}

// A SourceFilter chooses sources by tag. The zero value takes all.
type SourceFilter struct {
	Tags    []string // any of these, where there are some
	Without []string // none of these
}

// Grouping says what becomes one entry of the feed.
type Grouping string

// The groupings; the zero value means GroupDuplicate.
const (
	GroupDuplicate Grouping = "duplicate" // one entry a group
	GroupStory     Grouping = "story"     // one entry a story
	GroupNone      Grouping = "none"      // every entry
)

// Rules decide whether an entry belongs to a topic. All parts that are present
// must agree; the zero value takes everything.
type Rules struct {
	All   []Rule // every one hits
	Any   []Rule // at least one hits
	None  []Rule // no one hits
	Score *Score
}

// A Rule is one node of a rule tree: a pattern, or a group of rules. Exactly one
// of Pattern, All, Any and None is set.
type Rule struct {
	Pos     Pos
	Pattern string // as written, of the language of feed/match
	All     []Rule
	Any     []Rule
	None    []Rule
	// List is the name of the $list that Any was filled from, "" otherwise. A
	// list counts as one term of a score.
	List string
}

// A Score adds weights and compares their sum with a threshold.
type Score struct {
	Pos       Pos
	Threshold float64
	Weights   []Weight
}

// A Weight is one term of a score. Weight may be negative.
type Weight struct {
	Term   Rule // a pattern or a list
	Weight float64
}

// A Field is a part of an entry that patterns look into.
type Field uint8

// The fields, in the order in which an entry is read.
const (
	FieldTitle Field = iota
	FieldSummary
	FieldContent
	FieldCategory
	Fields = iota
)

var fieldNames = [Fields]string{"title", "summary", "content", "category"}

// String is the field's Atom name.
func (f Field) String() string {
	if int(f) < len(fieldNames) {
		return fieldNames[f]
	}
	return "field"
}

// A Match says that an entry belongs to a topic.
type Match struct {
	Topic  TopicID
	Reason Reason
}

// A Reason is why an entry belongs to a topic. It has no hits where the topic
// takes everything from its sources.
type Reason struct {
	Hits      []Hit
	Score     float64 // meaningful where Threshold is not 0
	Threshold float64
}

// A Hit is one pattern found in one place.
type Hit struct {
	Pattern string // as written in the configuration
	List    string // the $list it came from, or ""
	Field   Field
	Word    int    // of its first word, counted in the field from 0
	Text    string // the words as they stand in the entry
	Weight  float64
}

// An Edition is what a topic publishes at a moment.
type Edition struct {
	Topic   Topic
	Updated time.Time // of the newest change; zero when nothing was ever filed
	Entries []Item
}

// An Item is one entry of an edition: a group, spoken for by its lead.
type Item struct {
	PublicID string
	Entry    StoredEntry // the lead
	Source   SourceInfo  // of the lead
	Filed    time.Time
	Changed  time.Time
	Story    StoryKey
	Also     []Also
	Reasons  []Reason // of the members that matched, the lead's first
}

// An Also is another report of the same group.
type Also struct {
	Source SourceInfo
	Link   string
	Title  string // "" where it equals the lead's
	When   time.Time
}

// SourceInfo is what readers are told of a source.
type SourceInfo struct {
	ID       SourceID
	Title    string // never ""
	Link     string // its home page, or ""
	FeedID   string // its atom:id, or ""
	Language string
	Rights   string
	Authors  []Person
	Updated  time.Time
	// Republish is how much of the source's entries readers get; "" means all.
	Republish Republish
}
