package link

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Mask stands where a secret was.
const Mask = "xxxxx"

// Masked is the address of a source as anybody may see it: user and password, and
// the values of parameters with the names of secrets (secretName), are Mask, also
// in an address that a parameter holds. An address without any comes back byte for
// byte, and so does that of a file. Of what is no address rather too much is masked
// than too little. Masked of its own result is that result.
func Masked(address string) string {
	mask := func(string) string { return Mask }
	// Without a secret that had a ? or # in it, what was an address may be none any more.
	for range maxNested {
		was := address
		if address = veiled(was, maxNested, mask); address == was {
			break
		}
	}
	return address
}

// Secret reports whether an address has something to mask.
func Secret(address string) bool { return Masked(address) != address }

// Secrets are the texts that Masked would hide, as written and as they are meant,
// for taking them out of other texts.
func Secrets(address string) []string {
	var all []string
	veiled(address, maxNested, func(s string) string {
		all = append(all, s)
		if meant, err := url.QueryUnescape(s); err == nil && meant != s {
			all = append(all, meant)
		}
		return Mask
	})
	return all
}

// maxNested is how many addresses one inside the other are looked into.
const maxNested = 3

// veiled is an address with what hide makes of its secrets.
func veiled(address string, depth int, hide func(string) string) string {
	if !strings.ContainsAny(address, "@=") || len(address) > 5 && strings.EqualFold(address[:5], "file:") {
		return address
	}
	start, end := userinfo(address)
	user, rest := address[start:end], address[end:]
	if strings.Trim(user, ":") != "" {
		name, password, both := strings.Cut(user, ":")
		if user = hide(name); both {
			user += ":" + hide(password)
		}
	}
	return address[:start] + user + veiledParameters(rest, depth, hide)
}

// authority is what stands before the authority of an address, however badly
// written: of http also without its slashes.
var authority = regexp.MustCompile(`^\s*(?i:feed:)?(?:[A-Za-z][A-Za-z0-9+.-]*:[/\\]{2,}|(?i:https?:)[/\\]*|[/\\]{2,})`)

// userinfo is where user and password stand (RFC 3986 §3.2.1), without the @;
// nowhere where there are none.
func userinfo(address string) (start, end int) {
	start = len(authority.FindString(address))
	reach := address[start:]
	if _, err := url.Parse(strings.TrimSpace(address)); err == nil || start == 0 {
		// Of one that does not parse a password may hold any of these.
		if i := strings.IndexAny(reach, "/?#"); i >= 0 {
			reach = reach[:i]
		}
	}
	at := strings.LastIndexByte(reach, '@')
	if at < 0 || start == 0 && !loginAlone(reach[:at]) {
		return start, start
	}
	return start, start + at
}

// loginAlone reports whether what stands before an @, without a scheme and slashes,
// is user and password: neither a mail address nor a name such as tag:x@y,2005:z
// (RFC 4151) nor a sentence.
func loginAlone(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	if !ok || strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	switch strings.ToLower(scheme) {
	case "acct", "cid", "mailto", "mid", "sip", "sips", "tag", "tel", "urn", "xmpp":
		return false
	}
	return true
}

// veiledParameters looks at all that has the form of a parameter, in path, query
// and fragment alike. A secret goes as far as the next &: what else may end a value
// may also be a part of it.
func veiledParameters(s string, depth int, hide func(string) string) string {
	var out strings.Builder
	for {
		i := strings.IndexAny(s, "?&;#")
		if i < 0 {
			break
		}
		out.WriteString(s[:i+1])
		s = s[i+1:]
		end := strings.IndexAny(s, "=?&;#")
		if end < 0 || s[end] != '=' {
			continue
		}
		name, value := s[:end], s[end+1:]
		out.WriteString(name + "=")
		if i := strings.IndexByte(value, '&'); i >= 0 {
			value = value[:i]
		}
		s = s[end+1+len(value):]
		if value != "" && secretName(name) {
			value = hide(value)
		} else {
			value = veiledValue(value, depth, hide)
		}
		out.WriteString(value)
	}
	out.WriteString(s)
	return out.String()
}

// veiledValue is the value of a parameter that may be an address with secrets of
// its own, escaped or not. What lies deeper than anybody looks is hidden whole.
func veiledValue(value string, depth int, hide func(string) string) string {
	if depth == 0 {
		if strings.ContainsAny(value, "%@?;#") {
			return hide(value)
		}
		return value
	}
	shown := veiled(value, depth-1, hide)
	meant, err := url.QueryUnescape(value)
	if err != nil || meant == value {
		return shown
	}
	if v := veiledValue(meant, depth-1, hide); v != meant {
		return url.QueryEscape(v)
	}
	return shown
}

// secretNames are names of parameters whose values are secrets, without what
// parts their words.
var secretNames = map[string]bool{
	"accesskey": true, "apikey": true, "auth": true, "authcode": true, "authkey": true, "authorization": true, "bearer": true,
	"clientkey": true, "cookie": true, "cred": true, "credential": true, "credentials": true, "creds": true, "feedkey": true,
	"hash": true, "hmac": true, "jwt": true, "key": true, "licensekey": true, "loginkey": true, "oauth": true, "pass": true,
	"passcode": true, "passkey": true, "passphrase": true, "passwd": true, "password": true, "private": true, "privatekey": true,
	"pw": true, "pwd": true, "rsskey": true, "secret": true, "secretkey": true, "securekey": true, "sess": true, "sessid": true,
	"session": true, "sessionid": true, "sessionkey": true, "sharedkey": true, "sid": true, "sig": true, "signature": true,
	"subscriptionkey": true, "token": true, "userkey": true,
}

// secretEnds are ends of names that no other word has.
var secretEnds = []string{"accesskeyid", "apikey", "password", "passwd", "secret", "sessid", "sessionid", "signature", "token"}

// secretName reports whether a parameter of this name holds a secret: a name that
// is known, or one whose last word is: feed_token, accessKey, x-amz-signature.
// monkey has no such word, and code and id are too often what their names say.
func secretName(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	words := nameWords(name)
	if len(words) == 0 {
		return false
	}
	if last := words[len(words)-1]; last != "hash" && secretNames[last] {
		return true
	}
	whole := strings.Join(words, "")
	if secretNames[whole] {
		return true
	}
	for _, end := range secretEnds {
		if strings.HasSuffix(whole, end) {
			return true
		}
	}
	return false
}

// nameWords are the words of a name in lower case: parted by signs, or by capitals
// inside.
func nameWords(name string) []string {
	var spaced strings.Builder
	small := false
	for _, c := range name {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			c = ' '
		case small && unicode.IsUpper(c):
			spaced.WriteByte(' ')
		}
		small = unicode.IsLower(c)
		spaced.WriteRune(unicode.ToLower(c))
	}
	return strings.Fields(spaced.String())
}
