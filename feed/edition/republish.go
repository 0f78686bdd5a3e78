package edition

import (
	stdhtml "html"

	"topicwire/feed"
	"topicwire/feed/html"
)

// summaryLength is how many characters of an entry go on where its publisher
// allows a summary.
const summaryLength = 500

// allowed is an entry as far as its source may be republished. Rights stay with
// whatever is left; enclosures go on with anything but the bare link, for they
// are links themselves.
func allowed(e feed.StoredEntry, r feed.Republish) feed.StoredEntry {
	switch r {
	case feed.RepublishSummary:
		text := html.Text(e.Summary)
		if text == "" {
			text = html.Text(e.Content)
		}
		e.Summary, e.Content = stdhtml.EscapeString(html.Shorten(text, summaryLength)), ""
	case feed.RepublishLink:
		e.Summary, e.Content, e.Enclosures = "", "", nil
	}
	return e
}
