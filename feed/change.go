package feed

import "time"

// A Change is one step of stored state. Changes are the only way to write
// (storage.Apply). Each carries its own time, and applying the same changes in
// the same order gives the same state everywhere: nothing that a change means
// depends on the clock, the machine or what else runs.
type Change interface {
	// Time is when the change was made, UTC.
	Time() time.Time
	isChange()
}

// A Claim moves the next visits of sources that are due, before their requests
// leave.
type Claim struct {
	At      time.Time
	Sources []SourceID
	Next    []time.Time // one a source
	// Hold says that a server asked for these times: nothing may come earlier.
	Hold bool
	Why  string
}

// A Visit is the result of one pass over one source.
type Visit struct {
	At     time.Time
	Source SourceID
	Next   time.Time // when the source is due again
	Why    string    // what decided that
	Hold   time.Time // until when the server asked to be left alone; zero for not
	HTTP   int       // status of the answer, 0 for none or for a file
	// Error is why the visit failed; "" for a success. A failed visit changes
	// the source's health and schedule, nothing else.
	Error string
	// Ours says that the failure is our own (no network): it is noted, and
	// counts against nobody.
	Ours bool
	// Moved and Address replace the stored ones after an answer.
	Moved   Move
	Address string
	// Document is what was read; nil where the source had nothing new (304, or
	// the same bytes as last time).
	Document *Reading
	// Asked is when the source was due and lined up, before its request left; zero for
	// unknown. What several visits of one round bring is there together,
	// whichever source answers first.
	Asked time.Time
	// Validators replace the stored ones as a whole; nil keeps them.
	Validators *Validators
}

// A Push is what the hub of a source sent: its document, or the part of it that is
// new. Schedule, health and validators of the source stay as they are; so does its
// window, with what was pushed before the rest.
type Push struct {
	At       time.Time
	Source   SourceID
	Document Reading
}

// A LeaseChange puts a lease in the place of what is stored under its token; one that
// is LeaseGone is forgotten.
type LeaseChange struct {
	At    time.Time
	Lease Lease
}

// A Reading is a document that parsed, less the entries whose Raw was known.
type Reading struct {
	Body  uint64 // hash of the document's bytes
	Meta  Meta
	Hints Hints
	// Dates are those of the source's newest entries, as SourceState has them.
	Dates []time.Time
	// Window names every entry of the document in its order, known ones too.
	Window []Raw
	// Entries are the new and changed ones, in the order of the document.
	Entries []Reported
	// Generation is that of the rules the entries were matched under.
	Generation uint64
	// MaxNew is how many of its entries are news at most, the newest; those that topics
	// file besides are Past. 0 for no bound.
	MaxNew int
	// Dropped is how many members of the document and of Entries were left out
	// because they are of the wrong kind.
	Dropped int
}

// A Reported entry is one that a source brought, with the topics it belongs to.
type Reported struct {
	Entry   Entry
	Matches []Match
	Terms   Terms // for stories; nil where the text has none
	// Packed are Entry's texts as the store keeps them, where it packed them before
	// the change was applied; else nil.
	Packed []byte
	// Hint is what the placer of entries found ahead, as Surroundings has it; nil for
	// nothing. It is of this process, and neither encoded nor logged.
	Hint any
}

// A ConfigChange replaces the configuration that changes and editions are made by:
// all of it that they read, and nothing that is a process's own, as listeners, paths
// and secrets. Of topics, concepts and rules it carries no Pos, Examples and MaxSilence, of
// sources neither Pos, Interval, MaxSilence, MaxNew, File, Blocked nor Header. Topics that are gone keep what they
// filed, unseen, in case they return.
type ConfigChange struct {
	At         time.Time
	Generation uint64
	// Hashes are those of the topics' rules over the sources: a topic with another
	// one is filed anew.
	Hashes   []TopicRules
	Title    string // of the wire
	Icon     Icon   // of the wire
	URL      string // its public address, without a slash at its end
	Timezone string // name in the IANA database: of days and months
	Topics   []Topic
	Concepts []Concept
	Sources  []Source
	// Stories are the thresholds by which new entries are placed; nil leaves the
	// placer its own.
	Stories *StoryOptions
	// Hubs are those that the documents name, by their addresses (WebSub §4).
	Hubs []string
	// Inside says that readers are in the network of the server, so that pictures and
	// files of private addresses go on to them.
	Inside bool
}

// A Tick says what time it is: editions are as of the newest change, and where only
// time goes on, entries leave them for their age.
type Tick struct{ At time.Time }

// TopicRules names one topic's rules by their hash.
type TopicRules struct {
	ID   TopicID
	Hash uint64
}

// A Refiling brings the memberships of some stored entries in line with new
// rules: one step of the way behind a ConfigChange. Entries that are not named
// keep what they have.
type Refiling struct {
	At         time.Time
	Generation uint64
	Topics     []TopicID // whose memberships are decided anew
	// Backfill is each topic's: what is found that is older is Past. A topic
	// for which there is none has DefaultBackfill.
	Backfill []time.Duration
	Entries  []EntryMatches
	// Done marks the last step: the topics' hashes are up to date from here on.
	Done bool
}

// EntryMatches are the topics of a stored entry, of those under decision; none
// when it leaves them all.
type EntryMatches struct {
	Entry   EntryKey
	Matches []Match
}

// A Retention removes entries that were first seen before a moment and are no
// longer in their source's document: one step of the way through the store.
type Retention struct {
	At     time.Time
	Before time.Time
	From   EntryKey // the first key to look at
	Limit  int      // how many keys to look at
}

// A Forgetting takes away for good what a demand names: one step of the way through the
// store. It names a host, a source or entries. What it removes leaves hashes, by which it
// does not come back, and numbers, by which others stay where they are.
type Forgetting struct {
	At time.Time
	// Host is a host name: every entry whose link is there or below it goes, and all of
	// the sources that are. Source is one source, all of which goes. "" for neither: then
	// Entries go, all at once.
	Host    string
	Source  SourceID
	Entries []EntryKey
	By      string // the operator's name
	Note    string
	// Decision is the number under which the steps before logged it, 0 where none did.
	Decision uint64
	From     EntryKey // the first key to look at; not of Entries
	Limit    int      // how many keys to look at
}

// A Decision is an operator's word about entries. Decisions are numbered in the
// order in which they are applied, and logged; rules, placement and later visits
// leave what they decide alone. One that changes nothing, or cannot be done, is
// refused with a *Refusal and leaves no trace.
type Decision struct {
	At   time.Time    `json:"at"`
	Kind DecisionKind `json:"kind"`
	// Topic is where entries are hidden or included.
	Topic TopicID `json:"topic,omitempty"`
	By    string  `json:"by"` // the operator's name
	Note  string  `json:"note"`
	// Entries, Groups and Stories are what it is about:
	//   - hide: entries of a group, which the others then speak for, or whole
	//     groups, with all who join them later;
	//   - include: entries whose groups are to be filed, led by them;
	//   - merge: two groups, or two stories; the older one grows;
	//   - split: an entry that leaves its group for a group and story of its
	//     own, a group that leaves its story, or a story all of whose groups
	//     become stories of their own.
	Entries []EntryKey `json:"entries,omitempty"`
	Groups  []GroupKey `json:"groups,omitempty"`
	Stories []StoryKey `json:"stories,omitempty"`
	// Undo is the number of the decision that this one takes back, of the kind
	// DecisionUndo; 0 for others.
	Undo uint64 `json:"undo,omitempty"`
}

// A DecisionKind is a command of an operator.
type DecisionKind string

// The kinds of decisions.
const (
	DecisionHide    DecisionKind = "hide"
	DecisionInclude DecisionKind = "include"
	DecisionMerge   DecisionKind = "merge"
	DecisionSplit   DecisionKind = "split"
	DecisionUndo    DecisionKind = "undo"
	DecisionForget  DecisionKind = "forget" // logged by a Forgetting; it cannot be undone
)

// A Decided is a logged decision.
type Decided struct {
	Number uint64 `json:"number"` // from 1
	Decision
	UndoneBy uint64  `json:"undone_by,omitempty"` // the number of the decision that took it back, 0 for none
	Forgot   *Forgot `json:"forgot,omitempty"`    // what went, of the kind DecisionForget; nil for others
}

// A Forgot says how much was taken away for good, and nothing of what that was but the
// host, where all of one went.
type Forgot struct {
	Host    string `json:"host,omitempty"`
	Entries int    `json:"entries"`
	Sources int    `json:"sources,omitempty"`
}

// A Refusal says why a decision was not done. Its text is a sentence for the
// operator.
type Refusal struct{ Text string }

func (r *Refusal) Error() string { return r.Text }

func (c *Claim) Time() time.Time        { return c.At }
func (v *Visit) Time() time.Time        { return v.At }
func (c *ConfigChange) Time() time.Time { return c.At }
func (r *Refiling) Time() time.Time     { return r.At }
func (r *Retention) Time() time.Time    { return r.At }
func (f *Forgetting) Time() time.Time   { return f.At }
func (d *Decision) Time() time.Time     { return d.At }
func (t *Tick) Time() time.Time         { return t.At }
func (a *Archiving) Time() time.Time    { return a.At }
func (l *LeaseChange) Time() time.Time  { return l.At }
func (p *Push) Time() time.Time         { return p.At }

func (*Claim) isChange()        {}
func (*Visit) isChange()        {}
func (*ConfigChange) isChange() {}
func (*Refiling) isChange()     {}
func (*Retention) isChange()    {}
func (*Forgetting) isChange()   {}
func (*Decision) isChange()     {}
func (*Tick) isChange()         {}
func (*Archiving) isChange()    {}
func (*LeaseChange) isChange()  {}
func (*Push) isChange()         {}
