package parse

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// parseDate reads a date as feeds write it: RFC 822 and its successors with
// named and numeric zones, RFC 3339 and the rest of ISO 8601, Unix stamps,
// month names of the languages we meet, and looser forms of all these. A date
// without a zone is UTC. The result is UTC in whole seconds; ok is false where
// the text holds no date.
//
// gofeed's own reading takes zones it does not know, MSK and UZT among them,
// for UTC, and knows English months only; it serves where this one fails.
func parseDate(text string) (t time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 200 {
		return t, false
	}
	if d, ok := parseStamp(text); ok {
		return d, true
	}
	var d date
	d.hour = -1
	for rest := text; rest != ""; {
		rest = d.token(rest)
	}
	return d.time()
}

// parseStamp reads seconds, with a fraction or without, or milliseconds since
// 1970, and digits without separators: 20240905 and 20240905120000.
func parseStamp(text string) (t time.Time, ok bool) {
	if whole, fraction, found := strings.Cut(text, "."); found && len(whole) == 10 && strings.Trim(fraction, "0123456789") == "" {
		text = whole
	}
	n := int64(0)
	for _, c := range []byte(text) {
		if c < '0' || c > '9' || len(text) > 14 {
			return t, false
		}
		n = n*10 + int64(c-'0')
	}
	switch len(text) {
	case 9, 10:
		return time.Unix(n, 0).UTC(), true
	case 12, 13:
		return time.UnixMilli(n).UTC().Truncate(time.Second), true
	case 8, 14:
		if len(text) == 8 {
			n *= 1_000_000
		}
		d := date{
			year: int(n / 1e10), month: int(n / 1e8 % 100), day: int(n / 1e6 % 100),
			hour: int(n / 1e4 % 100), minute: int(n / 100 % 100), second: int(n % 100),
		}
		return d.time()
	}
	return t, false
}

// A date is what the tokens read so far say. Zero values of year, month and day
// and an hour of -1 mean nothing yet.
type date struct {
	year, month, day     int
	hour, minute, second int
	pm, am               bool
	zone                 string
	offset               int // seconds east of UTC
	hasOffset            bool
	bad                  bool
}

// token reads one token of the text and returns the rest.
func (d *date) token(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r >= '0' && r <= '9':
		return d.number(text)
	case (r == '+' || r == '-' || r == '−') && d.hour >= 0:
		return d.numericZone(text[size:], r != '+')
	case unicode.IsLetter(r):
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
		if end < 0 {
			end = len(text)
		}
		d.word(text[:end], text[end:])
		return text[end:]
	}
	return text[size:]
}

// number reads a number with all that its separators join to it: a time, a
// date, or one part of a date.
func (d *date) number(text string) string {
	a, rest := digits(text)
	if rest == "" {
		d.part(a, len(text))
		return ""
	}
	width := len(text) - len(rest)
	switch c := rest[0]; {
	case c == ':' && d.hour < 0 && width <= 2:
		return d.clock(a, rest)
	case c == 'h' && d.hour < 0 && width <= 2 && len(rest) >= 3 && isDigit(rest[1]):
		return d.clock(a, ":"+rest[1:])
	case (c == '-' || c == '/' || c == '.') && d.day == 0 && len(rest) > 1 && isDigit(rest[1]):
		return d.numeric(a, width, c, rest)
	case width == 8 && (c == 'T' || c == 't') && d.year == 0:
		d.year, d.month, d.day = a/10000, a/100%100, a%100
		return d.compactClock(rest[1:])
	}
	d.part(a, width)
	return rest
}

// part takes a lone number for the day or the year.
func (d *date) part(n, width int) {
	switch {
	case width == 4 && d.year == 0:
		d.year = n
	case width <= 2 && d.day == 0 && n >= 1 && n <= 31:
		d.day = n
	case width <= 2 && d.year == 0 && d.day != 0:
		d.year = century(n)
	case width == 3 && d.year == 0 && n >= 100 && d.month != 0:
		d.year = 1900 + n // Perl's year of 2024 is 124
	case d.hour < 0 && width <= 2 && d.year != 0 && n < 24:
		d.hour = n
	}
}

// century completes a year of two digits (RFC 2822 §4.3).
func century(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// numeric reads a date of numbers: year first where it has four digits, else
// day first, except that a slash may stand between an American's month and day.
func (d *date) numeric(a, width int, sep byte, rest string) string {
	b, rest := digits(rest[1:])
	c, cwidth := 0, 0
	if len(rest) > 1 && rest[0] == sep && isDigit(rest[1]) {
		before := len(rest) - 1
		c, rest = digits(rest[1:])
		cwidth = before - len(rest)
	}
	switch {
	case width == 4 && cwidth == 0 && b > 12 && b <= 366:
		t := time.Date(a, 1, b, 0, 0, 0, 0, time.UTC) // the day of the year
		d.year, d.month, d.day = a, int(t.Month()), t.Day()
	case width == 4:
		d.year, d.month, d.day = a, b, max(c, 1)
	case cwidth == 0:
		d.bad = true
	case sep == '/' && a <= 12 || b > 12:
		d.month, d.day, d.year = a, b, c
	default:
		d.day, d.month, d.year = a, b, c
	}
	if cwidth == 2 && width != 4 {
		d.year = century(c)
	}
	if rest != "" && (rest[0] == 'T' || rest[0] == 't') {
		rest = rest[1:]
	}
	return rest
}

// clock reads minutes, seconds and a fraction behind the hour.
func (d *date) clock(hour int, rest string) string {
	d.hour = hour
	if len(rest) < 2 || !isDigit(rest[1]) {
		return rest[1:]
	}
	d.minute, rest = digits(rest[1:])
	if len(rest) > 1 && rest[0] == ':' && isDigit(rest[1]) {
		d.second, rest = digits(rest[1:])
		if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',' || rest[0] == ':') && isDigit(rest[1]) {
			_, rest = digits(rest[1:])
		}
	}
	return rest
}

// compactClock reads hhmm or hhmmss, as in 20240905T120000Z.
func (d *date) compactClock(text string) string {
	n, rest := digits(text)
	switch len(text) - len(rest) {
	case 6:
		d.hour, d.minute, d.second = n/10000, n/100%100, n%100
	case 4:
		d.hour, d.minute = n/100, n%100
	case 2:
		d.hour = n
		if len(rest) > 0 && rest[0] == ':' {
			return d.clock(n, rest)
		}
	default:
		d.bad = true
	}
	return rest
}

// numericZone reads an offset behind its sign: 3, 03, 0300, 03:00.
func (d *date) numericZone(text string, west bool) string {
	if text == "" || !isDigit(text[0]) {
		return text
	}
	n, rest := digits(text)
	hours, minutes := n, 0
	switch len(text) - len(rest) {
	case 1, 2:
		if len(rest) > 1 && rest[0] == ':' && isDigit(rest[1]) {
			minutes, rest = digits(rest[1:])
		}
	case 3, 4:
		hours, minutes = n/100, n%100
	default:
		return rest
	}
	if hours > 15 || minutes > 59 || d.hasOffset {
		return rest
	}
	d.offset = hours*3600 + minutes*60
	if west {
		d.offset = -d.offset
	}
	d.hasOffset = true
	return rest
}

// word reads a month, a zone, am or pm. Others, weekdays among them, say
// nothing.
func (d *date) word(word, rest string) {
	switch lower := strings.ToLower(word); {
	case lower == "t" && d.hour < 0:
	case lower == "am" || lower == "a" && strings.HasPrefix(rest, ".m"):
		d.am = true
	case lower == "pm" || lower == "p" && strings.HasPrefix(rest, ".m"):
		d.pm = true
	case d.month == 0 && monthOf(lower) > 0:
		d.month = monthOf(lower)
	case d.zone == "" && d.hour >= 0:
		if _, ok := zones[strings.ToUpper(word)]; ok || lower == "almt" {
			d.zone = strings.ToUpper(word)
		}
	}
}

// time is the moment that the tokens name.
func (d *date) time() (t time.Time, ok bool) {
	if d.bad || d.month < 1 || d.month > 12 || d.year < 1000 || d.year > 9999 {
		return t, false
	}
	day := max(d.day, 1)
	hour := max(d.hour, 0)
	switch {
	case d.pm && hour < 12:
		hour += 12
	case d.am && hour == 12:
		hour = 0
	}
	if hour > 24 || hour == 24 && d.minute+d.second > 0 || d.minute > 59 || d.second > 60 {
		return t, false
	}
	if t = time.Date(d.year, time.Month(d.month), day, 0, 0, 0, 0, time.UTC); t.Day() != day {
		return time.Time{}, false
	}
	t = t.Add(time.Duration(hour*3600+d.minute*60+d.second) * time.Second)
	offset := d.offset
	if !d.hasOffset && d.zone != "" {
		offset = zoneOffset(d.zone, t)
	}
	return t.Add(-time.Duration(offset) * time.Second), true
}

// digits reads the number that text begins with. Longer ones than any date has
// come back as something too large.
func digits(text string) (n int, rest string) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		if n < 1e9 {
			n = n*10 + int(text[i]-'0')
		}
		i++
	}
	return n, text[i:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
