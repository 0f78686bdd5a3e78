package config

import (
	"strings"
	"time"
	"unicode/utf8"
)

// maxSecurityTxt bounds the file, in bytes.
const maxSecurityTxt = 32 << 10

// securityTxt reads the path of a file that says how to report a weakness, and the file
// (RFC 9116), and warns of what such a file must have and this one lacks.
func (r *reader) securityTxt(n *node, what string) ([]byte, bool) {
	data, name, ok := r.content(n, what, maxSecurityTxt)
	if !ok {
		return nil, false
	}
	if !utf8.Valid(data) {
		r.fail(n, what+" "+quote(name)+" is no text in UTF-8")
		return nil, false
	}
	contact, expires := false, ""
	for line := range strings.Lines(string(data)) {
		field, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); strings.ToLower(strings.TrimSpace(field)) {
		case "contact":
			contact = contact || value != ""
		case "expires":
			expires = value
		}
	}
	if !contact {
		r.warn(n, quote(name)+" has no Contact, which every security.txt must have", "as Contact: mailto:security@example.org; RFC 9116 §2.5.3")
	}
	at, err := time.Parse(time.RFC3339, expires)
	switch hint := "as Expires: 2030-01-31T00:00:00Z; RFC 9116 §2.5.5"; {
	case expires == "":
		r.warn(n, quote(name)+" has no Expires, which every security.txt must have", hint)
	case err != nil:
		r.warn(n, quote(name)+" expires at "+quote(expires)+", which is no time", hint)
	case at.Before(time.Now()):
		r.warn(n, quote(name)+" expired at "+expires, "look through it and set another date")
	}
	return data, true
}
