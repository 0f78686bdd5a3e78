package html

import (
	"strconv"
	"strings"

	"topicwire/feed/chars"
)

// Picture is the address of the first image of sanitised HTML that shows something:
// no spacer, beacon, smiley or button. "" for none.
func Picture(s string) string {
	for {
		i := strings.Index(s, "<img ")
		if i < 0 {
			return ""
		}
		s = s[i+len("<img"):]
		end := strings.IndexByte(s, '>')
		if end < 0 {
			return ""
		}
		tag := s[:end]
		s = s[end:]
		src := chars.Unescape(quoted(tag, "src"))
		if src == "" || small(quoted(tag, "width")) || small(quoted(tag, "height")) || ornament(src) {
			continue
		}
		return src
	}
}

// quoted is the value of an attribute in a tag that the sanitiser wrote.
func quoted(tag, name string) string {
	_, after, ok := strings.Cut(tag, " "+name+`="`)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(after, `"`)
	return value
}

// smallest is how many pixels wide or high an image is at least that is a picture and
// no button or smiley.
const smallest = 33

func small(size string) bool {
	n, err := strconv.Atoi(size)
	return err == nil && n < smallest
}

// ornament reports whether an image's address is that of something else than a picture.
func ornament(src string) bool {
	lower := strings.ToLower(src)
	for _, part := range ornaments {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// ornaments are parts of the addresses of spacers, counters, smileys and buttons.
var ornaments = []string{
	"spacer.", "blank.", "pixel.", "/pixel/", "1x1", "clear.gif", "transparent.", "dot.gif", "loader.gif", "loading.gif", "placeholder", "beacon",
	"/emoji/", "/smil", "/wp-includes/images/", "gravatar.com/avatar", "feeds.feedburner.com/~", "feedproxy.google.com/~", "feeds.wordpress.com",
	"pixel.wp.com", "stats.wordpress.com", "b.stats.paypal.com", "counter.yadro.ru", "mc.yandex.ru", "top-fwz1.mail.ru", "doubleclick.net",
	"google-analytics.com", "scorecardresearch.com", "quantserve.com", "feedsportal.com", "tracking", "/rss-pixel", "share-button", "addtoany", "/icons/",
}
