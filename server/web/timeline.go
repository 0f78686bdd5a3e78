package web

import (
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
)

// A timeline is a story's reports over time, drawn as SVG: a row a source in
// the order of their first reports, a point a report. Lengths along time are in
// percent and all others in pixels, so that the picture fills any width and its
// text stays as large as the page's.
type timeline struct {
	Height int
	Foot   int // y of the axis
	Ticks  []tick
	Rows   []timelineRow
	Copies bool // some points are copies
}

// A tick is a moment of the axis.
type tick struct {
	X, Anchor    string
	Clock, Day   string // either may be ""
	ClockY, DayY int
	Midnight     bool
}

// A timelineRow is one source, or all those that have no row of their own.
type timelineRow struct {
	Source     string
	Name, Line int // y of the name and of the line
	Began      moment
	From, To   string
	Points     []timelinePoint
}

// A timelinePoint is one report.
type timelinePoint struct {
	X           string
	Y           int
	First, Copy bool
	Text        string // source and time, for who points at it
}

const (
	timelineRows   = 16 // sources with a row of their own
	timelineLabels = 5  // ticks at most; as many have room on a phone
	rowHeight      = 38
	edge           = 2.0 // percent of the width left of the first point and right of the last
)

// steps are the times between two ticks.
var steps = [...]time.Duration{
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	day24, 2 * day24, 3 * day24, 7 * day24, 14 * day24, 28 * day24,
}

const day24 = 24 * time.Hour

// newTimeline draws reports, which are in the order of their dates.
func newTimeline(reports []storyEntry, times *calendar) *timeline {
	from, to := reports[0].When.Time, reports[len(reports)-1].When.Time
	if to.Sub(from) < 10*time.Minute {
		middle := from.Add(to.Sub(from) / 2)
		from, to = middle.Add(-10*time.Minute), middle.Add(10*time.Minute)
	}
	x := func(t time.Time) float64 {
		return edge + (100-2*edge)*float64(t.Sub(from))/float64(to.Sub(from))
	}
	t := &timeline{}
	row := map[feed.SourceID]int{}
	for _, r := range reports {
		n, ok := row[r.member.SourceID]
		if !ok {
			if n = len(t.Rows); n < timelineRows {
				t.Rows = append(t.Rows, newRow(n, html.Shorten(r.Source, 40)))
			} else {
				n = timelineRows - 1
				t.Rows[n].Source = "Other sources"
			}
			row[r.member.SourceID] = n
		}
		at, to := svgPercent(x(r.When.Time)), &t.Rows[n]
		if len(to.Points) == 0 {
			to.From, to.Began = at, r.When
		}
		to.To = at
		to.Points = append(to.Points, timelinePoint{at, to.Line, r.First, r.copied(), r.Source + ", " + r.When.Short()})
		t.Copies = t.Copies || r.copied()
	}
	t.Foot = len(t.Rows)*rowHeight + 8
	t.Height = t.Foot + 40
	t.Ticks = newTicks(from, to, times, x)
	for i := range t.Ticks {
		k := &t.Ticks[i]
		k.ClockY, k.DayY = t.Foot+18, t.Foot+34
		if k.Clock == "" { // days alone stand on the first line
			k.DayY = k.ClockY
		}
	}
	return t
}

func newRow(n int, source string) timelineRow {
	return timelineRow{Source: source, Name: n*rowHeight + 16, Line: n*rowHeight + 30}
}

// newTicks are the round hours or days from a time to another, as the clock shows them.
// Where days pass, the first tick of each names it.
func newTicks(from, to time.Time, times *calendar, x func(time.Time) float64) []tick {
	step := steps[len(steps)-1]
	for _, s := range steps {
		if to.Sub(from)/s < timelineLabels {
			step = s
			break
		}
	}
	for to.Sub(from)/step >= timelineLabels {
		step *= 2
	}
	var ticks []tick
	var last moment
	for _, at := range times.round(from, to, step) {
		px, m := x(at), times.At(at)
		t := tick{X: svgPercent(px), Anchor: "middle", Midnight: at.Equal(times.midnight(m.Date()))}
		switch {
		case px < 6:
			t.Anchor = "start"
		case px > 94:
			t.Anchor = "end"
		}
		if step < day24 {
			t.Clock = m.Clock()
		}
		if last.IsZero() || !last.sameDay(m) {
			named := m
			named.dated = m.dated && (last.IsZero() || last.Year() != m.Year()) // a year is said once
			t.Day = named.Brief()
		}
		last = m
		ticks = append(ticks, t)
	}
	return ticks
}
