package fetch

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"topicwire/feed/link"
)

// A veiled error is one whose text would have shown a secret of the request,
// as where a server echoes what it was sent.
type veiled struct {
	text string
	err  error
}

func (v *veiled) Error() string { return v.text }
func (v *veiled) Unwrap() error { return v.err }

// veil takes header values, and what is secret in the addresses of the request, out
// of the text of an error.
func veil(err error, header map[string]string, addresses ...*url.URL) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range secrets(header, addresses) {
		text = strings.ReplaceAll(text, s, "[hidden]")
	}
	if text == err.Error() {
		return err
	}
	return &veiled{text, err}
}

// secrets are the texts that no error may show, the longest first. Those of
// less than four bytes are left out: they stand in any text, and a gap there
// would betray them.
func secrets(header map[string]string, addresses []*url.URL) []string {
	var texts []string
	for _, v := range header {
		texts = append(texts, v)
		scheme, token, ok := strings.Cut(v, " ")
		if !ok {
			continue
		}
		texts = append(texts, token)
		if plain, err := base64.StdEncoding.DecodeString(token); err == nil && strings.EqualFold(scheme, "basic") {
			user, password, _ := strings.Cut(string(plain), ":")
			texts = append(texts, user, password)
		}
	}
	for _, a := range addresses {
		texts = append(texts, link.Secrets(bare(a))...)
		if u := a.User; u != nil {
			password, _ := u.Password()
			texts = append(texts, u.String(), u.Username(), password, url.QueryEscape(password), url.PathEscape(password))
			_, token, _ := strings.Cut(basic(u.Username(), password), " ")
			texts = append(texts, token)
		}
	}
	kept := texts[:0]
	for _, s := range texts {
		if s = strings.TrimSpace(s); len(s) >= 4 {
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b string) int { return len(b) - len(a) })
	return kept
}

// shown is an address as errors show it: without user and password, and without what
// its parameters tell.
func shown(u *url.URL) string { return link.Masked(bare(u)) }

// bare is an address as it may be asked for by others: without user and password.
func bare(u *url.URL) string {
	if u.User == nil {
		return u.String()
	}
	b := *u
	b.User = nil
	return b.String()
}

// basic is the credentials of the Basic scheme (RFC 7617 §2).
func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
