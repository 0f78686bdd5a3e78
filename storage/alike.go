package storage

import (
	"cmp"
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// alike reports whether two entries have nearly the same title, figures included; of
// those without titles the texts count.
func alike(a, b *feed.Entry) bool {
	x, y := headline(a), headline(b)
	return text.SameFigures(x, y) && text.Likeness(x, y) >= .75
}

func headline(e *feed.Entry) string { return cmp.Or(e.Title, body(e)) }

// body is the beginning of an entry's text.
func body(e *feed.Entry) string {
	return html.Text(e.Summary[:min(len(e.Summary), maxBody)] + " " + e.Content[:min(len(e.Content), maxBody)])
}

// maxBody is how many bytes of a text are compared.
const maxBody = 8 << 10

func dated(e *feed.Entry) bool { return !e.Given().IsZero() }

// sameDate reports whether two entries have one date of their publisher.
func sameDate(a, b *feed.Entry) bool { return dated(a) && a.Given().Equal(b.Given()) }

// sameMoment reports whether two entries have one date that is more than a day's.
func sameMoment(a, b *feed.Entry) bool {
	at := a.Given()
	return sameDate(a, b) && !at.Equal(at.Truncate(24*time.Hour))
}
