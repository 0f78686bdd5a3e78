package feed

import "iter"

// Rules decide whether an entry belongs to a topic: all of them must hold; none
// takes everything. A configuration has at most one of each operator, in the
// order of the operators below.
type Rules []Rule

// A Rule is a node of a tree: a pattern, or an operator over its parts.
type Rule struct {
	Op      Op
	Pos     Pos
	Pattern string // of OpPattern, as written, of the language of feed/match
	Scope   Scope  // of OpPattern: where it looks, and how it is read
	Parts   []Rule // of any other operator
	// List is the name of the $list that Parts was filled from, "" otherwise. A
	// list counts as one part of a score.
	List      string
	Weight    float64 // of a part of a score; may be negative
	Threshold float64 // of OpScore, which its parts must reach
}

// An Op says how a rule is decided.
type Op string

// The operators: but for that of patterns, the keys that operators write.
const (
	OpPattern Op = ""      // it hits
	OpAll     Op = "all"   // every part holds
	OpAny     Op = "any"   // at least one part holds
	OpNone    Op = "none"  // no part holds
	OpScore   Op = "score" // what the parts that hold weigh reaches Threshold
)

// Part is the part of rules with an operator; one without parts where there is
// none.
func (rules Rules) Part(op Op) *Rule {
	for i := range rules {
		if rules[i].Op == op {
			return &rules[i]
		}
	}
	return &Rule{Op: op}
}

// Each gives the rules and all that is in them, each before its parts.
func (rules Rules) Each() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) { rules.each(yield) }
}

func (rules Rules) each(yield func(*Rule) bool) bool {
	for i := range rules {
		if r := &rules[i]; !yield(r) || !Rules(r.Parts).each(yield) {
			return false
		}
	}
	return true
}

// A Scope narrows a pattern to one part of an entry, or reads it in another way.
type Scope string

// The scopes: the keys of the maps that operators write.
const (
	ScopeText     Scope = ""         // words in title, summary, content and categories
	ScopeTitle    Scope = "title"    // words in the title
	ScopeCategory Scope = "category" // words in a category
	ScopeAuthor   Scope = "author"   // words in an author's name
	ScopeLink     Scope = "link"     // a glob over the link: * any run, ? one character
	ScopeExact    Scope = "exact"    // words, with capitals and small letters as written
	ScopeRegex    Scope = "regex"    // RE2 over title and text; at most 1 KB
	ScopeTag      Scope = "tag"      // a tag of the entry's source, whole and as written
)

// MaxRegex is how long a regular expression of a rule may be, in bytes.
const MaxRegex = 1 << 10
