package web

import (
	"math"
	"slices"
	"strconv"
	"time"

	"topicwire/feed"
)

// A belonging says why a report is in its story.
type belonging struct {
	// What is what joined it: "Same link as", "Copy of", "Same event as", or a
	// sentence where there is no partner.
	What    string
	Partner *storyEntry // among the reports of the page, or nil
	Facts   []string    // the measures that decided
	Numbers []string    // that one has and the other contradicts
	Words   []sharedWord
}

// A sharedWord is a word of two reports.
type sharedWord struct {
	Word    string
	Percent string // of the likeness
	Width   string // of its bar, in percent of the longest
}

// newBelonging is why r is in the story; nil where nothing is known to tell.
func newBelonging(r *storyEntry, story feed.StoryKey, shown map[feed.EntryKey]*storyEntry) *belonging {
	p := r.member.Placed
	if p == nil {
		return nil
	}
	b := &belonging{Partner: shown[p.Partner]}
	switch p.Tier {
	case feed.TierSameLink:
		b.What = "Same link as"
	case feed.TierGroup:
		b.What = "Copy of"
	case feed.TierStory:
		b.What = "Same event as"
	default:
		// It began a story of its own; only an operator can have put it here.
		if feed.StoryKey(r.member.Group) == story {
			return nil
		}
		b.What = "Brought together by an operator"
		return b
	}
	if b.Partner == nil {
		// The partner was split off, or is past retention.
		b.What += " a report that is not listed here any more"
	}
	if p.Why != nil {
		b.measure(p.Tier, p.Why)
	}
	return b
}

// measure tells a likeness.
func (b *belonging) measure(tier feed.Tier, l *feed.Likeness) {
	what := "words "
	if l.Rule == feed.RuleAcross || l.Rule == feed.RuleBesides {
		what = "names, figures and concepts "
	}
	b.Facts = append(b.Facts, what+percent(l.Score)+" alike"+needed(l.Needed))
	if l.TitleNeeded > 0 {
		b.Facts = append(b.Facts, "title words "+percent(l.Title)+" alike"+needed(l.TitleNeeded))
	}
	if tier == feed.TierStory && l.MeanNeeded > 0 {
		b.Facts = append(b.Facts, "the nearest reports of the story "+percent(l.Mean)+" on average"+needed(l.MeanNeeded))
	}
	if !slices.Contains([]string{"", "text", "text and title", "story", feed.RuleAcross, feed.RuleBesides}, l.Rule) { // those are told by the measures
		b.Facts = append(b.Facts, l.Rule)
	}
	if l.Apart.Abs() < time.Minute {
		b.Facts = append(b.Facts, "at the same time")
	} else {
		b.Facts = append(b.Facts, lasting(l.Apart)+" apart")
	}
	b.Numbers = l.Numbers
	most := 0.0
	for _, w := range l.Shared {
		most = max(most, w.Share)
	}
	for _, w := range l.Shared {
		b.Words = append(b.Words, sharedWord{w.Word, percent(w.Share), width(w.Share, most)})
	}
}

func needed(x float64) string {
	if x <= 0 {
		return ""
	}
	return ", " + percent(x) + " needed"
}

// percent is a share from 0 to 1, rounded down: what falls short of a threshold
// must not look as if it reached it.
func percent(x float64) string {
	if !(x > 0) {
		return "0\u202f%"
	}
	return strconv.Itoa(int(math.Floor(min(x, 1)*100+1e-9))) + "\u202f%"
}

// width is x in percent of the most, as SVG writes a length.
func width(x, most float64) string {
	if !(x > 0) || !(most > 0) {
		return "0%"
	}
	return svgPercent(min(x/most, 1) * 100)
}

// svgPercent is a length in percent with at most two digits after the point.
func svgPercent(x float64) string { return digits(x) + "%" }
