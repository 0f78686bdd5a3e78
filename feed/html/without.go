package html

import (
	"strings"

	"topicwire/feed/chars"
)

// WithoutImages is sanitised HTML without the images at addresses that drop names; "" where
// a reader would see nothing any more.
func WithoutImages(s string, drop func(src string) bool) string {
	var kept strings.Builder
	from := 0
	for at := 0; ; {
		i := strings.Index(s[at:], "<img ")
		if i < 0 {
			break
		}
		begin := at + i
		end := strings.IndexByte(s[begin:], '>')
		if end < 0 {
			break
		}
		at = begin + end + 1
		if drop(chars.Unescape(quoted(s[begin:at], "src"))) {
			kept.WriteString(s[from:begin])
			from = at
		}
	}
	if from == 0 {
		return s
	}
	kept.WriteString(s[from:])
	return Sanitize(kept.String(), nil)
}
