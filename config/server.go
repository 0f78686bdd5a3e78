package config

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
)

// The forms of addresses, for the schema.
const (
	anyPort   = `(0|[1-9][0-9]{0,4})`
	anyHTTP   = `[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@]+`
	anySource = `[Hh][Tt][Tt][Pp][Ss]?://([^\s/?#]*@)?[^\s/?#@]+` // may hold a user
)

func (r *reader) serverKeys(s *Server) *keys {
	proxies := keyOr("trusted_proxies trusted_proxy proxies proxy trust_proxy", ownProxies, r.proxiesInto(&s.TrustedProxies),
		"Addresses and networks of proxies, whose X-Forwarded-For and X-Forwarded-Proto count; [] for none. What connects to a unix socket is one.", []string{"10.0.0.0/8"})
	proxies.schema.Default = []string{"127.0.0.1", "::1"}
	return &keys{in: "server", own: "listen timezone admin security_txt trusted_proxies", later: "cache", rows: []row{
		keyOr("listen addr address bind port host", "127.0.0.1:8080", parsed(r, &s.Listen, form(`^\s*(unix:.+|[^/]*:`+anyPort+`)\s*$`).noSecret(), "a text", r.listen),
			"Where the pages and feeds are served: HOST:PORT, or unix:PATH.", "unix:topicwire.sock", "0.0.0.0:8080"),
		keyOr("admin metrics management ops", "127.0.0.1:8081", into(&s.Admin, form(`^\s*(|unix:.+|(localhost|127(\.[0-9]{1,3}){3}|\[[0-9a-fA-F:.]+\]):`+anyPort+`)\s*$`).noSecret(), parsing(r, r.textOrEmpty, r.admin)),
			`Where operators look: HOST:PORT on this machine only, or unix:PATH; "" turns it off.`, "", "unix:admin.sock"),
		keyOr("url base_url public_url baseurl link", "http://127.0.0.1:8080", parsed(r, &s.URL, form(`^\s*`+anyHTTP+`(/[^\s?#]*)?\s*$`), "a text", publicURL),
			"The public address: http or https, with at most a path. It stands in links, never in ids.", "https://wire.example.org"),
		keyOr("title name", "Topicwire", r.textInto(&s.Title), "The name of the whole wire."),
		keyOr("timezone tz time_zone zone", "UTC", parsed(r, &s.Timezone, zoneSchema(), "a text", timezone),
			"The time zone of times on pages, in which days, weeks and months of caps begin, too: a name of the IANA database.",
			"UTC", "Asia/Tashkent", "Asia/Almaty", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Ashgabat", "Europe/Moscow", "Europe/Berlin"),
		proxies,
		key("icon logo favicon image picture", into(&s.Icon, ref("text"), r.picture),
			"The icon of the whole wire, a file relative to this one: a PNG, JPEG or GIF of at most 512 KiB; an SVG is shown on pages alone.", "icon.png"),
		key("security_txt security securitytxt security.txt", into(&s.SecurityTxt, ref("text"), r.securityTxt),
			"A file relative to this one that says how to report a weakness; served as /.well-known/security.txt (RFC 9116).", "security.txt"),
	}}
}

func (r *reader) storageKeys(s *Storage) *keys {
	backup := r.backupKeys(&s.Backup)
	return &keys{in: "storage", own: "path keep backup compact", rows: []row{
		keyOr("path file db database dir filename", "topicwire.db", into(&s.Path, ref("text"), r.pathText), "The database file, relative to this file."),
		keyOr("keep retention retain max_age expire ttl", "180d", r.durationInto(&s.Keep, MinKeep, maxKeep),
			"How long entries stay that their source no longer has; at least 1d.", "30d", "1w"),
		key("backup backups copy copies", inner(backup, func(n *node, ks *keys) { r.backup(n, ks, &s.Backup) }), "Copies of the database that a running server makes."),
		keyOr("compact compaction vacuum", string(CompactOff), r.compactInto(&s.Compact),
			"auto: a server that starts writes a file anew of which more than half is free."),
	}}
}

// storage has the database of a file that does not name one where its location has it.
func (r *reader) storage(at map[string]pair, s *Storage) {
	if is := LocationOf(r.files[0], r.env); at["path"].key == nil && is.Database != "" {
		s.Path = is.Database
	}
}

func (r *reader) fetchKeys(f *Fetch) *keys {
	return &keys{in: "fetch", own: "contact interval parallel host_gap allow_private republish max_new", rows: []row{
		key("contact email mail", into(&f.Contact, form(`^\s*[!-'*-\[\]-~]*\s*$`).noSecret(), r.contact),
			"A mail address or page for publishers, sent in the User-Agent.", "desk@wire.example"),
		keyOr("interval every refresh period", "1h", r.durationInto(&f.Interval, MinInterval, maxInterval),
			"How often a source is visited that sets no interval of its own; at least 15m."),
		keyOr("parallel concurrency workers threads", "32", r.wholeInto(&f.Parallel, 1, 1000), "How many visits run at once."),
		keyOr("host_gap delay gap", "2s", r.durationInto(&f.HostGap, 0, time.Hour), "The time between two requests to one host, up to 1h."),
		keyOr("allow_private private allow_loopback", "false", r.truthInto(&f.AllowPrivate),
			"Whether loopback and private addresses may be fetched: for tests and intranets."),
		keyOr("republish", "summary", r.amountInto(&f.Republish),
			"How much of each entry goes on to readers, of sources that say nothing else: full, summary or link."),
		keyOr("max_new max_entries burst", "200", r.wholeInto(&f.MaxNew, 1, maxNew),
			"How many entries one visit brings into feeds at most, of sources that set nothing else; the rest is filed as past."),
	}}
}

const (
	maxNew      = 10_000 // entries of a document
	maxInterval = 365 * day
	maxKeep     = 100 * 365 * day
)

// amountWord is the kind of how much of an entry is passed on, amountInto the
// same where the schema refers to it.
func (r *reader) amountWord(to *feed.Republish) kind {
	return wordInto(r, to, "full all content true yes", "summary excerpt short", "link title none links false no")
}

func (r *reader) amountInto(to *feed.Republish) kind {
	return kind{schema: ref("republish"), read: r.amountWord(to).read}
}

// server reports listeners that want one address.
func (r *reader) server(at map[string]pair, s *Server) {
	if overlap(s.Listen, s.Admin) {
		r.fail(cmp.Or(at["admin"].value, at["listen"].value), "admin "+quote(s.Admin)+" and listen "+quote(s.Listen)+" are one address", `another port for one of them, or admin: ""`)
	}
}

func publicURL(what, text string) (address, wrong, hint string) {
	u, wrong, hint := httpURL(what, text)
	if wrong == "" && (u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#")) {
		wrong, hint = what+" "+quote(link.Masked(text))+" has a query or a fragment", "scheme, host and at most a path"
	}
	return strings.TrimRight(text, "/"), wrong, hint
}

// httpURL is an absolute http or https URL, without user info (RFC 3986 §3.2.1)
// unless it is a source's, or what is wrong with it.
func httpURL(what, text string) (u *url.URL, wrong, hint string) {
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, " \t\n<>\"\\^`{|}") {
		return nil, what + " " + quote(link.Masked(text)) + " is not a URL", ""
	}
	scheme, ofSource := strings.ToLower(u.Scheme), what == "source"
	switch {
	case u.User != nil && !ofSource:
		wrong, hint = "holds a user name or password", "remove it"
	case scheme == "http" || scheme == "https":
		if u.Hostname() == "" || u.Opaque != "" {
			wrong = "has no host"
		} else if p, err := strconv.ParseUint(cmp.Or(u.Port(), "1"), 10, 16); err != nil || p == 0 {
			wrong = "has no valid port"
		} else {
			return u, "", ""
		}
	case scheme == "feed":
		rest := strings.TrimPrefix(strings.TrimPrefix(text[len("feed:"):], "//"), "https://")
		wrong, hint = "has a scheme that cannot be fetched", "write "+link.Masked("https://"+rest)
	case scheme == "" && !strings.HasPrefix(text, "//") && !looksLikeHost(text):
		wrong, hint = "has no scheme", "http:// or https:// and a host"
		if ofSource {
			hint = "a local file is file:" + link.Masked(text)
		}
	// The scheme of u:p@example.org is a user.
	case scheme == "" || strings.Contains(scheme, ".") || scheme == "localhost" || !strings.HasPrefix(link.Masked(text), text[:len(scheme)]):
		wrong, hint = "has no scheme", "write "+link.Masked("https://"+strings.TrimPrefix(text, "//"))
	default:
		wrong, hint = "has the scheme "+scheme, "http:// or https://"
	}
	return nil, what + " " + quote(link.Masked(text)) + " " + wrong, hint
}

// looksLikeHost reports whether a text without a scheme starts as an address on
// the web does, www.example.com or localhost:8080, and not as a path does.
func looksLikeHost(text string) bool {
	host, _, _ := strings.Cut(text, "/")
	return strings.ContainsAny(strings.TrimLeft(host, "."), ".:") && !strings.HasPrefix(host, ".")
}

// pathText reads a path of the file.
func (r *reader) pathText(n *node, what string) (string, bool) {
	text, ok := r.text(n, what)
	return r.path(text), ok
}

// path is a path of the file made independent of the working directory.
func (r *reader) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(r.dir, p)
}

// contact goes into the comment of a User-Agent (RFC 9110 §10.1.5), which sets
// what it may hold.
func (r *reader) contact(n *node, what string) (string, bool) {
	text, ok := r.textOrEmpty(n, what)
	if strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()\`, c) }) {
		ok = false
		r.fail(n, "contact "+quote(text)+" cannot go into a header", "one mail address or URL")
	}
	r.contactRefused = !ok
	return text, ok
}

// NoContact is the text of the warning that fetch.contact is empty. It asks for something
// that can wait, unlike others.
const NoContact = "fetch.contact is empty: publishers cannot tell whose requests these are"

// fetch reads that section. It warns of no contact at its key, else at the
// section, else at the file.
func (r *reader) fetch(root *node, sections map[string]pair, f *Fetch) {
	at := r.section(sections, "fetch")
	if f.Contact == "" && !r.cut["fetch"] && !r.contactRefused {
		r.warn(cmp.Or(at["contact"].value, sections["fetch"].value, root), NoContact, "set it to a mail address or a page")
	}
}

func (r *reader) listen(what, text string) (addr, wrong, hint string) {
	return r.address(what, text, "127.0.0.1:8080")
}

// admin takes loopback addresses and sockets only: who reaches that listener is
// not asked for a token.
func (r *reader) admin(what, text string) (addr, wrong, hint string) {
	if text == "" {
		return "", "", ""
	}
	addr, wrong, hint = r.address(what, text, "127.0.0.1:8081")
	if host, port, err := net.SplitHostPort(addr); err == nil && !loopback(host) && !strings.HasPrefix(addr, "unix:") {
		wrong, hint = what+" "+quote(text)+" is open to other machines", "write 127.0.0.1:"+port+" or unix:PATH"
	}
	return addr, wrong, hint
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// overlap reports whether two listeners want one address. Port 0 is whichever
// port is free.
func overlap(a, b string) bool {
	if strings.HasPrefix(a, "unix:") || strings.HasPrefix(b, "unix:") {
		return a == b
	}
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	every := func(host string) bool {
		ip, err := netip.ParseAddr(host)
		return host == "" || err == nil && ip.IsUnspecified()
	}
	either := hostA == "localhost" && loopback(hostB) || hostB == "localhost" && loopback(hostA)
	return hostA == hostB || either || every(hostA) || every(hostB)
}

// address is where to listen: HOST:PORT, or unix: and a path, which comes back
// independent of the working directory.
func (r *reader) address(what, text, example string) (addr, wrong, hint string) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		if path == "" {
			return "", "unix: needs a path", "unix:topicwire.sock"
		}
		return "unix:" + r.path(path), "", ""
	}
	_, port, err := net.SplitHostPort(text)
	number, errPort := strconv.ParseUint(port, 10, 16)
	if err == nil && errPort == nil && strconv.FormatUint(number, 10) == port && !strings.Contains(text, "/") {
		return text, "", ""
	}
	hint = "write HOST:PORT, as in " + example
	if strings.Contains(text, "://") {
		return "", what + " " + quote(text) + " is a URL", hint + "; the public address goes into url"
	}
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		hint = "write 127.0.0.1:" + text
	} else if net.ParseIP(text) != nil {
		hint = "write " + net.JoinHostPort(text, example[len(example)-4:])
	}
	return "", what + " " + quote(text) + " is not an address with a port", hint
}
