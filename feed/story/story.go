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
// ever share a group. It is deterministic and keeps no state.
func Place(e *feed.Entry, source feed.SourceID, sameLink []feed.Neighbour) feed.Placement {
	if frontPage(e.Canonical) {
		return feed.Placement{}
	}
	for _, n := range sameLink {
		if n.Repeated || slices.Contains(n.Sources, source) {
			continue
		}
		return feed.Placement{Tier: feed.TierSameLink, Group: n.Group, Story: n.Story, Partner: n.Entry}
	}
	return feed.Placement{}
}

func frontPage(link string) bool {
	u, err := url.Parse(link)
	return err != nil || (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}
