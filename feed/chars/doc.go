// Package chars reads characters: documents in whatever charset, references to
// characters in text, and which characters XML and addresses admit.
//
// Floor 0: it imports nothing of the project, so that lists, pages, links and
// feeds read what strangers write in one and the same way.
package chars
