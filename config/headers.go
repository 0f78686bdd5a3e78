package config

import (
	"cmp"
	"net/http"
	"regexp"
	"strings"
)

// maxSecret bounds a file that ${file:PATH} reads, in bytes.
const maxSecret = 64 << 10

// ownHeaders are those that the fetcher decides.
var ownHeaders = map[string]bool{
	"Host": true, "Connection": true, "Content-Length": true, "Content-Type": true, "Transfer-Encoding": true, "Te": true, "Trailer": true,
	"Upgrade": true, "Keep-Alive": true, "Accept-Encoding": true, "User-Agent": true, "Range": true, "Referer": true,
	"If-None-Match": true, "If-Modified-Since": true, "If-Match": true, "If-Unmodified-Since": true, "If-Range": true,
}

func headersSchema() *schema {
	return &schema{
		Type: "object", MinKeys: 1,
		Names:  form(`^\s*[!#-'*+.0-9A-Z^-z|~-]+\s*$`).says("The name of a header."),
		Others: &schema{Type: []string{"string", "number", "boolean"}},
	}
}

// headers reads a source's own request headers with their secrets filled in.
// No problem it reports shows a value.
func (r *reader) headers(n *node, what string) (map[string]string, bool) {
	out := map[string]string{}
	r.entries(n, what, func(name string, k, v *node) {
		canonical := http.CanonicalHeaderKey(name)
		value, ok := r.rawText(v, "the value of header "+quote(name), "a text")
		_, twice := out[canonical]
		switch {
		case !token(name):
			r.fail(k, quote(name)+" is not the name of a header")
		case ownHeaders[canonical]:
			r.fail(k, "header "+canonical+" cannot be set", "it is the fetcher's own")
		case !ok:
		case twice:
			r.fail(k, "header "+canonical+" is here a second time", "the case of letters does not matter")
		default:
			value, ok = r.secrets(v, value)
			if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				r.fail(v, "the value of header "+canonical+" has a line break or control character")
			} else if ok {
				out[canonical] = value
			}
		}
	})
	return out, true
}

// token reports whether s is a header's name (RFC 9110 §5.6.2).
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}

var secretReference = regexp.MustCompile(`\$\{[^}]*\}?`)

// secrets replaces ${env:VAR} and ${file:PATH}. It reports names, never values.
func (r *reader) secrets(n *node, s string) (string, bool) {
	before := len(r.problems) + r.dropped
	s = secretReference.ReplaceAllStringFunc(s, func(reference string) string {
		name, closed := strings.CutSuffix(reference[len("${"):], "}")
		kind, arg, _ := strings.Cut(name, ":")
		var value, wrong string
		switch {
		case !closed:
			r.fail(n, "${ is not closed by }")
			return ""
		case kind == "env" && arg != "":
			var set bool
			value, set = r.env(arg)
			if name = "environment variable " + arg; !set {
				wrong = " is not set"
			}
		case kind == "file" && arg != "":
			path := r.path(arg)
			r.depends(path)
			data, err := r.disk.read(path, maxSecret)
			if name = "file " + arg; err != nil {
				wrong = " cannot be read: " + err.Error()
			}
			value = strings.TrimRight(string(data), " \t\r\n")
		default:
			r.fail(n, reference+" names no secret", "write ${env:VAR} or ${file:PATH}")
			return ""
		}
		if value == "" {
			r.fail(n, name+cmp.Or(wrong, " is empty"))
		}
		return value
	})
	return s, before == len(r.problems)+r.dropped
}
