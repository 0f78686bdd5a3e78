package server

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A document is what a client reads of an Atom document.
type document struct {
	body  string
	ids   []string
	links map[string]string // by rel
}

var entryIDs = regexp.MustCompile(`(?s)<entry[^>]*>\s*<title>[^<]*</title>.*?<id>([^<]*)</id>`)

var rels = regexp.MustCompile(`<link rel="([a-z-]+)"(?: type="[^"]*")? href="([^"]*)"`)

// read asks for a document and follows nothing.
func (l *live) read(t *testing.T, path string) document {
	t.Helper()
	d := document{body: l.get(t, http.DefaultClient, path), links: map[string]string{}}
	head, entries, _ := strings.Cut(d.body, "<entry")
	for _, m := range entryIDs.FindAllStringSubmatch("<entry"+entries, -1) {
		d.ids = append(d.ids, m[1])
	}
	for _, m := range rels.FindAllStringSubmatch(head, -1) {
		if _, known := d.links[m[1]]; !known {
			d.links[m[1]] = strings.TrimPrefix(m[2], publicBase)
		}
	}
	return d
}

const publicBase = "http://127.0.0.1:8080"

// walk is what a client of RFC 5005 gathers: the archives from the newest back.
func (l *live) walk(t *testing.T, topic string) (ids []string, archives []document) {
	t.Helper()
	known := map[string]bool{}
	add := func(d document) {
		for _, id := range d.ids {
			if !known[id] {
				known[id] = true
				ids = append(ids, id)
			}
		}
	}
	d := l.read(t, "/topics/"+topic+".atom")
	add(d)
	for next := d.links["prev-archive"]; next != ""; next = archives[len(archives)-1].links["prev-archive"] {
		archives = append(archives, l.read(t, next))
		add(archives[len(archives)-1])
	}
	return ids, archives
}

// stored is the ids of what a topic filed, newest first.
func stored(t *testing.T, s *Server, topic feed.TopicID) (ids []string) {
	t.Helper()
	if err := s.db.View(func(r *storage.Reader) error {
		return r.EachFiled(topic, time.Time{}, func(f feed.Filed) (bool, error) {
			ids = append(ids, f.PublicID)
			return true, nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

// dated is a visit that brings entries dated an hour apart, the first of them at a time.
func dated(s *Server, source string, at, first time.Time, n int) *feed.Visit {
	v := &feed.Visit{At: at, Source: feed.SourceID(source), Next: at.Add(time.Hour), HTTP: 200, Document: &feed.Reading{Body: uint64(at.Unix()), Generation: s.state.Load().Generation}}
	for i := range n {
		e := feed.Entry{
			ID: fmt.Sprintf("urn:%s:%d:%d", strings.TrimPrefix(source, "https://"), at.Unix(), i), Title: fmt.Sprintf("%s number %d of %d", source, i, at.Unix()),
			Summary: "<p>What it says.</p>", Link: fmt.Sprintf("%s/%d/%d", source, at.Unix(), i), Published: first.Add(time.Duration(i) * time.Hour),
		}
		e.Canonical = e.Link
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: s.state.Load().match(v.Source, &e)})
	}
	return v
}

func TestAWalkOfTheArchivesFindsEverything(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "wire: {limit: 20, per_source: 5/day}, few: {any: [\"number 7\"]}, none: {any: [nothing]}"), func(s *Server) {
		for i := range 6 {
			if err := s.writer.do(dated(s, "https://a.example", noon.Add(time.Duration(i-5)*time.Hour), noon.AddDate(0, -2, 0), 100)); err != nil {
				t.Fatal(err)
			}
		}
	})
	ids, archives := l.walk(t, "wire")
	want := stored(t, l.Server, "wire")
	if len(want) != 600 || !slices.Equal(slices.Sorted(slices.Values(ids)), slices.Sorted(slices.Values(want))) {
		t.Errorf("%d entries by links, %d are stored", len(ids), len(want))
	}
	var sizes []int
	for i, d := range archives {
		sizes = append(sizes, len(d.ids))
		n := len(archives) - i
		self := fmt.Sprintf("/topics/wire/archive/%d.atom", n)
		if d.links["self"] != self || d.links["current"] != "/topics/wire.atom" || !strings.Contains(d.body, "<fh:archive></fh:archive>") ||
			(d.links["next-archive"] == "") != (i == 0) || i > 0 && d.links["next-archive"] != archives[i-1].links["self"] {
			t.Errorf("archive %d has the links %v", n, d.links)
		}
	}
	if !slices.Equal(sizes, []int{100, 250, 250}) {
		t.Errorf("archives of %v entries, the newest first", sizes)
	}
	// In the order of filing: each has those that were filed together.
	at := 0
	for i, d := range archives {
		part := want[at : at+len(d.ids)]
		if at += len(d.ids); !slices.Equal(slices.Sorted(slices.Values(d.ids)), slices.Sorted(slices.Values(part))) {
			t.Errorf("archive %d has others than those filed together", len(archives)-i)
		}
	}
	if ids, archives := l.walk(t, "few"); len(ids) != 6 || len(archives) != 1 {
		t.Errorf("few: %d entries in %d archives", len(ids), len(archives))
	}
	if _, archives := l.walk(t, "none"); len(archives) != 0 {
		t.Errorf("a topic without entries has %d archives", len(archives))
	}
	for _, path := range []string{"/topics/wire/archive/0.atom", "/topics/wire/archive/4.atom", "/topics/wire/archive/01.atom", "/topics/wire/archive/1", "/topics/none/archive/1.atom", "/topics/nobody/archive/1.atom", "/topics/wire/archive/99999999999.atom"} {
		if res := l.answer(t, path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	// In all formats, with the header that documents have; unchanged answers.
	for _, ext := range []string{"atom", "rss", "json"} {
		path := "/topics/wire/archive/2." + ext
		res := l.answer(t, path, nil)
		link := res.Header.Get("Link")
		for rel, to := range map[string]string{"self": path, "current": "/topics/wire." + ext, "prev-archive": "/topics/wire/archive/1." + ext, "next-archive": "/topics/wire/archive/3." + ext} {
			if !strings.Contains(link, fmt.Sprintf(`<%s%s>; rel=%q`, publicBase, to, rel)) {
				t.Errorf("%s: Link %s", path, link)
			}
		}
		if again := l.answer(t, path, http.Header{"If-None-Match": {res.Header.Get("Etag")}}); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s asked again: %s", path, again.Status)
		}
	}
}

// answer asks and reads the answer to its end.
func (l *live) answer(t *testing.T, path string, h http.Header) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range h {
		r.Header[k] = v
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

// A closed archive stays, byte for byte, while news come, however many; what changes it
// is what takes an entry out of it or puts one in.
func TestAClosedArchiveStays(t *testing.T) {
	var since atomic.Int64 // noon, by the clock
	now := func() time.Time { return noon.Add(time.Duration(since.Load())) }
	l := goLiveBy(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "wire: {limit: 20}"), now, func(s *Server) {
		if err := s.writer.do(dated(s, "https://a.example", noon, noon.AddDate(0, -2, 0), 500)); err != nil {
			t.Fatal(err)
		}
	})
	const path = "/topics/wire/archive/1.atom"
	first := l.read(t, path)
	if len(first.ids) != 250 {
		t.Fatalf("%d entries", len(first.ids))
	}
	step := func(c feed.Change) {
		t.Helper()
		since.Store(int64(c.Time().Sub(noon)))
		if err := l.writer.do(c); err != nil {
			t.Fatal(err)
		}
		l.until(t, "/topics/wire.atom", "<updated>"+c.Time().Format(time.RFC3339))
	}
	step(dated(l.Server, "https://a.example", noon.Add(time.Hour), noon.AddDate(0, -2, 0), 300))
	if now := l.read(t, path); now.body != first.body {
		t.Error("news changed a closed archive")
	}
	// A report that joins a group long after it was filed changes nothing; one that joins
	// within a day is listed.
	late := dated(l.Server, "https://b.example", noon.AddDate(0, 0, 9), noon.AddDate(0, -2, 0), 1)
	late.Document.Entries[0].Entry.Link = fmt.Sprintf("https://a.example/%d/7", noon.Unix())
	late.Document.Entries[0].Entry.Canonical = late.Document.Entries[0].Entry.Link
	step(late)
	if now := l.read(t, path); now.body != first.body {
		t.Errorf("a late report of the same changed a closed archive of %d: %s", len(now.ids), firstDifference(strings.SplitN(first.body, "<entry", 2)[1], strings.SplitN(now.body, "<entry", 2)[1]))
	}
	// A source's first document lies in the past.
	step(dated(l.Server, "https://c.example", noon.AddDate(0, 0, 10), noon.AddDate(0, -2, 0).Add(time.Minute), 50))
	ids, archives := l.walk(t, "wire")
	if want := stored(t, l.Server, "wire"); len(ids) != len(want) {
		t.Errorf("%d entries by links, %d are stored", len(ids), len(want))
	}
	for i, d := range archives[1:] {
		if len(d.ids) != 250 {
			t.Errorf("closed archive %d has %d entries", len(archives)-1-i, len(d.ids))
		}
	}
}

// The feed of all topics has archives, too, and editions in one language.
func TestArchivesOfAllTopics(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "odd: {any: [\"number 1\", \"number 3\"]}, wire: {limit: 20}, secret: {draft: true}"), func(s *Server) {
		for i := range 3 {
			v := dated(s, "https://a.example", noon.Add(time.Duration(i-2)*time.Hour), noon.AddDate(0, -2, 0), 100)
			v.Document.Entries[5].Entry.Language = "ru"
			if err := s.writer.do(v); err != nil {
				t.Fatal(err)
			}
		}
	})
	d := l.read(t, "/all.atom")
	if d.links["prev-archive"] != "/all/archive/2.atom" || d.links["self"] != "/all.atom" {
		t.Fatalf("links %v", d.links)
	}
	second := l.read(t, "/all/archive/2.atom")
	first := l.read(t, second.links["prev-archive"])
	if len(second.ids) != 50 || len(first.ids) != 250 || first.links["current"] != "/all.atom" || first.links["self"] != "/all/archive/1.atom" {
		t.Errorf("%d and %d entries, links %v", len(second.ids), len(first.ids), first.links)
	}
	if want := stored(t, l.Server, "wire"); !slices.Equal(slices.Sorted(slices.Values(append(first.ids, second.ids...))), slices.Sorted(slices.Values(want))) {
		t.Error("the archives of all topics have other entries than the topic that has all")
	}
	if !strings.Contains(first.body, `<category term="odd"`) || strings.Contains(first.body, `<category term="secret"`) {
		t.Error("the topics are not among the categories, or a draft is")
	}
	if feedID(first) != feedID(d) {
		t.Error("an archive is of another feed")
	}
	if ru := l.read(t, "/all/ru.atom"); len(ru.ids) != 3 || ru.links["self"] != "/all/ru.atom" {
		t.Errorf("in Russian %d entries, %v", len(ru.ids), ru.links)
	}
	if res := l.answer(t, "/all/2024-09", nil); res.StatusCode != http.StatusNotFound { // months are pages of topics
		t.Errorf("a month of all: %s", res.Status)
	}
}
