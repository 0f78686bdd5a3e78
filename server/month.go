package server

import (
	"cmp"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/text"
	"topicwire/server/web"
	"topicwire/storage"
)

// monthPage is how many entries a page of a month has; the last one has up to twice as
// many, so that no page is nearly empty and none but the last ever changes its place.
const monthPage = 60

// month is a page of what a topic filed in a month; nil where there is none.
func (s *Server) month(w web.WantedMonth) (p *feed.MonthPage, err error) {
	st := s.state.Load()
	t := st.topics[w.Topic]
	if t == nil || t.Draft {
		return nil, nil
	}
	err = s.db.View(func(r *storage.Reader) (err error) {
		l := &listing{r: r, lookup: newLookup(r, st, t), t: t, w: w}
		p, err = l.page()
		return cmp.Or(err, l.err)
	})
	return p, err
}

// A listing is a page of a month in the making.
type listing struct {
	*lookup
	r  *storage.Reader
	t  *feed.Topic
	w  web.WantedMonth
	to feed.FiledAt // where the month ends

	rows    []feed.Listed // that the filter chose, the earliest first
	begins  []int         // rows that begin pages
	choices map[feed.Filter]int
}

func (l *listing) page() (*feed.MonthPage, error) {
	from := feed.FiledAt{Filed: l.w.Month.Begin(l.Zone)}
	l.to = feed.FiledAt{Filed: l.w.Month.Next().Begin(l.Zone)}
	l.choices = make(map[feed.Filter]int)
	if err := l.r.Listed(l.t.ID, from, l.to, l.add); err != nil || len(l.rows) == 0 {
		return nil, err
	}
	l.cut()
	p := &feed.MonthPage{
		Month: l.w.Month, Filter: l.w.Filter, Zone: l.Zone, Page: l.w.Page, Pages: len(l.begins), Count: len(l.rows), Days: l.days(),
		Languages: l.offered(func(f feed.Filter) string { return f.Language }, text.LanguageName),
		Sources:   l.offered(func(f feed.Filter) string { return f.Source }, nil),
		Kinds:     l.offered(func(f feed.Filter) string { return string(f.Kind) }, nil),
	}
	if p.Page == 0 {
		p.Page = p.Pages
	}
	if p.Page > p.Pages {
		return nil, nil
	}
	var err error
	if p.Months, err = l.r.Months(l.t.ID, l.Zone); err != nil {
		return nil, err
	}
	p.Edition, err = l.edition(p.Page)
	return p, err
}

// add takes a membership of the month in: it counts for what there is to choose, and is
// listed where the filter lets it through.
func (l *listing) add(row feed.Listed) {
	passes := l.w.Filter == feed.Filter{}
	seen := make(map[feed.Filter]bool, 3)
	note := func(f feed.Filter) {
		if !seen[f] {
			seen[f] = true
			l.choices[f]++
			passes = passes || f == l.w.Filter
		}
	}
	for i := range row.Reports {
		rep := &row.Reports[i]
		note(feed.Filter{Source: l.mark(rep.Source)})
		if language := l.tongue(rep); language != "" {
			note(feed.Filter{Language: language})
		}
	}
	if len(row.Reports) > 1 {
		note(feed.Filter{Kind: feed.KindSeveral})
	}
	if row.Past {
		note(feed.Filter{Kind: feed.KindLater})
	}
	if passes {
		l.rows = append(l.rows, row)
	}
}

// cut divides the rows into pages.
func (l *listing) cut() {
	entries, last := 0, 0
	for i := range l.rows {
		if entries >= monthPage {
			l.begins, last, entries = append(l.begins, last), i, 0
		}
		entries += l.weight(i)
	}
	l.begins = append(l.begins, last)
	n := len(l.begins)
	if n < 2 {
		return
	}
	whole := 0
	for i := l.begins[n-2]; i < len(l.rows); i++ {
		whole += l.weight(i)
	}
	if entries < monthPage && whole < 2*monthPage {
		l.begins = l.begins[:n-1]
	}
}

// weight is how many entries a row is published as.
func (l *listing) weight(row int) int {
	if l.t.Group == feed.GroupNone {
		return len(l.rows[row].Reports)
	}
	return 1
}

// days counts the rows a day.
func (l *listing) days() []feed.MonthDay {
	days := make([]feed.MonthDay, l.w.Month.Days())
	page := 0
	for i := range l.rows {
		for page < len(l.begins) && l.begins[page] <= i {
			page++
		}
		d := &days[l.rows[i].Filed.In(l.Zone).Day()-1]
		d.Count++
		d.Page = page
	}
	return days
}

// edition is the items of a page.
func (l *listing) edition(page int) (*feed.Edition, error) {
	rows := l.rows[l.begins[page-1]:]
	to := l.to
	if page < len(l.begins) {
		rows = l.rows[l.begins[page-1]:l.begins[page]]
		to = l.rows[l.begins[page]].FiledAt
	}
	filed := make([]feed.Filed, 0, len(rows))
	for i := range rows {
		f, ok, err := l.r.FiledOf(l.t.ID, rows[i].Group)
		if err != nil {
			return nil, err
		}
		if ok {
			filed = append(filed, f)
		}
	}
	if l.w.Filter != (feed.Filter{}) || l.t.Group == feed.GroupNone {
		return edition.Listing(l.t, filed, l.Options), nil
	}
	return edition.Archive(l.t, filed, rows[0].FiledAt, to, l.Options), nil
}

// offered is what a kind of filter may choose, the most frequent first.
func (l *listing) offered(of func(feed.Filter) string, name func(string) string) []feed.Choice {
	var list []feed.Choice
	for f, n := range l.choices {
		if v := of(f); v != "" {
			c := feed.Choice{Value: v, Name: v, Count: n}
			if name != nil {
				c.Name = cmp.Or(name(v), v)
			} else if f.Source != "" {
				c.Name = l.named(f.Source)
			}
			list = append(list, c)
		}
	}
	feed.SortBy(list, func(a, b feed.Choice) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// mark is feed.SourceMark, worked out once a source.
func (l *lookup) mark(id feed.SourceID) string {
	m, ok := l.marks[id]
	if !ok {
		if m = feed.SourceMark(id); l.marks == nil {
			l.marks = make(map[feed.SourceID]string)
		}
		l.marks[id] = m
	}
	return m
}

// named is the title of the source of a mark.
func (l *lookup) named(mark string) string {
	for id, m := range l.marks {
		if m == mark {
			return l.Source(id).Title
		}
	}
	return ""
}
