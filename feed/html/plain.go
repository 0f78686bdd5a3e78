package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed/chars"
)

// Plain is the text of a title, which publishers write as text or as markup
// without saying which. Where it has HTML tags that belong together, it is
// markup and its text is taken; otherwise character references that are written
// in full are decoded, since a title that means to show "&amp;" is far rarer
// than one that was escaped twice: "AT&amp;T" becomes "AT&T", while "R&D",
// "1 < 2" and "vector<int>" stay. White space is collapsed, and the result is
// XML 1.0 text. Plain looks once: what decoding brings to light is text.
func Plain(s string) string {
	if strings.IndexByte(s, '<') >= 0 && markup(s) {
		return Text(s)
	}
	return collapse(CleanXML(chars.Unescape(s)))
}

// maxTags is how many tags of a title are looked at.
const maxTags = 16

// markup reports whether s has a tag of a known element with its end tag, or
// one that needs none, or a comment.
func markup(s string) bool {
	lower := ""
	for tags := 0; tags < maxTags; {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		s = s[i+1:]
		if strings.HasPrefix(s, "!--") {
			if strings.Contains(s, "-->") {
				return true
			}
			tags++
			continue
		}
		name := tagName(s)
		if !known(name) {
			continue
		}
		tags++
		if strings.IndexByte(s[len(name):], '>') < 0 {
			return false
		}
		if noEnd[name] {
			return true
		}
		if lower == "" {
			lower = asciiLower(s)
		}
		if strings.Contains(lower[len(lower)-len(s):], "</"+name+">") {
			return true
		}
	}
	return false
}

// tagName is the lower-case element name that rest, what follows a <, begins
// with; "" where it begins with none or goes on as no tag does.
func tagName(rest string) string {
	n := 0
	for n < len(rest) && n < 12 && (rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' || n > 0 && rest[n] >= '1' && rest[n] <= '6') {
		n++
	}
	if n == len(rest) || strings.IndexByte(" \t\r\n/>", rest[n]) < 0 {
		return ""
	}
	return asciiLower(rest[:n])
}

// known reports whether HTML has an element of that name which a title, or a
// fragment given as one, may hold.
func known(name string) bool {
	switch name {
	case "":
		return false
	case "span", "font", "big", "nobr", "label", "ruby", "rb", "rt", "rp", "blink":
		return true
	}
	return elements[name] != nil
}

// noEnd has the elements that need no end tag.
var noEnd = map[string]bool{"br": true, "img": true, "wbr": true, "hr": true}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Shorten is text in at most n characters (runes): text itself where it fits,
// else as many whole words as fit with an ellipsis after them. A first word that
// alone is too long is cut. n below 1 gives "".
func Shorten(text string, n int) string {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text
	}
	if n < 1 {
		return ""
	}
	end, word := 0, 0 // byte offsets: of n-1 runes, of the last whole word in them
	count := 0
	prevSpace := true
	for i, r := range text {
		space := unicode.IsSpace(r)
		if space && !prevSpace {
			word = i
		}
		prevSpace = space
		end = i
		if count == n-1 {
			break
		}
		count++
	}
	if word == 0 {
		word = end
	}
	return strings.TrimRightFunc(text[:word], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-([{«“\"'", r)
	}) + "…"
}
