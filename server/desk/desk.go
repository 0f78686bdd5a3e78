package desk

import (
	"errors"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// A Desk answers operators' questions about one store and carries out their
// decisions. Its requests and answers are plain data, so that a command may put
// them to a serving process.
type Desk struct {
	Store *storage.DB
	// Apply hands a change to the writer and waits until it is on disk.
	Apply func(feed.Change) (storage.Outcome, error)
	// Source is what readers are told of a source.
	Source func(storage *storage.Reader, id feed.SourceID) (feed.SourceInfo, error)
	// Zone is where days and months begin for caps; nil means UTC.
	Zone *time.Location
	Now  func() time.Time
}

// ErrUnknown says that no stored entry goes by a name.
var ErrUnknown = errors.New("no stored entry, group or story goes by this name")

// An ExplainRequest asks what a topic makes of an entry.
type ExplainRequest struct {
	Topic feed.Topic `json:"topic"` // as the caller has it configured
	// Compiled holds its rules, where the caller is in this process; nil otherwise.
	Compiled *match.Matcher `json:"-"`
	Sources  []feed.Source  `json:"sources"` // the same, without headers
	// ID names a stored entry: its link, a public id of the topic, or a story's
	// id. "" where Entry is given.
	ID string `json:"id,omitempty"`
	// Entry is one that need not be stored; Source the id of its source, or "".
	Entry  *feed.Entry   `json:"entry,omitempty"`
	Source feed.SourceID `json:"source,omitempty"`
}

// An Explained answers an ExplainRequest: one entry of the group after the
// other, the one that was asked for first.
type Explained struct {
	Topic   feed.TopicID     `json:"topic"`
	Entries []ExplainedEntry `json:"entries"`
	// Filed says that the entry's group is filed under the topic.
	Filed    *time.Time `json:"filed"`
	PublicID string     `json:"public_id,omitempty"`
	// Absent says in a sentence why the topic's subscription document does not
	// carry a filed group; "" where it does.
	Absent string `json:"absent,omitempty"`
	// Decisions are those of operators about the entries, the newest first.
	Decisions []feed.Decided `json:"decisions,omitempty"`
}

// An ExplainedEntry is an entry with what the rules make of it.
type ExplainedEntry struct {
	Title     string        `json:"title"`
	Link      string        `json:"link"`
	Source    string        `json:"source"` // its title, or what the caller named it
	SourceID  feed.SourceID `json:"source_id,omitempty"`
	Language  string        `json:"language"` // "" for unknown
	Published *time.Time    `json:"published"`
	Seen      *time.Time    `json:"seen"` // null for one that is not stored
	// Hidden says that an operator took the entry out of the topic, Included
	// that one filed its group, in spite of the rules.
	Hidden   bool               `json:"hidden,omitempty"`
	Included bool               `json:"included,omitempty"`
	Rules    *match.Explanation `json:"rules"`
	// Stored is why the entry is in the topic as it was filed, nil where it is not.
	Stored *feed.Reason `json:"stored,omitempty"`
}

// A PreviewRequest asks what rules would change over the stored history.
type PreviewRequest struct {
	Topics []feed.Topic `json:"topics"` // with the new rules
	// Compiled holds them, and no others, where the caller is in this process; nil
	// otherwise.
	Compiled *match.Matcher `json:"-"`
	Sources  []feed.Source  `json:"sources"` // as configured beside them, without headers
	Samples  int            `json:"samples"` // of each kind a topic; 0 means 5, less none
	// All says that there are no other topics: those in force that are not
	// among them are previewed too, as ones that end.
	All bool `json:"all,omitempty"`
	// Rests says that it is in no hurry: requests to this process go first.
	Rests bool `json:"-"`
}

// A Previewed is what a topic's rules would change.
type Previewed struct {
	Topic    feed.TopicID    `json:"topic"`
	New      bool            `json:"new"`       // the topic is not stored yet
	Gone     bool            `json:"gone"`      // the topic is in force, and would not be any more
	Pending  bool            `json:"pending"`   // older rules than those in force filed some of it: Now will change
	Entries  int             `json:"entries"`   // stored entries looked at
	Now      int             `json:"now"`       // groups filed
	Then     int             `json:"then"`      // groups that would be filed
	Added    int             `json:"added"`     //
	Removed  int             `json:"removed"`   //
	Past     int             `json:"past"`      // of Added, older than backfill: page and archive only
	Decided  int             `json:"decided"`   // groups that operators hid or included: rules leave them alone
	BySource []PreviewSource `json:"by_source"` // where something changes, the most first
	Adds     []PreviewSample `json:"adds"`      // samples, the newest first
	Removes  []PreviewSample `json:"removes"`   //
}

// A PreviewSample is one group that a change adds or removes.
type PreviewSample struct {
	Title     string       `json:"title"`
	Link      string       `json:"link"`
	Source    string       `json:"source"`
	Published time.Time    `json:"published"`
	Reason    *feed.Reason `json:"reason"` // why it would match; of one removed, why it did
}

// A PreviewSource counts the changes that come from one source.
type PreviewSource struct {
	Source  feed.SourceID `json:"source"`
	Added   int           `json:"added"`
	Removed int           `json:"removed"`
}

// A DecideRequest is an operator's command.
type DecideRequest struct {
	Kind  feed.DecisionKind `json:"kind"`
	Topic feed.TopicID      `json:"topic,omitempty"`
	// IDs are public ids, links of entries, or ids of stories.
	IDs []string `json:"ids,omitempty"`
	// Whole takes the whole group of an entry where the kind knows both.
	Whole bool   `json:"whole,omitempty"`
	By    string `json:"by"`
	Note  string `json:"note"`
	// Undo is the number of the decision to take back, 0 for the newest one
	// that the other fields name.
	Undo   uint64 `json:"undo,omitempty"`
	Taking bool   `json:"taking,omitempty"` // back: this is an undo
	// Rules is the topic as the caller has it configured, with its sources, so
	// that the answer can say what readers see instead of what was hidden.
	Rules   *feed.Topic   `json:"rules,omitempty"`
	Sources []feed.Source `json:"sources,omitempty"` // without headers
}

// A DecideResult says what was decided.
type DecideResult struct {
	feed.Decided
	Text string `json:"text"` // a sentence for the operator
}

// A DecisionsRequest asks for the log of decisions.
type DecisionsRequest struct {
	Limit int `json:"limit,omitempty"` // at most so many; 0 means all
}

// A Logged decision is one with the words that people know its entries by.
type Logged struct {
	feed.Decided
	Titles []string `json:"titles,omitempty"` // of what it is about, where that is still stored
	// About is what it is about, by what commands take as an ID.
	About []Subject `json:"about,omitempty"`
}

// A Subject is an entry that a decision is about, or that stands for a group or story
// that is.
type Subject struct {
	Title string        `json:"title"`
	Link  string        `json:"link"`            // "" for none
	ID    string        `json:"id"`              // the public id that it has in the decision's topic, else in any; "" for none
	Story feed.StoryKey `json:"story,omitempty"` // the number, of a story; 0 for an entry or a report
}
