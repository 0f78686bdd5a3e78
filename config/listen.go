package config

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

func (r *reader) listen(n *node, what string) (string, bool) {
	text, ok := r.text(n, what)
	if !ok {
		return "", false
	}
	return r.address(n, what, text, "127.0.0.1:8080")
}

// admin takes loopback addresses and sockets only: who reaches that listener is
// not asked for a token.
func (r *reader) admin(n *node, what string) (string, bool) {
	text, ok := r.textOrEmpty(n, what)
	if !ok || text == "" {
		return "", ok
	}
	addr, ok := r.address(n, what, text, "127.0.0.1:8081")
	host, port, err := net.SplitHostPort(addr)
	if ok && err == nil && !loopback(host) && !strings.HasPrefix(addr, "unix:") {
		r.fail(n, fmt.Sprintf("admin %s is open to other machines", quote(text)), "write 127.0.0.1:"+port+" or unix:PATH")
		return "", false
	}
	return addr, ok
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

// address checks where to listen: HOST:PORT, or unix: and a path, which comes
// back independent of the working directory.
func (r *reader) address(n *node, what, text, example string) (string, bool) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		if path == "" {
			r.fail(n, "unix: needs a path", "unix:topicwire.sock")
			return "", false
		}
		return "unix:" + r.path(path), true
	}
	_, port, err := net.SplitHostPort(text)
	number, errPort := strconv.ParseUint(port, 10, 16)
	switch {
	case err == nil && errPort == nil && strconv.FormatUint(number, 10) == port && !strings.Contains(text, "/"):
		return text, true
	case strings.Contains(text, "://"):
		r.fail(n, fmt.Sprintf("%s %s is a URL", what, quote(text)), "write HOST:PORT, as in "+example+"; the public address goes into url")
	default:
		hint := "write HOST:PORT, as in " + example
		if _, err := strconv.ParseUint(text, 10, 16); err == nil {
			hint = "write 127.0.0.1:" + text
		} else if err != nil && net.ParseIP(text) != nil {
			hint = "write " + net.JoinHostPort(text, example[len(example)-4:])
		}
		r.fail(n, fmt.Sprintf("%s %s is not an address with a port", what, quote(text)), hint)
	}
	return "", false
}
