package opml

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"topicwire/feed/chars"
)

// errNoOPML is for what has neither the root nor an outline.
var errNoOPML = errors.New("not an OPML document")

// Read reads a list of feeds, of at most MaxSize bytes, in any charset and
// however badly written. An outline with an xmlUrl is a feed, every other one a
// folder; text names it, else title. Outlines of the types include and link and
// those that are commented out (isComment) are left out, feeds with an address
// that is not http or https too, with a Problem. A feed that comes again adds
// its folders to the first one. An error says that there is no list at all.
func Read(data []byte) (*Document, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("read opml: longer than %d MiB", MaxSize>>20)
	}
	text, err := chars.Decode(data, "", 4*MaxSize) // no charset needs more
	if err != nil {
		return nil, fmt.Errorf("read opml: %w", err)
	}
	w := walker{scan: scanner{s: strings.ToValidUTF8(string(text), "\ufffd")}, doc: new(Document)}
	if !w.walk() {
		return nil, fmt.Errorf("read opml: %w", errNoOPML)
	}
	w.doc.Feeds = w.found.feeds
	w.doc.Comments = append(w.doc.Comments, w.comments...)
	return w.doc, nil
}

// A level is what an open outline is to the feeds in it.
type level uint8

const (
	levelPlain  level = iota
	levelFolder       // the last of walker.folders
	levelMuted        // commented out with all in it
)

type walker struct {
	scan  scanner
	doc   *Document
	found collection

	levels   []level // of the outlines that are open
	folders  []string
	muted    int // open outlines of levelMuted
	comments []string
	deep     bool // reported already
}

// walk reads the whole document. It reports false where there is no OPML in it.
func (w *walker) walk() (found bool) {
	var into *string // where text of the head goes
	var created string
	body, head := false, false
	for {
		t := w.scan.next()
		switch t.kind {
		case atEnd:
			w.doc.Title = clean(w.doc.Title, maxTitle)
			w.doc.Created = date(created)
			return found
		case comment:
			if c := lines(t.text); c != "" && body {
				w.comments = append(w.comments, c)
			} else if c != "" {
				w.doc.Comments = append(w.doc.Comments, c)
			}
		case text:
			if into != nil && len(*into) <= maxTitle {
				s := t.text[:min(len(t.text), 4*maxTitle)]
				if !t.raw {
					s = chars.Unescape(s)
				}
				*into += s
			}
		case startTag:
			into = nil
			switch name := strings.ToLower(t.name); {
			case name == "opml":
				found = true
			case name == "head":
				head = !t.closed
			case name == "body":
				head, body = false, true
			case name == "title" && head && w.doc.Title == "":
				into = &w.doc.Title
			case name == "datecreated" && head:
				into = &created
			case name == "outline":
				found, head, body = true, false, true
				w.outline(&t)
			}
		case endTag:
			into = nil
			switch name := strings.ToLower(t.name); name {
			case "head":
				head = false
			case "outline":
				w.close()
			}
		}
	}
}

// outline reads one outline, and opens it unless it is empty.
func (w *walker) outline(t *token) {
	if t.cut {
		w.problem(t, "the file ends in an outline")
		return
	}
	typ := strings.ToLower(strings.TrimSpace(t.attrs[attrType]))
	ignored := typ == "include" || typ == "link"
	raw := t.attrs[attrXMLURL]
	if raw == "" && (typ == "rss" || typ == "atom") {
		raw = t.attrs[attrURL]
	}
	isFeed := strings.TrimSpace(raw) != ""
	if t.broken {
		w.problem(t, "an outline has no end or a quotation mark that is not closed")
		// Most feeds close themselves, and an outline that is left open would
		// take in all the rest.
		t.closed = isFeed
	}
	comment := strings.EqualFold(strings.TrimSpace(t.attrs[attrIsComment]), "true")
	switch {
	case comment || w.muted > 0 || ignored:
	case isFeed:
		w.feed(t, chars.Unescape(raw))
	case !t.closed:
		w.folder(t)
		return
	}
	if t.closed {
		return
	}
	if comment {
		w.muted++
		w.levels = append(w.levels, levelMuted)
	} else {
		w.levels = append(w.levels, levelPlain)
	}
}

func (w *walker) folder(t *token) {
	name := title(t, maxTag)
	if name != "" && len(w.folders) == MaxDepth {
		name = ""
		if !w.deep {
			w.deep = true
			w.problem(t, fmt.Sprintf("folders nest more than %d deep; the names below are left out", MaxDepth))
		}
	}
	if name == "" {
		w.levels = append(w.levels, levelPlain)
		return
	}
	w.levels = append(w.levels, levelFolder)
	w.folders = append(w.folders, name)
}

// close ends the innermost outline, if there is one.
func (w *walker) close() {
	last := len(w.levels) - 1
	if last < 0 {
		return
	}
	switch w.levels[last] {
	case levelFolder:
		w.folders = w.folders[:len(w.folders)-1]
	case levelMuted:
		w.muted--
	}
	w.levels = w.levels[:last]
}

func (w *walker) feed(t *token, raw string) {
	addr, why := address(raw)
	if why != "" {
		w.problem(t, why)
		return
	}
	f := Feed{URL: addr, Title: title(t, maxAddress), Comments: w.comments}
	w.comments = nil
	if f.Title == addr || f.Title == clean(raw, maxAddress) {
		f.Title = "" // it has no other
	}
	f.Title = clean(f.Title, maxTitle)
	if home := t.attrs[attrHTMLURL]; home != "" {
		f.HTMLURL, _ = address(chars.Unescape(home))
	}
	f.tags(chars.Unescape(t.attrs[attrTags]), w.folders, chars.Unescape(t.attrs[attrCategory]))
	w.found.add(f)
}

// title is the text of an outline or, where that is blank, its title.
func title(t *token, most int) string {
	if s := clean(chars.Unescape(t.attrs[attrText]), most); s != "" {
		return s
	}
	return clean(chars.Unescape(t.attrs[attrTitle]), most)
}

func (w *walker) problem(t *token, text string) {
	if len(w.doc.Problems) == maxProblems {
		w.doc.Unlisted++
		return
	}
	w.doc.Problems = append(w.doc.Problems, Problem{w.scan.lineOf(t.pos), text})
}

// date reads RFC 822's form and RFC 3339's; zero for anything else.
func date(s string) time.Time {
	if s = strings.TrimSpace(s); len(s) > 64 {
		return time.Time{}
	}
	t, err := mail.ParseDate(s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, s)
	}
	if err != nil || !datable(t) {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// datable reports whether a time has a year of four digits after 1900, as RFC
// 822's form asks for.
func datable(t time.Time) bool {
	y := t.UTC().Year()
	return y > 1900 && y < 10000
}

// lines is a comment with each line cleaned, without blank ones.
func lines(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		if line = clean(line, maxTitle); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
