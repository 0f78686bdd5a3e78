package match

import "topicwire/feed"

// An Explanation is everything that one topic's rules make of one entry.
type Explanation struct {
	Topic   feed.TopicID `json:"topic"`
	Matches bool         `json:"matches"`
	// Language is the entry's, "" for unknown; TakesLanguage and TakesSource say
	// whether the topic takes entries of it and of the source.
	Language      string `json:"language"`
	TakesLanguage bool   `json:"takes_language"`
	TakesSource   bool   `json:"takes_source"`
	// Lines are the topic's rules from top to bottom, each group before its
	// members. A topic without rules has none.
	Lines []Line `json:"lines"`
	// Score is what the weights add up to for this entry, Threshold what they
	// have to reach; 0 for a topic without a score. Scale is what the length of
	// the text made of each hit's worth (docs/topics.md).
	Score     float64 `json:"score"`
	Threshold float64 `json:"threshold"`
	Scale     float64 `json:"scale"`
	// Missing says in sentences what would have to be otherwise for a match;
	// empty where the entry matches.
	Missing []string `json:"missing"`
}

// A Line is one rule with what the entry makes of it.
type Line struct {
	Part  string   `json:"part"`  // of the topic's rules: all, any, none or score
	Depth int      `json:"depth"` // groups around it; 0 for the part's own lines
	Pos   feed.Pos `json:"pos"`
	Rule  string   `json:"rule"` // as written: a pattern, {scope: pattern}, a $list, or any, all, none for a group
	// Holds says that the rule is satisfied: for a member of none, that it did
	// not hit.
	Holds bool `json:"holds"`
	// Found are the places where it hit, in reading order, at most ten; those of
	// a $list are its patterns' own.
	Found  []Found `json:"found"`
	Weight float64 `json:"weight,omitempty"` // of a line of score
	Value  float64 `json:"value,omitempty"`  // what the line adds to the score
}

// A Found is a hit in its context.
type Found struct {
	Pattern string `json:"pattern"`
	List    string `json:"list,omitempty"`
	Field   string `json:"field"` // title, summary, content, category, author or link
	Before  string `json:"before"`
	Text    string `json:"words"`
	After   string `json:"after"`
}
