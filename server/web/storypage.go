package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
)

// A storyPage is /stories/ID.
type storyPage struct {
	shell
	Name, Lang    string // title of the first report
	First         storyEntry
	Days          []storyDay
	Count         int // of all reports
	Rest          int // reports that are not in Days
	Sources, Over string
	Topics        []storyTopic
	Timeline      *timeline // nil for a single report
}

// A storyTopic is a topic that carries the story.
type storyTopic struct{ Title, Lang, URL string }

// A storyDay is the reports of one day, UTC.
type storyDay struct {
	moment
	Reports []storyEntry
}

// A storyEntry is one report of a story.
type storyEntry struct {
	Key            feed.EntryKey
	Title, Link    string
	Lang, Language string
	Source         string
	When           moment
	After          string // "2 h 5 min later"; "" for those at the time of the first
	First          bool
	Why            *belonging

	member StoryMember
	after  time.Duration
}

// copied reports whether the entry repeats another one of the story.
func (r *storyEntry) copied() bool {
	p := r.member.Placed
	return p != nil && (p.Tier == feed.TierGroup || p.Tier == feed.TierSameLink)
}

// storyReports is how many reports a page lists at most.
const storyReports = 200

// renderStory renders a story, which the topics carry. Why its reports belong
// together is left out where no topic shows reasons.
func (s *Site) renderStory(story StoryPage, topics []feed.Topic) []byte {
	reports := newReports(story)
	if !slices.ContainsFunc(topics, func(t feed.Topic) bool { return t.Reasons != feed.ReasonNone }) {
		for i := range reports {
			reports[i].Why = nil
		}
	}
	p := storyPage{shell: s.shell, Name: reports[0].Title, Lang: reports[0].Lang, First: reports[0], Count: len(reports)}
	p.Title, p.Canonical = p.Name, s.base+storyPath(story.Story)
	for _, t := range topics {
		p.Topics = append(p.Topics, storyTopic{topicTitle(t), langTag(t.Language), s.prefix + topicPath(t.ID)})
	}
	sources := map[feed.SourceID]bool{}
	for _, r := range reports {
		sources[r.member.SourceID] = true
	}
	p.Sources = plural(len(sources), "source", "sources")
	if last := reports[len(reports)-1]; last.after > 0 {
		p.Over = lasting(last.after)
	}
	if n := len(reports) - storyReports; n > 0 {
		reports, p.Rest = reports[:storyReports], n
	}
	if len(reports) > 1 {
		p.Timeline = newTimeline(reports)
	}
	for _, r := range reports {
		if n := len(p.Days); n == 0 || p.Days[n-1].Day() != r.When.Day() {
			p.Days = append(p.Days, storyDay{moment: r.When})
		}
		last := &p.Days[len(p.Days)-1]
		last.Reports = append(last.Reports, r)
	}
	return execute(s.pages, "story.html", p)
}

// newReports is a story's members by their dates, each with why it is there.
func newReports(story StoryPage) []storyEntry {
	members := slices.Clone(story.Members)
	slices.SortFunc(members, func(a, b StoryMember) int {
		return cmp.Or(a.Published.Compare(b.Published), a.Seen.Compare(b.Seen), cmp.Compare(a.Entry, b.Entry))
	})
	shown := make(map[feed.EntryKey]*storyEntry, len(members))
	reports := make([]storyEntry, len(members))
	for i := range members {
		reports[i] = newReport(members[i])
		r := &reports[i]
		r.First = i == 0
		if r.after = r.When.Sub(reports[0].When.Time); r.after > 0 {
			r.After = lasting(r.after) + " later"
		}
		if i < storyReports {
			shown[r.Key] = r
		}
	}
	for i := range reports {
		reports[i].Why = newBelonging(&reports[i], story.Story, shown)
	}
	return reports
}

func newReport(m StoryMember) storyEntry {
	r := storyEntry{
		Key: m.Entry, Title: cmp.Or(m.Title, webLink(m.Link), "Untitled"), Link: webLink(m.Link),
		Lang: langOfTitle(m.Language, m.Title), Language: languageName(m.Language),
		Source: m.Source, When: moment{m.Published}, member: m,
	}
	// A source without a title goes by its id, which may hold a token or a path
	// of ours.
	if r.Source == "" || r.Source == string(m.SourceID) {
		r.Source = cmp.Or(hostOf(string(m.SourceID)), "Untitled source")
	}
	return r
}

// lasting says a time between two moments in its two greatest units, with spaces
// at which no line is broken.
func lasting(d time.Duration) string {
	d = d.Abs().Round(time.Minute)
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	var parts []string
	if days > 0 {
		parts = append(parts, strings.ReplaceAll(plural(days, "day", "days"), " ", "\u00a0"))
	}
	if hours > 0 {
		parts = append(parts, fmt.Sprintf("%d\u00a0h", hours))
	}
	if minutes > 0 && days == 0 {
		parts = append(parts, fmt.Sprintf("%d\u00a0min", minutes))
	}
	if len(parts) == 0 {
		return "less than a minute"
	}
	return strings.Join(parts, "\u00a0")
}
