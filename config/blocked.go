package config

import (
	"strings"

	"topicwire/feed"
	"topicwire/feed/link"
)

// blockedInto is the kind of a list of host names.
func (r *reader) blockedInto(to *link.Hosts) kind {
	read := parsing(r, r.need("a host name"), func(what, text string) (string, string, string) {
		host, ok := link.HostName(text)
		switch {
		case !ok && strings.Contains(text, "://"):
			return "", what + " " + quote(link.Masked(text)) + " is an address", "give the name of the host alone"
		case !ok:
			return "", what + " " + quote(text) + " is no host name", "give a name such as spam.example; what is below it is blocked, too"
		case link.Suffix(host):
			return "", what + " " + quote(text) + " is no host: anybody may have a name below it", "give the names of hosts"
		}
		return host, "", ""
	})
	return listInto(r, (*[]string)(to), form(`^\s*[^\s/:*]+\s*$|^\s*\[?[0-9a-fA-F:.]+\]?\s*$`), "a host", read)
}

// blockSources says of sources whose hosts are blocked that they are, and warns of them.
func (r *reader) blockSources(c *Config) {
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Blocked = c.Blocked.Has(string(s.ID)); s.Blocked {
			r.add(s.Pos, feed.Warning, "source "+link.Masked(string(s.ID))+" is blocked, and not asked", "take its host out of blocked, or the source out of sources")
		}
	}
}
