// Package desk answers what operators and commands ask: why an entry is in a
// topic or is not (Explain), what other rules would file (Preview), how rules and
// stories do on labelled entries (Evaluate), why entries are one story (Story),
// and whether topics pass their own tests (CheckExamples). It carries out what
// operators decide (Decide), and finds the feeds of a site (Discover).
//
// It stands on floor 3: it imports neither config nor another package of the
// running service.
package desk
