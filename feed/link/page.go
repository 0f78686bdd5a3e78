package link

import "strings"

// Page is what the canonical links of one page have in common that a site wrote
// before and after it moved to https, gained or lost a slash at the end, or counted
// a version on: the link without its scheme, final slash and version number. It is
// no address, only meant for comparing. "" for "".
func Page(canonical string) string {
	_, page, _ := strings.Cut(canonical, "://")
	path, query, found := strings.Cut(page, "?")
	path = strings.TrimSuffix(path, "/")
	if !found {
		return path
	}
	if strings.Contains(query, "v") {
		var kept []string
		for p := range strings.SplitSeq(query, "&") {
			if !isVersion(p) {
				kept = append(kept, p)
			}
		}
		query = strings.Join(kept, "&")
	}
	if query == "" {
		return path
	}
	return path + "?" + query
}

// isVersion reports whether a parameter counts the versions of a page: ?v=2.
func isVersion(parameter string) bool {
	name, value, _ := strings.Cut(parameter, "=")
	switch name {
	case "v", "ver", "version", "rev":
		return len(value) <= 3 && strings.Trim(value, "0123456789") == ""
	}
	return false
}

// Telling reports whether a Page can tell one report from others: it is neither the
// front page of a site nor an address that an aggregator makes anew at each visit.
func Telling(page string) bool {
	host, _, below := strings.Cut(page, "/")
	if !below {
		return strings.Contains(host, "?")
	}
	for _, r := range passing {
		if strings.HasPrefix(page, r) {
			return false
		}
	}
	return true
}

// passing are the addresses under which aggregators send readers on to a report,
// another one at each visit.
var passing = []string{"news.google.com/", "feedproxy.google.com/", "feeds.feedburner.com/~r/", "bing.com/news/apiclick.aspx", "bing.com/ck/a"}
