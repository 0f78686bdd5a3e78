package feed

import "time"

// A StoryView is a story as people look at it.
type StoryView struct {
	Story StoryKey `json:"story"`
	// Asked is the entry that was asked for; 0 where the story itself was.
	Asked   EntryKey      `json:"asked,omitempty"`
	Members []StoryMember `json:"members"` // in the order of their dates
}

// A StoryMember is one entry of a story.
type StoryMember struct {
	Entry     EntryKey  `json:"entry"`
	Group     GroupKey  `json:"group"`
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Source    string    `json:"source"`
	SourceID  SourceID  `json:"source_id"`
	Publisher string    `json:"publisher,omitempty"` // "" where the source is its own
	Language  string    `json:"language"`
	Published time.Time `json:"published"`
	Seen      time.Time `json:"seen"`
	// Placed is how it came to where it is; nil for the first of its story, and
	// where an operator has put its partner or itself elsewhere since.
	Placed *Placed `json:"placed"`
	// Topics are the configured ones where its group is filed and it is not
	// hidden; Hidden says that an operator hid it in every topic that has its
	// group.
	Topics []TopicID `json:"topics"`
	Hidden bool      `json:"hidden,omitempty"`
	// Parted says that what it was placed with is elsewhere now.
	Parted bool `json:"parted,omitempty"`
	// Common is what it and the entry it was placed with both have besides words,
	// where that decided; nil where nobody has looked.
	Common []Common `json:"common,omitempty"`
	// Moved are the decisions in force that put it where it is, or took its
	// partner away, the newest first.
	Moved []StoryMove `json:"moved,omitempty"`
}

// A StoryMove is an operator's decision about where an entry is.
type StoryMove struct {
	Number uint64       `json:"number"`
	Kind   DecisionKind `json:"kind"` // split or merge
	At     time.Time    `json:"at"`
	By     string       `json:"by"`
	// Partner says that the decision was about what the entry was placed with.
	Partner bool `json:"partner,omitempty"`
}

// A Common is one thing that two entries both speak of, as the text of each has
// it.
type Common struct {
	// Kind is "place", "org", "office", "event" or "object" of a concept, else
	// "name", "figure", "date" or "word".
	Kind    string `json:"kind"`
	Concept string `json:"concept,omitempty"` // the id of a concept
	First   string `json:"first"`
	Second  string `json:"second"`
}
