package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// A shell is what every page shows around its content.
type shell struct {
	Site, Home, About, SourceList, OPML, Style, Script, Icon, IconType, Generator string

	Title     string // of the page; the site's own is added
	Canonical string // absolute address, or "" where there is none
	Feeds     []feedLink
	Times     *calendar // of a page that shows times, else nil
	Preview   *preview  // nil for a page that nobody is to link to
	Hubs      []string  // that carry the page; none of most
	Refresh   int       // seconds after which the page loads itself anew; 0 for never
}

// A feedLink is one subscription address.
type feedLink struct {
	Name  string // of the format, as people call it
	Topic string // title
	Type  string // media type
	URL   string // a path on this host
}

// An indexPage is /.
type indexPage struct {
	shell
	Topics  []card
	Sources int // that are polled
	Newest  moment
	// Outlook says why there is nothing to read; nil where there is something. Progress
	// says the same of a topic without entries beside others.
	Outlook, Progress *outlook
}

// A card is what the index says of a topic.
type card struct {
	Title, Description, Lang string
	URL                      string // path of the topic's page
	Feeds                    []feedLink
	Count                    int       // that the page shows
	Past                     bool      // there are entries that it does not show
	Total                    string    // of all there are, in words
	Newest                   time.Time // of the newest report; zero without entries
	Updated                  time.Time // of the newest change; zero without one
	Headlines                []headline
}

// A headline is one of a topic's newest entries, on the index.
type headline struct {
	Title, Lang, Link, Source string
	When                      time.Time
}

// headlines is how many of its newest entries the index shows of a topic.
const headlines = 3

// An aboutPage is /about.
type aboutPage struct {
	shell
	Contact     string
	ContactLink string // where Contact is an address that can be followed
	Polling     string
	Agent       string // the User-Agent that publishers see
}

// renderIndex is the index, and whether it loads itself anew.
func (s *Site) renderIndex(cards []card) (page []byte, again bool) {
	p := indexPage{shell: s.shell, Topics: cards, Sources: s.sourceCount}
	p.Canonical = s.base + "/"
	var newest, updated time.Time
	entries, past := 0, false
	p.Feeds = s.feedLinks(s.all.Topic)
	for _, c := range cards {
		p.Feeds = append(p.Feeds, c.Feeds...)
		newest, updated = later(newest, c.Newest), later(updated, c.Updated)
		entries, past = entries+c.Count, past || c.Past
	}
	p.Times = newCalendar(s.zone.Load(), updated)
	switch {
	case len(cards) > 0 && entries == 0:
		p.Times = s.outlookTimes(updated)
		p.Outlook = s.outlook(p.Times, true, past)
		p.Refresh = s.refresh()
	case len(cards) > 0:
		p.Progress = s.outlook(p.Times, false, false)
	}
	p.Newest = p.Times.At(newest)
	p.Preview = s.preview("website", s.opts.Title, indexDescription(cards, s.sourceCount), nil)
	return execute(s.pages, "index.html", p), p.Refresh > 0
}

func (s *Site) renderAbout() []byte {
	p := aboutPage{shell: s.shell, Polling: every(s.opts.Interval), Contact: s.opts.Contact}
	p.Title, p.Canonical = "About", s.base+"/about"
	p.Preview = s.preview("website", p.Title, "Who runs "+s.opts.Title+", how it reads feeds, and how a publisher can opt out.", nil)
	switch {
	case webLink(p.Contact) != "":
		p.ContactLink = p.Contact
	case strings.Contains(p.Contact, "@") && !strings.ContainsAny(p.Contact, ": /?&"):
		p.ContactLink = "mailto:" + p.Contact
	}
	p.Agent = "topicwire"
	if s.opts.Version != "" {
		p.Agent += "/" + s.opts.Version
	}
	if p.Contact != "" {
		p.Agent += " (+" + p.Contact + ")"
	}
	return execute(s.pages, "about.html", p)
}

func (s *Site) renderClosed() []byte {
	p := s.shell
	p.Title = "Closed"
	return execute(s.pages, "closed.html", p)
}

// execute renders one page.
func execute(pages *template.Template, name string, data any) []byte {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Errorf("render %s: %w", name, err)) // templates and their data are ours; tests run them all
	}
	return b.Bytes()
}

// newCard is a topic's card as far as its edition goes.
func newCard(ed *feed.Edition) card {
	items := newestFirst(ed.Entries)
	_, total := totalOf(ed)
	c := card{Count: len(items), Past: had(ed), Total: total, Newest: newestReport(items), Updated: ed.Updated}
	for _, it := range items[:min(len(items), headlines)] {
		c.Headlines = append(c.Headlines, headline{
			Title: titleOf(&it.Entry), Lang: langOf(&it.Entry), Link: webLink(it.Entry.Link),
			Source: it.Source.Title, When: it.Entry.When(),
		})
	}
	return c
}

// newestReport is the date of the newest of the reports that items stand for; the
// zero time where there are none.
func newestReport(items []*feed.Item) time.Time {
	var newest time.Time
	for _, it := range items {
		newest = later(later(newest, it.Entry.When()), it.Newest)
		for i := range it.Also {
			newest = later(newest, it.Also[i].When)
		}
	}
	return newest
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// card completes c with what is configured.
func (s *Site) card(t feed.Topic, c card) card {
	c.Title, c.Description, c.Lang = topicTitle(t), printable(t.Description), langTag(t.Language)
	c.URL = s.prefix + topicPath(t.ID)
	c.Feeds = s.feedLinks(t)
	return c
}

func (s *Site) feedLinks(t feed.Topic) []feedLink { return s.feedsAt(topicPath(t.ID), topicTitle(t)) }

// feedsAt are the subscription addresses below a path.
func (s *Site) feedsAt(path, title string) []feedLink {
	links := make([]feedLink, len(formats))
	for i, f := range formats {
		links[i] = feedLink{formatName(f), title, f.MediaType(), s.prefix + path + f.Ext()}
	}
	return links
}

func formatName(f publish.Format) string {
	return map[publish.Format]string{publish.Atom: "Atom", publish.RSS: "RSS", publish.JSON: "JSON"}[f]
}

func topicTitle(t feed.Topic) string {
	return cmp.Or(printable(t.Title), string(t.ID))
}

// printable is a text of the configuration as HTML has it: without characters that
// control something.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// webLink is the address if a page may link to it: absolute, http or https, with
// a host. Otherwise it is "".
func webLink(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return address
}

// generator names the program and its version.
func generator(version string) string {
	return strings.TrimSpace("Topicwire " + version)
}

// every says an interval in words: "every hour", "every 30 minutes"; "" for 0.
func every(d time.Duration) string {
	units := []struct {
		d    time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
	for _, u := range units {
		switch n := d / u.d; {
		case d <= 0 || d%u.d != 0:
		case n == 1:
			return "every " + u.name
		default:
			return fmt.Sprintf("every %d %ss", n, u.name)
		}
	}
	if d > 0 {
		return "every " + d.String()
	}
	return ""
}
