package opml

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The bounds of a document.
const (
	MaxSize  = 16 << 20 // bytes of a document, as read
	MaxDepth = 16       // folders in each other that give their names

	maxAddress  = 8 << 10 // bytes
	maxTitle    = 1000    // bytes
	maxTag      = 200     // bytes of the name of a folder or category
	maxTags     = 128     // of one feed
	maxProblems = 20      // kept of one document
)

// A Document is a list of feeds.
type Document struct {
	Title   string    // of the list, or ""
	Created time.Time // UTC, whole seconds; zero where there is none
	Feeds   []Feed    // in the order of the document, each address once
	// Comments are the XML comments before the body and after the last feed.
	Comments []string
	// Problems are the first that Read came upon, in the order of the document,
	// and Unlisted is how many more there were. None of them stops it.
	Problems []Problem
	Unlisted int
}

// A Feed is one subscription.
type Feed struct {
	URL     string // absolute http or https URL without user info
	Title   string // "" where the outline has none besides its address
	HTMLURL string // the home page; absolute http or https URL, or ""
	// Tags are those that Write was given, byte for byte; then the names of the
	// folders the feed lies in, the outermost first, and of its categories, in the
	// form of Tag. Each is there once; at most 128 are read.
	Tags     []string
	Comments []string // the XML comments since the feed before
}

// Name is the title or, without one, the address.
func (f *Feed) Name() string {
	if f.Title != "" {
		return f.Title
	}
	return f.URL
}

// A Problem is something in a document that was left out or mended.
type Problem struct {
	Line int    // from 1
	Text string // one line, no full stop
}

// A collection is the feeds of a document, one for each address.
type collection struct {
	feeds []Feed
	index map[string]int // by AddressKey
}

// add appends a feed, or adds to the one that has its address: the first one
// wins, and learns of tags and of what it lacks.
func (c *collection) add(f Feed) {
	key := AddressKey(f.URL)
	i, ok := c.index[key]
	if !ok {
		if c.index == nil {
			c.index = make(map[string]int)
		}
		c.index[key] = len(c.feeds)
		c.feeds = append(c.feeds, f)
		return
	}
	first := &c.feeds[i]
	if first.Title == "" {
		first.Title = f.Title
	}
	if first.HTMLURL == "" {
		first.HTMLURL = f.HTMLURL
	}
	for _, tag := range f.Tags {
		first.tag(tag)
	}
	first.Comments = append(first.Comments, f.Comments...)
}

// tag adds a tag that is in its clean form.
func (f *Feed) tag(name string) {
	if name != "" && len(f.Tags) < maxTags && !slices.Contains(f.Tags, name) {
		f.Tags = append(f.Tags, name)
	}
}

// clean is s as one line of text that XML can hold (XML 1.0 §2.2): white space
// folded, characters that are forbidden left out, at most so many bytes long.
func clean(s string, most int) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return ' '
		}
		if c < ' ' || c >= 0x7f && c < 0xa0 || c == 0xfffe || c == 0xffff {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		for !utf8.RuneStart(s[most]) {
			most--
		}
		s = strings.TrimSpace(s[:most])
	}
	return strings.Clone(s) // not a part of the whole document
}
