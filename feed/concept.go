package feed

import "slices"

// A ConceptKind says what sort of thing a concept is. Stories give each kind a
// weight of its own: a place tells more of an event than an office does.
type ConceptKind string

// The kinds.
const (
	ConceptPlace  ConceptKind = "place"  // a country, province, city, river, dam or border post
	ConceptOrg    ConceptKind = "org"    // an organisation, agency, company or armed group
	ConceptOffice ConceptKind = "office" // what somebody is: president, prosecutor, ambassador
	ConceptEvent  ConceptKind = "event"  // what happens: an earthquake, a summit, an arrest
	ConceptObject ConceptKind = "object" // what it happens to, or with: gas, a bridge, a drone
)

// ConceptKinds are all kinds, in the order above.
func ConceptKinds() []ConceptKind {
	return []ConceptKind{ConceptPlace, ConceptOrg, ConceptOffice, ConceptEvent, ConceptObject}
}

// Valid reports whether k is one of the kinds.
func (k ConceptKind) Valid() bool { return slices.Contains(ConceptKinds(), k) }

// A Concept is one thing by its words in all languages: a list with a kind, as
// configured. By concepts the reports of one event meet across languages.
type Concept struct {
	ID   string // the name of the list, unlike that of any other
	Kind ConceptKind
	Pos  Pos
	// Rules are patterns of words, of which one is enough; those of the lists
	// that it uses are among them. They are read with Translit "uz".
	Rules []Rule
}

// A ConceptHit is one place where a concept stands in an entry.
type ConceptHit struct {
	Concept string // its ID
	Kind    ConceptKind
	// First and End are indices into the words of the entry; the hit is the
	// words from First up to, not including, End, all in one part.
	First, End int
}
