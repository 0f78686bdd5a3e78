package publish

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// An item is one entry of the edition with everything decided that the formats
// share. Its strings are XML text.
type item struct {
	*feed.Item
	id           string
	title        string
	link         string
	summary      string // HTML, or ""
	content      string // HTML, or ""; never "" where the summary is no place for the list
	text         string // plain text in place of both
	rights       string
	language     string
	published    time.Time // zero where the publisher gave none
	updated      time.Time
	authors      []feed.Person
	tags         []feed.Category
	topics       []feed.Category // those that have it, as more tags
	files        []feed.Enclosure
	image        string
	contributors []feed.Person
	links        []feed.Link
	comments     string
	places       []feed.Place
	podcast      feed.Podcast
	source       source
	also         []other
}

// A source is the feed that an entry was copied from.
type source struct {
	id, title, link, feed string
	rights                string
	updated               time.Time
	authors               []feed.Person
}

// An other is another report of the same.
type other struct {
	source, link, title string
	when                time.Time
	language            string // BCP 47, or ""
	foreign             string // the name of its language where that is not the lead's
}

func newOther(a *feed.Also) other {
	return other{label(a.Source.Title), webAddress(a.Link), line(a.Title), a.When, line(a.Language), line(a.Foreign)}
}

// titleLength is how many characters of its text stand for a missing title.
const titleLength = 80

func newItem(it *feed.Item) item {
	e := &it.Entry
	n := item{
		Item:    it,
		id:      html.CleanXML(it.PublicID),
		title:   line(e.Title),
		link:    webAddress(e.Link),
		summary: clean(e.Summary),
		content: clean(e.Content),
		rights:  line(e.Rights),
		tags:    categories(e.Categories),
		files:   enclosures(e.Enclosures),
		image:   webAddress(e.Image), contributors: people(e.Contributors), links: links(e.Links),
		comments: webAddress(e.Comments), places: e.Places, podcast: podcast(e.Podcast),
	}
	if n.rights == "" {
		n.rights = line(it.Source.Rights)
	}
	if n.content == n.summary {
		n.content = ""
	}
	if n.language = line(e.Language); n.language == "" {
		n.language = line(it.Source.Language)
	}
	n.dates()
	n.source = newSource(it, n.updated)
	n.authors = people(e.Authors)
	if len(n.authors) == 0 {
		n.authors = people(it.Source.Authors)
	}
	if len(n.authors) == 0 && n.source.title != "" {
		n.authors = []feed.Person{{Name: n.source.title}}
	}
	for _, a := range it.Also {
		n.also = append(n.also, newOther(&a))
	}
	n.nameless()
	n.bodies()
	return n
}

// dates takes the publisher's dates, none later than we saw them. A date of
// update that lies behind every change we know of is not believed.
func (n *item) dates() {
	e := &n.Entry
	if n.published = e.Published; n.published.After(e.Seen) {
		n.published = e.Seen
	}
	n.updated = e.Updated
	if n.updated.After(e.Seen) && n.updated.After(n.Changed) {
		n.updated = e.Seen
	}
	if n.updated.Before(n.published) {
		n.updated = n.published // nothing is changed before it is there
	}
	if n.updated.IsZero() {
		n.updated = e.Seen
	}
}

// issued is the date of an entry where a format has room for one.
func (n *item) issued() time.Time {
	if n.published.IsZero() {
		return n.updated
	}
	return n.published
}

// nameless gives an entry without a title the first words of its text.
func (n *item) nameless() {
	for _, s := range [...]string{n.summary, n.content} {
		if n.title == "" && s != "" {
			n.title = html.Shorten(html.Text(s), titleLength)
		}
	}
	if n.title == "" {
		n.title = n.source.title
	}
}

// bodies puts the list of other reports where readers show it, and leaves no
// entry empty that has no link to lead elsewhere.
func (n *item) bodies() {
	list := alsoList(n.also)
	switch {
	case list == "":
	case n.content != "":
		n.content += list
	default:
		// A reader that has content shows no summary: the content must be whole.
		n.content, n.summary = n.summary+list, ""
	}
	if n.content == "" && n.link == "" {
		n.content, n.summary = n.summary, ""
	}
	if n.content == "" && n.summary == "" {
		n.text = n.title
	}
}

func newSource(it *feed.Item, updated time.Time) source {
	info := &it.Source
	id := info.ID
	if id == "" {
		id = it.Entry.Source
	}
	s := source{
		title: label(info.Title), link: sourceAddress(info.Link), feed: sourceAddress(string(id)),
		rights: line(info.Rights), authors: people(info.Authors),
		// A source's own date moves with every document it publishes. The
		// entry's is the one that was true of the source when it had the entry,
		// and stays.
		updated: updated,
	}
	// Where the feed has no id, its address is one. A file's name says nothing
	// outside this machine, and is nobody's business there: PublicID publishes
	// only a name made of it.
	own := html.CleanXML(info.FeedID)
	if own == "" {
		own = string(id)
	}
	s.id = sourceID(id, own)
	if s.title == "" {
		s.title = s.link
	}
	if o := it.Entry.Origin; o != nil && line(o.Title) != "" {
		// The entry was a copy already: its source stays the one it names
		// (RFC 4287 §4.2.11).
		s = source{title: line(o.Title), link: sourceAddress(o.Link), feed: sourceAddress(o.Self), updated: updated}
		if s.feed == s.link {
			s.link = ""
		}
		if own = html.CleanXML(o.ID); own == "" {
			own = s.title + " " + webAddress(o.Link)
		}
		s.id = sourceID(id, own)
	}
	return s
}

// sourceID is the id of a source: feed.PublicID, but for an address with a secret.
func sourceID(id feed.SourceID, own string) string {
	if link.Secret(own) {
		return feed.NameUUID(string(id), own)
	}
	return feed.PublicID(id, own)
}

// sourceAddress is an address of a source where a reader may see it.
func sourceAddress(s string) string { return webAddress(link.Masked(s)) }

func people(all []feed.Person) []feed.Person {
	var list []feed.Person
	for _, p := range all {
		p = feed.Person{Name: line(p.Name), URI: webAddress(p.URI), Email: p.Email}
		if p.Name == "" {
			continue
		}
		if !mailbox.MatchString(p.Email) {
			p.Email = ""
		}
		p.Name = withoutMail(p.Name)
		seen := false
		for _, q := range list {
			seen = seen || q == p
		}
		if !seen {
			list = append(list, p)
		}
	}
	return list
}

// withoutMail is a name without a mail address in it, which readers would take for one
// of theirs: what stands before the @ where nothing else does.
func withoutMail(name string) string {
	if !strings.Contains(name, "@") {
		return name
	}
	var kept []string
	for w := range strings.FieldsSeq(name) {
		if !mailbox.MatchString(strings.Trim(w, "<>()[],;:")) {
			kept = append(kept, w)
		}
	}
	if len(kept) > 0 {
		return strings.Trim(strings.Join(kept, " "), "()<>")
	}
	local, _, _ := strings.Cut(strings.Trim(name, "<>()[]"), "@")
	return local
}

// mailbox matches what atom:email may hold that all who check it take.
var mailbox = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)

// categories are those of an entry as every format says them: by the word that people
// read, since a reader of one format sees the term alone, and of another the label.
func categories(all []feed.Category) []feed.Category {
	var list []feed.Category
	for _, c := range all {
		c = feed.Category{Term: line(c.Text()), Scheme: webAddress(c.Scheme)}
		if c.Term != "" && !slices.ContainsFunc(list, func(q feed.Category) bool { return q.Term == c.Term }) {
			list = append(list, c)
		}
	}
	return list
}

// topicTags are the topics that have an entry, in the feed of all of them, as categories.
func (d *document) topicTags(all []feed.TopicName) []feed.Category {
	var list []feed.Category
	for _, t := range all {
		list = append(list, feed.Category{Term: string(t.ID), Scheme: d.base + topics, Label: cmp.Or(label(t.Title), string(t.ID))})
	}
	return list
}

func links(all []feed.Link) []feed.Link {
	var list []feed.Link
	for _, l := range all {
		l = feed.Link{Rel: l.Rel, URL: webAddress(l.URL), Type: line(l.Type), Title: line(l.Title), Language: line(l.Language)}
		if l.URL != "" {
			list = append(list, l)
		}
	}
	return list
}

func podcast(p *feed.Podcast) feed.Podcast {
	if p == nil {
		return feed.Podcast{}
	}
	n := feed.Podcast{Episode: line(p.Episode), Season: line(p.Season), EpisodeType: line(p.EpisodeType), Explicit: line(p.Explicit)}
	for _, t := range p.Transcripts {
		if t.URL = webAddress(t.URL); t.URL != "" {
			n.Transcripts = append(n.Transcripts, feed.PodcastFile{URL: t.URL, Type: typed(t.Type, "text/plain"), Language: line(t.Language)})
		}
	}
	if c := p.Chapters; c != nil && webAddress(c.URL) != "" {
		n.Chapters = &feed.PodcastFile{URL: webAddress(c.URL), Type: typed(c.Type, "application/json+chapters")}
	}
	return n
}

// typed is a media type, or what stands for none.
func typed(mediaType, none string) string { return cmp.Or(line(mediaType), none) }

func enclosures(all []feed.Enclosure) []feed.Enclosure {
	var list []feed.Enclosure
	for _, e := range all {
		e = feed.Enclosure{URL: webAddress(e.URL), Type: line(e.Type), Length: max(e.Length, 0), Title: line(e.Title), Duration: max(e.Duration, 0)}
		if e.URL != "" {
			list = append(list, e)
		}
	}
	return list
}

// fileType is an enclosure's media type; RSS and JSON Feed must have one.
func fileType(e feed.Enclosure) string { return typed(e.Type, "application/octet-stream") }

// played is how long the first file plays that says so, in seconds; 0 for unknown.
func (n *item) played() int {
	for _, f := range n.files {
		if f.Duration > 0 {
			return f.Duration
		}
	}
	return 0
}

// principal is the number of the file that stands for all where there is room for one:
// the first that is no picture, which readers find in its own place.
func (n *item) principal() int {
	return max(slices.IndexFunc(n.files, func(f feed.Enclosure) bool { return !strings.HasPrefix(f.Type, "image/") }), 0)
}
