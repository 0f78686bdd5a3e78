package desk

import "context"

// Preview says what rules would add and remove over the stored history.
func (d *Desk) Preview(ctx context.Context, r PreviewRequest) ([]Previewed, error) {
	return nil, errNotBuilt
}
