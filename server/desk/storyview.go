package desk

import "context"

// Story is the story of an id: its number, or the link or public id of one of
// its entries.
func (d *Desk) Story(ctx context.Context, id string) (StoryView, error) {
	return StoryView{}, errNotBuilt
}
