package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"time"
)

// A Month is a month of the calendar, in some zone. As text it is 2026-11.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf is the month of a time, in the time's own zone.
func MonthOf(t time.Time) Month { return Month{t.Year(), t.Month()} }

func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// ParseMonth reads a Month's text; ok is false for anything else.
func ParseMonth(s string) (m Month, ok bool) {
	t, err := time.Parse("2006-01", s)
	if err != nil || MonthOf(t).String() != s {
		return Month{}, false
	}
	return MonthOf(t), true
}

// Begin is when the month begins in a zone.
func (m Month) Begin(zone *time.Location) time.Time { return Midnight(m.Year, m.Month, 1, zone) }

// Next is the month after.
func (m Month) Next() Month { return MonthOf(time.Date(m.Year, m.Month+1, 1, 0, 0, 0, 0, time.UTC)) }

// Days is how many days it has.
func (m Month) Days() int { return time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// Midnight is when the day of a date begins in a zone: not always at 00:00, which some
// clocks leave out when they are put forward, and others show twice.
func Midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, zone)
	date := noon.Format(time.DateOnly)
	const before = 26 * 60 * 60 // seconds from the day before
	from := noon.Add(-before * time.Second)
	return from.Add(time.Duration(sort.Search(before, func(i int) bool {
		return from.Add(time.Duration(i)*time.Second).Format(time.DateOnly) >= date
	})) * time.Second)
}

// A Filter chooses memberships of a month: those with a report in a language, or from a
// source, or of a kind. The zero value chooses all.
type Filter struct {
	Language string // BCP 47
	Source   string // SourceMark of one
	Kind     Kind
}

// A Kind is a kind of memberships.
type Kind string

// The kinds.
const (
	KindLater   Kind = "later"   // found by a change of rules when it was no news any more, or over the bound of a document
	KindSeveral Kind = "several" // reported more than once
)

// SourceMark stands for a source in an address, which must not show the source's own:
// that may hold a secret.
func SourceMark(id SourceID) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:5])
}

// A MonthPage is a page of what a topic filed in a month.
type MonthPage struct {
	*Edition // its items, those filed last first
	Month    Month
	Filter   Filter
	Zone     *time.Location // that the month and its days are of
	Page     int            // its number, from 1, the earliest; the last one is where the month's address leads
	Pages    int
	Days     []MonthDay // of the month, from its first day on, as far as the filter lets through
	Count    int        // of all of these
	Months   []Month    // in which the topic filed something, the newest first
	// What there is to choose, without a filter; the most frequent first.
	Languages, Sources []Choice
	Kinds              []Choice
}

// A MonthDay is one day of a month.
type MonthDay struct {
	Count int
	Page  int // that has the last of them, where its section begins; 0 where there is none
}

// A Choice is one that a Filter may make.
type Choice struct {
	Value, Name string // as the filter has it, and as people call it
	Count       int
}
