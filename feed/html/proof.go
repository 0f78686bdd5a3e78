package html

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"topicwire/feed/chars"
)

// proven reports whether the fragment is already what Sanitize writes: everyday
// elements, lower case, nested as the parser would nest them, with permitted
// attributes in double quotes, absolute links and no image to leave out. It is
// one strict pass that understands little on purpose; whatever it does not
// understand it does not accept. seen tells whether a reader sees anything. Where words is
// not nil, what Text makes of the fragment is written to it on the way.
func proven(s string, words *plainText) (ok, seen bool) {
	if s == "" || len(s) > maxOutput || s[0] == '&' || s[len(s)-1] == ';' {
		return false, false // a space written as a reference may stand at the end
	}
	var (
		stack [provenDepth]*element
		n     int
		room  = flow
	)
	for i := 0; i < len(s); {
		c := s[i]
		if plainByte[c] && room != items {
			// The ordinary case, ahead of everything.
			seen = true
			start := i
			for i++; i < len(s) && plainByte[s[i]]; i++ {
			}
			words.add(s[start:i])
			continue
		}
		if (c == 0xd0 || c == 0xd1) && room != items {
			// Russian is as ordinary.
			if n := cyrillic(s[i:]); n > 0 {
				seen = true
				words.add(s[i : i+n])
				i += n
				continue
			}
		}
		if c != '<' {
			var vis bool
			start := i
			if i, vis, ok = provenChar(s, i); !ok {
				return false, false
			}
			if vis {
				seen = true
			}
			words.character(s[start:i])
			if room == items && c != ' ' && c != '\n' && c != '\t' {
				return false, false // text that is no item
			}
			continue
		}
		if i+1 < len(s) && s[i+1] == '/' {
			if n == 0 {
				return false, false
			}
			name := stack[n-1].write
			end := i + 2 + len(name)
			if end >= len(s) || s[i+2:end] != name || s[end] != '>' {
				return false, false
			}
			words.boundary(stack[n-1])
			n, i = n-1, end+1
			room = flow
			if n > 0 {
				room = stack[n-1].inner
			}
			continue
		}
		e, next := provenTag(s, i+1)
		if e == nil || !fits(e, room, stack[:n]) {
			return false, false
		}
		i = next
		words.boundary(e)
		if e.kind == void {
			seen = true
		}
		if e.kind == void || e.kind == voidLine {
			continue
		}
		if n == len(stack) {
			return false, false
		}
		stack[n], room = e, e.inner
		n++
	}
	return n == 0, seen
}

const provenDepth = 16

// cyrillic is how many bytes of letters of Russian, and of other Cyrillic alphabets that
// need no more than two bytes, s begins with.
func cyrillic(s string) (n int) {
	for n+1 < len(s) && (s[n] == 0xd0 || s[n] == 0xd1) && s[n+1]&0xc0 == 0x80 {
		n += 2
	}
	return n
}

// A plainText is the plain text of a fragment as far as it was walked. nil takes nothing.
type plainText struct {
	b   []byte
	gap bool // white space, or a boundary, is due
}

// forget begins anew.
func (t *plainText) forget() {
	if t != nil {
		t.b, t.gap = t.b[:0], false
	}
}

// add appends characters that are no white space, at least one.
func (t *plainText) add(piece string) {
	if t == nil {
		return
	}
	if t.gap && len(t.b) > 0 {
		t.b = append(t.b, ' ')
	}
	t.gap = false
	t.b = append(t.b, piece...)
}

// character appends one character, or a reference to one.
func (t *plainText) character(s string) {
	if t == nil {
		return
	}
	if s[0] == '&' {
		s = html.UnescapeString(s)
	}
	if r, _ := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
		t.gap = true
		return
	}
	t.add(s)
}

// boundary begins or ends an element.
func (t *plainText) boundary(e *element) {
	if t != nil && e.separates() {
		t.gap = true
	}
}

// plainByte has the visible characters of ASCII that stand for themselves, and
// are no quotation mark.
var plainByte = func() (t [256]bool) {
	for c := '!'; c < 0x7F; c++ {
		t[c] = c != '&' && c != '<' && c != '"'
	}
	return t
}()

// fits reports whether e may stand in what permits room.
func fits(e *element, room inner, stack []*element) bool {
	if room == items {
		return e.write == "li"
	}
	if e.kind == block {
		return room == flow && e.write != "li"
	}
	return e.write != "a" || !slices.Contains(stack, e)
}

// provenChar steps over one character of text or of an attribute's value.
func provenChar(s string, i int) (next int, vis, ok bool) {
	c := s[i]
	switch {
	case c == '&':
		return provenReference(s, i)
	case c < utf8.RuneSelf:
		return i + 1, c > ' ', c >= ' ' && c != 0x7F || c == '\n' || c == '\t'
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && n == 1 || !chars.Legal(r) {
		return 0, false, false
	}
	return i + n, visible(r), true
}

// provenNames are the named references that feeds are full of.
var provenNames = func() map[string]bool { // whether the character is visible
	m := map[string]bool{"nbsp": false}
	for name := range strings.FieldsSeq("amp lt gt quot laquo raquo ldquo rdquo lsquo rsquo bdquo ndash mdash hellip bull middot copy reg deg euro") {
		m[name] = true
	}
	return m
}()

func provenReference(s string, i int) (next int, vis, ok bool) {
	end := i + 1
	for end < len(s) && end-i < 10 && s[end] != ';' {
		end++
	}
	if end >= len(s) || s[end] != ';' || end-i < 3 {
		return 0, false, false
	}
	body := s[i+1 : end]
	if body[0] != '#' {
		vis, ok = provenNames[body]
		return end + 1, vis, ok
	}
	digits, base := body[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || len(digits) > 6 {
		return 0, false, false
	}
	r := rune(n)
	// Below a space, and from 0x7F to 0x9F, HTML gives a reference a meaning of
	// its own.
	if r < ' ' || !chars.Legal(r) {
		return 0, false, false
	}
	return end + 1, visible(r), true
}

// provenTag reads the start tag whose name begins at i. It returns nil for any
// that is not written exactly as it should be.
func provenTag(s string, i int) (*element, int) {
	start := i
	for i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '1' && s[i] <= '6') {
		i++
	}
	e := elements[s[start:i]]
	if e == nil || !e.proven || e.write != s[start:i] {
		return nil, 0
	}
	var given uint
	for i < len(s) && s[i] == ' ' {
		if i+1 < len(s) && s[i+1] == '/' {
			i++
			break // <br />
		}
		var k int
		if k, i = provenAttr(s, i+1, e); k < 0 || given&(1<<k) != 0 {
			return nil, 0
		}
		given |= 1 << k
	}
	if i < len(s) && s[i] == '/' && (e.kind == void || e.kind == voidLine) {
		i++
	}
	if i >= len(s) || s[i] != '>' {
		return nil, 0
	}
	if (e.write == "a" || e.write == "img") && given&1 == 0 {
		return nil, 0 // href and src are the first of their lists
	}
	return e, i + 1
}

// provenAttr reads name="value" and returns which of e's attributes it is, or -1.
func provenAttr(s string, i int, e *element) (which, next int) {
	start := i
	for i < len(s) && s[i] >= 'a' && s[i] <= 'z' {
		i++
	}
	name := s[start:i]
	which = slices.IndexFunc(e.attrs, func(a attr) bool { return a.name == name })
	if which < 0 || i+1 >= len(s) || s[i] != '=' || s[i+1] != '"' {
		return -1, 0
	}
	i += 2
	start = i
	for i < len(s) && s[i] != '"' {
		if s[i] == '<' || s[i] == '>' {
			return -1, 0
		}
		ok := false
		if i, _, ok = provenChar(s, i); !ok {
			return -1, 0
		}
	}
	if i >= len(s) || !provenValue(e.attrs[which], s[start:i]) {
		return -1, 0
	}
	return which, i + 1
}

// provenValue reports whether the rewriter would write the value as it stands.
func provenValue(a attr, v string) bool {
	switch a.form {
	case address, target:
		return plainReference(v)
	case number:
		return digits(v, 5) && (a.name != "width" && a.name != "height" || !tiny(v))
	case direction:
		return v == "ltr" || v == "rtl" || v == "auto"
	case text:
		if a.name == "lang" {
			return languageLike(v)
		}
		return v != "" || a.name == "alt"
	}
	return false
}
