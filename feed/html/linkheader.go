package html

import (
	"net/url"
	"strings"
)

// maxLinkHeader is how many bytes of Link headers are read.
const maxLinkHeader = 64 << 10

// LinkHeaders reads Link headers (RFC 8288 §3) as link elements are read; base is
// where the answer came from, after redirects. Links whose context is another page
// (anchor) are left out. At most 64 KiB are read.
func LinkHeaders(fields []string, base *url.URL) []Link {
	s := strings.Join(fields, ",")
	s = s[:min(len(s), maxLinkHeader)]
	var out []Link
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return out
		}
		ref, rest, ok := strings.Cut(s[i+1:], ">")
		if !ok {
			return out
		}
		var params map[string]string
		params, s = linkParams(rest)
		title, ok := extended(params["title*"])
		if !ok {
			title = params["title"]
		}
		l := Link{
			Rel: strings.Fields(strings.ToLower(params["rel"])), Href: resolve(base, ref), Type: mediaType(params["type"]),
			Title: CleanXML(strings.Join(strings.Fields(title), " ")), Hreflang: params["hreflang"],
		}
		if anchor, ok := params["anchor"]; ok && resolve(base, anchor) != base.String() {
			continue
		}
		if l.Href != "" && len(l.Rel) > 0 {
			out = append(out, l)
		}
	}
}

// linkParams reads the parameters of one link and returns what follows the comma
// behind them. Of several with one name the first counts.
func linkParams(s string) (params map[string]string, rest string) {
	params = map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t;")
		if s == "" {
			return params, ""
		}
		if s[0] == ',' {
			return params, s[1:]
		}
		n := strings.IndexAny(s, "=;,")
		if n < 0 {
			return params, ""
		}
		name := strings.ToLower(strings.TrimSpace(s[:n]))
		value := ""
		if s[n] != '=' {
			s = s[n:]
		} else {
			value, s = paramValue(strings.TrimLeft(s[n+1:], " \t"))
		}
		if _, twice := params[name]; !twice {
			params[name] = value
		}
	}
}

// paramValue reads a token or a quoted text.
func paramValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		n := strings.IndexAny(s+";", ";,")
		return strings.TrimSpace(s[:n]), s[n:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// extended reads UTF-8'en'%e2%82%ac (RFC 8187).
func extended(s string) (string, bool) {
	charset, rest, ok := strings.Cut(s, "'")
	_, value, ok2 := strings.Cut(rest, "'")
	if !ok || !ok2 || !strings.EqualFold(charset, "utf-8") {
		return "", false
	}
	value, err := url.PathUnescape(value)
	return value, err == nil
}
