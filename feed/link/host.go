package link

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// splitHost reads host and port of an authority without user. It reports false
// for a host that can be none.
func splitHost(authority string) (host, port string, ok bool) {
	host = authority
	if strings.HasPrefix(authority, "[") {
		end := strings.IndexByte(authority, ']')
		if end < 0 {
			return "", "", false
		}
		host, port = authority[:end+1], authority[end+1:]
		if ip, err := netip.ParseAddr(host[1:end]); err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", "", false
		}
		if port != "" && port[0] != ':' {
			return "", "", false
		}
		port = strings.TrimPrefix(port, ":")
		host = strings.ToLower(host)
	} else {
		if i := strings.LastIndexByte(authority, ':'); i >= 0 {
			host, port = authority[:i], authority[i+1:]
		}
		host, ok = asciiHost(host)
		if !ok {
			return "", "", false
		}
	}
	port = strings.TrimLeft(port, "0")
	if len(port) > 5 || strings.Trim(port, "0123456789") != "" {
		return "", "", false
	}
	return host, port, true
}

// Authority is the host and port of a URL as they are looked up and asked for: a
// name beyond ASCII in lower case and punycode (RFC 5891). Other names, and what
// can be none, stay as they are.
func Authority(authority string) string {
	if !strings.ContainsFunc(authority, func(r rune) bool { return r >= 0x80 }) {
		return authority
	}
	host, port, ok := splitHost(authority)
	switch {
	case !ok:
		return authority
	case port != "":
		return host + ":" + port
	}
	return host
}

// asciiHost is a host name in lower case and ASCII (punycode, RFC 5891).
func asciiHost(host string) (string, bool) {
	ascii := true
	for i := 0; i < len(host); i++ {
		c := host[i]
		if c >= 0x80 {
			ascii = false
		} else if !hostByte(c) {
			return "", false
		}
	}
	host = strings.ToLower(host)
	if !ascii {
		var err error
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", false
		}
	}
	host = strings.TrimSuffix(host, ".")
	return host, host != "" && host[0] != '.' && host[len(host)-1] != '.' && len(host) <= 253 && !strings.Contains(host, "..")
}

func hostByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_'
}

// foldHost drops the first labels that name a presentation of a site and not
// another site. What is left must still be a host under a registered domain:
// amp.dev and m.co.uk are sites of their own.
func foldHost(host string) string {
	for {
		label, rest, _ := strings.Cut(host, ".")
		switch label {
		case "www", "m", "mobile", "amp":
		default:
			return foldWikimedia(host)
		}
		if !registered(rest) {
			return host
		}
		host = rest
	}
}

// registered reports whether a host has a label below its public suffix, as far
// as its form tells.
func registered(host string) bool {
	labels := strings.Split(host, ".")
	n := len(labels)
	if n < 2 || strings.Trim(host, ".0123456789") == "" {
		return false
	}
	if n == 2 && len(labels[1]) == 2 {
		switch labels[0] {
		case "ac", "co", "com", "edu", "gen", "go", "gob", "gov", "gouv", "mil", "ne", "net", "or", "org":
			return false
		}
	}
	return true
}

// foldWikimedia folds en.m.wikipedia.org, the one mobile scheme in wide use
// that puts the label in the middle.
func foldWikimedia(host string) string {
	lang, rest, ok := strings.Cut(host, ".m.")
	if !ok {
		return host
	}
	switch rest {
	case "wikipedia.org", "wikinews.org", "wiktionary.org", "wikiquote.org", "wikisource.org", "wikibooks.org", "wikivoyage.org", "wikimedia.org":
		return lang + "." + rest
	}
	return host
}
