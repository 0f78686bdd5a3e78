// Package poll visits sources: it knows which source is due, how many visits run
// at once, how close together two requests to one host may be, and what a result
// means for the next visit.
//
// It stands on floor 3. It reads the store and hands every write to the writer
// it is given; it knows nothing of config, web or the life cycle around it.
package poll
