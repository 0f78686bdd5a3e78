package feed

import (
	"crypto/sha1"
	"encoding/hex"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PublicID is the id under which an entry is published: the source's own where
// that is an absolute URI that nobody finds fault with (RFC 4287 §4.2.6 asks for one),
// byte for byte; else NameUUID of source and id. Neither depends on the server's address, so ids
// survive a move.
func PublicID(source SourceID, id string) string {
	if isAbsoluteURI(id) {
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

// An absolute URI as an id has to be so that nobody who checks ids finds fault: by the
// grammar of its scheme (RFC 3986; RFC 4151; RFC 2141, which is stricter than RFC 8141;
// RFC 9562), in ASCII, and in its normal form, as two ids are one only where they are so
// byte for byte (RFC 4287 §4.2.6.1).
var (
	webID  = regexp.MustCompile(`^https?://([a-z0-9-]+\.)*[a-z0-9-]+(:[1-9][0-9]*)?/[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*(#[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*)?$`)
	tagID  = regexp.MustCompile(`^tag:([a-z0-9._-]+@)?[a-z0-9.-]+,[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?:[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*(#[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*)?$`)
	urnID  = regexp.MustCompile(`^urn:[A-Za-z0-9][A-Za-z0-9-]{1,31}:([A-Za-z0-9()+,.:=@;$_!*'-]|%[0-9A-Fa-f]{2})+$`)
	uuidID = regexp.MustCompile(`^urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	noNorm = regexp.MustCompile(`^http://[^/]*:80/|^https://[^/]*:443/|/\.\.?(/|$|[?#])|%([^0-9A-F]|[0-9A-F]?$|[0-9A-F][^0-9A-F])`)
)

// isAbsoluteURI checks an id by the grammar of its scheme. Schemes that stand for no
// registry, and those that no reader should be handed, are none.
func isAbsoluteURI(s string) bool {
	if len(s) > 2000 {
		return false
	}
	scheme, _, _ := strings.Cut(s, ":")
	switch scheme {
	case "http", "https":
		return plainWebID(s) || webID.MatchString(s) && normal(s)
	case "tag":
		return tagID.MatchString(s) && normal(s)
	case "urn":
		return urnID.MatchString(s) && normal(s) && (!strings.HasPrefix(strings.ToLower(s), "urn:uuid:") || uuidID.MatchString(s))
	}
	return false
}

// plainWebID reports, without the expressions, that nearly every id of the web is as it
// should be; of others it says nothing.
func plainWebID(s string) bool {
	_, rest, _ := strings.Cut(s, "://")
	host, path, ok := strings.Cut(rest, "/")
	if !ok || host == "" || strings.Contains(host, "..") || host[0] == '.' || host[len(host)-1] == '.' || strings.Contains(path, "/.") || strings.HasPrefix(path, ".") {
		return false
	}
	for i := 0; i < len(host); i++ {
		if c := host[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	for i := 0; i < len(path); i++ {
		if c := path[i]; (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("/?=&-._~+:;,@!$'()*", c) < 0 {
			return false
		}
	}
	return true
}

// normal reports whether a URI is in its normal form (RFC 3986 §6.2.2).
func normal(s string) bool {
	if noNorm.MatchString(s) {
		return false
	}
	plain, err := url.PathUnescape(s)
	combined := func(r rune) bool { return unicode.Is(unicode.Mn, r) } // there is one letter for it, mostly
	if err != nil || !utf8.ValidString(plain) || strings.ContainsFunc(plain, combined) {
		return false
	}
	for rest := s; ; {
		_, after, ok := strings.Cut(rest, "%")
		if !ok {
			return true
		}
		c, err := strconv.ParseUint(after[:2], 16, 8)
		if err != nil || c < 0x80 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte("-._~", byte(c)) >= 0) {
			return false
		}
		rest = after[2:]
	}
}
