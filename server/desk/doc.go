// Package desk answers what operators and commands ask.
//
// Discover finds the feeds of a site.
//
// It stands on floor 3: it imports neither config nor another package of the
// running service.
package desk
