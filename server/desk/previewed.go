package desk

import (
	"cmp"
	"slices"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// answers are what a preview has counted, one a topic.
func (p *preview) answers() ([]Previewed, error) {
	out := make([]Previewed, 0, len(p.order))
	err := p.desk.Store.View(func(r *storage.Reader) error {
		for _, id := range p.order {
			a, err := p.answer(r, p.topics[id])
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

func (p *preview) answer(r *storage.Reader, t *previewTopic) (Previewed, error) {
	a := Previewed{
		Topic: t.topic.ID, New: !t.known, Gone: t.gone, Pending: t.behind, Entries: p.entries,
		Adds: []PreviewSample{}, Removes: []PreviewSample{}, BySource: []PreviewSource{},
	}
	sources := make(map[feed.SourceID]*PreviewSource)
	source := func(id feed.SourceID) *PreviewSource {
		if sources[id] == nil {
			sources[id] = &PreviewSource{Source: id}
		}
		return sources[id]
	}
	var adds, removes []*previewGroup
	for k, g := range t.groups {
		if g.filed {
			a.Now++
		}
		switch {
		case g.decided:
			a.Decided++
			a.Then++
		case g.matches && g.filed:
			a.Then++
		case g.matches:
			a.Then++
			a.Added++
			past := p.now.Sub(g.when) > t.topic.Backfill
			if was, ok, err := r.Dropped(t.topic.ID, k); err != nil {
				return a, err
			} else if ok {
				past = was.Past // it returns as it was
			}
			if past {
				a.Past++
			}
			source(g.source).Added++
			adds = append(adds, g)
		case g.filed:
			a.Removed++
			source(g.source).Removed++
			removes = append(removes, g)
		}
	}
	for _, s := range sources {
		a.BySource = append(a.BySource, *s)
	}
	slices.SortFunc(a.BySource, func(a, b PreviewSource) int {
		return cmp.Or(b.Added+b.Removed-a.Added-a.Removed, cmp.Compare(a.Source, b.Source))
	})
	var err error
	if a.Adds, err = p.samples(r, t, adds, true); err == nil {
		a.Removes, err = p.samples(r, t, removes, false)
	}
	return a, err
}

// samples are the newest of some groups.
func (p *preview) samples(r *storage.Reader, t *previewTopic, groups []*previewGroup, added bool) ([]PreviewSample, error) {
	slices.SortFunc(groups, func(a, b *previewGroup) int { return cmp.Or(b.when.Compare(a.when), cmp.Compare(b.entry, a.entry)) })
	n := p.request.Samples
	if n == 0 {
		n = 5
	}
	out := []PreviewSample{}
	for _, g := range groups[:min(max(n, 0), len(groups))] {
		e, err := r.Entry(g.entry)
		if err != nil {
			continue // removed meanwhile
		}
		info, err := p.desk.Source(r, e.Source)
		if err != nil {
			return nil, err
		}
		s := PreviewSample{Title: e.Title, Link: e.Link, Source: info.Title, Published: e.When()}
		if added {
			src := p.sources.Of(e.Source)
			for _, m := range p.rules.Match(src, &e.Entry, match.Read(src, &e.Entry, "")) {
				if m.Topic == t.topic.ID {
					s.Reason = &m.Reason
				}
			}
		} else if m, ok, err := r.Membership(t.topic.ID, e.Group); err != nil {
			return nil, err
		} else if ok && len(m.Reasons) > 0 {
			s.Reason = &m.Reasons[0].Reason
		}
		out = append(out, s)
	}
	return out, nil
}
