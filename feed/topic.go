package feed

import (
	"regexp"
	"slices"
	"time"
)

// A TopicID names a topic for ever: it is part of its feed's address.
type TopicID string

var topicID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Valid reports whether the id has the form of one: lower-case words of Latin
// letters and digits, joined by single hyphens, at most 64 bytes.
func (id TopicID) Valid() bool { return len(id) <= 64 && topicID.MatchString(string(id)) }

// AllTopics is the id of the feed of all topics that readers may see, in which each
// group is once. It is not Valid: no configured topic has it.
const AllTopics TopicID = "*all"

// A TopicName is what readers are told of a topic.
type TopicName struct {
	ID    TopicID
	Title string // "" for its id
}

// A Topic is a rule set and the feed it publishes, as configured.
type Topic struct {
	ID TopicID
	// Was are ids that the topic had before: their addresses lead to it, and a
	// store that knows it by one of them knows it by ID from then on.
	Was         []TopicID
	Pos         Pos
	Title       string
	Description string
	Icon        Icon     // of its pages and feeds; the zero value for the wire's own
	Language    string   // of the published feed, BCP 47, or ""
	Languages   []string // of the entries it takes; empty takes all
	DropUnknown bool     // an entry of unknown language does not pass Languages
	Sources     SourceFilter
	Rules       Rules
	// Translit is a language whose Cyrillic patterns also match in Latin
	// script; "uz" or "".
	Translit string
	Group    Grouping
	Limit    int // entries in the subscription document
	// PerSource is how many entries of one source the feed takes in a time.
	PerSource Cap
	// Prefer are tags: of a group's members, one whose source has the first of
	// them leads; without, the earliest.
	Prefer []string
	// MaxAge is how long after it was filed an entry leaves the subscription
	// document; 0 for never.
	MaxAge time.Duration
	// Backfill is the age up to which an entry that a change of rules finds is
	// news to subscribers; an older one goes to page and archive only.
	Backfill time.Duration
	// EntryTitle makes an entry's title from {title}, {source}, {language} and
	// {topic}; "" is the title alone.
	EntryTitle string
	Draft      bool // for operators' eyes only: published nowhere
	Reasons    ReasonDetail
	Also       int // other reports listed with an entry; 0 means DefaultAlso, less than 0 none
	// MaxSilence is after how long without news the operator wants to be told; 0 leaves
	// it to the topic's own rhythm.
	MaxSilence time.Duration
	Examples   Examples
	// KnownAs names the topic in the id of its feed, as the store has it: the id
	// that the topic had first, which stays when it is renamed. "" for ID. It is no
	// part of the configuration.
	KnownAs string
}

// Defaults of a topic.
const (
	DefaultLimit    = 100
	DefaultAlso     = 5
	DefaultBackfill = 3 * 24 * time.Hour
)

// A Cap is a number in a time. The zero value is no cap.
type Cap struct {
	Entries int
	Per     Period
}

// A Period is a stretch of the calendar, in the server's time zone.
type Period string

// The periods; weeks begin on Monday.
const (
	PerHour  Period = "hour"
	PerDay   Period = "day"
	PerWeek  Period = "week"
	PerMonth Period = "month"
)

// ReasonDetail is what the public sees of why an entry is in a topic.
type ReasonDetail string

// The details; the zero value means ReasonWords.
const (
	ReasonWords ReasonDetail = "words" // the words of the entry
	ReasonFull  ReasonDetail = "full"  // also patterns, lists, weights and score
	ReasonNone  ReasonDetail = "none"
)

// Examples are a topic's own tests.
type Examples struct{ Match, Reject []Example }

// An Example is a title or a short text that a topic must match, or reject.
type Example struct {
	Pos  Pos
	Text string
	Tags []string // of the source that it is from; nil for any source
}

// A SourceFilter chooses sources by tag and address. The zero value takes all.
type SourceFilter struct {
	Tags      []string   // any of these, where there are some
	Addresses []SourceID // or any of these, where there are some
	Without   []string   // none of these tags
}

// TakesAll reports whether the filter asks for nothing.
func (f *SourceFilter) TakesAll() bool {
	return len(f.Tags) == 0 && len(f.Addresses) == 0 && len(f.Without) == 0
}

// Takes reports whether the filter lets a source through: one of its tags or its
// address is asked for, or nothing is, and none of its tags is unwanted.
func (f *SourceFilter) Takes(src *Source) bool {
	tagged := func(tag string) bool { return slices.Contains(src.Tags, tag) }
	if slices.ContainsFunc(f.Without, tagged) {
		return false
	}
	return len(f.Tags) == 0 && len(f.Addresses) == 0 ||
		slices.ContainsFunc(f.Tags, tagged) || slices.Contains(f.Addresses, src.ID)
}

// Grouping says what becomes one entry of the feed.
type Grouping string

// The groupings; the zero value means GroupDuplicate.
const (
	GroupDuplicate Grouping = "duplicate" // one entry a group
	GroupStory     Grouping = "story"     // one entry a story
	GroupNone      Grouping = "none"      // every entry
)

// A Field is a part of an entry that patterns look into. As text it is its Atom
// name; that of a source's tag is tag.
type Field uint8

// The fields, in the order in which an entry is read.
const (
	FieldTitle Field = iota
	FieldSummary
	FieldContent
	FieldCategory
	Fields = iota
)

// The fields that only a pattern with a scope looks into. They have no words.
const (
	FieldAuthor Field = Fields + iota
	FieldLink
	FieldTag // of the source: no part of the entry itself
)

// A Match says that an entry belongs to a topic.
type Match struct {
	Topic  TopicID
	Reason Reason
}

// A Reason is why an entry belongs to a topic. It has no hits where the topic
// takes everything from its sources.
type Reason struct {
	Score     float64 `json:"score"` // meaningful where Threshold is not 0
	Threshold float64 `json:"threshold"`
	Hits      []Hit   `json:"hits,omitempty"`
}

// A Hit is one pattern found in one place.
type Hit struct {
	Text    string  `json:"words"` // as they stand in the entry
	Field   Field   `json:"field"`
	Word    int     `json:"word,omitempty"`    // of its first word, counted in the field from 0
	Pattern string  `json:"pattern,omitempty"` // as written in the configuration
	List    string  `json:"list,omitempty"`    // the $list it came from, or ""
	Weight  float64 `json:"weight,omitempty"`
}

// An Edition is what a topic publishes at a moment.
type Edition struct {
	Topic   Topic
	Updated time.Time // of the newest change; zero when nothing was ever filed
	Entries []Item
	// Past are the items for page and archive only: a change of rules found
	// them when they were no news any more. No subscription document has them.
	Past []Item
	// History is where the document stands among the topic's archives; Tally is how much
	// there is in all of them, and Months where, the newest first. An archive itself has
	// neither of the two.
	History History
	Tally   Tally
	Months  []Month
	// Language restricts the edition to the entries of one language, as BCP 47 has it;
	// "" for all.
	Language string
	// Path is where the documents are published below the site's address, without
	// their endings; "" for the topic's own place.
	Path string
}

// An Item is one entry of an edition: a group, spoken for by its lead.
type Item struct {
	PublicID string
	Entry    StoredEntry // the lead
	// OwnTitle is the lead's title where Entry's was made by the topic's
	// EntryTitle; "" otherwise.
	OwnTitle string
	Source   SourceInfo // of the lead
	Filed    time.Time
	Changed  time.Time
	Group    GroupKey
	Story    StoryKey
	// Past says that the item is for page and archive only: a change of rules
	// found it when it was no news any more.
	Past bool
	Also []Also
	// Reports counts the entries of the item's story, its own and Also
	// included, as far as the topic has them; 0 for unknown.
	Reports int
	Placed  *Placed // how the lead came to its story; nil for the first
	// Partner is the report that Placed compares the lead with, where the
	// edition shows it.
	Partner *Also
	Reasons []Reason // of the members that matched, the lead's first
	// Included says that an operator put the item here, in spite of the rules.
	Included bool
	// Topics are those that have the item, in the feed of all topics; nil elsewhere.
	Topics []TopicName
	// Newest is the date of the newest report that the item stands for, its own
	// and those that Also has no room for included; zero for unknown.
	Newest time.Time
}

// An Also is another report of the same group or story.
type Also struct {
	Source   SourceInfo
	Link     string
	Title    string // "" where it equals the lead's
	When     time.Time
	Language string // BCP 47, or ""
	// Foreign is the English name of the report's language where that is not the
	// lead's; "" where it is, and where either is unknown.
	Foreign string
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
	// Publisher is equal for two sources of one house, and only meant for
	// comparing; "" for a source that is its own publisher.
	Publisher string
}
