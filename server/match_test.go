package server

import "topicwire/feed"

// match finds the topics of an entry.
func (n *ruleset) match(id feed.SourceID, e *feed.Entry) []feed.Match {
	return n.Matcher.Takes(n.sources.Of(id), e)
}
