package desk

import "context"

// Decide carries out an operator's command.
func (d *Desk) Decide(ctx context.Context, r DecideRequest) (DecideResult, error) {
	return DecideResult{}, errNotBuilt
}
