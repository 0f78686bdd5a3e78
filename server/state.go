package server

import (
	"slices"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/server/poll"
)

// A state is the running configuration with all that is made of it once. It never
// changes; a reload puts another one in its place.
type state struct {
	ruleset // what visits are matched under
	cfg     *config.Config
	topics  map[feed.TopicID]*feed.Topic
	client  *fetch.Client
	courier *fetch.Client // to subscribers and hubs
	loaded  time.Time
	// announced is what changes and editions read of the configuration, as the log has
	// it but for time and generation.
	announced feed.ConfigChange
	// late names the keys that were changed and take effect at the next start.
	late []string
}

// newState is what is to follow the running state, which stays. Its generation is
// still to be set.
func (s *Server) newState(cfg *config.Config, m *Compiled) *state {
	n := stateOf(cfg, m)
	n.loaded = s.now()
	old := s.state.Load()
	if old != nil {
		n.late = keep(old.cfg, cfg)
	}
	stories := StoryOptions(&cfg.Stories)
	n.announced = feed.ConfigChange{
		Hashes: append(m.RulesOver(cfg.Sources), feed.TopicRules{ID: feed.AllTopics, Hash: allRules}),
		Title:  cfg.Server.Title, Icon: cfg.Server.Icon.Icon, URL: cfg.Server.URL, Timezone: cfg.Server.Timezone.String(),
		Topics: cfg.Topics, Concepts: cfg.Concepts, Sources: cfg.Sources, Stories: &stories, Hubs: hubs(cfg),
		Inside: cfg.Fetch.AllowPrivate,
	}
	n.Blocked = cfg.Blocked
	if old != nil && old.cfg.Fetch == cfg.Fetch && slices.Equal(old.cfg.Blocked, cfg.Blocked) {
		n.client, n.courier = old.client, old.courier
	} else {
		o := fetch.Options{Version: s.o.Version, Contact: cfg.Fetch.Contact, AllowPrivate: cfg.Fetch.AllowPrivate, Blocked: cfg.Blocked, Memory: s.memory}
		n.client = fetch.New(o)
		o.Kept, o.Deadline = 64, courierDeadline
		n.courier = fetch.New(o)
	}
	return n
}

// stateOf is a configuration with its rules, by which editions can be made, and no
// more.
func stateOf(cfg *config.Config, m *Compiled) *state {
	n := &state{cfg: cfg, late: []string{}, ruleset: m.over(cfg.Sources), topics: make(map[feed.TopicID]*feed.Topic, len(cfg.Topics))}
	for i := range cfg.Topics {
		n.topics[cfg.Topics[i].ID] = &cfg.Topics[i]
	}
	return n
}

// courierDeadline is how long a subscriber or a hub may take to answer.
const courierDeadline = 10 * time.Second

// close ends what a state keeps open.
func (n *state) close() {
	n.client.Close()
	n.courier.Close()
}

// allRules stands for the rules of the feed of all topics, which has none: it follows
// the topics, and what follows them anew when another number stands here.
const allRules = 1

// all is the feed of all topics that readers may see.
func (n *state) all() feed.Topic {
	return feed.Topic{ID: feed.AllTopics, Title: n.announced.Title, Limit: feed.DefaultLimit, Group: feed.GroupDuplicate, Reasons: feed.ReasonNone}
}

// polled is what is visited, and how.
func (n *state) polled() poll.Sources {
	return poll.Sources{
		List: n.asked(), Interval: n.cfg.Fetch.Interval, Parallel: n.cfg.Fetch.Parallel,
		HostGap: n.cfg.Fetch.HostGap, Fetch: n.client,
	}
}

// asked is the sources that are asked at all.
func (n *state) asked() []feed.Source {
	return slices.DeleteFunc(slices.Clone(n.cfg.Sources), func(s feed.Source) bool { return s.Blocked })
}

// published is the topics that readers may see.
func (n *state) published() []feed.Topic {
	return slices.DeleteFunc(slices.Clone(n.cfg.Topics), func(t feed.Topic) bool { return t.Draft })
}

// A ruleset is all that entries are read by.
type ruleset struct {
	poll.Rules
	sources feed.Sources
}

// read finds the topics of an entry, and cuts its terms under the concepts.
func (n *ruleset) read(id feed.SourceID, e *feed.Entry) ([]feed.Match, feed.Terms) {
	src := n.sources.Of(id)
	w := match.Read(src, e, "")
	return n.Matcher.Match(src, e, w), story.Terms(w, n.Concepts.Find(w))
}

// Compiled are the rules and the concepts of a configuration, ready to read
// entries.
type Compiled struct {
	*match.Matcher
	Concepts *match.Concepts
	cfg      *config.Config
}

// Check compiles the rules and the concepts of a configuration and returns what
// is wrong with them. With an error Compiled is nil.
func Check(cfg *config.Config) (*Compiled, []feed.Problem) {
	c, problems := compile(cfg.Topics, cfg.Concepts)
	if c != nil {
		c.cfg = cfg
	}
	return c, problems
}

func compile(topics []feed.Topic, lists []feed.Concept) (*Compiled, []feed.Problem) {
	m, problems := match.Compile(topics)
	concepts, more := match.CompileConcepts(lists)
	for _, p := range more {
		// A pattern of a concept may be one of a topic, too.
		if !slices.Contains(problems, p) {
			problems = append(problems, p)
		}
	}
	if m == nil || concepts == nil {
		return nil, problems
	}
	return &Compiled{Matcher: m, Concepts: concepts}, problems
}

// over is c as the rules that entries of sources are read by, of no generation yet.
func (c *Compiled) over(sources []feed.Source) ruleset {
	return ruleset{poll.Rules{Matcher: c.Matcher, Concepts: c.Concepts}, feed.SourcesByID(sources)}
}

// of is c where it was made of the configuration, else what Check makes of it.
func (c *Compiled) of(cfg *config.Config) (*Compiled, error) {
	if c != nil && c.cfg == cfg {
		return c, nil
	}
	c, problems := Check(cfg)
	if c == nil {
		return nil, &ConfigError{problems}
	}
	return c, nil
}
