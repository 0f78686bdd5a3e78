package html

import (
	"strings"
	"unicode/utf8"

	"topicwire/feed/chars"
)

// writeAttr writes an attribute if its value has the form it must have.
func (w *rewriter) writeAttr(a attr, value string) {
	switch a.form {
	case address:
		value = resolve(w.base, value)
		if value == "" {
			return
		}
	case number:
		value = strings.TrimSuffix(strings.TrimSpace(value), "px")
		if !digits(value, 5) {
			return
		}
	case span:
		value = strings.TrimSpace(value)
		if !digits(value, 3) || strings.Trim(value, "0") == "" {
			return
		}
	case direction:
		value = strings.ToLower(strings.TrimSpace(value))
		if value != "ltr" && value != "rtl" && value != "auto" {
			return
		}
	case flag:
		value = ""
	case date:
		if !dateLike(value) {
			return
		}
	case text:
		if a.name == "lang" && !languageLike(value) || value == "" && a.name != "alt" {
			return
		}
	}
	w.out = append(w.out, ' ')
	w.out = append(w.out, a.name...)
	w.out = append(w.out, `="`...)
	w.out = appendAttrText(w.out, value)
	w.out = append(w.out, '"')
}

func appendAttrText(out []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '&':
			out = append(out, "&amp;"...)
		case r == '<':
			out = append(out, "&lt;"...)
		case r == '>':
			out = append(out, "&gt;"...)
		case r == '"':
			out = append(out, "&#34;"...)
		case r == '\r' || !chars.Legal(r):
		default:
			out = append(out, s[i:i+utf8.RuneLen(r)]...)
		}
	}
	return out
}

func digits(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// dateLike reports whether s has the characters of a time element's datetime.
func dateLike(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || strings.IndexByte("-+:. ", c) >= 0) {
			return false
		}
	}
	return true
}

// languageLike reports whether s has the form of a BCP 47 tag.
func languageLike(s string) bool {
	if s == "" || len(s) > 35 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' && i > 0 || c == '-' && i > 0) {
			return false
		}
	}
	return true
}
