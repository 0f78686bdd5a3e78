package web

import (
	"topicwire/feed"
	"topicwire/feed/html"
)

const (
	// pageBytes and pageEntries bound a page.
	pageBytes   = 200_000
	pageEntries = 200
	// longTitle is how many characters of a title a page shows, and shortTitle where
	// there is little room.
	longTitle, shortTitle = 300, 100
)

// A room is how much of an entry a page shows.
type room uint8

const (
	roomForAll room = iota
	roomForText
	roomForTitles
)

// entry is an item as far as there is room.
func (r room) entry(it *feed.Item, detail feed.ReasonDetail, times *calendar) entryView {
	e := newEntryView(it, detail, times)
	e.Title = r.title(e.Title)
	if r >= roomForText {
		e.Why = why{Included: e.Why.Included}
	}
	if r >= roomForTitles {
		e.Summary, e.Also = "", nil
	}
	return e
}

// title is as much of one as there is room for.
func (r room) title(s string) string {
	if r >= roomForTitles {
		return html.Shorten(s, shortTitle)
	}
	return html.Shorten(s, longTitle)
}

// fitting is a page with as much of its entries as keeps it within pageBytes.
func fitting(render func(room) []byte) []byte {
	for r := roomForAll; ; r++ {
		if b := render(r); len(b) <= pageBytes || r == roomForTitles {
			return b
		}
	}
}
