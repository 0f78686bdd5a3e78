package config

import (
	"errors"
	"math"
	"strconv"
	"time"
)

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
		unit := durationUnit(s[n:u])
		if err != nil || unit == 0 {
			return 0, errDuration
		}
		total += number * float64(unit)
		if total > math.MaxInt64/2 {
			return 0, errDuration
		}
		s = s[u:]
	}
	if total == 0 {
		return 0, nil
	}
	return time.Duration(math.Round(total)), nil
}

func durationUnit(s string) time.Duration {
	switch s {
	case "w":
		return 7 * 24 * time.Hour
	case "d":
		return 24 * time.Hour
	case "h":
		return time.Hour
	case "m":
		return time.Minute
	case "s":
		return time.Second
	case "ms":
		return time.Millisecond
	}
	return 0
}
