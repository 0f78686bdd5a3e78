package publish

import "topicwire/feed"

// Path is where a site has a topic's feeds, without the ending of their formats.
func Path(id feed.TopicID) string {
	if id == feed.AllTopics {
		return "/all"
	}
	return topics + string(id)
}

// PagePath is where a site has the page of a topic: that of all topics is its front.
func PagePath(id feed.TopicID) string {
	if id == feed.AllTopics {
		return "/"
	}
	return topics + string(id)
}

// topics is below what the topics of a site are. As the scheme of categories it says
// that a term is a topic of that site.
const topics = "/topics/"
