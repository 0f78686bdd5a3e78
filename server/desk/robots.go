package desk

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
)

// token is the product token that a robots.txt calls this program by (RFC 9309
// §2.2.1).
const token = "topicwire"

// maxRobots is how much of a robots.txt is read; RFC 9309 §2.5 asks for at least
// 500 KiB.
const maxRobots = 512 << 10

// robots are the rules of a robots.txt that hold for this program (RFC 9309).
// The zero value permits everything.
type robots []robotsRule

type robotsRule struct {
	allow bool
	// pattern is normalised: * stands for anything, a $ at the end for the end.
	pattern string
}

// parseRobots reads a robots.txt. Groups that name this program count together;
// where there is none, those for * do. What is no rule is skipped.
func parseRobots(text []byte) robots {
	var own, all robots
	var forUs, forAll, named, inRules bool
	s := strings.TrimPrefix(string(text[:min(len(text), maxRobots)]), "\ufeff")
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			if inRules { // a new group
				forUs, forAll, inRules = false, false, false
			}
			forUs, forAll = forUs || isToken(value), forAll || value == "*"
			named = named || forUs
		case "allow", "disallow":
			inRules = true
			if value == "" || value[0] != '/' && value[0] != '*' {
				continue
			}
			r := robotsRule{key == "allow", normalPattern(value)}
			if forUs {
				own = append(own, r)
			}
			if forAll {
				all = append(all, r)
			}
		}
	}
	if named {
		return own
	}
	return all
}

// isToken reports whether a user-agent line names this program; what follows
// the product token, as a version, does not matter.
func isToken(value string) bool {
	version := strings.IndexFunc(value+" ", func(r rune) bool { return !(r|0x20 >= 'a' && r|0x20 <= 'z' || r == '-' || r == '_') })
	return strings.EqualFold(value[:version], token)
}

// allows reports whether an address may be fetched: the rule with the longest
// pattern decides, an allow among equals, and what no rule matches is allowed
// (RFC 9309 §2.2.2).
func (r robots) allows(u *url.URL) bool {
	path := cmp.Or(u.EscapedPath(), "/")
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	path = normalPath(path)
	longest, allow := -1, true
	for _, rule := range r {
		n := len(rule.pattern)
		if n < longest || n == longest && (allow || !rule.allow) || !matches(rule.pattern, path) {
			continue
		}
		longest, allow = n, rule.allow
	}
	return allow
}

// matches reports whether a pattern matches the beginning of a path. Taking each
// part at its first place leaves most for the parts behind it.
func matches(pattern, path string) bool {
	pattern, toEnd := strings.CutSuffix(pattern, "$")
	first, rest, more := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	if !more {
		return !toEnd || path == ""
	}
	for {
		var part string
		part, rest, more = strings.Cut(rest, "*")
		if !more && toEnd {
			return strings.HasSuffix(path, part)
		}
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		if !more {
			return true
		}
		path = path[i+len(part):]
	}
}

// normalPath brings a path with its query into the one form in which it is
// compared (RFC 9309 §2.2.2): percent-encoded but for what never needs it, so
// that no * or $ in it is taken for a sign.
func normalPath(s string) string { return normal(s, false) }

// normalPattern does so with a pattern, whose signs stay.
func normalPattern(s string) string { return normal(s, true) }

func normal(s string, pattern bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		plain := c > ' ' && c < 0x7f && (c != '*' && c != '$' || pattern && (c == '*' || i == len(s)-1))
		if d, err := url.PathUnescape(s[i:min(i+3, len(s))]); c == '%' && err == nil {
			i += 2
			c = d[0]
			plain = unreserved(c)
		}
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// unreserved are the bytes of RFC 3986 §2.3.
func unreserved(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-._~", c) >= 0
}
