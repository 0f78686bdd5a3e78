package link

import "strings"

// unwrapAMP is the address of the page that an AMP cache shows: Google's viewer
// (google.com/amp/s/HOST/PATH) and the cache itself
// (HOST-WITH-HYPHENS.cdn.ampproject.org/c/s/HOST/PATH).
func unwrapAMP(a address) (address, bool) {
	var rest string
	switch {
	case strings.HasSuffix(a.host, ".cdn.ampproject.org") || a.host == "cdn.ampproject.org":
		kind, after, _ := strings.Cut(strings.TrimPrefix(a.path, "/"), "/")
		if kind != "c" && kind != "v" && kind != "wp" {
			return a, false
		}
		rest = after
	case strings.HasPrefix(foldHost(a.host), "google.") && strings.HasPrefix(a.path, "/amp/"):
		rest = a.path[len("/amp/"):]
	default:
		return a, false
	}
	scheme := "http"
	if after, ok := strings.CutPrefix(rest, "s/"); ok {
		scheme, rest = "https", after
	}
	inner := scheme + "://" + rest
	if a.query != "" {
		inner += "?" + a.query
	}
	b, ok := split(inner)
	if !ok || !strings.Contains(b.host, ".") {
		return a, false
	}
	return b, true
}

// dropAMP drops the endings by which sites name the accelerated version of a
// page, unless nothing but the root would be left.
func dropAMP(path string) string {
	for {
		switch {
		case strings.HasSuffix(path, "/amp") && len(path) > len("/amp"):
			path = path[:len(path)-len("/amp")]
		case strings.HasSuffix(path, "/amp/") && len(path) > len("/amp/"):
			path = path[:len(path)-len("amp/")]
		case strings.HasSuffix(path, ".amp.html"):
			path = strings.TrimSuffix(path, ".amp.html") + ".html"
		default:
			return path
		}
	}
}
