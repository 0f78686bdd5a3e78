package publish

import (
	"bytes"
	"errors"
	"fmt"
	stdhtml "html"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"topicwire/feed"
	"topicwire/feed/html"
)

// A Site is what the documents say of the server they come from.
type Site struct {
	Title string // of the whole site; the author of last resort
	// URL is the public base address: http or https, perhaps with a path
	// prefix. It makes links, never ids.
	URL       string
	Generator string // name and version of the program, "" for none
	// Icon is the site's own, for topics that have none; the zero value for none.
	Icon feed.Icon
	// Hubs are where subscribers may ask to be told of changes (WebSub §4), by their
	// addresses, the preferred one first.
	Hubs []string
}

// Render is the edition as a document of the format, in UTF-8 without a byte
// order mark, with a line break at its end. Ids do not depend on the site; links
// do. It fails where the format is unknown or the site's address is none.
func Render(ed *feed.Edition, f Format, site Site) ([]byte, error) {
	if !f.Valid() {
		return nil, fmt.Errorf("render: unknown format %q", string(f))
	}
	d, err := newDocument(ed, site)
	if err != nil {
		return nil, err
	}
	return d.render(f)
}

// render is the document in one format. It leaves the document as it is, so that
// one serves all.
func (d *document) render(f Format) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(d.size())
	var err error
	switch f {
	case Atom:
		err = feeds.WriteXML(d.atom(), &buf)
	case RSS:
		err = feeds.WriteXML(d.rss(), &buf)
	case JSON:
		err = writeJSON(&buf, d.json())
	}
	if err != nil {
		return nil, fmt.Errorf("render %s as %s: %w", d.ed.Topic.ID, f, err)
	}
	if b := buf.Bytes(); len(b) == 0 || b[len(b)-1] != '\n' {
		buf.WriteByte('\n')
	}
	if f == JSON {
		return buf.Bytes(), nil
	}
	return d.styled(buf.Bytes()), nil
}

// styled is an XML document that names a style sheet (https://www.w3.org/TR/xml-stylesheet/),
// by which a browser shows what it is.
func (d *document) styled(doc []byte) []byte {
	declaration, rest, _ := bytes.Cut(doc, []byte("?>"))
	return slices.Concat(declaration, []byte("?>\n<?xml-stylesheet type=\"text/css\" href=\""+stdhtml.EscapeString(d.base+StylePath)+"\"?>\n"), bytes.TrimLeft(rest, "\n"))
}

// Documents are an edition with its bodies in all formats, which nobody writes to.
type Documents struct {
	*feed.Edition
	Bodies map[Format][]byte
}

// RenderAll is Render in all formats.
func RenderAll(ed *feed.Edition, site Site) (*Documents, error) {
	d, err := newDocument(ed, site)
	if err != nil {
		return nil, err
	}
	docs := &Documents{ed, make(map[Format][]byte)}
	for _, f := range Formats() {
		if docs.Bodies[f], err = d.render(f); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("site address: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("site address is no http or https URL")
	}
	return nil
}

// A document is an edition on its way into the formats: what they share.
type document struct {
	ed        *feed.Edition
	base      string // of the site, without a slash at its end
	page      string // where people read it
	title     string
	site      string
	generator string
	picture   picture
	hubs      []string
	items     []item
}

func newDocument(ed *feed.Edition, site Site) (*document, error) {
	if err := checkBase(site.URL); err != nil {
		return nil, fmt.Errorf("render %s: %w", ed.Topic.ID, err)
	}
	base := strings.TrimRight(site.URL, "/")
	d := &document{
		ed: ed, base: base, page: base + PagePath(ed),
		title: titled(ed), site: label(site.Title), generator: line(site.Generator),
		hubs: site.Hubs, picture: newPicture(base, &ed.Topic, site.Icon),
		items: make([]item, len(ed.Entries)),
	}
	if d.site == "" {
		d.site = d.title
	}
	for i := range ed.Entries {
		d.items[i] = newItem(&ed.Entries[i])
		d.items[i].topics = d.topicTags(ed.Entries[i].Topics)
	}
	return d, nil
}

// StylePath is where a site has the style sheet by which browsers show a feed.
const StylePath = "/feed.css"

// anonymous reports whether some entry has no author, or there is none: then the feed
// has to have one (RFC 4287 §4.1.1).
func (d *document) anonymous() bool {
	for i := range d.items {
		if len(d.items[i].authors) == 0 {
			return true
		}
	}
	return len(d.items) == 0
}

// size is about how many bytes the document will have.
func (d *document) size() int {
	n := 2048
	for i := range d.items {
		n += 2048 + len(d.items[i].summary) + len(d.items[i].content)
	}
	return n
}

// address of the document in a format.
func (d *document) address(f Format) string { return d.base + Path(d.ed) + f.Ext() }

// epoch stands for the time of a change where there never was one: one that readers
// believe, and that is clearly none.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// updated is the edition's, or the epoch where nothing was ever filed: Atom
// requires a date, and a date that moves would be a lie.
func (d *document) updated() time.Time {
	if d.ed.Updated.IsZero() {
		return epoch
	}
	return d.ed.Updated
}

// label is what an operator calls something, on one line and without markup, which no
// format has room for there.
func label(s string) string { return line(html.Plain(s)) }

// line is s on one line, as XML text.
func line(s string) string {
	s = clean(s)
	if oneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// oneLine reports whether s has no white space but single spaces between words.
// It may say no too often: of what is not ASCII it knows the leading bytes only.
func oneLine(s string) bool {
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c > ' ' && c < 0x80:
		case c == ' ' && before != ' ':
		case c >= 0x80 && c != 0xC2 && c != 0xE1 && c != 0xE2 && c != 0xE3:
		default:
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// clean is s as XML text. What stands for a character that was lost on the way is shown
// as people show it.
func clean(s string) string {
	if s = html.CleanXML(s); strings.Contains(s, "\uFFFD") {
		return strings.ReplaceAll(s, "\uFFFD", "?")
	}
	return s
}

// webAddress is s where it is an absolute http or https URL, else "".
func webAddress(s string) string {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return ""
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || strings.IndexByte("\"<>\\^`{|}", s[i]) >= 0 || s[i] == 0x7F {
			return ""
		}
	}
	if before, fragment, ok := strings.Cut(s, "#"); ok && strings.Contains(fragment, "#") {
		s = before + "#" + strings.ReplaceAll(fragment, "#", "%23")
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" {
		return ""
	}
	return html.CleanXML(s)
}

// zulu is a time as RFC 3339 has it, in UTC and whole seconds.
func zulu(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
