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
	case target:
		value = followed(w.base, value)
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

// written reports whether s has at least one and at most so many bytes, all of
// them among those allowed.
func written(s string, most int, allowed string) bool {
	return s != "" && len(s) <= most && strings.Trim(s, allowed) == ""
}

const (
	decimals = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	letters  = "abcdefghijklmnopqrstuvwxyz" + capitals
)

func digits(s string, most int) bool { return written(s, most, decimals) }

// dateLike reports whether s has the characters of a time element's datetime.
func dateLike(s string) bool { return written(s, 64, decimals+capitals+"-+:. ") }

// languageLike reports whether s has the form of a BCP 47 tag.
func languageLike(s string) bool {
	return written(s, 35, decimals+letters+"-") && strings.IndexByte(letters, s[0]) >= 0
}
