package edition

import "topicwire/feed"

// Through is a group as the feed of all topics has it: with those of its entries that
// one of its topics shows, why they are there, and which topics those are. f is the
// group as it is filed for all, ms are its memberships, and topic is what is configured
// of a topic that readers may see, nil for others. What every topic hides, or takes
// neither for its language nor for its source, is hidden here.
func Through(f feed.Filed, ms []feed.Membership, topic func(feed.TopicID) *feed.Topic, o Options) feed.Filed {
	shown := make(map[feed.EntryKey]bool, len(f.Entries))
	f.Reasons, f.Topics = nil, nil
	for i := range ms {
		t := topic(ms[i].Topic)
		if t == nil {
			continue
		}
		p := plan{topic: t, o: o}
		r := p.report(&feed.Filed{Membership: ms[i], Story: f.Story, Entries: f.Entries})
		if r.absent != there {
			continue
		}
		for _, e := range r.members {
			shown[e.Key] = true
		}
		f.Topics = append(f.Topics, feed.TopicName{ID: t.ID, Title: t.Title})
		f.Reasons = append(f.Reasons, ms[i].Reasons...)
		f.Included = f.Included || ms[i].Included
	}
	f.Hidden = nil
	for i := range f.Entries {
		if k := f.Entries[i].Key; !shown[k] {
			f.Hidden = append(f.Hidden, k)
		}
	}
	return f
}
