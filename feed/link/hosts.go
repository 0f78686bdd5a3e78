package link

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Hosts are names of hosts, each with all that are below it: example.org stands for
// www.example.org, too. They are as HostName gives them.
type Hosts []string

// HostName is a host name, or an IP address, in lower case and ASCII (RFC 5891); ok is
// false for what is none, as an address with a scheme, a port or a path.
func HostName(s string) (name string, ok bool) {
	s = strings.TrimSpace(s)
	if ip, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return ip.String(), ip.Zone() == ""
	}
	return asciiHost(s)
}

// Suffix reports whether a host is one below which anybody may have a name, as com and
// co.uk are.
func Suffix(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	suffix, registry := publicsuffix.PublicSuffix(host)
	return suffix == host && (registry || strings.Contains(suffix, "."))
}

// Has reports whether an address is at one of the hosts; one without a host is not.
func (h Hosts) Has(address string) bool {
	if len(h) == 0 || address == "" {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && h.Name(u.Hostname())
}

// Name reports whether a host is one of them, or below one.
func (h Hosts) Name(host string) bool {
	if len(h) == 0 || host == "" {
		return false
	}
	name, ok := HostName(host)
	if !ok {
		return false
	}
	for _, of := range h {
		if above, below := strings.CutSuffix(name, of); below && (above == "" || strings.HasSuffix(above, ".")) {
			return true
		}
	}
	return false
}
