package parse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"topicwire/feed/chars"
)

// decode turns a document into UTF-8, within maxBytes.
func decode(doc []byte, contentType string) ([]byte, error) {
	text, err := chars.Decode(doc, contentType, maxBytes)
	switch {
	case errors.Is(err, chars.ErrTooLong):
		return nil, fmt.Errorf("%w: more than %d bytes of UTF-8", ErrBound, maxBytes)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return text, nil
}

// dropForbidden drops the characters that XML 1.0 §2.2 forbids from valid
// UTF-8: C0 controls but tab, newline and return, and U+FFFE and U+FFFF. It
// returns text itself where there are none.
func dropForbidden(text []byte) []byte {
	c, n := control(text, 0), noncharacter(text, 0)
	if c == len(text) && n == len(text) {
		return text
	}
	out := make([]byte, 0, len(text))
	last := 0
	for c < len(text) || n < len(text) {
		i := min(c, n)
		out = append(out, text[last:i]...)
		if i == c {
			last = i + 1
			c = control(text, last)
		} else {
			last = i + 3
			n = noncharacter(text, last)
		}
	}
	return append(out, text[last:]...)
}

// noncharacter is the index of the first U+FFFE or U+FFFF at or after from, or
// len(text).
func noncharacter(text []byte, from int) int {
	for i := from; ; i += 2 {
		j := bytes.Index(text[i:], []byte("\xEF\xBF"))
		if j < 0 {
			return len(text)
		}
		i += j
		if i+2 < len(text) && text[i+2] >= 0xBE {
			return i
		}
	}
}

// control is the index of the first forbidden C0 control at or after from, or
// len(text). Eight bytes are looked at in a step: almost all text has none
// below space but newlines.
func control(text []byte, from int) int {
	const ones = 0x0101010101010101
	i := from
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		if (w-ones*0x20)&^w&(ones*0x80) == 0 {
			continue
		}
		for j := i; j < i+8; j++ {
			if isControl(text[j]) {
				return j
			}
		}
	}
	for ; i < len(text); i++ {
		if isControl(text[i]) {
			return i
		}
	}
	return len(text)
}

func isControl(c byte) bool { return c < 0x20 && c != '\t' && c != '\n' && c != '\r' }
