package parse

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"topicwire/feed"
)

func (r *reader) rssHints(f *rss.Feed, h *feed.Hints) {
	h.TTL = positive(f.TTL, 1<<20)
	for _, text := range f.SkipHours {
		// Some publishers count from 1 to 24.
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n <= 24 {
			h.SkipHours = append(h.SkipHours, n%24)
		}
	}
	for _, text := range f.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(text), day.String()) {
				h.SkipDays = append(h.SkipDays, day)
			}
		}
	}
	syndication(f.Extensions, h)
}

// syndication reads the sy module of RSS 1.0. Period and frequency have
// defaults there, daily and 1, where the other is given.
func syndication(x ext.Extensions, h *feed.Hints) {
	sy := x["sy"]
	if len(sy["updatePeriod"]) > 0 || len(sy["updateFrequency"]) > 0 {
		period := 24 * time.Hour
		switch strings.ToLower(value(x, "sy", "updatePeriod")) {
		case "hourly":
			period = time.Hour
		case "weekly":
			period = 7 * 24 * time.Hour
		case "monthly":
			period = 30 * 24 * time.Hour
		case "yearly":
			period = 365 * 24 * time.Hour
		}
		h.UpdatePeriod = period / time.Duration(max(positive(value(x, "sy", "updateFrequency"), 1<<20), 1))
	}
	h.UpdateBase = firstDate(value(x, "sy", "updateBase"))
}

// positive is the number of a text, 0 where it is none, negative or over limit.
func positive(text string, limit int) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > limit {
		return 0
	}
	return n
}
