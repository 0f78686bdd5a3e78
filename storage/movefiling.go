package storage

import (
	"slices"
	"time"

	"topicwire/feed"
)

// moveFiling moves, shares or merges one membership of the group that entries
// leave.
func (w *writer) moveFiling(mv *moving, f filing) error {
	t, err := w.topicNumbered(f.topic)
	if err != nil {
		return err
	}
	m, err := w.loadMembership(f, mv.from.Key)
	if err != nil {
		return err
	}
	t.see(mv.at)
	var left, moved []feed.EntryReason
	for _, r := range m.Reasons {
		if mv.moved(r.Entry) {
			moved = append(moved, r)
		} else {
			left = append(left, r)
		}
	}
	included := w.ruling(groupRuling, uint64(mv.from.Key), f.topic)&ruledIn != 0
	goes := len(moved) > 0
	if mv.toIncluded[f.topic] {
		goes, included = true, mv.fromIncluded[f.topic]
	}
	if len(mv.from.Entries) > 0 && (len(left) > 0 || !goes || included) {
		if was := mv.was[f.topic]; was != nil && goes && was.PublicID == m.PublicID {
			return w.partMemberships(mv, t, f, m, left, moved)
		}
		if goes {
			if err := w.shareMembership(mv, t, f, m, moved); err != nil {
				return err
			}
		}
		m.Reasons, m.Changed = left, mv.at
		m.lead(mv.from)
		return w.putMembership(f, mv.from.Key, m)
	}
	if mv.owns(f.topic, m) {
		// It is of the group that stays, though only what leaves matches now:
		// it is set aside, and the others get one of their own.
		if err := w.shareMembership(mv, t, f, m, moved); err != nil {
			return err
		}
		if err := w.leaveFiling(mv.from, f); err != nil {
			return err
		}
		m.Reasons, m.Changed = nil, mv.at
		m.lead(mv.from)
		return w.putDropped(mv.from.Key, f.topic, m)
	}
	// The whole membership goes with the entries, but for what the group that
	// stays had before it was merged: that is set aside.
	if err := w.leaveFiling(mv.from, f); err != nil {
		return err
	}
	if aside := mv.apart(f.topic, m); aside != nil {
		if was := mv.was[f.topic]; was != nil {
			m.PublicID = was.PublicID
			m.filedAs(was)
			f.filed = keyMilli(m.Filed)
		}
		if err := w.putDropped(mv.from.Key, f.topic, aside); err != nil {
			return err
		}
	}
	return w.addMembership(mv.to, f, m, mv.at)
}

// owns reports whether a membership is the one that from had before it was
// merged with a group that had none.
func (mv *moving) owns(topic uint32, m *memberRecord) bool {
	own := mv.own[topic]
	if own == nil {
		own = mv.ownDropped[topic]
	}
	return own != nil && mv.was[topic] == nil && len(mv.from.Entries) > 0 && slices.Contains(own.ids(), m.PublicID)
}

// apart is what from had in a topic before it was merged, where that became part
// of a membership that leaves it. Its public ids are taken out of the membership,
// whose own may be among them: to has its former one then.
func (mv *moving) apart(topic uint32, m *memberRecord) *memberRecord {
	aside := mv.own[topic]
	if aside == nil {
		aside = mv.ownDropped[topic]
	}
	was, ids := mv.was[topic], m.ids()
	switch {
	case aside == nil || !slices.Contains(ids, aside.PublicID):
		return nil
	case was != nil && !slices.Contains(ids, was.PublicID):
		return nil
	}
	own := m.PublicID
	if was != nil {
		own = was.PublicID
	}
	m.former = slices.DeleteFunc(ids, func(id string) bool { return id == own || slices.Contains(aside.ids(), id) })
	return aside
}

// shareMembership files the group that entries join because they match, or were included, where
// the group they leave stays filed: beside it in time, under an id of its own,
// or as it was before they were merged.
func (w *writer) shareMembership(mv *moving, t *topicState, f filing, m *memberRecord, reasons []feed.EntryReason) error {
	share := &memberRecord{Membership: feed.Membership{Filed: m.Filed, Past: m.Past, Changed: mv.at, Reasons: reasons}}
	if was := mv.was[f.topic]; was != nil && slices.Contains(m.former, was.PublicID) {
		m.former = slices.DeleteFunc(m.former, func(id string) bool { return slices.Contains(was.ids(), id) })
		share.PublicID, share.former = was.PublicID, was.former
		share.filedAs(was)
		return w.addMembership(mv.to, filing{f.topic, keyMilli(was.Filed)}, share, mv.at)
	}
	if _, ok := mv.to.filed(f.topic); ok {
		return w.addMembership(mv.to, f, share, mv.at)
	}
	lead := mv.entries[0]
	if len(reasons) > 0 {
		lead = reasons[0].Entry
	}
	e, err := w.loadEntry(lead)
	if err != nil {
		return err
	}
	return w.fileByRules(t, e, mv.to, share, nil)
}

// partMemberships gives a membership back to the group that brought it into a
// merger, and to the one that stays what it had before.
func (w *writer) partMemberships(mv *moving, t *topicState, f filing, m *memberRecord, left, moved []feed.EntryReason) error {
	if err := w.leaveFiling(mv.from, f); err != nil {
		return err
	}
	own := mv.own[f.topic]
	if own != nil && !slices.Contains(m.former, own.PublicID) {
		own = nil
	}
	was := mv.was[f.topic]
	back := *was
	back.Reasons, back.former = moved, m.former
	apart := own // what the group that stays has ids of
	if aside := mv.ownDropped[f.topic]; apart == nil && aside != nil && slices.Contains(m.former, aside.PublicID) {
		apart = aside
		if err := w.putDropped(mv.from.Key, f.topic, aside); err != nil {
			return err
		}
	}
	if apart != nil {
		back.former = slices.DeleteFunc(slices.Clone(m.former), func(id string) bool { return slices.Contains(apart.ids(), id) })
	}
	if err := w.addMembership(mv.to, f, &back, mv.at); err != nil {
		return err
	}
	if own != nil {
		own.Reasons = left
		return w.addMembership(mv.from, filing{f.topic, keyMilli(own.Filed)}, own, mv.at)
	}
	lead := mv.from.Entries[0]
	if len(left) > 0 {
		lead = left[0].Entry
	}
	e, err := w.loadEntry(lead)
	if err != nil {
		return err
	}
	return w.fileByRules(t, e, mv.from, &memberRecord{Membership: feed.Membership{Filed: m.Filed, Past: m.Past, Changed: mv.at, Reasons: left}}, nil)
}

// leaveFiling takes a membership from its group, to be given to another: its
// public ids stay taken.
func (w *writer) leaveFiling(g *groupRecord, f filing) error {
	g.filings = slices.DeleteFunc(g.filings, func(x filing) bool { return x == f })
	return w.members.Delete(memberKey(f, g.Key))
}

// addMembership gives a group a membership that another had. Where it has one in
// the topic itself, the two become one.
func (w *writer) addMembership(g *groupRecord, f filing, m *memberRecord, at time.Time) error {
	if own, ok := g.filed(f.topic); ok {
		o, err := w.loadMembership(own, g.Key)
		if err != nil {
			return err
		}
		if err := w.leaveFiling(g, own); err != nil {
			return err
		}
		// The group's own reasons stand first, as its entries do.
		reasons := append(o.Reasons, m.Reasons...)
		stays, goes := o, m
		// What readers of the subscription document know stays before what is
		// in the archive alone, and the earlier before the later.
		// A share has no id of its own: what is published stays.
		if m.PublicID != "" && (m.Past == o.Past && f.filed < own.filed || o.Past && !m.Past) {
			stays, goes = m, o
		} else {
			f = own
		}
		if goes.PublicID != "" {
			stays.former = append(stays.former, goes.ids()...)
		}
		stays.Reasons, m = reasons, stays
	}
	was, err := w.takeDropped(g.Key, f.topic)
	if err != nil {
		return err
	}
	if was != nil {
		m.former = append(m.former, was.ids()...)
	}
	if err := w.reserve(g.Key, f.topic, m); err != nil {
		return err
	}
	m.lead(g)
	m.Changed = at
	g.filings = append(g.filings, f)
	return w.putMembership(f, g.Key, m)
}
