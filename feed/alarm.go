package feed

import "time"

// An AlarmKind is what may be wrong with a service.
type AlarmKind string

// The kinds of alarms. Those of a source or a topic are there once for each.
const (
	AlarmNetwork       AlarmKind = "network"        // no host answers
	AlarmStore         AlarmKind = "store"          // the database refuses writes
	AlarmDatabase      AlarmKind = "database"       // its file is gone, moved, another one, or cut short
	AlarmPolling       AlarmKind = "polling"        // sources are due, and no visit ends
	AlarmConfiguration AlarmKind = "configuration"  // a change of it was refused
	AlarmHeld          AlarmKind = "held"           // a change of it waits for a word
	AlarmBackup        AlarmKind = "backup"         // none for too long
	AlarmFailing       AlarmKind = "source-failing" // its visits fail, for whatever reason
	AlarmGone          AlarmKind = "source-gone"    // it answers 410
	AlarmSilent        AlarmKind = "source-silent"  // nothing new for unusually long
	AlarmSurge         AlarmKind = "source-surge"   // unusually much in a day
	AlarmTopicSilent   AlarmKind = "topic-silent"
	AlarmTopicSurge    AlarmKind = "topic-surge"
)

// AlarmKinds are all kinds, the gravest first: those of the service as a whole, and then
// those of sources and topics.
func AlarmKinds() []AlarmKind {
	return []AlarmKind{
		AlarmStore, AlarmDatabase, AlarmPolling, AlarmNetwork, AlarmConfiguration, AlarmHeld, AlarmBackup,
		AlarmGone, AlarmFailing, AlarmSilent, AlarmSurge, AlarmTopicSilent, AlarmTopicSurge,
	}
}

// OfService reports whether a kind is about the service as a whole, and not about what
// one source or topic does.
func (k AlarmKind) OfService() bool {
	switch k {
	case AlarmGone, AlarmFailing, AlarmSilent, AlarmSurge, AlarmTopicSilent, AlarmTopicSurge:
		return false
	}
	return true
}

// Unready reports whether a kind says that the service cannot do its work, so that it may
// be started again: those of the service as a whole, but for a change that is held, which
// a start would take without a word.
func (k AlarmKind) Unready() bool { return k.OfService() && k != AlarmHeld }

// An Alarm is something that needs a person.
type Alarm struct {
	Kind    AlarmKind `json:"kind"`
	Subject string    `json:"subject,omitempty"` // the address of a source, as link.Masked has it, or the id of a topic
	Since   time.Time `json:"since"`
	Text    string    `json:"text"` // what is wrong, a sentence without a full stop
	Hint    string    `json:"hint,omitempty"`
}

// An Episode is an alarm, and when it ended.
type Episode struct {
	Alarm
	Ended time.Time // zero while it lasts
}
