// Package chars reads characters: documents in whatever charset, references to
// characters in text, and which characters XML admits.
//
// Floor 0: it imports nothing of the project, so that lists, pages and feeds read
// what strangers write in one and the same way.
package chars
