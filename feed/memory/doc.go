// Package memory is the budget that documents of others share while they are received,
// wait, are read and are on their way to the disk, whoever sent them: together they
// never hold more, and none waits for another that waits for it.
//
// It stands on floor 1 and imports the standard library alone. What a document takes it
// is told by those who hold it; it measures nothing.
package memory
