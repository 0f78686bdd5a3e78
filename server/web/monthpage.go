package web

import (
	"slices"
	"strconv"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// A monthPage is /topics/ID/YYYY-MM and what lies below it.
type monthPage struct {
	shell
	Name, Lang, URL string // of the topic
	Month           string
	Count           int
	Chosen          string // what the filter lets through, in words; "" without
	All             string // the month without a filter
	Filters         []filterView
	Chart           []bar
	ChartWidth      int
	Top             int // the largest count a day
	Days            []day
	Newer, Older    *pageLink // months that have something
	Pages           []pageLink
	Months          []pageLink // all of them
}

// A pageLink leads to another page; without URL it is the present one.
type pageLink struct{ Name, URL string }

// A filterView is one kind of filter with its choices.
type filterView struct {
	Name    string
	Choices []choiceView
	Open    bool
}

type choiceView struct {
	Name, URL string
	Count     int
	Here      bool
}

// A bar is a day of the chart.
type bar struct {
	Day         int
	X, Y, H     int
	URL, Titled string
	Label       bool // the day's number stands below
}

const (
	chartHeight = 48 // of the highest bar
	barStep     = 20 // from one day to the next
	// choicesShown is how many sources a page offers.
	choicesShown = 40
)

// kindNames are the kinds as people read them.
var kindNames = map[feed.Kind]string{feed.KindSeveral: "Reported more than once", feed.KindLater: "Found later"}

// renderMonth renders a page of a month, with as much of each entry as has room.
func (s *Site) renderMonth(m *feed.MonthPage) []byte {
	t := m.Topic
	want := WantedMonth{t.ID, m.Month, m.Filter, 0}
	p := monthPage{shell: s.shell, Name: topicTitle(t), Lang: langTag(t.Language), URL: s.prefix + topicPath(t.ID), Count: m.Count}
	first := m.Month.Begin(m.Zone)
	p.Times = newCalendar(m.Zone, first)
	p.Month = first.Format("January 2006")
	p.Title = p.Month + ", " + p.Name
	p.shell.Feeds = s.feedLinks(t)
	if t.Icon.Ext != "" {
		p.Icon, p.IconType = s.prefix+publish.TopicIconPath(&t), t.Icon.MediaType()
	}
	p.Preview = s.preview("website", p.Title, plural(m.Count, "entry", "entries")+" of "+p.Month+".", &t)
	here := want
	if m.Page < m.Pages {
		here.Page = m.Page
	}
	p.Canonical = s.base + here.path()
	p.filter(s, m, want)
	p.chart(s, m, want)
	p.turn(s, m, want)
	items := make([]*feed.Item, len(m.Entries))
	for i := range m.Entries {
		items[i] = &m.Entries[i]
	}
	reports := storyReportsOf(items)
	return fitting(func(room room) []byte {
		p.Days = nil
		for _, it := range items {
			e := room.entry(it, t.Reasons, p.Times)
			e.Story = s.storyLink(it, reports[it.Story])
			at := p.Times.At(it.Filed)
			e.Elsewhen, e.Later = !at.sameDay(e.When), it.Past
			if n := len(p.Days); n == 0 || !p.Days[n-1].sameDay(at) {
				p.Days = append(p.Days, day{moment: at, ID: "d" + at.Format("02")})
			}
			last := &p.Days[len(p.Days)-1]
			last.Entries = append(last.Entries, e)
		}
		return execute(s.pages, "month.html", p)
	})
}

// filter makes the choices.
func (p *monthPage) filter(s *Site, m *feed.MonthPage, want WantedMonth) {
	add := func(name string, choices []feed.Choice, f func(string) feed.Filter, named func(feed.Choice) string) {
		if len(choices) == 0 || len(choices) == 1 && name != "Kind" && m.Filter == (feed.Filter{}) {
			return
		}
		v := filterView{Name: name}
		for _, c := range firstChoices(choices) {
			to := want
			to.Filter = f(c.Value)
			view := choiceView{Name: named(c), Count: c.Count, URL: s.prefix + to.path(), Here: to.Filter == m.Filter}
			if view.Here {
				p.Chosen, v.Open = view.Name, true
			}
			v.Choices = append(v.Choices, view)
		}
		p.Filters = append(p.Filters, v)
	}
	own := func(c feed.Choice) string { return c.Name }
	add("Language", m.Languages, func(v string) feed.Filter { return feed.Filter{Language: v} }, own)
	add("Kind", m.Kinds, func(v string) feed.Filter { return feed.Filter{Kind: feed.Kind(v)} },
		func(c feed.Choice) string { return kindNames[feed.Kind(c.Value)] })
	add("Source", m.Sources, func(v string) feed.Filter { return feed.Filter{Source: v} }, own)
	want.Filter = feed.Filter{}
	p.All = s.prefix + want.path()
}

// chart draws the counts of the days.
func (p *monthPage) chart(s *Site, m *feed.MonthPage, want WantedMonth) {
	p.ChartWidth = len(m.Days) * barStep
	for _, d := range m.Days {
		p.Top = max(p.Top, d.Count)
	}
	for i, d := range m.Days {
		b := bar{Day: i + 1, X: i * barStep, Label: i == 0 || (i+1)%5 == 0}
		if d.Count > 0 {
			b.H = max(2, d.Count*chartHeight/p.Top)
			to := want
			if d.Page < m.Pages {
				to.Page = d.Page
			}
			b.URL = s.prefix + to.path() + "#d" + twoDigits(i+1)
		}
		b.Y = chartHeight - b.H
		b.Titled = strconv.Itoa(i+1) + " " + m.Month.Month.String() + ": " + plural(d.Count, "entry", "entries")
		p.Chart = append(p.Chart, b)
	}
}

// turn makes the links to other pages and other months.
func (p *monthPage) turn(s *Site, m *feed.MonthPage, want WantedMonth) {
	if m.Pages > 1 {
		for n := m.Pages; n >= 1; n-- {
			l := pageLink{Name: strconv.Itoa(n)}
			if n != m.Page {
				to := want
				if n < m.Pages {
					to.Page = n
				}
				l.URL = s.prefix + to.path()
			}
			p.Pages = append(p.Pages, l)
		}
	}
	to := func(month feed.Month) pageLink {
		l := pageLink{Name: month.Begin(m.Zone).Format("January 2006")}
		if month != m.Month {
			l.URL = s.prefix + WantedMonth{Topic: m.Topic.ID, Month: month}.path()
		}
		return l
	}
	at := slices.Index(m.Months, m.Month)
	if at > 0 {
		l := to(m.Months[at-1])
		p.Newer = &l
	}
	if at >= 0 && at+1 < len(m.Months) {
		l := to(m.Months[at+1])
		p.Older = &l
	}
	for _, month := range m.Months {
		p.Months = append(p.Months, to(month))
	}
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
