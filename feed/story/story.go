// Package story decides which entries are the same news: which group a new entry
// joins, and which story its group.
//
// It stands on floor 2 and imports feed and feed/text; it knows nothing of
// storage, which asks it once for every new entry.
package story

import (
	"net/url"
	"slices"

	"topicwire/feed"
)

// Place decides where a new entry of source goes: into the group that carries
// the same canonical link, else into a group of its own. sameLink are the groups
// that carry the link. A link that a source repeats, or that is a site's front
// page, names no one report and joins nothing; nor do two entries of one source
// ever share a group, nor more than a thousand. It is deterministic and keeps no state.
func Place(e *feed.Entry, source feed.SourceID, sameLink []feed.Neighbour) feed.Placement {
	if frontPage(e.Canonical) {
		return feed.Placement{}
	}
	for _, n := range sameLink {
		if n.Repeated || closed(&n, source) {
			continue
		}
		return feed.Placement{Tier: feed.TierSameLink, Group: n.Group, Story: n.Story, Partner: n.Entry}
	}
	return feed.Placement{}
}

// maxCopies is how many entries a group takes. One of more is nobody's report any more
// but a page's or a machine's, and who joins it pays for all who are there.
const maxCopies = 1000

// closed reports whether a group takes nothing more from a source: it has an entry of it,
// or as many as a group may have.
func closed(n *feed.Neighbour, source feed.SourceID) bool {
	return len(n.Sources) >= maxCopies || slices.Contains(n.Sources, source)
}

func frontPage(link string) bool {
	u, err := url.Parse(link)
	return err != nil || (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}
