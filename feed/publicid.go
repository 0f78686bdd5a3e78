package feed

import (
	"crypto/sha1"
	"encoding/hex"
	"regexp"
	"strings"
)

// PublicID is the id under which an entry is published: the source's own where
// that is an absolute IRI (RFC 4287 §4.2.6 asks for one), byte for byte; else
// NameUUID of source and id. Neither depends on the server's address, so ids
// survive a move.
func PublicID(source SourceID, id string) string {
	if isAbsoluteIRI(id) {
		return id
	}
	return NameUUID(string(source), id)
}

// NameUUID is "urn:uuid:" and the version 5 UUID (RFC 9562 §5.5) of the names,
// in the URL namespace.
func NameUUID(names ...string) string {
	h := sha1.New()
	h.Write([]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8})
	// NUL cannot stand in a name: two lists of names never run together.
	h.Write([]byte("topicwire\x00" + strings.Join(names, "\x00")))
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	x := hex.EncodeToString(u)
	return "urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// What follows the scheme of a tag (RFC 4151) and of a URN: in the stricter form of RFC
// 2141, which validators hold ids to, and of a UUID (RFC 9562).
var (
	tagID  = regexp.MustCompile(`^([A-Za-z0-9._-]+@)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*,[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?:`)
	urnID  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{1,31}:([A-Za-z0-9()+,.:=@;$_!*'-]|%[0-9A-Fa-f]{2})+$`)
	uuidID = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
)

// isAbsoluteIRI checks the form of RFC 3987's absolute IRI as far as a feed
// reader depends on it: a scheme, a colon, something after it, and no byte that
// would have to be escaped.
func isAbsoluteIRI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || len(s) > 2000 {
		return false
	}
	for i := 0; i < len(scheme); i++ {
		c := scheme[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		other := scheme[i] >= '0' && scheme[i] <= '9' || strings.IndexByte("+-.", scheme[i]) >= 0
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	switch strings.ToLower(scheme) {
	case "":
		return false
	case "tag":
		if !tagID.MatchString(rest) {
			return false
		}
	case "urn":
		if !urnID.MatchString(rest) || len(rest) > 5 && strings.EqualFold(rest[:5], "uuid:") && !uuidID.MatchString(rest[5:]) {
			return false
		}
	case "http", "https":
		if host, ok := strings.CutPrefix(rest, "//"); !ok || host == "" || host[0] == '/' {
			return false
		}
	case "javascript", "data", "vbscript", "file", "hash":
		// No reader should be handed the first, not even as a name; the last is
		// how feed/parse names entries without an id of their own.
		return false
	}
	return strings.IndexFunc(rest, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"{}|\\^`", r) || r == '\ufffd' || r == '\u00a0' || r == '\u3000' || (r >= 0x2000 && r <= 0x200f) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
	}) < 0
}
