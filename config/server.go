package config

import (
	"cmp"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

var (
	serverKeys = keys{
		in:    "server",
		known: []string{"listen", "admin", "url", "title", "timezone"},
		later: []string{"cache"},
		synonyms: map[string]string{
			"addr": "listen", "address": "listen", "bind": "listen", "port": "listen", "host": "listen",
			"base_url": "url", "public_url": "url", "baseurl": "url", "link": "url", "name": "title",
			"tz": "timezone", "time_zone": "timezone", "zone": "timezone", "metrics": "admin", "management": "admin", "ops": "admin",
		},
	}
	storageKeys = keys{
		in:    "storage",
		known: []string{"path", "keep"},
		later: []string{"backup"},
		synonyms: map[string]string{
			"file": "path", "db": "path", "database": "path", "dir": "path", "filename": "path",
			"retention": "keep", "retain": "keep", "max_age": "keep", "expire": "keep", "ttl": "keep",
		},
	}
	fetchKeys = keys{
		in:    "fetch",
		known: []string{"contact", "interval", "parallel", "host_gap", "allow_private", "republish"},
		synonyms: map[string]string{
			"email": "contact", "mail": "contact", "every": "interval", "refresh": "interval", "period": "interval",
			"concurrency": "parallel", "workers": "parallel", "threads": "parallel", "delay": "host_gap", "gap": "host_gap",
			"private": "allow_private", "allow_loopback": "allow_private",
		},
	}
)

// section reads a section of the file that may be missing or have no keys.
func (r *reader) section(n *node, ks *keys, visit func(key string, k, v *node)) {
	if n == nil || null(n) && n.Anchor == "" {
		return
	}
	r.each(n, ks, visit)
}

func (r *reader) server(n *node, s *Server) {
	var listen, admin *node
	r.section(n, &serverKeys, func(key string, _, v *node) {
		switch key {
		case "listen":
			listen = v
			if text, ok := r.text(v, "listen"); ok {
				r.listen(v, text, s)
			}
		case "admin":
			admin = v
			if text, ok := r.textOrEmpty(v, "admin"); ok {
				r.admin(v, text, s)
			}
		case "url":
			if text, ok := r.text(v, "url"); ok {
				r.publicURL(v, text, s)
			}
		case "title":
			if text, ok := r.text(v, "title"); ok {
				s.Title = text
			}
		case "timezone":
			if zone := r.timezone(v); zone != nil {
				s.Timezone = zone
			}
		}
	})
	if overlap(s.Listen, s.Admin) {
		at := cmp.Or(admin, listen)
		r.fail(at, fmt.Sprintf("admin %s and listen %s are one address", quote(s.Admin), quote(s.Listen)), `another port for one of them, or admin: ""`)
	}
}

func (r *reader) publicURL(n *node, text string, s *Server) {
	u := r.httpURL(n, text, "url")
	switch {
	case u == nil:
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		r.fail(n, fmt.Sprintf("url %s has a query or a fragment", quote(text)), "scheme, host and at most a path")
	default:
		s.URL = strings.TrimRight(text, "/")
	}
}

// httpURL checks an absolute http or https URL without user info (RFC 3986
// §3.2.1) and reports what is wrong with it.
func (r *reader) httpURL(n *node, text, what string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, " \t\n<>\"\\^`{|}") {
		r.fail(n, fmt.Sprintf("%s %s is not a URL", what, quote(masked(text))), "")
		return nil
	}
	switch scheme := strings.ToLower(u.Scheme); {
	case u.User != nil:
		r.fail(n, fmt.Sprintf("%s %s holds a user name or password", what, quote(masked(text))), userInfoHint(what))
	case scheme == "http" || scheme == "https":
		if u.Hostname() == "" || u.Opaque != "" {
			r.fail(n, fmt.Sprintf("%s %s has no host", what, quote(text)), "")
			return nil
		}
		if port := u.Port(); port != "" {
			if p, err := strconv.ParseUint(port, 10, 16); err != nil || p == 0 {
				r.fail(n, fmt.Sprintf("%s %s has no valid port", what, quote(text)), "")
				return nil
			}
		}
		return u
	case scheme == "feed":
		rest := strings.TrimPrefix(strings.TrimPrefix(text[len("feed:"):], "//"), "https://")
		r.fail(n, fmt.Sprintf("%s %s has a scheme that cannot be fetched", what, quote(text)), "write https://"+rest)
	case scheme == "" && (!strings.HasPrefix(text, "//") && !looksLikeHost(text)):
		hint := "http:// or https:// and a host"
		if what == "source" {
			hint = "a local file is file:" + text
		}
		r.fail(n, fmt.Sprintf("%s %s has no scheme", what, quote(text)), hint)
	case scheme == "" || strings.Contains(scheme, ".") || scheme == "localhost":
		r.fail(n, fmt.Sprintf("%s %s has no scheme", what, quote(text)), "write https://"+strings.TrimPrefix(text, "//"))
	default:
		r.fail(n, fmt.Sprintf("%s %s has the scheme %s", what, quote(text), scheme), "http:// or https://")
	}
	return nil
}

// looksLikeHost reports whether a text without a scheme starts as an address on
// the web does, www.example.com or localhost:8080, and not as a path does.
func looksLikeHost(text string) bool {
	host, _, _ := strings.Cut(text, "/")
	return strings.ContainsAny(strings.TrimLeft(host, "."), ".:") && !strings.HasPrefix(host, ".")
}

func userInfoHint(what string) string {
	if what == "source" {
		return `use headers: {Authorization: "Basic ${file:PATH}"}`
	}
	return "remove it"
}

// masked is a URL without what stands before the @ of its host.
func masked(text string) string {
	scheme, rest, ok := strings.Cut(text, "//")
	if !ok {
		return text
	}
	host, path, slash := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = "…" + host[at:]
	}
	if slash {
		path = "/" + path
	}
	return scheme + "//" + host + path
}

// path is a path of the file made independent of the working directory.
func (r *reader) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(r.dir, p)
}

func (r *reader) storage(n *node, s *Storage) {
	r.section(n, &storageKeys, func(key string, _, v *node) {
		switch key {
		case "path":
			if text, ok := r.text(v, "path"); ok {
				s.Path = r.path(text)
			}
		case "keep":
			if d, ok := r.duration(v, "keep", MinKeep, maxKeep); ok {
				s.Keep = d
			}
		}
	})
}

func (r *reader) fetch(n *node, f *Fetch) {
	r.section(n, &fetchKeys, func(key string, _, v *node) {
		switch key {
		case "contact":
			r.contact(v, f)
		case "interval":
			if d, ok := r.duration(v, "interval", MinInterval, maxInterval); ok {
				f.Interval = d
			}
		case "parallel":
			if i, ok := r.integer(v, "parallel", 1, 1000); ok {
				f.Parallel = i
			}
		case "host_gap":
			if d, ok := r.duration(v, "host_gap", 0, time.Hour); ok {
				f.HostGap = d
			}
		case "allow_private":
			if b, ok := r.boolean(v, "allow_private"); ok {
				f.AllowPrivate = b
			}
		case "republish":
			if amount, ok := r.amount(v); ok {
				f.Republish = amount
			}
		}
	})
}

const (
	maxInterval = 365 * 24 * time.Hour
	maxKeep     = 100 * 365 * 24 * time.Hour
)

// amount reads how much of an entry is passed on.
func (r *reader) amount(n *node) (feed.Republish, bool) {
	s, ok := r.text(n, "republish")
	options := []string{string(feed.RepublishFull), string(feed.RepublishSummary), string(feed.RepublishLink)}
	ok = r.choice(n, "republish", s, ok, options, map[string]string{
		"all": "full", "content": "full", "true": "full", "yes": "full", "excerpt": "summary", "short": "summary", "title": "link", "none": "link", "links": "link", "false": "link", "no": "link",
	})
	return feed.Republish(s), ok
}

// contact goes into the comment of a User-Agent (RFC 9110 §10.1.5), which sets
// what it may hold.
func (r *reader) contact(n *node, f *Fetch) {
	text, ok := r.textOrEmpty(n, "contact")
	if !ok {
		r.contactRefused = true
		return
	}
	for _, c := range text {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune(`()\`, c) {
			r.contactRefused = true
			r.fail(n, fmt.Sprintf("contact %s cannot go into a header", quote(text)), "one mail address or URL")
			return
		}
	}
	f.Contact = text
}

// noContact warns at the contact key, else at the section, else at the file.
func (r *reader) noContact(root, section *node) {
	at := root
	if section != nil {
		at = section
		for i := 0; i+1 < len(section.Content); i += 2 {
			if section.Content[i].Value == "contact" {
				at = section.Content[i+1]
			}
		}
	}
	r.warn(at, "fetch.contact is empty: publishers cannot tell whose requests these are", "set it to a mail address or a page")
}
