package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

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
