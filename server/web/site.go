package web

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// Options are what a Site tells of itself. The zero value is usable.
type Options struct {
	Title    string         // of the whole site; "Topicwire" when empty
	URL      string         // public address, http or https; a path is the prefix of all paths; DefaultURL when empty
	Version  string         // of the program; may be empty
	Contact  string         // of the operator, an e-mail or web address; may be empty
	Interval time.Duration  // default between two visits to a source; 0 leaves it unsaid
	Zone     *time.Location // of days, and of times on pages; nil for UTC
	Icon     Picture        // of the site; the zero value for the program's
	Hubs     []string       // addresses of the WebSub hubs that feeds and pages of topics name
	Log      *slog.Logger   // requests at debug level; nil for none
	// Story looks up a story for its page, over a short read of the store;
	// false says that there is none of that key. It is called from several
	// goroutines at once. nil is a site without story pages.
	Story func(feed.StoryKey) (feed.StoryView, bool, error)
	// Edition makes an edition that nobody publishes, over a short read of the store;
	// nil where there is none. It is called from several goroutines at once. nil is a
	// site without.
	Edition func(Wanted) (*feed.Edition, error)
	// Languages are those that a topic has entries in, as Wanted has them, likewise.
	Languages func(feed.TopicID) ([]string, error)
	// Month makes a page of a month, likewise.
	Month func(WantedMonth) (*feed.MonthPage, error)
	// Underway is what the server that asks the sources does now, and is called by
	// SetSources; nil is a site that is made as files.
	Underway func() Underway
}

// DefaultURL is the public address of a server that nobody gave one.
const DefaultURL = "http://127.0.0.1:8080"

// A Site is the public side of the server, an http.Handler. All its methods may
// be called at any time from any goroutine.
type Site struct {
	opts   Options
	base   string // URL without a slash at the end
	prefix string // the path of URL without a slash at the end, often ""
	log    *slog.Logger
	pages  *template.Template
	shell  shell
	zone   atomic.Pointer[time.Location] // nil for UTC

	proxies atomic.Pointer[[]netip.Prefix] // nil for none

	shelf *shelf

	// table is every path that is answered, each with and without the prefix. A
	// table never changes; a change of topics swaps in another.
	table   atomic.Pointer[map[string]*slot]
	missing *document
	noStory *document

	// former is where addresses of topics lead that the table has no more.
	former                 atomic.Pointer[formerTopics]
	closedPage, closedFeed *document

	// mu guards what follows and is held by writers only. Topics are rendered
	// outside it, the index inside, so that the last index to be put in place
	// is that of the newest state.
	mu          sync.Mutex
	fixed       []*slot // with the index first
	topics      []*topic
	all         *topic // the feed of all topics, which has no page
	sourceCount int
	progress    progress
	files       Files
	filed       []*slot // their places

	// sourcesMu is held while sources are listed. It is taken before mu.
	sourcesMu                      sync.Mutex
	listed                         atomic.Pointer[sourceRows]
	sources, topicList, sourceList *slot
}

// A topic is what the site keeps of one: its documents, and what the index says
// of it.
type topic struct {
	feed.Topic
	feeds    [len(formats)]*slot
	page     *slot // nil for the feed of all topics
	card     card
	modified time.Time
	empty    *feed.Edition // what the page is made of that has no entries; nil for one with some
	history  *history      // nil before the first edition
	// started and published number the calls of Show, so that a slow one
	// does not undo the one that overtook it.
	started, published uint64
}

// formats are publish.Formats, in an array.
var formats = [...]publish.Format{publish.Atom, publish.RSS, publish.JSON}

// New is a site without topics.
func New(o Options) *Site {
	o.Title, o.URL = cmp.Or(o.Title, "Topicwire"), cmp.Or(o.URL, DefaultURL)
	s := &Site{opts: o, base: strings.TrimRight(o.URL, "/"), log: logger(o.Log), shelf: newShelf()}
	if u, err := url.Parse(s.base); err == nil {
		s.prefix = strings.TrimRight(u.EscapedPath(), "/")
	}
	s.zone.Store(o.Zone)
	s.pages = parsePages()
	s.build()
	return s
}

// build prepares what does not depend on topics.
func (s *Site) build() {
	page := pageTraits()
	style := s.static("style.css", "text/css; charset=utf-8")
	script := s.static("ago.js", "text/javascript; charset=utf-8")
	icon, iconType := s.static("icon.svg", "image/svg+xml"), "image/svg+xml"
	if s.opts.Icon.Ext != "" {
		icon, iconType = s.pictured(publish.SiteIconPath(s.opts.Icon.Icon), s.opts.Icon), s.opts.Icon.MediaType()
	}
	s.sources, s.topicList, s.sourceList = s.slot("/sources"), s.slot(topicsList), s.slot(sourcesList)
	s.shell = shell{
		Site: printable(s.opts.Title), Home: s.prefix + "/", About: s.prefix + "/about", SourceList: s.sources.path, OPML: s.topicList.path,
		Style: style.path, Script: script.path, Icon: icon.path, IconType: iconType, Generator: generator(s.opts.Version),
	}
	about := s.slot("/about")
	about.Store(newDocument(s.renderAbout(), time.Time{}, page, nil))
	health := s.slot("/healthz")
	health.Store(newDocument([]byte("ok\n"), time.Time{},
		traits{mediaType: "text/plain; charset=utf-8", cache: cacheNone, noETag: true}, nil))
	s.fixed = []*slot{s.slot("/"), about, s.sources, health, style, script, icon, s.topicList, s.sourceList,
		s.picture(publish.LogoPath, "logo.png"),
		s.kept(publish.StylePath, "feed.css", "text/css; charset=utf-8")}
	if icon.path != s.prefix+publish.IconPath {
		s.fixed = append(s.fixed, s.picture(publish.IconPath, "icon.png"))
	}
	s.fixed = append(s.fixed, s.wellKnown()...)

	s.missing = s.notFound(missingPage{shell: s.shell, Heading: "Not found",
		Says: "There is nothing at this address. A topic may have been renamed or withdrawn."})
	s.noStory = s.notFound(missingPage{shell: s.shell, Heading: "No such story",
		Says: "There is no story of this number, or no longer: the topics have what is kept."})
	s.closedPage, s.closedFeed = s.closedAnswers()
	s.former.Store(new(formerTopics))

	s.all = s.newTopic(feed.Topic{ID: feed.AllTopics, Title: s.opts.Title})
	s.SetSources(nil)
	s.refreshIndex()
	s.route()
}

func (s *Site) static(name, mediaType string) *slot {
	path, d := staticDocument(name, mediaType)
	place := s.slot(path)
	place.Store(d)
	return place
}

// SetTopics tells the site its topics, in the order of the index, and which it had once
// and has no more. The documents of topics that are gone are answered no more: all
// addresses below a former id of a topic lead to the same place below its present one,
// those of a closed topic say that it is. A new topic has an empty feed and page until
// it is published; a known one keeps its documents, under a new id, too.
func (s *Site) SetTopics(topics []feed.Topic, closed ...feed.TopicID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	former := formerOf(topics, closed)
	known := make(map[feed.TopicID]*topic, len(s.topics))
	for _, t := range s.topics {
		known[t.ID] = t
	}
	s.topics = make([]*topic, 0, len(topics))
	for _, f := range topics {
		t := known[f.ID]
		for i := 0; t == nil && i < len(f.Was); i++ {
			if was := known[f.Was[i]]; was != nil && former[was.ID] == f.ID {
				t = s.follow(was, f)
			}
		}
		if t == nil {
			t = s.newTopic(f)
		}
		t.Topic = f
		t.card = s.card(f, t.card)
		s.topics = append(s.topics, t)
	}
	s.filed = s.placeFiles()
	s.refreshIndex()
	s.former.Store(&former)
	s.route()
	s.shelf.forget()
}

func (s *Site) newTopic(f feed.Topic) *topic {
	t := &topic{Topic: f}
	path := topicPath(f.ID)
	if f.ID != feed.AllTopics {
		t.page = s.slot(path)
	}
	for i, format := range formats {
		t.feeds[i] = s.slot(path + format.Ext())
	}
	empty := &feed.Edition{Topic: f}
	docs, err := publish.RenderAll(empty, s.site())
	if err != nil {
		// An empty edition renders; should it not, its addresses are 404
		// until the topic is published.
		s.log.Error("empty topic not shown", "topic", f.ID, "error", err)
		return t
	}
	s.put(t, docs, s.pageOf(t, empty))
	for _, place := range t.places() {
		place.Load().provisional = true // nobody has it yet
	}
	return t
}

// places are where the documents of a topic are.
func (t *topic) places() []*slot {
	if t.page == nil {
		return t.feeds[:]
	}
	return append(t.feeds[:len(t.feeds):len(t.feeds)], t.page)
}

// pageOf is a topic's page; nil where it has none, and for one without entries, which put
// makes: that tells how the sources do.
func (s *Site) pageOf(t *topic, ed *feed.Edition) []byte {
	if t.page == nil || emptyOf(ed) != nil {
		return nil
	}
	return s.renderTopic(ed)
}

// Show renders the pages of editions and puts them and the documents in place, then
// renews the index, once for all of them. A document is replaced whole: no
// request sees half of one. Last-Modified is the edition's Updated; it never
// goes back for a topic, and moves by a second where the documents change
// without it, so that a reader that knows no ETags misses nothing.
//
// The edition of feed.AllTopics is the feed of all topics, at /all.atom and so on. Any
// other whose topic is not among SetTopics' changes nothing; the others are
// shown and the errors come back joined. Of several calls for one topic the one that
// started last wins.
func (s *Site) Show(editions ...*publish.Documents) error {
	var errs []error
	changed := false
	for _, docs := range editions {
		t, turn := s.start(docs.Topic.ID)
		if t == nil {
			errs = append(errs, fmt.Errorf("publish %s: no such topic", docs.Topic.ID))
			continue
		}
		if s.commit(t, turn, docs, s.pageOf(t, docs.Edition)) {
			changed = true
		}
	}
	if changed {
		s.mu.Lock()
		s.refreshIndex()
		s.mu.Unlock()
	}
	return errors.Join(errs...)
}

// start is the topic of an edition to publish and the number of the call.
func (s *Site) start(id feed.TopicID) (*topic, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.all
	if id != feed.AllTopics {
		i := slices.IndexFunc(s.topics, func(t *topic) bool { return t.ID == id })
		if i < 0 {
			return nil, 0
		}
		t = s.topics[i]
	}
	t.started++
	return t, t.started
}

// commit puts a rendered edition in place and reports true, unless a call that
// started later was faster.
func (s *Site) commit(t *topic, turn uint64, docs *publish.Documents, page []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn <= t.published {
		return false
	}
	t.published = turn
	s.put(t, docs, page)
	return true
}

// site is what documents say of the site.
func (s *Site) site() publish.Site {
	return publish.Site{Title: s.opts.Title, URL: s.base, Generator: generator(s.opts.Version), Icon: s.opts.Icon.Icon, Hubs: s.opts.Hubs}
}

// put prepares an edition's documents and swaps them in. The caller holds mu.
func (s *Site) put(t *topic, docs *publish.Documents, body []byte) {
	var look traits
	if t.page != nil {
		look = s.topicPageTraits(t.ID)
		if t.empty = emptyOf(docs.Edition); t.empty != nil {
			body, look = s.renderTopic(t.empty), loading(look, s.progress.asking())
		}
	}
	t.modified = modified(t, docs, body)
	var page *document
	if t.page != nil {
		page = newDocument(body, t.modified, look, t.page.Load())
	}
	var feeds [len(formats)]*document
	for i, format := range formats {
		feeds[i] = newDocument(docs.Bodies[format], t.modified, s.feedTraits(docs.Edition, format), t.feeds[i].Load())
	}
	t.history = t.history.follow(s.site(), docs.Edition, feeds)
	for i, d := range feeds {
		d.history, d.format = t.history, i
	}
	// All are made before the first is shown: they change as good as at once.
	if t.page != nil {
		t.page.Store(page)
	}
	for i, d := range feeds {
		t.feeds[i].Store(d)
	}
	t.card = s.card(t.Topic, newCard(docs.Edition))
}

// modified is the date of the documents that follow t's.
func modified(t *topic, docs *publish.Documents, page []byte) time.Time {
	updated := docs.Updated.UTC().Truncate(time.Second)
	if updated.After(t.modified) || t.modified.IsZero() {
		return updated
	}
	equal := t.page == nil || holds(t.page, page)
	for i, format := range formats {
		equal = equal && holds(t.feeds[i], docs.Bodies[format])
	}
	if equal {
		return t.modified
	}
	return t.modified.Add(time.Second)
}

func holds(place *slot, body []byte) bool {
	d := place.Load()
	return d != nil && string(d.coded.body) == string(body)
}

// refreshIndex renders the index anew. The caller holds mu.
func (s *Site) refreshIndex() {
	cards := make([]card, len(s.topics))
	for i, t := range s.topics {
		cards[i] = t.card
	}
	index := s.fixed[0]
	page, again := s.renderIndex(cards)
	index.Store(newDocument(page, time.Time{}, loading(timedTraits(), again), index.Load()))
	s.listTopics()
}
