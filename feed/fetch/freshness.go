package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxDelta is the largest time a header can name (RFC 9111 §1.2.2).
const maxDelta = 1<<31 - 1 // seconds

// maxAge is for how much longer an answer is fresh, by its own word (RFC 9111
// §4.2): max-age, else Expires less Date, less the Age it has already; never
// below 0. s-maxage is for shared caches, which a feed's reader is not. no-cache
// and no-store say that it is stale at once. Expires without a Date says
// nothing.
func maxAge(h http.Header) time.Duration {
	age, explicit, stale := cacheControl(h.Values("Cache-Control"))
	switch {
	case stale:
		return 0
	case !explicit:
		expires, err := http.ParseTime(h.Get("Expires"))
		date, derr := http.ParseTime(h.Get("Date"))
		if err != nil || derr != nil {
			return 0
		}
		age = min(expires.Sub(date), maxDelta*time.Second)
	}
	first, _, _ := strings.Cut(h.Get("Age"), ",")
	if spent, ok := deltaSeconds(strings.TrimSpace(first)); ok {
		age -= spent
	}
	return max(age, 0)
}

// cacheControl reads Cache-Control as far as a private cache needs it. Of
// several max-age the first counts (RFC 9111 §4.2.1).
func cacheControl(fields []string) (age time.Duration, explicit, stale bool) {
	for _, f := range fields {
		for d := range directives(f) {
			name, value, has := strings.Cut(d, "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-store":
				stale = true
			case "no-cache":
				// With a value it is about some of the header's fields only.
				stale = stale || !has
			case "max-age":
				if !explicit {
					// One that cannot be read is a stale answer.
					age, _ = deltaSeconds(value)
					explicit = true
				}
			}
		}
	}
	return age, explicit, stale
}

// directives are the members of a list whose commas may stand in quotes.
func directives(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, quoted := 0, false
		for i := 0; i < len(s); i++ {
			switch {
			case quoted && s[i] == '\\':
				i++
			case s[i] == '"':
				quoted = !quoted
			case s[i] == ',' && !quoted:
				if !yield(s[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(s[start:])
	}
}

// deltaSeconds reads digits alone; what is too large is the largest there is.
func deltaSeconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxDelta {
		n = maxDelta
	}
	return time.Duration(n) * time.Second, true
}
