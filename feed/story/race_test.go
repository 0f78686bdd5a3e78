//go:build race

package story

// raced says that the race detector watches, which makes everything slow.
const raced = true
