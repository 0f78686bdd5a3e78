package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/html"
	"topicwire/feed/link"
	"topicwire/feed/publish"
	"topicwire/feed/text"
)

// A topicPage is /topics/ID.
type topicPage struct {
	shell
	Name, Description, Lang string
	Days                    []day
	Past                    []day  // what a change of rules found too late to be news
	Total                   string // how many there are in all, in words
	Count, Sources          int    // of the page
	Rest                    bool   // there are more than on the page
	PastCount, All          int    // what was found later; items of the page
	PastRest                int    // how many of PastCount the page has, where not all
	Months                  []pageLink
	Tongues                 []pageLink // feeds of one language
	Newest                  moment
	Languages               []languageCount // more than one, or none
	Outlook                 *outlook        // of a page without entries, else nil
}

// A day is the entries of one day.
type day struct {
	moment
	ID      string // of its section; "" for none
	Entries []entryView
}

// A languageCount is one choice of the page's language filter.
type languageCount struct {
	Number int    // from 1, as the style sheet counts
	Name   string // as entries show it
	Count  int
}

// An entryView is one entry of a page.
type entryView struct {
	Key        feed.EntryKey
	Title      string
	Link       string // "" where there is none to follow
	Lang       string // for the lang attribute; "" for unknown
	Language   string // as readers see it; "" for unknown
	Number     int    // of the language, as languageCount
	Source     string
	SourceLink string
	When       moment
	Elsewhen   bool // it stands under another day than its own
	Later      bool // Past
	Summary    string
	Also       []alsoView
	Why        why
	Story      *storyLink // nil where no other report is known
}

// A storyLink leads to the page of an entry's story.
type storyLink struct {
	URL     string
	Reports int // that the topic has; 1 where the others are elsewhere
}

// An alsoView is another report of the same news. Foreign names its language where
// that is not the entry's.
type alsoView struct{ Source, Link, Title, Foreign string }

const (
	summaryLength   = 280 // characters
	filterLanguages = 6   // choices of the filter; the style sheet has rules for as many
	otherLanguage   = "Other"
)

// renderTopic is the page of an edition. Where that has no entries the caller holds mu.
func (s *Site) renderTopic(ed *feed.Edition) []byte {
	t := ed.Topic
	items, past := newestFirst(ed.Entries), newestFirst(ed.Past)
	items = items[:min(len(items), pageEntries)]
	past = past[:min(len(past), pageEntries-len(items))]
	both := slices.Concat(items, past)
	p := topicPage{
		shell: s.shell, Name: topicTitle(t), Description: printable(t.Description), Lang: langTag(t.Language),
		Count: len(items), PastCount: max(len(ed.Past), ed.Tally.Past), All: len(both), Languages: languages(both),
	}
	var total int
	total, p.Total = totalOf(ed)
	p.Rest = total > len(items)
	if p.PastCount > len(past) {
		p.PastRest = len(past)
	}
	p.Title, p.Canonical, p.shell.Feeds = p.Name, s.base+topicPath(t.ID), s.feedLinks(t)
	p.Times = newCalendar(s.zone.Load(), ed.Updated)
	if emptyOf(ed) != nil {
		p.Times = s.outlookTimes(ed.Updated)
		p.Outlook, p.Refresh = s.outlook(p.Times, false, had(ed)), s.refresh()
	}
	for _, m := range ed.Months {
		p.Months = append(p.Months, pageLink{m.Begin(time.UTC).Format("January 2006"), s.prefix + WantedMonth{Topic: t.ID, Month: m}.path()})
	}
	p.Tongues = s.tongues(&t, both)
	if t.Icon.Ext != "" {
		p.Icon, p.IconType = s.prefix+publish.TopicIconPath(&t), t.Icon.MediaType()
	}
	p.Hubs = s.opts.Hubs
	number := make(map[string]int, len(p.Languages))
	for _, l := range p.Languages {
		number[l.Name] = l.Number
	}
	reports := storyReportsOf(both)
	p.Sources = sourceCount(items, past)
	p.Newest = p.Times.At(newestReport(items))
	p.Preview = s.preview("website", p.Name, p.description(), &t)
	return fitting(func(room room) []byte {
		view := func(it *feed.Item) entryView {
			e := room.entry(it, t.Reasons, p.Times)
			e.Number = cmp.Or(number[cmp.Or(e.Language, otherLanguage)], number[otherLanguage])
			e.Story = s.storyLink(it, reports[it.Story])
			return e
		}
		p.Days, p.Past = daysOf(items, view), daysOf(past, view)
		return execute(s.pages, "topic.html", p)
	})
}

// tongues are the feeds of the languages that items are in, where that is more than one.
func (s *Site) tongues(t *feed.Topic, items []*feed.Item) (list []pageLink) {
	known := map[string]bool{}
	for _, it := range items {
		known[strings.ToLower(text.Primary(cmp.Or(it.Entry.Language, it.Source.Language)))] = true
	}
	for _, language := range slices.Sorted(maps.Keys(known)) {
		if name := text.LanguageName(language); name != "" && s.opts.Edition != nil && edition.Speaks(t, language) {
			list = append(list, pageLink{name, s.prefix + publish.LanguagePath(t.ID, language) + publish.Atom.Ext()})
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

// totalOf is how much a topic has for its readers, but for what was found later, also
// in words; at least what the edition shows. Of a topic that publishes stories it is
// the reports that they are made of.
func totalOf(ed *feed.Edition) (int, string) {
	n := len(ed.Entries)
	switch t := ed.Tally; ed.Topic.Group {
	case feed.GroupNone:
		n = max(n, t.Reports-t.Past)
	case feed.GroupStory:
		if t.Reports > 0 {
			return t.Reports - t.Past, plural(t.Reports-t.Past, "report", "reports")
		}
	default:
		n = max(n, t.Groups-t.Past)
	}
	return n, plural(n, "entry", "entries")
}

// sourceCount is how many sources items are of, those that are listed with them
// included.
func sourceCount(lists ...[]*feed.Item) int {
	sources := map[feed.SourceID]bool{}
	for _, list := range lists {
		for _, it := range list {
			sources[it.Source.ID] = true
			for _, a := range it.Also {
				sources[a.Source.ID] = true
			}
		}
	}
	return len(sources)
}

// daysOf files items, the newest first, under their days.
func daysOf(items []*feed.Item, view func(*feed.Item) entryView) []day {
	var days []day
	for _, it := range items {
		e := view(it)
		if n := len(days); n == 0 || !days[n-1].sameDay(e.When) {
			days = append(days, day{moment: e.When})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, e)
	}
	return days
}

// storyReportsOf counts the reports of each story as far as the items show them.
func storyReportsOf(items []*feed.Item) map[feed.StoryKey]int {
	counts, told := map[feed.StoryKey]int{}, map[feed.StoryKey]int{}
	for _, it := range items {
		counts[it.Story] += 1 + len(it.Also)
		told[it.Story] = max(told[it.Story], it.Reports)
	}
	for k, n := range told {
		counts[k] = max(counts[k], n)
	}
	return counts
}

// storyLink leads to the story of an item, if it is not alone in it.
func (s *Site) storyLink(it *feed.Item, reports int) *storyLink {
	joined := it.Placed != nil && it.Placed.Tier != feed.TierNew
	if s.opts.Story == nil || it.Story == 0 || reports < 2 && !joined {
		return nil
	}
	return &storyLink{s.prefix + storyPath(it.Story), reports}
}

// newestFirst is the items by their own dates, as a page shows them. A feed goes
// by filing instead, so that no reader misses a late arrival.
func newestFirst(items []feed.Item) []*feed.Item {
	sorted := make([]*feed.Item, len(items))
	for i := range items {
		sorted[i] = &items[i]
	}
	slices.SortStableFunc(sorted, func(a, b *feed.Item) int { return b.Entry.When().Compare(a.Entry.When()) })
	return sorted
}

func newEntryView(it *feed.Item, detail feed.ReasonDetail, times *calendar) entryView {
	e := &it.Entry
	v := entryView{
		Key: e.Key, Title: titleOf(e), Link: webLink(e.Link), Lang: langOf(e), Language: languageName(e.Language),
		Source: it.Source.Title, SourceLink: webLink(link.Masked(it.Source.Link)), When: times.At(e.When()),
		Why: newWhy(it.Reasons, detail),
	}
	if v.Summary = html.Shorten(html.Text(cmp.Or(e.Summary, e.Content)), summaryLength); v.Summary == v.Title {
		v.Summary = ""
	}
	v.Why.Included = it.Included && detail != feed.ReasonNone
	for _, a := range it.Also {
		v.Also = append(v.Also, alsoView{a.Source.Title, webLink(a.Link), a.Title, a.Foreign})
	}
	return v
}

// titleOf is the entry's title, or what can stand for one.
func titleOf(e *feed.StoredEntry) string {
	if e.Title != "" {
		return e.Title
	}
	return cmp.Or(html.Shorten(html.Text(cmp.Or(e.Summary, e.Content)), 80), webLink(e.Link), "Untitled")
}

// langOf is the entry's lang attribute. Uzbek is Latin by default; the tag names
// the script where the title is in Cyrillic, so that fonts and hyphenation are
// those of the text.
func langOf(e *feed.StoredEntry) string { return langOfTitle(e.Language, e.Title) }

func langOfTitle(language, title string) string {
	if language == "uz" && mostlyCyrillic(title) {
		return "uz-Cyrl"
	}
	return langTag(language)
}

// langTag is the tag if it has the form of one (RFC 5646 §2.1), else "".
func langTag(tag string) string {
	for part := range strings.SplitSeq(tag, "-") {
		if len(part) < 1 || len(part) > 8 {
			return ""
		}
		for _, c := range []byte(part) {
			if c |= 0x20; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				return ""
			}
		}
	}
	return tag
}

func mostlyCyrillic(s string) bool {
	cyrillic, latin := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	return cyrillic > latin
}

// languageName is a language's code without its region or script, in capitals.
func languageName(tag string) string {
	name, _, _ := strings.Cut(langTag(tag), "-")
	return strings.ToUpper(name)
}

// languages counts the items of each language, the most frequent first. Those
// beyond what the filter has room for, and the unknown, are Other. It is nil
// where there is no choice to offer.
func languages(items []*feed.Item) []languageCount {
	counts := map[string]int{}
	for _, it := range items {
		counts[languageName(it.Entry.Language)]++
	}
	if len(counts) < 2 {
		return nil
	}
	other := counts[""]
	delete(counts, "")
	var list []languageCount
	for name, n := range counts {
		list = append(list, languageCount{Name: name, Count: n})
	}
	feed.SortBy(list, func(a, b languageCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	room := filterLanguages
	if other > 0 {
		room--
	}
	if len(list) > room {
		room = filterLanguages - 1
		for _, l := range list[room:] {
			other += l.Count
		}
		list = list[:room]
	}
	if other > 0 {
		list = append(list, languageCount{Name: otherLanguage, Count: other})
	}
	for i := range list {
		list[i].Number = i + 1
	}
	return list
}

// plural is "1 entry", "2 entries".
func plural(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// number writes a weight or score: no more digits than it needs, at most two
// after the point.
func number(x float64) string {
	s := digits(x)
	if s == "-0" {
		return "0"
	}
	return strings.Replace(s, "-", "\u2212", 1)
}

// digits are those of a number, at most two after the point.
func digits(x float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 2, 64), "0"), ".")
}
