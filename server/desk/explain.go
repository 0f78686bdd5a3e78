package desk

import (
	"context"
	"errors"
)

var errNotBuilt = errors.New("not built yet")

// Explain says what a topic's rules make of an entry, and of the others of its
// group.
func (d *Desk) Explain(ctx context.Context, r ExplainRequest) (Explained, error) {
	return Explained{}, errNotBuilt
}
