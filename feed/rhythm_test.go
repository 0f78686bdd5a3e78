package feed

import (
	"testing"
	"time"
)

var monday = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

// office notes news of a paper that is written from nine to six on weekdays, n a day.
func office(r *Rhythm, days, n int) time.Time {
	at := monday
	for d := range days {
		day := monday.AddDate(0, 0, d)
		if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
			continue
		}
		for i := range n {
			at = day.Add(9*time.Hour + time.Duration(i)*9*time.Hour/time.Duration(n))
			r.Note(at)
		}
	}
	return at
}

func TestRhythmOfAPaperThatRestsAtWeekends(t *testing.T) {
	var r Rhythm
	office(&r, 12, 20)
	if r.Silence() != 0 {
		t.Errorf("after twelve days a silence of %s is unusual", r.Silence())
	}
	last := office(&r, 33, 20)
	if !r.Newest.Equal(last) {
		t.Errorf("the newest is of %s, want %s", r.Newest, last)
	}
	weekend := 63*time.Hour + 27*time.Minute // from Friday's last to Monday's first
	if got := r.Silence(); got <= weekend || got > 2*weekend {
		t.Errorf("a silence of %s is unusual; a weekend has %s", got, weekend)
	}
	if n, limit := r.Surge(last); n != 20 || limit < 25 || limit > 60 {
		t.Errorf("%d news on the last day, %d are unusual", n, limit)
	}
	for range 60 {
		r.Note(last.Add(time.Hour))
	}
	if n, limit := r.Surge(last.Add(time.Hour)); n != 80 || limit >= n {
		t.Errorf("%d news on the last day, %d are unusual", n, limit)
	}
	// The day after has none, and is no surge.
	if n, _ := r.Surge(last.AddDate(0, 0, 1)); n != 0 {
		t.Errorf("%d news on a day without", n)
	}
	if len(r.Days) > RhythmDays {
		t.Errorf("%d days", len(r.Days))
	}
}

func TestRhythmOfWhatComesLate(t *testing.T) {
	var r Rhythm
	noon := monday.Add(84 * time.Hour)
	r.Note(noon)
	r.Note(monday)               // a day that is not remembered, and older than all
	r.Note(noon.Add(-time.Hour)) // of the day that is
	if len(r.Days) != 1 || r.Days[0].Count != 2 || r.Days[0].Silence != 0 || !r.Newest.Equal(noon) {
		t.Errorf("%+v", r)
	}
	// A weekly letter is known after five.
	r = Rhythm{}
	for w := range 5 {
		r.Note(monday.AddDate(0, 0, 7*w))
	}
	if got := r.Silence(); got < 7*24*time.Hour || got > 9*24*time.Hour {
		t.Errorf("of a weekly letter a silence of %s is unusual", got)
	}
}
