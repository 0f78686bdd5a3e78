package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
)

// A calendar is how a page tells times: in a zone, and without the year where that is
// the year of what the page shows. That is never the clock's: the same state gives the
// same page whenever it is rendered. The zero value is UTC, with all years.
type calendar struct {
	zone *time.Location // nil for UTC
	year int            // that goes without saying; 0 for none
}

// newCalendar is the calendar of a page whose newest change is at that time; zero where
// nothing ever changed.
func newCalendar(zone *time.Location, newest time.Time) *calendar {
	c := &calendar{zone: zone}
	if !newest.IsZero() {
		c.year = c.At(newest).Year()
	}
	return c
}

func (c *calendar) location() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone
}

// At is a time as pages show it.
func (c *calendar) At(t time.Time) moment {
	t = t.In(c.location())
	return moment{t, t.Year() != c.year}
}

// midnight is when the day of a date begins.
func (c *calendar) midnight(year int, month time.Month, day int) time.Time {
	return feed.Midnight(year, month, day, c.location())
}

// round are the round times of a step, from a time to another: times of day that the
// clock shows, or midnights. Steps of hours divide the day, those of weeks begin on a
// Monday.
func (c *calendar) round(from, to time.Time, step time.Duration) []time.Time {
	var list []time.Time
	add := func(at time.Time) {
		if !at.Before(from) && !at.After(to) && (len(list) == 0 || at.After(list[len(list)-1])) {
			list = append(list, at)
		}
	}
	// Days are counted in UTC, where all are of one length.
	first := c.At(from)
	year, month, day := first.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	for date := today.Truncate(max(step, day24)); date.Before(to.Add(day24)); date = date.Add(max(step, day24)) {
		year, month, day := date.Date()
		add(c.midnight(year, month, day))
		clock := step
		if date.Equal(today) {
			clock = max(step, first.sinceMidnight().Truncate(step))
		}
		for ; clock < day24; clock += step {
			at := c.At(time.Date(year, month, day, 0, 0, int(clock/time.Second), 0, c.location()))
			if at.After(to) {
				break
			}
			if at.sinceMidnight() == clock { // not left out that day
				add(at.Time)
			}
		}
	}
	return list
}

// Zone names the zone, with what it is ahead of UTC by in the calendar's year; with both
// where the clock is put forward for a part of it.
func (c *calendar) Zone() string {
	name := c.location().String()
	if c.year == 0 || name == "UTC" {
		return name
	}
	var offsets []string
	end := time.Date(c.year, time.December, 31, 12, 0, 0, 0, c.location())
	for at := time.Date(c.year, time.January, 1, 12, 0, 0, 0, c.location()); ; {
		_, seconds := at.Zone()
		if o := offset(seconds); !slices.Contains(offsets, o) {
			offsets = append(offsets, o)
		}
		if _, at = at.ZoneBounds(); at.IsZero() || at.After(end) {
			break
		}
	}
	return name + " (" + strings.Join(offsets, " or ") + ")"
}

// offset writes a time east of UTC: "UTC+5", "UTC−3:30".
func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "\u2212", -seconds
	}
	s := fmt.Sprintf("UTC%s%d", sign, seconds/3600)
	if minutes := seconds / 60 % 60; minutes != 0 {
		s += fmt.Sprintf(":%02d", minutes)
	}
	return s
}

// A moment is a time in the zone of its page, and exact for machines.
type moment struct {
	time.Time
	dated bool // with the year
}

// Machine is the time for the datetime attribute: RFC 3339 in UTC.
func (m moment) Machine() string { return m.UTC().Format(time.RFC3339) }

// MachineDay is the day, in the zone of the page, for the datetime attribute.
func (m moment) MachineDay() string { return m.Format(time.DateOnly) }

// Day is the day as headings have it.
func (m moment) Day() string { return m.Format("Monday 2 January" + m.ofYear()) }

// Clock is the time of day.
func (m moment) Clock() string { return m.Format("15:04") }

// Brief is the day in short.
func (m moment) Brief() string { return m.Format("2 Jan" + m.ofYear()) }

// Short is the day and the time of day.
func (m moment) Short() string { return m.Brief() + m.Format(", 15:04") }

func (m moment) ofYear() string {
	if m.dated {
		return " 2006"
	}
	return ""
}

// sameDay reports whether two moments are of one day of their zone.
func (m moment) sameDay(o moment) bool { return m.MachineDay() == o.MachineDay() }

// sinceMidnight is what the clock shows.
func (m moment) sinceMidnight() time.Duration {
	hour, minute, second := m.Time.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
}

// SetZone changes the zone of times. Pages of topics follow with the editions that are
// shown next, the page of sources with the next SetSources.
func (s *Site) SetZone(zone *time.Location) {
	s.zone.Store(zone)
	s.shelf.forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refreshIndex()
}
