package config

import (
	"errors"
	"math"
	"strconv"
	"time"
)

const day = 24 * time.Hour

var durationUnits = map[string]time.Duration{
	"w": 7 * day, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond,
}

var errDuration = errors.New("not a duration")

// parseDuration reads numbers with units, one after the other: w, d, h, m, s
// and ms, as in 1d12h or 90s. A bare 0 needs no unit.
func parseDuration(s string) (time.Duration, error) {
	if s == "0" {
		return 0, nil
	}
	var total float64
	for s != "" {
		n := 0
		for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
			n++
		}
		u := n
		for u < len(s) && s[u] >= 'a' && s[u] <= 'z' {
			u++
		}
		number, err := strconv.ParseFloat(s[:n], 64)
		unit := durationUnits[s[n:u]]
		if err != nil || unit == 0 {
			return 0, errDuration
		}
		total += number * float64(unit)
		if total > math.MaxInt64/2 {
			return 0, errDuration
		}
		s = s[u:]
	}
	return time.Duration(math.Round(total)), nil
}

// short is a duration in its largest whole unit, weeks left out.
func short(d time.Duration) string {
	for _, name := range []string{"d", "h", "m", "s"} {
		if unit := durationUnits[name]; d >= unit && d%unit == 0 {
			return strconv.Itoa(int(d/unit)) + name
		}
	}
	return d.String()
}
