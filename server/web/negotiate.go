package web

import (
	"net/http"
	"strings"
	"time"
)

// A coding is how a body travels.
type coding uint8

const (
	identity coding = iota
	gzipped
	refused // the client accepts neither
)

// unlisted marks a coding that Accept-Encoding does not name.
const unlisted = -1

// negotiate chooses a coding by the Accept-Encoding lines of a request (RFC 9110
// §12.5.3). Gzip wins where the client likes it no less than identity. A client
// that refuses identity and says nothing of gzip gets gzip: it asked for some
// coding, and there is no other.
func negotiate(lines []string) coding {
	if len(lines) == 0 {
		return identity
	}
	gz, plain, star := unlisted, unlisted, unlisted
	for _, line := range lines {
		for more := true; more; {
			var element string
			element, line, more = strings.Cut(line, ",")
			name, params, _ := strings.Cut(element, ";")
			switch name = trim(name); {
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				gz = weight(params)
			case strings.EqualFold(name, "identity"):
				plain = weight(params)
			case name == "*":
				star = weight(params)
			}
		}
	}
	if gz == unlisted {
		gz = star
	}
	if plain == unlisted {
		plain = star
	}
	switch {
	case gz > 0 && gz >= plain:
		return gzipped
	case plain != 0:
		return identity
	case gz == unlisted:
		return gzipped
	}
	return refused
}

// weight is the quality value among the parameters of a list element, in
// thousandths (RFC 9110 §12.4.2); 1000 where there is none or it is malformed.
func weight(params string) int {
	for more := params != ""; more; {
		var param string
		param, params, more = strings.Cut(params, ";")
		name, value, ok := strings.Cut(param, "=")
		if !ok || !strings.EqualFold(trim(name), "q") {
			continue
		}
		value = trim(value)
		whole, fraction, _ := strings.Cut(value, ".")
		if whole != "0" || len(fraction) > 3 {
			return 1000
		}
		q := 0
		for i := range 3 {
			q *= 10
			if i < len(fraction) {
				if fraction[i] < '0' || fraction[i] > '9' {
					return 1000
				}
				q += int(fraction[i] - '0')
			}
		}
		return q
	}
	return 1000
}

// unchanged reports whether the client of a GET or HEAD already has the form
// with this entity tag and date: If-None-Match decides where it is present, with
// the weak comparison, and If-Modified-Since otherwise (RFC 9110 §13.2.2).
func unchanged(h http.Header, etag string, modified time.Time, lastModified string) bool {
	if lines := h["If-None-Match"]; len(lines) > 0 {
		for _, line := range lines {
			if line == etag || listed(line, etag) {
				return true
			}
		}
		return false
	}
	lines := h["If-Modified-Since"]
	if len(lines) != 1 || lastModified == "" {
		return false
	}
	if lines[0] == lastModified {
		return true
	}
	since, err := http.ParseTime(lines[0])
	return err == nil && !modified.After(since)
}

// listed reports whether an If-None-Match line is * or holds the tag, a strong
// one, by weak comparison (RFC 9110 §8.8.3.2, §13.1.2). It reads as far as the
// line is well formed.
func listed(line, tag string) bool {
	if trim(line) == "*" {
		return true
	}
	for {
		line = strings.TrimLeft(line, " \t,")
		line = strings.TrimPrefix(line, "W/")
		if line == "" || line[0] != '"' {
			return false
		}
		end := strings.IndexByte(line[1:], '"')
		if end < 0 {
			return false
		}
		if line[:end+2] == tag {
			return true
		}
		line = line[end+2:]
	}
}

// trim cuts the optional white space of header lists (RFC 9110 §5.6.3).
func trim(s string) string { return strings.Trim(s, " \t") }
