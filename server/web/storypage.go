package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A storyPage is /stories/ID.
type storyPage struct {
	shell
	Name, Lang    string // title of the first report
	First         storyEntry
	Languages     []storyLanguage
	Count         int // of all reports
	Rest          int // reports that are not in Languages
	Sources, Over string
	Newest        moment // of the newest report
	Topics        []storyTopic
	Timeline      *timeline // nil for a single report
}

// A storyTopic is a topic that carries the story.
type storyTopic struct{ Title, Lang, URL string }

// A storyLanguage is the reports in one language, in whatever script.
type storyLanguage struct {
	ID    string // of its heading
	Name  string // in English; "" where all reports are in one language, which needs no heading
	Count int
	Days  []storyDay

	code string
}

// A storyDay is the reports of one day.
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

	member feed.StoryMember
	after  time.Duration
}

// copied reports whether the entry repeats another one of the story.
func (r *storyEntry) copied() bool {
	p := r.member.Placed
	return p != nil && (p.Tier == feed.TierGroup || p.Tier == feed.TierSameLink)
}

// storyReports is how many reports a page lists at most.
const storyReports = 200

// renderStory renders a story, which the topics carry; updated is the newest change of
// the site. Why its reports belong together is left out where no topic shows reasons.
func (s *Site) renderStory(story feed.StoryView, topics []feed.Topic, updated time.Time) []byte {
	times := newCalendar(s.zone.Load(), updated)
	reports := newReports(story, times)
	if !slices.ContainsFunc(topics, func(t feed.Topic) bool { return t.Reasons != feed.ReasonNone }) {
		for i := range reports {
			reports[i].Why = nil
		}
	}
	p := storyPage{shell: s.shell, Name: reports[0].Title, Lang: reports[0].Lang, First: reports[0], Count: len(reports)}
	p.Title, p.Canonical, p.Times = p.Name, s.base+storyPath(story.Story), times
	for _, t := range topics {
		p.Topics = append(p.Topics, storyTopic{topicTitle(t), langTag(t.Language), s.prefix + topicPath(t.ID)})
	}
	p.Sources = sourcesOf(reports)
	last := reports[len(reports)-1]
	if p.Newest = last.When; last.after > 0 {
		p.Over = lasting(last.after)
	}
	if n := len(reports) - storyReports; n > 0 {
		reports, p.Rest = reports[:storyReports], n
	}
	if len(reports) > 1 {
		p.Timeline = newTimeline(reports, times)
	}
	p.Preview = s.preview("article", p.Name, p.description(), pictured(topics))
	if s.opts.Edition != nil {
		p.shell.Feeds = s.feedsAt(storyPath(story.Story), p.Name)
	}
	return fitting(func(room room) []byte {
		for i := range reports {
			reports[i].Title = room.title(reports[i].Title)
			if room >= roomForText {
				reports[i].Why = nil
			}
		}
		p.Languages = byLanguage(reports)
		return execute(s.pages, "story.html", p)
	})
}

// sourcesOf says from how many sources reports are, and of how many publishers
// where those are fewer.
func sourcesOf(reports []storyEntry) string {
	sources, houses := map[feed.SourceID]bool{}, map[string]bool{}
	for _, r := range reports {
		sources[r.member.SourceID] = true
		// A source that is its own is told from a house of that name by the space.
		houses[cmp.Or(r.member.Publisher, " "+string(r.member.SourceID))] = true
	}
	said := plural(len(sources), "source", "sources")
	if len(houses) < len(sources) {
		said += " of " + plural(len(houses), "publisher", "publishers")
	}
	return said
}

// byLanguage puts reports, which are in the order of their dates, under their
// languages: the one that reported first before the others, and those of unknown
// language last.
func byLanguage(reports []storyEntry) []storyLanguage {
	var list []storyLanguage
	for _, r := range reports {
		k := slices.IndexFunc(list, func(l storyLanguage) bool { return l.code == r.Language })
		if k < 0 {
			k = len(list)
			list = append(list, storyLanguage{code: r.Language})
		}
		list[k].add(r)
	}
	if len(list) < 2 {
		return list
	}
	feed.SortBy(list, func(a, b storyLanguage) int {
		switch {
		case a.code == "" && b.code != "":
			return 1
		case a.code != "" && b.code == "":
			return -1
		}
		return 0
	})
	for i := range list {
		l := &list[i]
		l.ID = fmt.Sprint("language", i+1)
		l.Name = cmp.Or(text.LanguageName(l.code), l.code, "Language unknown")
	}
	return list
}

// add puts a report behind those that are there, under its day.
func (l *storyLanguage) add(r storyEntry) {
	l.Count++
	if n := len(l.Days); n == 0 || !l.Days[n-1].sameDay(r.When) {
		l.Days = append(l.Days, storyDay{moment: r.When})
	}
	last := &l.Days[len(l.Days)-1]
	last.Reports = append(last.Reports, r)
}

// newReports is a story's members by their dates, each with why it is there.
func newReports(story feed.StoryView, times *calendar) []storyEntry {
	members := slices.Clone(story.Members)
	feed.SortBy(members, func(a, b feed.StoryMember) int {
		return cmp.Or(a.Published.Compare(b.Published), a.Seen.Compare(b.Seen), cmp.Compare(a.Entry, b.Entry))
	})
	shown := make(map[feed.EntryKey]*storyEntry, len(members))
	reports := make([]storyEntry, len(members))
	for i := range members {
		reports[i] = newReport(members[i], times)
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

func newReport(m feed.StoryMember, times *calendar) storyEntry {
	r := storyEntry{
		Key: m.Entry, Title: cmp.Or(m.Title, webLink(m.Link), "Untitled"), Link: webLink(m.Link),
		Lang: langOfTitle(m.Language, m.Title), Language: languageName(m.Language),
		Source: m.Source, When: times.At(m.Published), member: m,
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
