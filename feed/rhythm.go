package feed

import (
	"math"
	"time"
)

// A Rhythm is how news came in the days before: what a silence or a surge is unusual
// against. The zero value has seen nothing.
type Rhythm struct {
	Newest time.Time // of all news; zero for none
	// Days are the last ones that had news, the newest first, at most RhythmDays.
	Days []RhythmDay
}

// A RhythmDay is a day that had news.
type RhythmDay struct {
	Day   int // since the Unix epoch, UTC
	Count int // of news
	// Silence is the longest time without news that ended on this day, in whole
	// minutes; 0 where there was none before.
	Silence time.Duration
}

// RhythmDays is how many days with news a Rhythm remembers: five weeks of a source that
// has some every day, so that it knows weekends.
const RhythmDays = 35

// The least that a rhythm is judged by: days with news, and days from the first to the
// last of them.
const (
	rhythmLeast = 5
	rhythmSpan  = 14
)

func dayOf(t time.Time) int { return int(t.Unix() / (24 * 60 * 60)) }

// Note adds news of a moment. What is older than the newest is counted with its day if
// that is remembered.
func (r *Rhythm) Note(at time.Time) {
	d := dayOf(at)
	silence := time.Duration(0)
	if !r.Newest.IsZero() {
		silence = max(at.Sub(r.Newest).Truncate(time.Minute), 0)
	}
	i := 0
	for i < len(r.Days) && r.Days[i].Day > d {
		i++
	}
	switch {
	case i < len(r.Days) && r.Days[i].Day == d:
		r.Days[i].Count++
		r.Days[i].Silence = max(r.Days[i].Silence, silence)
	case i == 0:
		days := make([]RhythmDay, 0, min(len(r.Days)+1, RhythmDays))
		days = append(days, RhythmDay{d, 1, silence})
		r.Days = append(days, r.Days[:min(len(r.Days), RhythmDays-1)]...)
	}
	if at.After(r.Newest) {
		r.Newest = at
	}
}

// known reports whether there is enough to judge by.
func (r *Rhythm) known() bool {
	n := len(r.Days)
	return n >= rhythmLeast && r.Days[0].Day-r.Days[n-1].Day >= rhythmSpan
}

// Silence is how long a silence has to be to be unusual: two standard deviations above
// the mean of the longest silences of the days, and a quarter above the longest of them.
// It is 0 while there is too little to tell by.
func (r *Rhythm) Silence() time.Duration {
	if !r.known() {
		return 0
	}
	var all []float64
	for _, d := range r.Days {
		if d.Silence > 0 {
			all = append(all, d.Silence.Minutes())
		}
	}
	if len(all) < rhythmLeast-1 {
		return 0
	}
	limit := unusual(all)
	return max(time.Duration(limit)*time.Minute, leastSilence)
}

// leastSilence and leastSurge keep what is lively from alarms that mean nothing.
const (
	leastSilence = 6 * time.Hour
	leastSurge   = 20
)

// Surge is how much news the day of a moment had, and how much of it is unusual: two
// standard deviations above the mean of the days before, those without news among them,
// and a quarter above the most of them. limit is 0 while there is too little to tell by.
func (r *Rhythm) Surge(now time.Time) (count, limit int) {
	before := *r
	if len(r.Days) > 0 && r.Days[0].Day == dayOf(now) {
		count = r.Days[0].Count
		before.Days = r.Days[1:]
	}
	if !before.known() {
		return count, 0
	}
	first := before.Days[len(before.Days)-1].Day
	all := make([]float64, max(dayOf(now)-first, 1))
	for _, d := range before.Days {
		if i := d.Day - first; i < len(all) {
			all[i] = float64(d.Count)
		}
	}
	return count, max(int(math.Ceil(unusual(all))), leastSurge)
}

// unusual is where values begin that are not like the others.
func unusual(all []float64) float64 {
	sum, most := 0., 0.
	for _, v := range all {
		sum += v
		most = max(most, v)
	}
	mean := sum / float64(len(all))
	square := 0.
	for _, v := range all {
		square += float64((v - mean) * (v - mean)) // rounded on every machine alike
	}
	return max(mean+float64(2*math.Sqrt(square/float64(len(all)))), most*5/4)
}
