package web

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// A File is a document of the site as a static host serves it.
type File struct {
	Path string // below the site's address, with slashes; no slash before it
	Body []byte
}

// unserved are the documents that mean nothing without a server.
var unserved = map[string]bool{"/healthz": true}

// Files calls visit with the documents that are there without being asked for: the feeds
// and pages of topics, lists, pictures, and those by which a host says what they are. It
// stops at the first error and returns it.
func (s *Site) Files(visit func(File) error) error {
	files := map[string][]byte{
		"404.html": s.missing.coded.body,
		"_headers": []byte(hostHeaders),
	}
	if moved := s.redirects(); moved != "" {
		files["_redirects"] = []byte(moved)
	}
	for path, place := range *s.table.Load() {
		inside := strings.TrimPrefix(path, decoded(s.prefix))
		if d := place.Load(); d != nil && !unserved[inside] && decoded(place.path) == path {
			files[fileName(cmp.Or(inside, "/"), d)] = d.coded.body
		}
	}
	for page := 2; page <= s.listed.Load().pages(); page++ {
		if d := s.makeSources(page, nil); d != nil {
			files[fileName(sourcesPath(page), d)] = d.coded.body
		}
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if err := visit(File{path, files[path]}); err != nil {
			return err
		}
	}
	return nil
}

// redirects tells static hosts that read such a file where the addresses lead of topics
// that were renamed.
func (s *Site) redirects() string {
	var b strings.Builder
	former := *s.former.Load()
	for _, id := range slices.Sorted(maps.Keys(former)) {
		if former[id] == "" {
			continue // closed: such a file has no way to say so
		}
		from, to := s.prefix+topicPath(id), s.prefix+topicPath(former[id])
		for _, ext := range []string{"", publish.Atom.Ext(), publish.RSS.Ext(), publish.JSON.Ext()} {
			fmt.Fprintf(&b, "%s%s %s%s 308\n", from, ext, to, ext)
		}
		fmt.Fprintf(&b, "%s/* %s/:splat 308\n", from, to)
	}
	return b.String()
}

// fileName is where a document lies in a folder: a page in one of its own, so that any
// host finds it by its address.
func fileName(path string, d *document) string {
	path = strings.Trim(path, "/")
	switch {
	case !strings.HasPrefix(d.traits.mediaType, "text/html"):
		return path
	case path == "":
		return "index.html"
	}
	return path + "/index.html"
}

// TopicFiles calls visit with the documents of a topic that are made when they are asked
// for but for its archives: months, the editions of its languages, and the stories that
// its pages lead to. A topic that is not the site's has none.
func (s *Site) TopicFiles(id feed.TopicID, visit func(File) error) error {
	f := &topicFiles{s: s, id: id, visit: visit, stories: make(map[feed.StoryKey]bool)}
	if !f.look() || s.opts.Edition == nil || s.opts.Month == nil || s.opts.Story == nil || s.opts.Languages == nil {
		return nil
	}
	for _, make := range [...]func() error{f.months, f.editions, f.tellings} {
		if err := make(); err != nil {
			return fmt.Errorf("topic %s: %w", id, err)
		}
	}
	return nil
}

// ArchiveFiles calls visit with the documents of an archive of a topic; there are none
// where that has none of the number.
func (s *Site) ArchiveFiles(id feed.TopicID, number int, visit func(File) error) error {
	f := &topicFiles{s: s, id: id, visit: visit}
	ed, err := s.opts.Edition(Wanted{Topic: id, Archive: number})
	if err == nil {
		err = f.feeds(ed)
	}
	return err
}

// A topicFiles is the files of a topic in the making.
type topicFiles struct {
	s       *Site
	id      feed.TopicID
	visit   func(File) error
	stories map[feed.StoryKey]bool // that pages lead to
	dates   []feed.Month
}

// look reads what the site shows of the topic; false where it has none of that id.
func (f *topicFiles) look() bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.id == feed.AllTopics {
		return true // it has no pages
	}
	i := slices.IndexFunc(f.s.topics, func(t *topic) bool { return t.ID == f.id })
	if i < 0 {
		return false
	}
	t := f.s.topics[i]
	f.note(t.page.Load().coded.body)
	if t.history != nil {
		f.dates = t.history.edition.Months
	}
	return true
}

// note finds the stories that a page leads to.
func (f *topicFiles) note(page []byte) {
	for _, m := range storyLinks.FindAllSubmatch(page, -1) {
		if n, err := strconv.ParseUint(string(m[1]), 10, 64); err == nil {
			f.stories[feed.StoryKey(n)] = true
		}
	}
}

var storyLinks = regexp.MustCompile(`href="[^"]*/stories/([0-9]+)"`)

// put hands on a document, if it is one.
func (f *topicFiles) put(path string, d *document) error {
	if d == nil {
		return nil
	}
	return f.visit(File{fileName(path, d), d.coded.body})
}

// feeds are the documents of an edition in all formats; none of nil.
func (f *topicFiles) feeds(ed *feed.Edition) error {
	if ed == nil {
		return nil
	}
	for _, format := range formats {
		d, err := f.s.makeFeed(ed, format, nil)
		if err == nil {
			err = f.put(publish.Path(ed)+format.Ext(), d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *topicFiles) months() error {
	for _, m := range f.dates {
		page, err := f.month(WantedMonth{Topic: f.id, Month: m})
		if err != nil {
			return err
		}
		if page == nil {
			continue
		}
		for _, filter := range offered(page) {
			if _, err := f.month(WantedMonth{Topic: f.id, Month: m, Filter: filter}); err != nil {
				return err
			}
		}
	}
	return nil
}

// month is all pages of a month; it returns the last one.
func (f *topicFiles) month(want WantedMonth) (*feed.MonthPage, error) {
	d, last, err := f.s.makeMonth(want, nil)
	if err != nil || last == nil {
		return nil, err
	}
	f.note(d.coded.body)
	if err := f.put(want.path(), d); err != nil {
		return nil, err
	}
	for n := 1; n < last.Pages; n++ {
		want.Page = n
		if d, _, err = f.s.makeMonth(want, nil); err != nil {
			return nil, err
		}
		if d != nil {
			f.note(d.coded.body)
		}
		if err := f.put(want.path(), d); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// offered are the filters that a month's page leads to.
func offered(m *feed.MonthPage) (list []feed.Filter) {
	for _, c := range firstChoices(m.Languages) {
		list = append(list, feed.Filter{Language: c.Value})
	}
	for _, c := range firstChoices(m.Kinds) {
		list = append(list, feed.Filter{Kind: feed.Kind(c.Value)})
	}
	for _, c := range firstChoices(m.Sources) {
		list = append(list, feed.Filter{Source: c.Value})
	}
	return list
}

func firstChoices(all []feed.Choice) []feed.Choice { return all[:min(len(all), choicesShown)] }

func (f *topicFiles) editions() error {
	languages, err := f.s.opts.Languages(f.id)
	if err != nil {
		return err
	}
	for _, language := range languages {
		ed, err := f.s.opts.Edition(Wanted{Topic: f.id, Language: language})
		if err == nil {
			err = f.feeds(ed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellings are the stories that pages lead to, with their feeds.
func (f *topicFiles) tellings() error {
	for _, k := range slices.Sorted(maps.Keys(f.stories)) {
		d, to, err := f.s.makeStory(k, nil)
		if err == nil && to == "" {
			err = f.put(storyPath(k), d)
		}
		if err != nil {
			return err
		}
		if d == nil {
			continue
		}
		ed, err := f.s.opts.Edition(Wanted{Story: k})
		if err == nil {
			err = f.feeds(ed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hostHeaders tells static hosts that read such a file what the documents are (the form
// is that of Netlify and Cloudflare Pages).
const hostHeaders = `/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Content-Security-Policy: ` + timedPolicy + `
/*.atom
  Content-Type: application/atom+xml; charset=utf-8
  Cache-Control: public, max-age=300
  Access-Control-Allow-Origin: *
/*.rss
  Content-Type: application/rss+xml; charset=utf-8
  Cache-Control: public, max-age=300
  Access-Control-Allow-Origin: *
/*.json
  Content-Type: application/feed+json; charset=utf-8
  Cache-Control: public, max-age=300
  Access-Control-Allow-Origin: *
/*.opml
  Content-Type: text/x-opml; charset=utf-8
  Access-Control-Allow-Origin: *
/static/*
  Cache-Control: ` + cacheStatic + `
`
