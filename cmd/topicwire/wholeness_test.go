package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/parse"
	"topicwire/feed/publish"
	"topicwire/server"
	"topicwire/server/poll"
)

// A tally counts what the entries of a document have.
type tally struct {
	Entries, Thumbnails, Images, Files, Durations, Categories, Authors, Rights int
}

func (t *tally) add(o tally) {
	for i, n := range o.list() {
		*t.list()[i] += *n
	}
}

func (t *tally) list() []*int {
	return []*int{&t.Entries, &t.Thumbnails, &t.Images, &t.Files, &t.Durations, &t.Categories, &t.Authors, &t.Rights}
}

var tallyNames = []string{"entries", "with a thumbnail", "with a picture of any kind", "files", "files with a duration", "categories", "authors", "with rights"}

// A node is an element, or a member, of a document as it is written: read without
// anything of the program.
type node struct {
	space, name string
	attrs       map[string]string
	text        strings.Builder
	children    []*node
}

func (n *node) each(visit func(*node)) {
	for _, c := range n.children {
		visit(c)
		c.each(visit)
	}
}

func (n *node) value() string { return strings.Join(strings.Fields(n.text.String()), " ") }

// raw reads XML as leniently as encoding/xml can; nil where it cannot.
func raw(doc []byte) *node {
	if !utf8.Valid(doc) {
		var b strings.Builder
		for _, c := range doc {
			b.WriteRune(rune(c))
		}
		doc = []byte(b.String())
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict, d.AutoClose, d.Entity = false, nil, xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	top := &node{}
	stack := []*node{top}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return top
		}
		if err != nil {
			return nil
		}
		last := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{space: tok.Name.Space, name: tok.Name.Local, attrs: map[string]string{}}
			for _, a := range tok.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			last.children = append(last.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:max(len(stack)-1, 1)]
		case xml.CharData:
			last.text.Write(tok)
		}
	}
}

var (
	imageType = regexp.MustCompile(`^image/`)
	imageName = regexp.MustCompile(`(?i)\.(jpe?g|png|gif|webp|avif|svg|bmp|heic)([?#]|$)`)
	imageTag  = regexp.MustCompile(`(?i)<img\s[^>]*src\s*=\s*["']?(http|/)`)
)

func web(u string) bool { return link.Resolve(nil, strings.TrimSpace(u)) != "" }

// count tallies an RSS item or an Atom entry.
func (n *node) count(channelRights bool) tally {
	var t tally
	t.Entries = 1
	files, authors, categories := map[string]bool{}, map[string]bool{}, map[string]bool{}
	rights := channelRights
	played := false
	n.each(func(c *node) {
		media := strings.Contains(c.space, "search.yahoo.com/mrss")
		itunes := strings.Contains(c.space, "itunes")
		switch {
		case media && c.name == "thumbnail" && web(c.attrs["url"]):
			t.Thumbnails, t.Images = 1, 1
		case media && c.name == "content" && web(c.attrs["url"]) && !strings.Contains(c.attrs["type"], "flash"),
			c.name == "enclosure" && web(c.attrs["url"]), c.name == "link" && c.attrs["rel"] == "enclosure" && web(c.attrs["href"]):
			u := c.attrs["url"] + c.attrs["href"]
			files[link.Resolve(nil, u)] = true
			if c.attrs["medium"] == "image" || imageType.MatchString(c.attrs["type"]) || c.attrs["type"] == "" && imageName.MatchString(u) {
				t.Images = 1
			}
			played = played || c.attrs["duration"] != ""
		case itunes && c.name == "image" && web(c.attrs["href"]):
			t.Images = 1
		case itunes && c.name == "duration" && c.value() != "":
			played = true
		case (c.name == "category" && !itunes || c.name == "subject") && c.value()+c.attrs["term"] != "":
			categories[strings.ToLower(c.value()+c.attrs["term"])] = true
		case (c.name == "creator" || c.name == "author") && !itunes && c.value()+c.sub("name") != "":
			authors[c.value()+c.sub("name")] = true
		case c.name == "rights" || c.name == "copyright" || c.name == "license":
			rights = rights || c.value() != "" || len(c.attrs) > 0
		case c.name == "encoded" || c.name == "content" || c.name == "description" || c.name == "summary":
			if imageTag.MatchString(c.text.String()) {
				t.Images = 1
			}
		}
	})
	t.Files, t.Categories, t.Authors = len(files), len(categories), len(authors)
	if played && len(files) > 0 {
		t.Durations = 1
	}
	if rights {
		t.Rights = 1
	}
	return t
}

func (n *node) sub(name string) string {
	for _, c := range n.children {
		if c.name == name {
			return c.value()
		}
	}
	return ""
}

// written tallies a document as it is written; ok is false where it cannot be told.
func written(doc []byte) (t tally, ok bool) {
	if text := bytes.TrimSpace(doc); bytes.HasPrefix(text, []byte("{")) {
		return writtenJSON(text)
	}
	top := raw(doc)
	if top == nil {
		return t, false
	}
	rights := false
	top.each(func(c *node) {
		if c.name == "channel" || c.name == "feed" {
			rights = rights || c.sub("copyright")+c.sub("rights")+c.sub("license") != ""
		}
	})
	top.each(func(c *node) {
		if c.name == "item" || c.name == "entry" {
			t.add(c.count(rights))
		}
	})
	return t, true
}

func writtenJSON(doc []byte) (t tally, ok bool) {
	var f struct {
		Items []struct {
			Image, Banner string
			HTML          string `json:"content_html"`
			Tags          []string
			Author        *struct{ Name string }
			Authors       []struct{ Name string }
			Attachments   []struct {
				URL      string
				Type     string  `json:"mime_type"`
				Duration float64 `json:"duration_in_seconds"`
			}
		}
	}
	if json.Unmarshal(doc, &f) != nil {
		return t, false
	}
	for _, i := range f.Items {
		e := tally{Entries: 1, Files: len(i.Attachments), Categories: len(i.Tags), Authors: len(i.Authors)}
		if len(i.Authors) == 0 && i.Author != nil {
			e.Authors = 1
		}
		if i.Image+i.Banner != "" || imageTag.MatchString(i.HTML) {
			e.Images = 1
		}
		for _, a := range i.Attachments {
			if imageType.MatchString(a.Type) {
				e.Images = 1
			}
			if a.Duration > 0 {
				e.Durations = 1
			}
		}
		t.add(e)
	}
	return t, true
}

// published tallies what a document of ours has, read anew.
func published(t *testing.T, doc []byte, f publish.Format) (n tally) {
	t.Helper()
	d, err := parse.Feed(doc, parse.Options{URL: "https://wire.example/topics/all." + string(f)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		c := tally{Entries: 1, Files: len(e.Enclosures), Categories: len(e.Categories), Authors: len(e.Authors)}
		if e.Image != "" {
			c.Thumbnails, c.Images = 1, 1
		}
		if slices.ContainsFunc(e.Enclosures, func(f feed.Enclosure) bool { return f.Duration > 0 }) {
			c.Durations = 1
		}
		if e.Rights != "" || f == publish.JSON && bytes.Contains(doc, []byte(`"rights":`)) {
			c.Rights = 1
		}
		n.add(c)
	}
	return n
}

// leftOut is what docs/formats.md says is left out of captures, on purpose.
var leftOut = map[string]map[string]int{
	"FeedReader/Rss20LeFigaro.xml":                              {"entries": 1, "categories": 1, "with rights": 1}, // one item stands there twice
	"NetNewsWire/natasha.xml":                                   {"with a picture of any kind": 2},                 // smileys
	"feedjira/sample_feeds/AmazonWebServicesBlog.xml":           {"with a picture of any kind": 1},                 // inside the tag of a link
	"feedjira/sample_feeds/PaulDixExplainsNothing.xml":          {"with a picture of any kind": 5},                 // counters
	"feedjira/sample_feeds/PaulDixExplainsNothingAlternate.xml": {"with a picture of any kind": 5},
	"feedjira/sample_feeds/PaulDixExplainsNothingWFW.xml":       {"with a picture of any kind": 5},
}

// TestNothingIsLost reads captured feeds and counts what goes in and what comes out.
func TestNothingIsLost(t *testing.T) {
	shared := os.Getenv("TOPICWIRE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "corpus", "real")
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no captured feeds: %v", err)
	}
	var in tally
	out := map[publish.Format]*tally{publish.Atom: {}, publish.RSS: {}, publish.JSON: {}}
	var paths []string
	if err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			paths = append(paths, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	captures := 0
	s := openCaptures(t, paths)
	for n, path := range paths {
		name := strings.TrimPrefix(path, dir+"/")
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		was, ok := written(doc)
		if !ok {
			t.Logf("%s: not told from outside", name)
			continue
		}
		captures++
		in.add(was)
		for _, f := range publish.Formats() {
			doc, err := s.Export(t.Context(), captureTopic(n), f)
			if err != nil {
				t.Fatal(err)
			}
			got := published(t, doc, f)
			out[f].add(got)
			for i, lost := range was.list() {
				if less := *lost - *got.list()[i]; less > leftOut[name][tallyNames[i]] {
					t.Errorf("%s: %s: %d in, %d out as %s", name, tallyNames[i], *lost, *got.list()[i], f)
				}
			}
		}
	}
	page, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	if captures != 107 {
		t.Logf("%d captures: the page is about 107", captures)
		return
	}
	for i, what := range tallyNames {
		row := fmt.Sprintf("| %s | %d | %d | %d | %d |", what, *in.list()[i], *out[publish.Atom].list()[i], *out[publish.RSS].list()[i], *out[publish.JSON].list()[i])
		if !strings.Contains(string(page), row+"\n") {
			t.Errorf("docs/formats.md lacks %s", row)
		}
	}
}

func captureTopic(n int) feed.TopicID { return feed.TopicID("c" + strconv.Itoa(n)) }

// openCaptures is a server that has read captured feeds, each under a topic of its own.
func openCaptures(t *testing.T, paths []string) *server.Server {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	var sources, topics strings.Builder
	for n, path := range paths {
		fmt.Fprintf(&sources, "  - {url: 'file:%s', tags: [t%d]}\n", path, n)
		fmt.Fprintf(&topics, "  %s: {group: none, limit: 500, sources: {tags: [t%d]}}\n", captureTopic(n), n)
	}
	writeConfig(t, file, "server: {url: 'https://wire.example'}\nfetch: {contact: 'https://x.example/', republish: full}\nstorage: {path: w.db}\n"+
		"sources:\n"+sources.String()+"topics:\n"+topics.String())
	cfg, problems := config.Load(file)
	if cfg == nil {
		t.Fatal(problems)
	}
	s, err := server.Open(t.Context(), server.Options{Config: cfg, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Fetch(t.Context(), true, func(r poll.Report) {
		if r.Error != "" {
			t.Logf("%s: %s", r.Source, r.Error)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return s
}
