package web

import (
	"net/http"
	"strings"
	"time"
)

// unlisted marks a coding that Accept-Encoding does not name.
const unlisted = -1

// preferred is the order in which codings of one weight are chosen: the smallest first.
var preferred = [codings]coding{brotlied, zstandard, gzipped, identity}

// negotiate chooses a coding by the Accept-Encoding lines of a request (RFC 9110
// §12.5.3): the one with the highest weight, of several the smallest; identity, where it
// is not named, after all that are. A client that refuses identity and says nothing of
// gzip gets gzip: it asked for some coding.
func negotiate(lines []string) coding {
	if len(lines) == 0 {
		return identity
	}
	weights := [codings]int{unlisted, unlisted, unlisted, unlisted}
	star := unlisted
	for _, line := range lines {
		for more := true; more; {
			var element string
			element, line, more = strings.Cut(line, ",")
			name, params, _ := strings.Cut(element, ";")
			if name = trim(name); name == "*" {
				star = weight(params)
			} else if c, ok := codingNamed(name); ok {
				weights[c] = weight(params)
			}
		}
	}
	best, highest := refused, 0
	for _, c := range preferred {
		w := weights[c]
		if w == unlisted && (c == gzipped || c == identity) {
			w = star // who takes anything may still not know what is newer
		}
		if w == unlisted && c == identity && best == refused {
			return identity
		}
		if w > highest {
			best, highest = c, w
		}
	}
	if best == refused && weights[gzipped] == unlisted && star == unlisted {
		return gzipped
	}
	return best
}

func codingNamed(name string) (coding, bool) {
	switch {
	case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
		return gzipped, true
	case strings.EqualFold(name, "br"):
		return brotlied, true
	case strings.EqualFold(name, "zstd"):
		return zstandard, true
	case strings.EqualFold(name, "identity"):
		return identity, true
	}
	return 0, false
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

// unchanged reports whether the client of a GET or HEAD already has the bytes
// with this entity tag and date, in whatever coding: If-None-Match decides where it is
// present, with the weak comparison, and If-Modified-Since otherwise (RFC 9110 §13.2.2).
func unchanged(h http.Header, etag string, modified time.Time, lastModified string) bool {
	if lines := h["If-None-Match"]; len(lines) > 0 {
		return anyListed(lines, etag, true)
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

// agreed reports whether the conditions of a request that wants these bytes or none
// hold: If-Match, with the strong comparison, and without it If-Unmodified-Since.
func (d *document) agreed(h http.Header) bool {
	if lines := h["If-Match"]; len(lines) > 0 {
		return anyListed(lines, d.etag, false)
	}
	lines := h["If-Unmodified-Since"]
	if len(lines) != 1 || d.lastModified == "" {
		return true
	}
	since, err := http.ParseTime(lines[0])
	return err != nil || !d.modified.After(since)
}

func anyListed(lines []string, etag string, weak bool) bool {
	for _, line := range lines {
		if line == etag || listed(line, etag, weak) {
			return true
		}
	}
	return false
}

// listed reports whether a line of If-None-Match or If-Match is * or holds a tag of
// some form of the bytes that have the tag etag, a strong one; weak says whether weak
// tags count (RFC 9110 §8.8.3.2, §13.1). It reads as far as the line is well formed.
func listed(line, etag string, weak bool) bool {
	if trim(line) == "*" {
		return true
	}
	for {
		line = strings.TrimLeft(line, " \t,")
		rest := strings.TrimPrefix(line, "W/")
		counts := weak || len(rest) == len(line)
		if line = rest; line == "" || line[0] != '"' {
			return false
		}
		end := strings.IndexByte(line[1:], '"')
		if end < 0 {
			return false
		}
		if counts && ofBytes(line[:end+2], etag) {
			return true
		}
		line = line[end+2:]
	}
}

// trim cuts the optional white space of header lists (RFC 9110 §5.6.3).
func trim(s string) string { return strings.Trim(s, " \t") }
